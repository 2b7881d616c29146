// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The distribution of TTFT at a solved load point. An arrival is one of three kinds, each with its probability:
///
///     idle      nothing runs: its own step starts at once               a step without decodes + its prefill
///     running   it joins the next step                                  first_token_transform of step_recursion.hpp
///     waiting   every slot is taken                                     exponential wait + its step after admission
///
///     P(TTFT - frontend <= t) = idle P(lone step <= t) + running P(recursion <= t) + waiting P(wait + step <= t)
///
/// A step is one forward pass; frontend: host seconds before a step may carry the request. Under asynchronous
/// scheduling the step after the one under way is planned already, without the arrival: all but the idle wait for one
/// more step, independent of the length of the one they meet. For `running` the transform of a step multiplies that of
/// TTFT; `waiting` is shifted by its mean. Source and figures: docs/models/serving-under-load.md. Evidence:
/// tests/serving/load/load_model_test.cpp, load_against_simulation_test.cpp,
/// tests/simulation/async_scheduling_test.cpp.

#include <gambrel/numeric/waiting_time_laws.hpp>
#include <gambrel/serving/load/cosine_distribution.hpp>
#include <gambrel/serving/load/load_point.hpp>
#include <gambrel/serving/load/table_points.hpp>

namespace gambrel::detail {

/// The wait for a slot and TTFT after admission, for a request that queued for a slot. In saturation arrivals per step
/// equal departures per step, so it shares its step with Poisson(slots / output) other prompts.
inline wait_and_normal ttft_of_waiting(const load_basis& b, const load_point& p) {
    const double prefill = p.recursion->mean_prefill(), companions = b.slots / b.shape.output;
    double variance = 0.0;
    for (const weighted_time& k : p.step.prefill) variance += k.weight * (k.seconds - prefill) * (k.seconds - prefill);
    return {p.wait.rate, (b.separate_prefill ? 0.0 : b.full_step) + b.full.extra + prefill * (1.0 + companions),
            std::sqrt(variance * (1.0 + companions) + companions * prefill * prefill)};
}

/// A lone request's step, before its prompt: no step is under way.
inline double lone_step_of(const load_basis& b, const load_point& p) {
    return p.step.extra + (b.separate_prefill ? 0.0 : p.step.fixed);
}
/// Mean of the step that was planned before an arrival came, which it waits for too; 0: no step is planned ahead.
inline double planned_step_of(const load_basis& b, const load_point& p) {
    return b.async_scheduling ? p.recursion->mean_planned_step() : 0.0;
}
/// E e^{-s TTFT} of those who join the next step that is planned.
inline std::complex<double> running_transform(const load_basis& b, const load_point& p, std::complex<double> s) {
    const std::complex<double> next = p.recursion->first_token_transform(s);
    return b.async_scheduling ? next * p.recursion->step_transform(s) : next;
}
/// TTFT of a request that finds a slot.
inline mean_and_deviation ttft_without_wait(const load_basis& b, const load_point& p) {
    const step_recursion& r = *p.recursion;
    const double mean = r.mean_first_token() + planned_step_of(b, p);
    const auto transform = [&](std::complex<double> s) { return running_transform(b, p, s); };
    return {b.frontend + p.idle * (lone_step_of(b, p) + r.mean_prefill()) + (1.0 - p.idle) * mean,
            moments_by_transform(transform, 1.0, mean).deviation};
}

inline latency_distribution ttft_distribution(const load_basis& b, const load_point& p) {
    // The table (chosen): body to `knee_deviations` standard deviations above the mean, near tail to `end_deviations`,
    // far tail of the waits for a slot until one arrival in `beyond_table` waits longer.
    constexpr std::size_t body = 40, near_tail = 12, far_tail = latency_distribution::most_points - body - near_tail;
    constexpr double knee_deviations = 3.5, end_deviations = 9.0, beyond_table = 1e5;
    // Prompt lengths are a few weighted points; a normal of this share of the mean prefill smooths the steps between.
    constexpr double prefill_smoothing = 0.05, least_smoothing = 1e-9;
    constexpr double negligible_idle = 1e-6, negligible_wait_in_table = 1e-6, negligible_wait = 1e-9;

    const step_recursion& r = *p.recursion;
    const auto transform = [&](std::complex<double> s) { return running_transform(b, p, s); };
    const double planned_step = planned_step_of(b, p);
    const double prefill = r.mean_prefill(), mean = r.mean_first_token() + planned_step;
    const double deviation = moments_by_transform(transform, 1.0, mean).deviation;
    const double lone_step = lone_step_of(b, p);
    const double low = lone_step + p.shortest_prefill(), high = mean + end_deviations * deviation;
    const cosine_distribution<> after_running(transform, 1.0, low, high);

    const wait_and_normal after_waiting = ttft_of_waiting(b, p);
    const double waiting = p.wait.probability, idle = p.idle * (1.0 - waiting), running = 1.0 - waiting - idle;
    const auto below = [&](double t) {
        double sum = running * after_running.below(t);
        if (idle > negligible_idle)
            for (const weighted_time& k : p.step.prefill)
                sum += idle * k.weight *
                       normal_below((t - lone_step - k.seconds) / (least_smoothing + prefill_smoothing * prefill));
        return waiting > negligible_wait ? sum + waiting * after_waiting.below(t - planned_step) : sum;
    };
    std::array<double, latency_distribution::most_points> points{};
    const std::span<double> all(points);
    const double knee = mean + knee_deviations * deviation;
    // Where nobody waits the far tail needs no width of its own.
    const double wait_end =
        waiting > negligible_wait_in_table ? larger(0.0, std::log(beyond_table * waiting) / p.wait.rate) : 0.01 * high;
    fill_evenly(all.first(body), low, knee);
    fill_evenly(all.subspan(body, near_tail), knee, high);
    fill_geometrically(all.last(far_tail), high, high + wait_end);
    const double all_mean = waiting * (1.0 / p.wait.rate + after_waiting.mean + planned_step) +
                            idle * (lone_step + prefill) + running * mean;
    return latency_distribution(points, below, all_mean, high).later(seconds<>::from_value(b.frontend));
}
}  // namespace gambrel::detail
