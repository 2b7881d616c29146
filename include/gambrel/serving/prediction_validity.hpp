// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Where the closed form of `predict` is known to differ from the simulator by more than 10 % in throughput or TPOT,
/// and the simulator should be asked instead. Thresholds are chosen from `tools/differential/differential.py closed`:
/// beyond each the share of such differences is given; none is fitted. Evidence:
/// tests/serving/prediction_validity_test.cpp.

#include <gambrel/runtime/runtime.hpp>
#include <gambrel/serving/validity_warning.hpp>
#include <gambrel/workload/workload.hpp>

namespace gambrel {

namespace validity {
/// Squared variation of outputs or prompts of a closed form in means; beyond (heavy tails),
/// throughput differs by 14 to 33 % in the median of a group.
inline constexpr double most_mean_scv = 2.0;
/// Share of TPOT that others' prompts take. With equal lengths requests run in waves, which meet between none and all
/// of them: below, TPOT is at most 10 % too long.
inline constexpr double wave_share = 0.09;
/// Requests in flight over what KV memory holds, where lengths vary and nothing is reserved.
inline constexpr double full_memory = 0.9;
/// Share of a request's passes that its prompt queues for room: beyond, TPOT is up to 4 times too long.
inline constexpr double most_queued = 0.05;
/// Mean prompt of a static batch over the token budget: beyond, whether one or two fit is a matter of their lengths.
inline constexpr double whole_prompt = 0.5;
/// Mean output tokens: with fewer, varying, the mean of each request's TPOT is not that of all steps.
inline constexpr double few_tokens = 17.0;
}  // namespace validity

/// What of a predicted point its validity depends on; of one rank group.
struct predicted_point {
    double clients = 1, running = 1, cap = 1;
    double memory = 1;   ///< requests that KV memory is good for
    double stalled = 0;  ///< share of TPOT that others' prompts take
    double queued = 0;   ///< share of a request's passes that its prompt waits for room
};

constexpr double squared_variation(const length& l) { return l.variance() / (l.mean() * l.mean()); }

constexpr validity_warning warning_of(const workload& w, const scheduling& s, const predicted_point& p) {
    if (p.running <= 1.0 && p.clients <= 1.0) return validity_warning::none;
    if (s.batch_wait_steps > 0.0) return validity_warning::held_prompts;
    if (squared_variation(w.output) > validity::most_mean_scv) return validity_warning::uneven_outputs;
    if (squared_variation(w.prompt) > validity::most_mean_scv) return validity_warning::uneven_prompts;
    if (s.batching == batching::fixed_batch && w.prompt.variance() > 0.0 &&
        w.prompt.mean() > validity::whole_prompt * s.token_budget)
        return validity_warning::chunked_prompts;
    const bool even = w.output.variance() == 0.0;
    if (even && !w.open_loop() && !w.protocol.burst_start && p.stalled > validity::wave_share)
        return validity_warning::rounds;
    if (even && s.poll_interval_steps > 1.0) return validity_warning::held_prompts;
    if (!even && p.queued > validity::most_queued) return validity_warning::chunked_prompts;
    if (!even && w.output.mean() < validity::few_tokens && p.stalled > validity::wave_share)
        return validity_warning::short_outputs;
    if (!even && s.admission == admission::on_demand && p.clients > validity::full_memory * p.memory &&
        p.memory < s.most_sequences)
        return validity_warning::kv_pressure;
    return validity_warning::none;
}
}  // namespace gambrel
