// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How close together requests reach the engine, counted in passes.
///
/// In a closed loop a request follows an end. Clients that all started at once end their w-th request within sd_w
/// passes (standard deviation) of each other: output lengths add up, and their first prompts took burst_passes. Around
/// an arrival the others are therefore denser than an even spread over the `output` passes of a request, by
///
///     burstiness = mean over w = 1 ... rounds of output / (2 sqrt(pi) sd_w), at least 1
///     sd_w^2     = w Var output + burst_passes^2 / 12               a uniform burst has variance length^2 / 12
///     rounds     = requests per client - 1                          an endless run forgets its start: burstiness 1
///
/// 1 / (2 sqrt(pi) sd) is E f(X), the mean density that normal variables X of density f find at each other's place. The
/// mean over w is taken as an integral from 1/2 to rounds + 1/2. Requests of equal length never drift apart: those
/// that started together run in lock step, those that did not stay evenly spread.
/// Source: derived here. Evidence: tests/serving/arrival_pattern_test.cpp.

#include <gambrel/numeric/math.hpp>
#include <gambrel/workload/workload.hpp>

namespace gambrel {

struct arrival_pattern {
    bool open = false;        ///< an open loop: arrivals at random times, not after completions
    bool lock_step = false;   ///< all clients start together and, with equal outputs, stay together, round after round
    bool even = false;        ///< clients who started apart and, with equal outputs, stay apart: nobody meets anybody
    double burstiness = 1.0;  ///< density of the other arrivals around an arrival, relative to an even spread
    bool operator==(const arrival_pattern&) const = default;
};

/// `burst_passes`: passes that the first prompts of all clients take.
/// `uneven`: equal outputs take different numbers of passes (speculation), so that nobody stays together or apart.
constexpr arrival_pattern pattern_of(const workload& w, double burst_passes, bool uneven = false) {
    constexpr double inverse_two_root_pi = 0.28209479177387814;  // 1 / (2 sqrt(pi))
    constexpr double no_spread = 1e9;                            // stands for 1 / 0: arrivals that all coincide
    arrival_pattern a{.open = w.open_loop(), .lock_step = w.lock_step() && !uneven};
    const double requests = w.protocol.prompts_per_client;
    a.even = !a.open && !w.protocol.burst_start && w.output.variance() == 0.0 && !uneven;
    if (a.open || a.lock_step || !w.protocol.burst_start || requests <= 1.0) return a;
    const double variance = w.output.variance(), burst_variance = burst_passes * burst_passes / 12.0;
    const double rounds = requests - 1.0;
    const double mean_inverse_sd =
        variance > 0.0
            ? 2.0 / (rounds * variance) *
                  (math::sqrt((rounds + 0.5) * variance + burst_variance) - math::sqrt(0.5 * variance + burst_variance))
        : burst_variance > 0.0 ? 1.0 / math::sqrt(burst_variance)
                               : no_spread;
    a.burstiness = larger(1.0, w.output.mean() * mean_inverse_sd * inverse_two_root_pi);
    return a;
}
}  // namespace gambrel
