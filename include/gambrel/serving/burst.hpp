// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The opening burst of a benchmark: all clients send at once, their prompts are worked off in full passes, and the
/// i-th of these passes waits for the i - 1 before it. Of the requests of each client, one is in the burst:
///
///     TTFT of the burst = frontend + cold_start + full (burst_passes + max(1, 1 / finished)) / 2
///                         + (clients - 1) / 2 max(0, work - full / finished)          work: of the frontend on a prompt
///     burst_passes      = clients / finished                                      passes that all prompts take
///     mean TTFT         = ((R - 1) TTFT + TTFT of the burst) / R                  R: requests per client (predict.hpp)
///
/// finished: prompts that a full pass finishes, below 1 where a prompt takes several passes (prompt_packing.hpp). full:
/// seconds of a pass filled with prompts; under mixed batching, where the burst takes several, (clients - finished) / 2
/// decodes are in it: their mean number over the burst. frontend: host time before the first pass. The median over more
/// than two requests per client does not see the burst. Source of the protocol: the InferenceX and vLLM benchmark
/// clients. Evidence: tests/serving/predict_test.cpp.

#include <gambrel/serving/admitted.hpp>
#include <gambrel/serving/prompt_packing.hpp>

namespace gambrel {

/// Prompts of shape `r` that a pass without decodes finishes when `clients` send at once.
constexpr double prompts_finished_by_full_pass(const scheduling& s, const request_shape& r, double clients) {
    return smaller(prompt_packing(s, r.fresh, 0.0).prompts_finished_per_pass, clients);
}

/// Whether the statistic that `how` reports has the opening burst in it.
constexpr bool counts_burst(const protocol& how) {
    return how.burst_start && how.prompts_per_client > 0.0 &&
           !(how.reported == statistic::median && how.prompts_per_client > 2.0);
}

/// Mean time to first token of `clients` requests that come at once to one idle rank group.
template <class Y>
constexpr pass_time<Y> burst_first_token(const checked_deployment<Y>& c, const request_shape& r, const protocol& how,
                                         double clients) {
    const runtime<Y>& software = c.of().runtime;
    const double finished = prompts_finished_by_full_pass(software.scheduling, r, clients);
    const double burst_passes = clients / finished;
    step_shape shape = step_shape::prefill(larger(1.0, finished), r.fresh * smaller(1.0, finished), r.cached);
    shape.images = r.images * finished;
    if (software.scheduling.batching == batching::mixed && burst_passes > 1.0) {
        shape.decodes = 0.5 * (clients - finished);
        shape.context = r.prompt;
    }
    pass_time<Y> first;
    first.add(c.pass(shape), 0.5 * (burst_passes + larger(1.0, 1.0 / finished)));
    first.add_host(software.host.frontend(r.prompt), software.host_sigma);
    // Prompts reach the passes one after another, and wait where these are the slower of the two.
    const seconds<Y> work = software.host.frontend_work(r.prompt) /
                            software.frontend.processes_of(copies_in_step(c.of().model, c.of().cut)),
                     each = c.pass(shape).total() / finished;
    if (each < work) first.add_host((work - each) * (0.5 * (clients - 1.0)), software.host_sigma);
    first.add_host(seconds<Y>::from_value(Y(how.cold_start.value())), software.host_sigma);
    return first;
}
}  // namespace gambrel
