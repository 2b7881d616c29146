// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The opening burst of a benchmark: all clients send at once, the prompts are worked off in passes filled to the
/// budget, and the i-th pass waits for the i - 1 before it. One request in R per client is such a one:
///
///     TTFT of the burst = frontend + cold start + T_full (P + max(1, 1 / per_pass)) / 2        P = clients / per_pass
///     mean TTFT         = ((R - 1) TTFT + TTFT of the burst) / R
///
/// T_full is a pass filled with prompts, beside half of the clients' decodes under mixed batching. The median of a run
/// with more than two prompts per client is not touched.
/// Source of the protocol: the InferenceX and vLLM benchmark clients. Evidence: tests/serving/predict_test.cpp.

#include <gambrel/serving/operating_point.hpp>

namespace gambrel {

/// Prompts of one pass filled to the budget; below 1 when a prompt takes several.
constexpr double prompts_of_full_pass(const scheduling& s, const request_shape& r, double clients) {
    const double tokens = s.token_budget / r.fresh;
    double n = s.chunked_prefill ? tokens : larger(1.0, math::floor(tokens));
    if (s.prompts_per_step > 0.0) n = smaller(n, s.prompts_per_step);
    return smaller(n, clients);
}

/// Whether `how` measures its own opening burst.
constexpr bool counts_burst(const protocol& how) {
    return how.burst_start && how.prompts_per_client > 0.0 &&
           !(how.reported == statistic::median && how.prompts_per_client > 2.0);
}

/// Mean time to first token of `clients` requests that come at once to one idle rank group.
template <class Y>
constexpr pass_time<Y> burst_first_token(const deployment<Y>& d, const roof<Y>& roof, const precision& formats,
                                         const request_shape& r, const protocol& how, double clients) {
    const scheduling& s = d.runtime.scheduling;
    const bool fixed = s.batching == batching::fixed_batch;
    const double n = fixed ? clients : prompts_of_full_pass(s, r, clients);
    const double passes = clients / n;
    step_shape shape = step_shape::prefill(larger(1.0, n), r.fresh * smaller(1.0, n), r.cached);
    shape.images = r.images * n;
    if (s.batching == batching::mixed && passes > 1.0) {
        shape.decodes = 0.5 * (clients - n);
        shape.context = r.prompt;
    }
    const pass_time<Y> full =
        time_pass({d.model, d.cut, formats, d.adapter}, shape, roof, d.runtime, d.runtime.graphs.prefill);
    pass_time<Y> first;
    first.add(full, 0.5 * (passes + larger(1.0, 1.0 / n)));
    first.add_host(d.runtime.host.per_request.value, d.runtime.host_sigma);
    first.add_host(seconds<Y>::from_value(Y(how.cold_start.value())), d.runtime.host_sigma);
    return first;
}
}  // namespace gambrel
