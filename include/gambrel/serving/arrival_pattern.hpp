// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How close together requests reach the engine, on its own clock: passes.
///
/// In a closed loop a request follows a completion. Clients that all started at once end their w-th request apart by
/// sqrt(w) sd(O) passes (outputs add up) and by the P passes their first prompts took, so that round each arrival the
/// others are denser than an even spread over a request's O passes, by
///
///     clumping = mean over w = 1 ... R - 1 of O / (2 sqrt(pi) sqrt(w var(O) + P^2 / 12)), at least 1
///
/// (the density of a normal at its own draws is 1 / (2 sqrt(pi) sd)). R requests per client; an endless run forgets its
/// start. The mean over w is taken as the integral from 1/2 to R - 1/2. Requests of equal length never part: in step.
/// Source: derived here. Evidence: tests/serving/arrival_pattern_test.cpp.

#include <gambrel/numeric/math.hpp>
#include <gambrel/workload/workload.hpp>

namespace gambrel {

struct arrival_pattern {
    bool open = false;      ///< arrivals at random times, not after completions
    bool in_step = false;   ///< all requests start together, wave after wave
    double clumping = 1.0;  ///< arrivals met, relative to evenly spread ones
    bool operator==(const arrival_pattern&) const = default;
};

/// `burst_passes`: passes that the first prompts of all clients take (P).
constexpr arrival_pattern pattern_of(const workload& w, double burst_passes) {
    arrival_pattern a{.open = w.open_loop(), .in_step = w.in_step()};
    const double rounds = w.protocol.prompts_per_client;
    if (a.open || a.in_step || !w.protocol.burst_start || rounds <= 1.0) return a;
    const double variance = w.output.variance(), first = burst_passes * burst_passes / 12.0;
    const double waves = rounds - 1.0;
    const double mean_inverse_sd =
        variance > 0.0 ? 2.0 / (waves * variance) *
                             (math::sqrt((waves + 0.5) * variance + first) - math::sqrt(0.5 * variance + first))
        : first > 0.0 ? 1.0 / math::sqrt(first)
                      : 1e9;
    a.clumping = larger(1.0, w.output.mean() * mean_inverse_sd * 0.28209479177387814);  // 1 / (2 sqrt(pi))
    return a;
}
}  // namespace gambrel
