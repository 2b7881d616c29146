// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The least change that so many runs a side show four times in five, and how many runs show a given change.
///
///     sigma            = sqrt(ln(1 + variation^2))                        variation: of runs of one server
///     T(f, x)          : Student's t of f degrees of freedom, off by x, x = effect / (sigma sqrt(2 / n))
///     pooled           power = P(T(2 n - 2, x) > t(2 n - 2))              the textbook's, of one spread for both sides
///     welch            power = mean over u of P(T(2 n - 2, x) > t(nu(u)))         u ~ Beta((n - 1) / 2, (n - 1) / 2)
///                      nu(u) = (n - 1) / (u^2 + (1 - u)^2)                u: the share of A in the spread that was seen
///     paired           power = P(T(n - 1, effect / (sigma / sqrt(n))) > t(n - 1))
///     beside probes    pooled or paired with one degree of freedom less, which the slope takes (covariate.hpp)
///     least change     = (1 + margin) exp(effect) - 1 where power is 0.8  margin: change that is nobody's concern
///     runs             = least n whose least change is at most the change asked for
///
/// Welch's degrees of freedom are fewer by chance where the spreads differ by chance; whatever the sum of the spreads
/// is, u is independent of it, so that the mean is exact for sides that truly vary alike. With 5 runs at 2 % the pooled
/// test sees 4.13 %, Welch's 4.26 %. The mean over u is taken at equal steps of the angle whose squared sine is u.
/// Assumption: both sides vary alike. Evidence: tests/comparison/statistics_test.cpp (SciPy's noncentral t),
/// tests/comparison/compare_test.cpp (drawn sets of runs).

#include <cmath>
#include <gambrel/comparison/student.hpp>
#include <gambrel/error.hpp>
#include <gambrel/numeric/root.hpp>

namespace gambrel {

inline constexpr double usual_level = 0.05;  ///< of false alarms, both directions together
inline constexpr double usual_power = 0.8;
inline constexpr int most_runs_advised = 1000;  ///< a side; whoever needs more has another question

enum class sides : unsigned char { pooled, welch, paired };

/// How runs are set side by side, and how much they vary.
struct experiment {
    double variation = 0.02;  ///< standard deviation over mean: of a side's runs, of the ratio of paired ones
    gambrel::sides sides = gambrel::sides::welch;
    double level = usual_level, power = usual_power;
    bool probed = false;  ///< a slope is taken from the same runs; `variation` is what it leaves

    double sigma() const { return std::sqrt(std::log1p(variation * variation)); }
    double error(int runs) const { return sigma() * std::sqrt((sides == gambrel::sides::paired ? 1.0 : 2.0) / runs); }
    double freedom(int runs) const {
        return (sides == gambrel::sides::paired ? 1.0 : 2.0) * (runs - 1.0) - (probed ? 1.0 : 0.0);
    }
};

/// The share of experiments of `runs` a side whose one-sided test at `tail` is passed, where the truth is `effect` (the
/// logarithm of a factor) beyond what is tested.
inline double power_of(const experiment& e, double effect, int runs, double tail) {
    const double x = effect / e.error(runs), freedom = e.freedom(runs);
    if (freedom < 1.0) return 0.0;  // nothing is left to judge by
    if (e.sides != sides::welch) return t_power(x, freedom, t_quantile(1.0 - tail, freedom));
    constexpr int steps = 12;  // in half the angle, for u and 1 - u are alike
    const double each = runs - 1.0;
    double sum = 0.0, all = 0.0;
    for (int i = 0; i < steps; ++i) {
        const double angle = (i + 0.5) * (0.78539816339744831 / steps), u = std::pow(std::sin(angle), 2);
        const double weight = std::pow(std::sin(2.0 * angle), each - 1.0);
        if (weight < 1e-12) continue;
        const double limit = t_quantile(1.0 - tail, each / (u * u + (1.0 - u) * (1.0 - u)));
        sum += weight * t_power(x, freedom, limit);
        all += weight;
    }
    return sum / all;
}

namespace detail {
/// The least count of runs from 2 on for which it holds, of what holds for all above; 0: not up to what is advised.
template <class Holds> int least_runs(const Holds& holds) {
    if (!holds(most_runs_advised)) return 0;
    int below = 1, at = 2;
    for (; at < most_runs_advised && !holds(at); at *= 2) below = at;
    at = std::min(at, most_runs_advised);
    while (at - below > 1) {
        const int middle = below + (at - below) / 2;
        (holds(middle) ? at : below) = middle;
    }
    return at;
}
}  // namespace detail

/// As a share of 1: 0.05 for 5 %. Throws `error` for fewer runs than leave a degree of freedom.
inline double least_detectable_change(const experiment& e, int runs, double margin = 0.0) {
    checked(e.variation, 1e-9, 10.0, "the variation between runs");
    checked(runs, e.freedom(2) < 1.0 ? 3 : 2, 1e6, "the runs of a side");
    const double fewest = std::fmin(runs - 1.0, e.freedom(runs));
    const double far = e.error(runs) * (2.0 * t_quantile(1.0 - 0.25 * e.level, fewest) + 4.0);
    const double effect =
        bracketed_root([&](double x) { return power_of(e, x, runs, 0.5 * e.level) - e.power; }, 0.0, far, 1e-9);
    return (1.0 + margin) * std::exp(effect) - 1.0;
}

/// Runs a side that show `change` beyond the margin; 0: more than `most_runs_advised`.
inline int runs_for(const experiment& e, double change, double margin = 0.0) {
    const double effect = std::log1p(change) - std::log1p(margin);
    if (!(effect > 0.0)) return 0;
    return detail::least_runs([&](int n) { return power_of(e, effect, n, 0.5 * e.level) >= e.power; });
}

/// Runs a side that show that the change is within the margin, where it truly is `change`; 0: more than are advised.
/// Both tests miss at most as often as the two of them do one by one.
inline int runs_for_same(const experiment& e, double change, double margin) {
    const double up = std::log1p(margin) - std::log1p(change), down = std::log1p(margin) + std::log1p(change);
    if (!(up > 0.0) || !(down > 0.0)) return 0;
    return detail::least_runs(
        [&](int n) { return power_of(e, up, n, e.level) + power_of(e, down, n, e.level) - 1.0 >= e.power; });
}
}  // namespace gambrel
