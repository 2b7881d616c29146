// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The root of a function between two points of opposite sign: inverse quadratic steps where they are safe, bisection
/// where they are not, so never slower than bisection by more than a constant.
///
/// Source: Chandrupatla, Advances in Engineering Software 28, 1997 (recalled).

#include <algorithm>
#include <gambrel/error.hpp>
#include <gambrel/numeric/math.hpp>

namespace gambrel::queueing {

/// x in [low, high] with f(x) = 0, to `relative` of |x| or `absolute`; throws `error` when f has one sign at both ends.
/// Evidence: tests/queueing/bracketed_root_test.cpp.
template <class F>
constexpr double bracketed_root(F&& f, double low, double high, double relative = 1e-12, double absolute = 0.0) {
    double a = high, b = low, c = low;  // the root is between a, the latest point, and b
    double fa = f(a), fb = f(b), fc = fb;
    if (fa == 0.0) return a;
    if (fb == 0.0) return b;
    if (!((fa < 0.0) != (fb < 0.0))) fail("no root is bracketed between " + shortest(low) + " and " + shortest(high));
    double step = 0.5;
    for (int i = 0; i < 400; ++i) {
        const double x = a + step * (b - a);
        const double fx = f(x);
        if ((fx < 0.0) == (fa < 0.0)) {
            c = a, fc = fa;
        } else {
            c = b, fc = fb;
            b = a, fb = fa;
        }
        a = x, fa = fx;
        const double best = math::abs(fb) < math::abs(fa) ? b : a;
        const double least_step = (relative * math::abs(best) + absolute) / math::abs(b - a);
        if (fa == 0.0 || !(least_step < 0.5)) return best;
        const double xi = (a - b) / (c - b);
        const double phi = (fa - fb) / (fc - fb);
        const bool safe = phi * phi < xi && (1.0 - phi) * (1.0 - phi) < 1.0 - xi;
        step = safe ? fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb) : 0.5;
        step = std::clamp(step, least_step, 1.0 - least_step);
    }
    return math::abs(fb) < math::abs(fa) ? b : a;
}
}  // namespace gambrel::queueing
