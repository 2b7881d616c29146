// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The distribution of a request's latency at a solved load point:
///
///     latency = TTFT + (output - 1) TPOT        a mixture over output lengths, the middles of shares of all outputs
///
/// For outputs of one length: normal, of mean TTFT + (output - 1) mean_gap, its variance the sum of TTFT's and of the
/// gaps' (taken as independent), and, for requests that wait for a slot, with the exponential wait before it. The
/// variance of the mean gap over an output is interpolated between the lengths that occupancy.hpp computed. Source and
/// figures: docs/models/serving-under-load.md. Evidence: tests/serving/load/load_model_test.cpp,
/// load_against_simulation_test.cpp.

#include <algorithm>
#include <gambrel/numeric/waiting_time_laws.hpp>
#include <gambrel/serving/load/load_point.hpp>
#include <gambrel/serving/load/table_points.hpp>
#include <gambrel/serving/load/ttft_distribution.hpp>

namespace gambrel::detail {

/// Bounds, in probability, of the shares of the outputs that count as one length, closer together towards the longest:
/// chosen so that p99.5 still falls inside a share of its own.
inline constexpr std::array<double, 19> output_shares{0.0, 0.07, 0.14, 0.21, 0.28, 0.35, 0.42,  0.49,  0.56, 0.63,
                                                      0.7, 0.77, 0.84, 0.9,  0.94, 0.97, 0.985, 0.995, 1.0};

/// Variance of the mean of `steps` steps in a row, linear between the windows (numbers of steps) that were computed.
inline double gap_variance_over(const load_basis& b, const occupancy& o, double steps) {
    const std::vector<weighted_length>& w = b.spectrum.windows();
    std::size_t i = 0;
    while (i + 1 < w.size() && w[i].tokens < steps) ++i;
    if (i == 0 || w[i].tokens <= w[i - 1].tokens) return o.gap_variance[i];
    const double share = smaller(1.0, (steps - w[i - 1].tokens) / (w[i].tokens - w[i - 1].tokens));
    return o.gap_variance[i - 1] + share * (o.gap_variance[i] - o.gap_variance[i - 1]);
}

inline latency_distribution request_latency_distribution(const load_basis& b, const load_point& p,
                                                         const latency_distribution& ttft) {
    constexpr std::size_t outputs = output_shares.size() - 1, body = 24, tail = 12;
    constexpr std::size_t last_of_body = 14;  // the share that ends at 0.94 of the outputs is the last of the body
    constexpr double low_deviations = 4.0, high_deviations = 5.0, least_relative_deviation = 1e-6;
    constexpr double one_deviation_up = 0.8413, one_deviation_down = 0.1587;  // of a normal
    constexpr double negligible_wait = 1e-4;                                  // share of arrivals

    const double first = ttft.mean().value(), gap = p.occupancy.mean_gap;
    const double waiting = p.wait.probability > negligible_wait ? p.wait.probability : 0.0;
    const wait_and_normal waited = waiting > 0.0 ? ttft_of_waiting(b, p) : wait_and_normal{};
    double direct = first;  // mean and deviation of the TTFT of those who do not wait for a slot
    double first_deviation = 0.5 * (ttft.quantile(one_deviation_up) - ttft.quantile(one_deviation_down)).value();
    if (waiting > 0.0) {
        const mean_and_deviation unqueued = ttft_without_wait(b, p);
        direct = unqueued.mean;
        first_deviation = smaller(first_deviation, unqueued.deviation);
    }
    std::array<double, outputs> decoding{}, deviations{};  // seconds after the first token, by share of the outputs
    for (std::size_t i = 0; i < outputs; ++i) {
        const double steps = larger(0.0, b.output.quantile(0.5 * (output_shares[i] + output_shares[i + 1])) - 1.0);
        decoding[i] = steps * gap;
        const double gaps_deviation = steps * std::sqrt(gap_variance_over(b, p.occupancy, steps));
        deviations[i] =
            larger(least_relative_deviation * (first + decoding[i]), std::hypot(first_deviation, gaps_deviation));
    }
    const auto below = [&](double t) {
        double sum = 0.0;
        for (std::size_t i = 0; i < outputs; ++i) {
            double one = (1.0 - waiting) * normal_below((t - direct - decoding[i]) / deviations[i]);
            const wait_and_normal late{waited.rate, b.frontend + waited.mean + decoding[i], deviations[i]};
            if (waiting > 0.0) one += waiting * late.below(t);
            sum += (output_shares[i + 1] - output_shares[i]) * one;
        }
        return sum;
    };
    std::array<double, body + tail> points{};
    const double body_end = first + decoding[last_of_body];
    const double end = first + decoding.back() + high_deviations * deviations.back();
    fill_evenly(std::span(points).first(body),
                larger(ttft.quantile(0.0).value(), direct + decoding.front() - low_deviations * deviations.front()),
                body_end);
    fill_evenly(std::span(points).last(tail), body_end, end);
    points.back() = end;  // past the longest output: the tail is fitted to the last two points
    return latency_distribution(points, below, first + b.shape.decode_steps() * gap).not_before(ttft);
}
}  // namespace gambrel::detail
