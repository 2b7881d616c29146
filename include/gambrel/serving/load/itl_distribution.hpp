// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The distribution of ITL, the time between two tokens of a request, at a solved load point: a step (one forward pass)
/// as a decode meets it, steps weighted by their decodes.
///
///     without prompts   normal: mean `calm` = fixed + per_sequence E[decodes^2] / E[decodes] (each decode of a step
///                       meets it), standard deviation `step_stddev` = per_sequence sd(decodes)
///     with prompts      mixed batching: steps with prompts by step_recursion.hpp
///                       prefill-first: calm + the passes of a geometric number of prompts (as a shifted gamma)
///
/// A step whose prompts fill the token budget is the longest there is: the distribution is cut off there. Source and
/// figures: docs/models/serving-under-load.md. Evidence: tests/serving/load/load_model_test.cpp,
/// load_against_simulation_test.cpp.

#include <gambrel/numeric/waiting_time_laws.hpp>
#include <gambrel/serving/load/cosine_distribution.hpp>
#include <gambrel/serving/load/load_point.hpp>
#include <gambrel/serving/load/table_points.hpp>

namespace gambrel::detail {

inline latency_distribution itl_distribution(const load_basis& b, const load_point& p) {
    // calm: a step without prompts; stalled: one with. The table (chosen, table_points.hpp): `calm_deviations` standard
    // deviations on both sides of calm, then widening to the end of the stalled steps.
    constexpr std::size_t calm_points = 16, stalled_points = 40, series_terms = 48;
    constexpr double calm_deviations = 3.0, low_deviations = 4.0, high_deviations = 6.0, stalled_deviations = 9.0;
    constexpr double first_step = 0.4;              // of the widening part, in even steps
    constexpr double least_relative_stddev = 1e-3;  // chosen, of a step: keeps the normal from becoming a jump

    const step_recursion& r = *p.recursion;
    const double seen_decodes = larger(1.0, p.decodes + p.decode_variance / p.decodes);  // steps weighted by them
    const double calm = p.step.decode_step(seen_decodes), mean = larger(calm, p.occupancy.mean_gap);
    const double step_stddev = larger(least_relative_stddev * calm, p.step.per_sequence * std::sqrt(p.decode_variance));
    const double least_stall = p.step.extra + p.shortest_prefill();  // what the cheapest prompt adds
    std::array<double, calm_points + stalled_points> points{};
    const std::span<double> all(points);
    fill_evenly(all.first(calm_points), larger(smaller(calm, b.least_step), calm - calm_deviations * step_stddev),
                calm + calm_deviations * step_stddev);
    const auto fill_up_to = [&](double high) {
        fill_widening(all.last(stalled_points), points[calm_points - 1], high, first_step);
    };
    if (b.separate_prefill) {
        // Requests are read every poll_interval steps: P(no prompt) = 1 - P(any since the last read) / poll_interval.
        const double none = 1.0 + std::expm1(-p.rate * calm * b.poll_interval) / b.poll_interval;
        // mean = calm + (1 - none) stall: seconds that a stalled step takes beyond calm, `prompts` of them on average.
        const double stall = larger(least_stall, (mean - calm) / (1.0 - none)), each = p.prefill.mean;
        const double prompts = larger(1.0, stall / each);
        // A geometric number has variance prompts (prompts - 1).
        const double deviation = std::sqrt(prompts * (p.prefill.variance() + each * each * (prompts - 1.0)));
        const shifted_gamma stalled{calm + least_stall, calm + stall, deviation};
        fill_up_to(calm + stall + stalled_deviations * deviation + high_deviations * step_stddev);
        const auto below = [&](double t) {
            return none * normal_below((t - calm) / step_stddev) + (1.0 - none) * stalled.below(t);
        };
        return latency_distribution(points, below, mean);
    }
    const double none = r.no_prompt_of_decodes();
    const auto transform = [&](std::complex<double> s) { return r.stalled_transform(s); };
    const mean_and_deviation of_stalled = moments_by_transform(transform, 1.0 - none, mean);
    const cosine_distribution<series_terms> stalled(transform, 1.0 - none,
                                                    larger(0.0, calm - low_deviations * step_stddev + least_stall),
                                                    of_stalled.mean + stalled_deviations * of_stalled.deviation);
    fill_up_to(larger(stalled.high(), calm + high_deviations * step_stddev));
    const double longest = b.full_budget_step + p.step.per_sequence * seen_decodes;
    const auto below = [&](double t) {  // of the smaller of an ITL without a budget and `longest`
        const double unbounded = none * normal_below((t - calm) / step_stddev) + stalled.below(t);
        return unbounded + (1.0 - unbounded) * normal_below((t - longest) / step_stddev);
    };
    return latency_distribution(points, below, mean);
}
}  // namespace gambrel::detail
