// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The root of a continuous function between two points of opposite sign, at run time: Boost.Math's TOMS 748 (cubic and
/// quadratic steps within a bracket that never stops shrinking). In constant expressions: bisection.hpp.
///
/// Source: Alefeld, Potra & Shi, ACM Transactions on Mathematical Software 21, 1995, as Boost.Math has it.
/// Evidence: tests/numeric/root_test.cpp.

#include <boost/math/tools/toms748_solve.hpp>
#include <cmath>
#include <cstdint>
#include <gambrel/error.hpp>
#include <limits>

namespace gambrel {

/// Evaluations after which a root is taken as it is: a bracket of doubles is exhausted by some 200 bisections.
inline constexpr std::uintmax_t most_root_evaluations = 400;

/// x in [low, high] with f(x) = 0, to `relative` of |x| or `absolute`; throws `error` when f has one sign at both ends.
template <class F>
double bracketed_root(F&& f, double low, double high, double relative = 1e-12, double absolute = 0.0) {
    const double at_low = f(low), at_high = f(high);
    if (at_low == 0.0) return low;
    if (at_high == 0.0) return high;
    if (!((at_low < 0.0) != (at_high < 0.0)))
        fail("no root is bracketed between " + shortest(low) + " and " + shortest(high));
    const auto close = [&](double a, double b) {
        const double least = std::fmin(std::fabs(a), std::fabs(b));
        return b - a <= std::fmax(relative, 2.0 * std::numeric_limits<double>::epsilon()) * least + absolute;
    };
    // The last steps land far closer to the root than the bracket they leave: the best point in it is the answer.
    double best = low, least = std::numeric_limits<double>::infinity();
    const auto kept = [&](double x) {
        const double value = f(x);
        if (std::fabs(value) < least) best = x, least = std::fabs(value);
        return value;
    };
    std::uintmax_t evaluations = most_root_evaluations;
    const auto [a, b] = boost::math::tools::toms748_solve(kept, low, high, at_low, at_high, close, evaluations);
    return a <= best && best <= b ? best : 0.5 * (a + b);
}
}  // namespace gambrel
