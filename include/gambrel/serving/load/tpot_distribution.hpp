// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The distribution of TPOT at a solved load point: over requests, of the mean step (forward pass) during their output.
///
///     no slot binds     for each output length W a shifted gamma distribution of mean mean_gap, starting at
///                       least = mean_gap - (above + mean_gap - mean_step) / skew, and of variance
///
///         gap_variance(W) + (2 skew slow / above - slow / mean_step) slow / mean_step
///
///     slots bind        that distribution cut off at the saturated step, mixed with a normal one about that step
///                       for requests that waited for a slot
///
/// mean_gap, mean_step, gap_variance (the variance of the mean of W steps in a row): occupancy.hpp. They weigh steps
/// alike, but arrivals meet steps in proportion to their length. Where a part of the step time of variance
/// `slow` and third central moment 2 skew slow^2 / above persists over a request, length-biasing adds the second term.
/// `slow`: min(gap_variance, step variance that comes from the number of decodes). `above`:
/// mean step beyond one without decodes, fixed / (1 - prompt_load). `skew`: skewness of a negative binomial number of
/// decodes over that of a gamma distribution, 1 - mean / (2 variance): 1/2 for Poisson, 1 far above. Source and
/// figures: docs/models/serving-under-load.md. Evidence: tests/serving/load/load_model_test.cpp,
/// load_against_simulation_test.cpp.

#include <gambrel/numeric/waiting_time_laws.hpp>
#include <gambrel/serving/load/load_point.hpp>
#include <gambrel/serving/load/table_points.hpp>
#include <vector>

namespace gambrel::detail {

/// Variance of the mean step over an output with every slot busy, seconds squared. A prompt follows each end, so
/// prompts come in a renewal process: over W steps of slots / output prompts each, Var = (slots / output) W of_renewal.
inline double saturated_gap_variance(const load_basis& b) {
    const prompt_cost& prefill = b.full_prefill;
    const double of_renewal = prefill.variance() + b.output_scv * prefill.mean * prefill.mean;
    constexpr double least_variance = 1e-12;  // seconds squared: a divisor
    return larger(least_variance, b.slots / b.shape.output * of_renewal / b.shape.output);
}

inline latency_distribution tpot_distribution(const load_basis& b, const load_point& p) {
    constexpr std::size_t table_points = 36;
    constexpr double low_deviations = 4.0, high_deviations = 6.0, saturated_deviations = 5.0;
    constexpr double same_gamma = 0.03;  // chosen: lengths whose standard deviations differ by less share one gamma
    constexpr double negligible_wait = 1e-6;  // chosen: P(wait for a slot) below which slots do not bind
    constexpr double least_time = 1e-12;      // seconds: a divisor
    constexpr double least_below = 1e-3;      // chosen: least share of a gamma that lies below the saturated step

    const occupancy& o = p.occupancy;
    const double saturated = b.saturated_step(), waiting = p.wait.probability;
    const bool slots_bind = waiting > negligible_wait;
    const double skew = 1.0 - 0.5 * smaller(1.0, o.decodes / o.decode_variance);
    const double above = larger(least_time, o.mean_step - p.step.fixed / (1.0 - o.prompt_load));
    // The parameter of the skewness; near the limit, where the number of decodes has no bound of its own, the least step.
    const double skewed = o.mean_gap - larger(least_time, above + o.mean_gap - o.mean_step) / skew;
    const double least = slots_bind ? larger(b.least_step, skewed) : skewed;
    const double step_per_decode = p.step.per_sequence / (1.0 - o.prompt_load);
    const double decodes_share = step_per_decode * step_per_decode * o.decode_variance;
    struct part {
        shifted_gamma gamma;
        double weight;
    };
    std::vector<part> parts;
    double widest = 0.0;
    for (std::size_t i = 0; i < o.gap_variance.size(); ++i) {
        const double slow = smaller(o.gap_variance[i], decodes_share);
        const double seen =
            larger(0.0, o.gap_variance[i] + (2.0 * skew * slow / above - slow / o.mean_step) * slow / o.mean_step);
        const shifted_gamma gamma{least, o.mean_gap, std::sqrt(seen)};
        widest = larger(widest, gamma.deviation);
        const double weight =
            b.spectrum.windows()[i].weight / (slots_bind ? larger(least_below, gamma.below(saturated)) : 1.0);
        if (!parts.empty() && std::fabs(parts.back().gamma.deviation - gamma.deviation) < same_gamma * gamma.deviation)
            parts.back().weight += weight;
        else parts.push_back({gamma, weight});
    }
    const double noise = std::sqrt(saturated_gap_variance(b));
    const auto below = [&](double t) {
        const double at = slots_bind ? smaller(t, saturated) : t;
        double sum = 0.0;
        for (const part& each : parts) sum += each.weight * each.gamma.below(at);
        return (1.0 - waiting) * sum + waiting * normal_below((t - saturated) / noise);
    };
    std::array<double, table_points> points{};
    // Past the saturated step, and past the mean, which the table must hold.
    const double high = slots_bind ? larger(saturated + saturated_deviations * noise, 1.01 * o.mean_gap)
                                   : o.mean_gap + high_deviations * widest;
    fill_evenly(points, larger(larger(p.step.fixed, b.least_step), o.mean_gap - low_deviations * widest), high);
    points.back() = high;  // with equal lengths all who wait end at the saturated step: a jump just before it
    return latency_distribution(points, below, o.mean_gap);
}
}  // namespace gambrel::detail
