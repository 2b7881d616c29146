// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Between which of a run's sorted requests a percentile lies, whatever their distribution.
///
///     covered(l, u) = P(l <= Binomial(n, q) <= u - 1)          l, u: ranks, 1 the smallest
///     l = greatest rank with P(Binomial <= l - 1) <= (1 - level) / 2,   u = least with P(Binomial >= u) <= (1 - level) / 2
///
/// There is no upper rank where even the largest request is below the percentile too often: q^n > (1 - level) / 2, for the
/// 99th at 95 % fewer than 368 requests. A p99 of a short run is a figure without an upper end.
/// Assumption: requests are independent; under load they are not quite, so the true range is wider.
/// Evidence: tests/comparison/statistics_test.cpp.

#include <boost/math/distributions/binomial.hpp>
#include <cstdint>
#include <gambrel/error.hpp>
#include <optional>

namespace gambrel {

struct percentile_ranks {
    std::optional<std::int64_t> low{}, high{};  ///< absent: no request is surely below it, surely above it
    double covered = 0.0;                       ///< share of runs whose true percentile lies between them
};

inline percentile_ranks ranks_of_percentile(double q, std::int64_t requests, double level = 0.95) {
    checked(q, 1e-9, 1.0 - 1e-9, "the percentile as a share");
    checked(static_cast<double>(requests), 1, 1e12, "the requests of a run");
    const boost::math::binomial below(static_cast<double>(requests), q);
    const double tail = 0.5 - 0.5 * level;
    const auto at_most = [&](std::int64_t k) {
        return k < 0 ? 0.0 : k >= requests ? 1.0 : boost::math::cdf(below, static_cast<double>(k));
    };
    const auto first = [&](const auto& holds) {  // least count in [0, requests] for which it holds
        std::int64_t low = 0, high = requests;
        while (low < high) {
            const std::int64_t middle = low + (high - low) / 2;
            if (holds(middle)) high = middle;
            else low = middle + 1;
        }
        return low;
    };
    const std::int64_t l = first([&](std::int64_t k) { return at_most(k) > tail; });             // P(<= l - 1) <= tail
    const std::int64_t u = first([&](std::int64_t k) { return at_most(k) >= 1.0 - tail; }) + 1;  // P(>= u) <= tail
    percentile_ranks r;
    if (l >= 1) r.low = l;
    if (u <= requests) r.high = u;
    r.covered = (r.high ? at_most(u - 1) : 1.0) - (r.low ? at_most(l - 1) : 0.0);
    return r;
}
}  // namespace gambrel
