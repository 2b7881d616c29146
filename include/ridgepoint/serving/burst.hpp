// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a benchmark's opening burst adds to its mean TTFT. All clients send at once; the prompts are worked off in
/// passes filled to the budget, so the i-th pass waits for the i - 1 before it:
///
///     extra mean TTFT = T_full (passes - 1) / 2 / prompts_per_client        passes = clients / prompts in a full pass
///
/// The median of a run with more than two prompts per client is not touched. Assumption: decodes that start meanwhile
/// cost the burst nothing. Source of the protocol: the InferenceX and vLLM benchmark clients.

#include <ridgepoint/serving/operating_point.hpp>

namespace ridgepoint {

template <class Y>
constexpr seconds<Y> burst_wait(const deployment<Y>& d, const roof<Y>& roof, const precision& formats,
                                const request_shape& r, const protocol& how, double clients) {
    if (!how.burst_start || how.prompts_per_client <= 0.0) return {};
    if (how.reported == statistic::median && how.prompts_per_client > 2.0) return {};
    const scheduling& s = d.runtime.scheduling;
    double per_pass = larger(1.0, s.chunked_prefill ? s.token_budget / r.fresh : math::floor(s.token_budget / r.fresh));
    if (s.prompts_per_step > 0.0) per_pass = smaller(per_pass, s.prompts_per_step);
    per_pass = smaller(per_pass, clients);
    const double passes = clients / per_pass;
    if (passes <= 1.0 || s.batching == batching::fixed_batch) return {};
    step_shape prompts = step_shape::prefill(per_pass, r.fresh, r.cached);
    prompts.images = r.images * per_pass;
    const pass_time<Y> full =
        time_pass({d.model, d.cut, formats, d.adapter}, prompts, roof, d.runtime, d.runtime.graphs.prefill);
    return full.total() * (0.5 * (passes - 1.0) / how.prompts_per_client);
}
}  // namespace ridgepoint
