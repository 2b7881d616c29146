// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Several questions asked of the same runs: each p as it must be read so that the chance of any false alarm stays what it
/// was, whatever the questions have in common.
///
///     sorted p_1 <= ... <= p_m:    adjusted_i = max over j <= i of min(1, (m - j + 1) p_j)
///
/// Source: Holm, Scandinavian Journal of Statistics 6, 1979 (recalled). Evidence: tests/comparison/statistics_test.cpp.

#include <algorithm>
#include <numeric>
#include <vector>

namespace gambrel {

inline std::vector<double> holm_adjusted(const std::vector<double>& p) {
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(), [&](std::size_t i, std::size_t j) { return p[i] < p[j]; });
    std::vector<double> adjusted(p.size());
    double least = 0.0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        least = std::max(least, std::min(1.0, static_cast<double>(order.size() - i) * p[order[i]]));
        adjusted[order[i]] = least;
    }
    return adjusted;
}
}  // namespace gambrel
