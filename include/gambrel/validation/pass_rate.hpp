// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Tokens per second of passes alone, as llama-bench counts them: no frontend, no scheduler.
///
///     decode         B / T_d(B at its middle context)
///     prefill        B N / (passes T_p)      passes of at most the micro-batch, their past growing; over S devices that
///                    split the layers, pass i + 1 follows one stage behind: (passes + S - 1) / S instead of passes
///     one after the other (-pg P,N)          (P + N) / (P / prefill rate + N / decode rate), decodes after P tokens
///
/// Evidence: tests/measurement/llama_pass_test.cpp, tests/validation/predict_row_test.cpp.

#include <gambrel/serving/deployment.hpp>
#include <gambrel/serving/deviation.hpp>
#include <gambrel/serving/prompt_packing.hpp>
#include <gambrel/step/memory_fit.hpp>
#include <gambrel/step/pass.hpp>
#include <gambrel/validation/adjusted_run.hpp>
#include <gambrel/validation/predicted_figure.hpp>

namespace gambrel {

namespace detail {
/// Passes of one kind: seconds of all, and the log standard deviation of that.
struct timed_passes {
    double seconds = 0, sigma = 0;

    /// Both, one after the other; what one law misses of one kind it is taken to miss of the other.
    friend timed_passes operator+(const timed_passes& a, const timed_passes& b) {
        const double all = a.seconds + b.seconds;
        return {all, (a.sigma * a.seconds + b.sigma * b.seconds) / all};
    }
};
inline timed_passes times(const pass_time<>& pass, double passes, const runtime<>& software) {
    return {pass.total().value() * passes, deviation_of(pass, software)};
}
inline predicted_figure rate_in(double tokens, const timed_passes& t) {
    const auto time = with_range(t.seconds, t.sigma);
    return {tokens / time.value, tokens / time.high, tokens / time.low, {}, false};
}

/// Whether one rank's weights are more than the device has.
inline bool overflows(const deployment<>& d) {
    return d.device.memory.capacity.known() &&
           weights_on_rank(d.model, d.cut, d.formats.weights) > d.device.memory.capacity.value;
}

/// `tokens` passes of `sequences` decodes about `past` cached tokens.
inline timed_passes decode_passes(const pass_inputs& terms, const roof<>& roof, const runtime<>& software,
                                  double sequences, double past, double tokens) {
    return times(time_pass(terms, step_shape::decode(sequences, larger(1.0, past)), roof, software), tokens, software);
}

/// The passes of `sequences` prompts of `prompt` tokens after `past` cached ones.
inline timed_passes prompt_passes(const pass_inputs& terms, const roof<>& roof, const runtime<>& software,
                                  double sequences, double past, double prompt) {
    scheduling cut_at_budget = software.scheduling;  // whatever a server would do, and whole prompts where they fit
    cut_at_budget.batching = batching::mixed;
    cut_at_budget.chunked_prefill = true;
    cut_at_budget.prompts_per_step = 0.0;
    const prompt_packing packing(cut_at_budget, prompt, 0.0);
    const double chunk = prompt / packing.passes_per_prompt;
    const double together = larger(1.0, smaller(sequences, math::floor(packing.prompts_finished_per_pass)));
    const step_shape shape{.prompts = together,
                           .prompt_tokens = chunk,
                           .prompt_past = past + 0.5 * (prompt - chunk),
                           .finishing = 1.0 / packing.passes_per_prompt};
    const double passes = sequences / together * packing.passes_per_prompt,
                 stages = static_cast<double>(terms.cut.pipeline);
    return times(time_pass(terms, shape, roof, software), (passes + stages - 1.0) / stages, software);
}

/// The rate of `m` under runtime and constants of `run`.
inline predicted_figure pass_rate(const measured_row& m, const adjusted_run& run) {
    const deployment<> d{*m.model, *m.device, run.software, m.cut, m.formats, run.constants};
    d.validate();
    feasibility f = check_parallelism(d.model, d.cut);
    if (f.ok()) f = check_formats(d.formats, d.device, d.runtime);
    if (!f.ok()) return {.refused = "predicted not to run: " + std::string(name_of(f.what))};
    if (overflows(d)) return {.refused = "predicted not to run: does not fit"};
    const precision formats = d.resolved_formats();
    const roof<> roof = d.roof();
    const pass_inputs terms{d.model, d.cut, formats};
    const double sequences = m.workload.concurrency, prompt = m.workload.prompt.mean(),
                 output = m.workload.output.mean();
    const auto decodes = [&] { return decode_passes(terms, roof, run.software, sequences, m.past, output); };
    if (m.load_kind == load_kind::decode) return rate_in(sequences * output, decodes());
    if (m.load_kind == load_kind::prefill)
        return rate_in(sequences * prompt, prompt_passes(terms, roof, run.software, sequences, m.past, prompt));
    const double before = m.past - prompt - 0.5 * output;  // cached before the prompt; `past` is of the decodes
    return rate_in(sequences * (prompt + output),
                   prompt_passes(terms, roof, run.software, sequences, larger(0.0, before), prompt) + decodes());
}
}  // namespace detail
}  // namespace gambrel
