// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How many times as large a figure of side B is as of side A, from runs of fresh servers, with what is not sure of it.
///
///     unpaired    d = mean ln b - mean ln a        se^2 = var(ln a) / n_a + var(ln b) / n_b
///                 nu = se^4 / ((var(ln a) / n_a)^2 / (n_a - 1) + (var(ln b) / n_b)^2 / (n_b - 1))         (Welch)
///     paired      d = mean of ln(b_i / a_i)        se^2 = var(ln(b_i / a_i)) / n        nu = n - 1
///     ratio       exp(d), within exp(d -+ t(nu) se)
///
/// Logarithms, for a run that is slow is slow by a factor. Paired: run i of both sides shared a machine and an hour, as
/// in A B B A; what moves both sides then cancels. Spreads of zero on both sides leave no range, and every p is 0 or 1.
/// Assumptions: runs are independent of each other, their logarithms roughly normal; the sides' spreads may differ.
/// Source: Welch, Biometrika 34, 1947 (recalled). Evidence: tests/comparison/statistics_test.cpp.

#include <cmath>
#include <gambrel/comparison/student.hpp>
#include <gambrel/error.hpp>
#include <utility>
#include <vector>

namespace gambrel {

/// Mean and variance (of n - 1) of the logarithms of a side.
struct log_moments {
    double mean = 0.0, variance = 0.0;
    std::size_t runs = 0;
};
inline log_moments log_moments_of(const std::vector<double>& figures) {
    log_moments m{.runs = figures.size()};
    for (const double x : figures) m.mean += std::log(checked(x, 1e-300, 1e300, "a figure of a run"));
    if (m.runs > 0) m.mean /= static_cast<double>(m.runs);
    for (const double x : figures) m.variance += (std::log(x) - m.mean) * (std::log(x) - m.mean);
    m.variance = m.runs > 1 ? m.variance / static_cast<double>(m.runs - 1) : 0.0;
    return m;
}

/// Equal measurements differ in their last bits: a spread below this is none.
inline constexpr double least_log_spread = 1e-12;

struct log_ratio {
    double difference = 0.0;  ///< d
    double error = 0.0;       ///< se
    double freedom = 0.0;     ///< nu
    std::size_t runs_a = 0, runs_b = 0;
    bool paired = false;
    bool probed = false;  ///< beside probes (covariate.hpp)

    /// se^2 over the variance of a run, or of a paired ratio.
    double inverse_runs() const {
        return 1.0 / static_cast<double>(runs_a) + (paired ? 0.0 : 1.0 / static_cast<double>(runs_b));
    }
    double ratio() const { return std::exp(difference); }
    double t() const { return difference / error; }
    /// Within which the ratio lies at this level: 0.95 for 95 %.
    std::pair<double, double> interval(double level) const {
        const double half = error > least_log_spread ? t_quantile(0.5 + 0.5 * level, freedom) * error : 0.0;
        return {std::exp(difference - half), std::exp(difference + half)};
    }
    /// p of the hypothesis that the ratio is at most `bound`, against a larger one.
    double p_above(double bound) const {
        const double beyond = difference - std::log(bound);
        if (!(error > least_log_spread)) return beyond > least_log_spread ? 0.0 : 1.0;
        return t_upper_tail(beyond / error, freedom);
    }
    /// p of the hypothesis that the ratio is at least `bound`, against a smaller one.
    double p_below(double bound) const {
        const double beyond = std::log(bound) - difference;
        if (!(error > least_log_spread)) return beyond > least_log_spread ? 0.0 : 1.0;
        return t_upper_tail(beyond / error, freedom);
    }
    /// p of the hypothesis that there is no change, against one in either direction.
    double p_changed() const { return std::fmin(1.0, 2.0 * std::fmin(p_above(1.0), p_below(1.0))); }
    /// p of the hypothesis that the change is beyond the margin, against one within it: two one-sided tests.
    double p_same(double margin) const { return std::fmax(p_above(1.0 / (1.0 + margin)), p_below(1.0 + margin)); }
};

/// Of two sides whose runs have nothing in common. Throws `error` for fewer than two runs a side.
inline log_ratio unpaired_ratio(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() < 2 || b.size() < 2)
        fail("a side has " + std::to_string(std::min(a.size(), b.size())) +
             " run; two are the least that show how far runs of the same server differ");
    const log_moments of_a = log_moments_of(a), of_b = log_moments_of(b);
    const auto n_a = static_cast<double>(of_a.runs), n_b = static_cast<double>(of_b.runs);
    const double share_a = of_a.variance / n_a, share_b = of_b.variance / n_b, all = share_a + share_b;
    const double below = share_a * share_a / (n_a - 1.0) + share_b * share_b / (n_b - 1.0);
    return {.difference = of_b.mean - of_a.mean,
            .error = std::sqrt(all),
            .freedom = below > 0.0 ? all * all / below : n_a + n_b - 2.0,
            .runs_a = of_a.runs,
            .runs_b = of_b.runs};
}

/// Of runs that were made in pairs. Throws `error` where the sides differ in their number, and for fewer than two
/// pairs.
inline log_ratio paired_ratio(const std::vector<double>& a, const std::vector<double>& b) {
    if (a.size() != b.size())
        fail("pairs of runs need as many on both sides; there are " + std::to_string(a.size()) + " and " +
             std::to_string(b.size()));
    if (a.size() < 2) fail("one pair of runs does not show how far pairs differ; two are the least");
    std::vector<double> ratios(a.size());
    for (std::size_t i = 0; i < a.size(); ++i)
        ratios[i] =
            checked(b[i], 1e-300, 1e300, "a figure of a run") / checked(a[i], 1e-300, 1e300, "a figure of a run");
    const log_moments m = log_moments_of(ratios);
    const auto n = static_cast<double>(m.runs);
    return {.difference = m.mean,
            .error = std::sqrt(m.variance / n),
            .freedom = n - 1.0,
            .runs_a = m.runs,
            .runs_b = m.runs,
            .paired = true};
}
}  // namespace gambrel
