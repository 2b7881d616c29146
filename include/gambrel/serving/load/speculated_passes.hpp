// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Outputs in passes where each makes several tokens (operators/speculation.hpp), and times of passes as times of tokens:
///
///     passes = 1 + s.passes(output - 1)               its variance: that of the lengths, over tokens^2, and the chance's
///     TPOT   = (mean pass of the request) x R         R = passes after the first / tokens after it, from request to
///                                                     request normal of variance passes_variance(n) / n^2
///
/// The mean pass and R are taken as independent. Evidence: tests/serving/load/speculated_load_test.cpp, against the
/// simulator.

#include <gambrel/numeric/normal.hpp>
#include <gambrel/operators/speculation.hpp>
#include <gambrel/serving/load/latency_distribution.hpp>
#include <gambrel/serving/load/load_shape.hpp>
#include <gambrel/serving/load/table_points.hpp>
#include <gambrel/workload/length.hpp>

namespace gambrel::detail {

/// The passes of an output, from that of its first token on, as a length.
inline length passes_of(const length& output, const speculation& s) {
    if (!s.on()) return output;
    const double tokens = output.mean(), mean = 1.0 + s.passes(tokens - 1.0), each = s.tokens();
    const double variance = output.variance() / (each * each) + s.passes_variance(tokens - 1.0);
    if (!(variance > 0.0) || !(mean > 1.0)) return length(mean);
    if (output.kind() == length_kind::uniform)
        return length::uniform(1.0 + s.passes(output.quantile(0.0) - 1.0), 1.0 + s.passes(output.largest() - 1.0));
    if (output.kind() == length_kind::empirical) {
        std::array<double, length::table_size> table{};
        for (std::size_t i = 0; i < table.size(); ++i)
            table[i] = 1.0 + s.passes(output.quantile(length::probability(i)) - 1.0);
        return length::of_quantiles(table);
    }
    return length::log_normal(mean, std::sqrt(variance) / mean);
}

/// Passes of a token after the first, on average.
inline double passes_per_token(const length& output, const speculation& s) {
    const double n = output.mean() - 1.0;
    return s.on() && n > 0.0 ? s.passes(n) / n : 1.0;
}

/// Times between tokens where `pass` is the law of the mean pass over an output.
inline latency_distribution of_tokens(const latency_distribution& pass, const length& output, const speculation& s) {
    if (!s.on() || !(output.mean() > 1.0)) return pass;
    constexpr std::size_t table_points = 64;
    constexpr double last_share = 0.9999;
    struct part {
        double ratio, weight;
    };
    // Lengths in points, and of each the middles of equally likely parts of R: fewer where there are many lengths.
    std::vector<part> parts;
    const std::vector<weighted_length> lengths = points_of(output);
    const int middles = lengths.size() > 1 ? 11 : 41;
    double mean = 0.0, weights = 0.0, least = 1.0, most = 0.0;
    for (const weighted_length& o : lengths) {
        const double n = o.tokens - 1.0;
        if (!(n > 0.0)) continue;
        const double each = s.passes(n) / n, spread = std::sqrt(s.passes_variance(n)) / n;
        for (int i = 0; i < middles; ++i) {
            const double normal = each + spread * normal_quantile((i + 0.5) / middles);
            parts.push_back({larger(1.0 / s.checked_tokens(), smaller(1.0, normal)), o.weight / middles});
            mean += parts.back().ratio * parts.back().weight;
            weights += parts.back().weight;
            least = smaller(least, parts.back().ratio);
            most = larger(most, parts.back().ratio);
        }
    }
    const double low = pass.quantile(0.0).value() * least, high = pass.quantile(last_share).value() * most;
    std::array<double, table_points> points{};
    fill_evenly(points, low, larger(high, low * (1.0 + 1e-6)));
    const auto below = [&](double t) {
        double sum = 0.0;
        for (const part& p : parts) sum += p.weight * (1.0 - pass.tail(seconds<>::from_value(t / p.ratio)));
        return sum / weights;
    };
    return latency_distribution(points, below, pass.mean().value() * mean / weights);
}
}  // namespace gambrel::detail
