// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The greatest of several random counts of one mean, relative to it.
///
///     greatest / mean = (1 - spread / 9 + z sqrt(spread) / 3)^3        spread: squared coefficient of variation of a count
///     of n things thrown into groups: spread = (1 / mean) (1 - 1 / groups), mean = n / groups
///
/// The mean of the greatest of `groups` is about their quantile 1 - e^-0.5772 / groups, here of a Gamma distribution by
/// Wilson and Hilferty's cube; z is that quantile of the normal: within 18 % of the mean greatest of two or three things,
/// 13 % of five and more. Source: Wilson, Hilferty, PNAS 17 (1931), recalled.
/// Evidence: tests/numeric/greatest_count_test.cpp (counted out).

#include <gambrel/numeric/normal.hpp>

namespace gambrel {

/// z of the greatest of `groups` counts; 0 for one.
constexpr double greatest_quantile(double groups) {
    constexpr double chance_above = 0.5614594835668851;  // e^-0.5772 (Euler's constant): mean of the greatest
    return groups > 1.0 ? normal_quantile(1.0 - chance_above / groups) : 0.0;
}
/// The greatest count over the mean one; at least 1.
constexpr double greatest_over_mean(double spread, double z) {
    const double root = 1.0 - spread / 9.0 + z * math::sqrt(spread) / 3.0;
    return root > 1.0 ? root * root * root : 1.0;
}
/// The most of `n` things that one of `groups` gets, each thing going to any of them; z = greatest_quantile(groups).
/// One where there is any, all of less than one.
constexpr double most_of(double n, double groups, double z) {
    if (groups <= 1.0 || n <= 1.0) return n;
    const double mean = n / groups, most = mean * greatest_over_mean((1.0 - 1.0 / groups) / mean, z);
    return most < 1.0 ? 1.0 : most > n ? n : most;
}
}  // namespace gambrel
