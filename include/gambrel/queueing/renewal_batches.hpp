// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How many more arrivals than usual surround an arrival, when gaps are gamma-distributed: what bursts do at the scale
/// of a step. Over long times they look like batches of (1 + v) / 2, v the squared variation of the gaps; within a
/// step only part of a batch arrives.
///
///     batch variance seen within t = 1 + 2 (m(t) - rate t)      m(t) = sum over n of P(n gaps <= t): renewal function
///
/// 1 for Poisson arrivals (v = 1); grows, or for arrivals more even than Poisson falls, to v.
/// Source: renewal theory (Cox 1962, recalled).
/// Evidence: tests/queueing/renewal_batches_test.cpp (limits; Monte Carlo).

#include <algorithm>
#include <cmath>
#include <gambrel/error.hpp>

namespace gambrel {

namespace detail {
/// P(gamma of `shape` and scale 1 <= x), by its series: for x up to some tens.
inline double gamma_below(double shape, double x) {
    double term = std::exp(shape * std::log(x) - x - std::lgamma(shape + 1.0)), sum = term;
    for (double k = shape + 1.0; term > 1e-12 * sum; k += 1.0) sum += term *= x / k;
    return std::fmin(sum, 1.0);
}
}  // namespace detail

/// Squared variation of batches that stand for gamma gaps of squared variation `variance` > 0 within `expected` mean
/// gaps. Evidence: as above.
inline double batch_variance_within(double variance, double expected) {
    checked(variance, 1e-6, 1e6, "the squared variation of arrival gaps");
    checked(expected, 0.0, 1e12, "the number of arrivals expected");
    if (variance == 1.0 || expected <= 0.0) return 1.0;
    const double shape = 1.0 / variance, x = expected * shape;
    constexpr double long_time = 20.0;   // from here on the limit holds, and the series would be long
    constexpr double negligible = 1e-5;  // chance of n gaps: later terms are smaller
    constexpr double most_gaps = 1e4;
    if (x > long_time) return variance;
    double renewals = 0.0;
    for (double n = 1.0;; n += 1.0) {
        const double p = detail::gamma_below(n * shape, x);
        renewals += p;
        if (p < negligible || n > most_gaps) break;
    }
    return std::clamp(1.0 + 2.0 * (renewals - expected), std::fmin(1.0, variance), std::fmax(1.0, variance));
}
}  // namespace gambrel
