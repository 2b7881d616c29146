// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The bootstrap of the median without drawing anything: with so few runs the whole distribution can be written down.
///
///     P(median of n draws with replacement <= k-th smallest) = P(Binomial(n, k / n) >= (n + 1) / 2)       n odd
///
/// The ratio of two medians takes n_a n_b values, each with the product of its two chances; its interval runs from the least
/// value that reaches (1 - level) / 2 of the whole to the least that reaches (1 + level) / 2. An even number of runs has two
/// middle ones; the lower is taken, of draws as of runs.
/// A median minds no run that went astray, and its range takes only values that were seen: with 3 runs it is no wider than
/// they are. Evidence: tests/comparison/statistics_test.cpp.

#include <algorithm>
#include <boost/math/distributions/binomial.hpp>
#include <gambrel/error.hpp>
#include <vector>

namespace gambrel {

/// The chance of each rank, smallest first, to be the median of as many draws.
inline std::vector<double> median_rank_weights(std::size_t runs) {
    checked(static_cast<double>(runs), 1, 10'000, "the runs of a side");
    std::vector<double> weights(runs);
    const auto n = static_cast<double>(runs);
    double before = 0.0;
    for (std::size_t k = 1; k <= runs; ++k) {
        const double below = static_cast<double>((runs + 1) / 2 - 1);  // fewer than half of the draws
        const double reached = k == runs ? 1.0
                                         : boost::math::cdf(boost::math::complement(
                                               boost::math::binomial(n, static_cast<double>(k) / n), below));
        weights[k - 1] = reached - before;
        before = reached;
    }
    return weights;
}

struct median_ratio {
    double ratio = 1.0, low = 1.0, high = 1.0;
};

inline median_ratio ratio_of_medians(std::vector<double> a, std::vector<double> b, double level = 0.95) {
    if (a.empty() || b.empty()) fail("a side has no run");
    std::sort(a.begin(), a.end());
    std::sort(b.begin(), b.end());
    const auto weights_a = median_rank_weights(a.size()), weights_b = median_rank_weights(b.size());
    std::vector<std::pair<double, double>> points;
    points.reserve(a.size() * b.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        for (std::size_t j = 0; j < b.size(); ++j)
            points.emplace_back(b[j] / checked(a[i], 1e-300, 1e300, "a figure of a run"), weights_a[i] * weights_b[j]);
    std::sort(points.begin(), points.end());
    const auto reached = [&](double share) {
        double sum = 0.0;
        for (const auto& [value, weight] : points)
            if ((sum += weight) >= share) return value;
        return points.back().first;
    };
    return {b[(b.size() - 1) / 2] / a[(a.size() - 1) / 2], reached(0.5 - 0.5 * level), reached(0.5 + 0.5 * level)};
}
}  // namespace gambrel
