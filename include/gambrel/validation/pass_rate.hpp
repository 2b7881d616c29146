// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Tokens per second of passes alone, as llama-bench counts them: no frontend, no scheduler, one kind of pass.
///
///     decode   B / T_d(B at its middle context)
///     prefill  B N / (passes T_p)      passes of at most the token budget, their past growing; over S devices that
///              split the layers, pass i + 1 follows one stage behind: (passes + S - 1) / S instead of passes

#include <gambrel/serving/deployment.hpp>
#include <gambrel/serving/prompt_packing.hpp>
#include <gambrel/step/memory_fit.hpp>
#include <gambrel/step/pass.hpp>
#include <gambrel/validation/predicted_figure.hpp>

namespace gambrel {

namespace detail {
inline predicted_figure rate_in(double tokens, double passes, const pass_time<>& pass) {
    const auto time = with_range(pass.total() * passes, pass.sigma());
    return {tokens / time.value.value(), tokens / time.high.value(), tokens / time.low.value(), {}, false};
}

/// Whether one rank's weights are more than the device has.
inline bool overflows(const deployment<>& d) {
    return d.device.memory.capacity.known() &&
           weights_on_rank(d.model, d.cut, d.formats.weights) > d.device.memory.capacity.value;
}

inline predicted_figure pass_rate(const measured_row& m) {
    const deployment<> d{*m.model, *m.device, m.runtime, m.cut, m.formats};
    d.validate();
    feasibility f = check_parallelism(d.model, d.cut);
    if (f.ok()) f = check_formats(d.formats, d.device, d.runtime);
    if (!f.ok()) return {.refused = "predicted not to run: " + std::string(name_of(f.what))};
    if (overflows(d)) return {.refused = "predicted not to run: does not fit"};
    const precision formats = d.resolved_formats();
    const roof<> roof = d.roof();
    const pass_inputs terms{d.model, d.cut, formats};
    const double sequences = m.workload.concurrency;
    if (m.load_kind == load_kind::decode) {
        const auto pass = time_pass(terms, step_shape::decode(sequences, larger(1.0, m.past)), roof, m.runtime);
        return rate_in(sequences, 1.0, pass);
    }
    scheduling cut_at_budget = m.runtime.scheduling;  // whatever a server would do, and whole prompts where they fit
    cut_at_budget.batching = batching::mixed;
    cut_at_budget.chunked_prefill = true;
    cut_at_budget.prompts_per_step = 0.0;
    const double prompt = m.workload.prompt.mean();
    const prompt_packing packing(cut_at_budget, prompt, 0.0);
    const double chunk = prompt / packing.passes_per_prompt;
    const double together = larger(1.0, smaller(sequences, math::floor(packing.prompts_finished_per_pass)));
    step_shape shape{.prompts = together,
                     .prompt_tokens = chunk,
                     .prompt_past = m.past + 0.5 * (prompt - chunk),
                     .finishing = 1.0 / packing.passes_per_prompt};
    const auto pass = time_pass(terms, shape, roof, m.runtime);
    const double passes = sequences / together * packing.passes_per_prompt,
                 stages = static_cast<double>(m.cut.pipeline);
    return rate_in(sequences * prompt, (passes + stages - 1.0) / stages, pass);
}
}  // namespace detail
}  // namespace gambrel
