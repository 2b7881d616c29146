// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Bisection: where a condition that holds on the left of a point and fails on its right changes. For constant
/// expressions, and for conditions that are no function with a sign; roots at run time: root.hpp.
///
///     real      halve [low, high] until high - low <= relative x high + absolute
///     integer   double from a first guess until the condition holds, then halve
///
/// Evidence: tests/numeric/bisection_test.cpp.

#include <gambrel/error.hpp>
#include <gambrel/numeric/math.hpp>

namespace gambrel {

struct bracket {
    double low = 0, high = 0;
};

/// The part of `within` in which `holds` changes from true (towards low) to false. The ends are taken at their word and
/// not evaluated: the result keeps `within.low` where nothing holds and `within.high` where everything does.
template <class Holds>
constexpr bracket bisected(Holds&& holds, bracket within, double relative, double absolute = 0.0) {
    while (within.high - within.low > relative * within.high + absolute) {
        const double middle = 0.5 * (within.low + within.high);
        if (!(within.low < middle && middle < within.high)) break;  // neighbours: nothing between them
        (holds(middle) ? within.low : within.high) = middle;
    }
    return within;
}

/// The root of `f` in [low, high], to `relative` of itself; throws `error` when f has one sign at both ends.
template <class F> constexpr double bisected_root(F&& f, double low, double high, double relative = 1e-13) {
    const double at_low = f(low), at_high = f(high);
    if (at_low == 0.0) return low;
    if (at_high == 0.0) return high;
    if ((at_low < 0.0) == (at_high < 0.0))
        fail("no root is bracketed between " + shortest(low) + " and " + shortest(high));
    const bracket b = bisected([&](double x) { return (f(x) < 0.0) == (at_low < 0.0); }, {low, high}, relative);
    return 0.5 * (b.low + b.high);
}

/// The least whole number from `first` to `most` for which `enough` holds, where it holds for every greater one; 0 for
/// none. `first` and `most` at least 1.
template <class Enough> constexpr int least_that(Enough&& enough, int first, int most) {
    int low = first - 1, high = first;
    while (!enough(high)) {
        if (high == most) return 0;
        low = high;
        high = high > most / 2 ? most : 2 * high;
    }
    while (high - low > 1) {
        const int middle = low + (high - low) / 2;
        (enough(middle) ? high : low) = middle;
    }
    return high;
}
}  // namespace gambrel
