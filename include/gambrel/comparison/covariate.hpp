// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Takes out of a figure what a probe of the same machine and hour tells of it: the probe runs before the change can
/// act, as one client before the load does. Analysis of covariance, which pays for the slope that it takes from the
/// same runs.
///
///     y, x: logarithms of figure and probe       S..: sums of squares and products within the sides
///     theta      = Sxy / Sxx                     d  = mean y_b - mean y_a - theta (mean x_b - mean x_a)
///     s^2        = (Syy - theta Sxy) / nu        nu = n_a + n_b - 3
///     se^2       = s^2 (1 / n_a + 1 / n_b + (mean x_b - mean x_a)^2 / Sxx)
///     paired     y, x: differences of a pair, one side:  d = mean y - theta mean x,  nu = n - 2,
///                se^2 = s^2 (1 / n + (mean x)^2 / Sxx)
///     adjusted   = y - theta (x - mean of all x)           variance left = 1 - Sxy^2 / (Sxx Syy)
///
/// Needs a probe that the change does not move: a probe that it does move takes the effect out with the noise. One that
/// never moved tells nothing, and the figures are judged without it.
/// Assumption: both sides vary alike about lines of one slope. Source: Cochran, Biometrics 13, 1957; as CUPED, Deng,
/// Xu, Kohavi & Walker, WSDM 2013 (both recalled). Evidence: tests/comparison/statistics_test.cpp (least squares by
/// NumPy; false alarms of drawn runs).

#include <array>
#include <cmath>
#include <gambrel/comparison/log_ratio.hpp>
#include <numeric>
#include <optional>
#include <vector>

namespace gambrel {

/// A number a run, of both sides.
using of_two_sides = std::array<std::vector<double>, 2>;

struct probed_ratio {
    log_ratio ratio{};
    double theta = 0.0;
    double variance_left = 1.0;  ///< share of the variance of y
    of_two_sides adjusted{};     ///< figures, as with the mean probe of all runs
};

namespace detail {
inline double mean_of_all(const std::vector<double>& v) {
    return std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
}
/// Sums within sides.
struct covariance_sums {
    double xx = 0.0, xy = 0.0, yy = 0.0;

    void add(const std::vector<double>& x, const std::vector<double>& y) {
        const double of_x = mean_of_all(x), of_y = mean_of_all(y);
        for (std::size_t i = 0; i < x.size(); ++i) {
            xx += (x[i] - of_x) * (x[i] - of_x);
            xy += (x[i] - of_x) * (y[i] - of_y);
            yy += (y[i] - of_y) * (y[i] - of_y);
        }
    }
};
inline of_two_sides logarithms(of_two_sides v) {
    for (auto& side : v)
        for (double& each : side) each = std::log(checked(each, 1e-300, 1e300, "a figure of a run"));
    return v;
}
}  // namespace detail

/// Fewest runs a side that leave a degree of freedom beside the slope.
inline constexpr std::size_t least_probed_runs(bool paired) { return paired ? 3 : 2; }

/// The ratio of B over A beside its probes; nothing where the probes never moved. Throws `error` for runs without a
/// probe of their own and for fewer runs than `least_probed_runs`.
inline std::optional<probed_ratio> ratio_beside_probes(const of_two_sides& figures, const of_two_sides& probes,
                                                       bool paired) {
    for (std::size_t side = 0; side < 2; ++side) {
        if (figures[side].size() != probes[side].size())
            fail("a side has " + std::to_string(figures[side].size()) + " runs and " +
                 std::to_string(probes[side].size()) + " probes; each run needs its own");
        if (figures[side].size() < least_probed_runs(paired))
            fail("a side has " + std::to_string(figures[side].size()) + " runs with probes; " +
                 std::to_string(least_probed_runs(paired)) + " are the least that show what is left beside the probe");
    }
    const of_two_sides y = detail::logarithms(figures), x = detail::logarithms(probes);
    const auto n_a = static_cast<double>(y[0].size()), n_b = static_cast<double>(y[1].size());
    detail::covariance_sums s;
    if (paired) {
        if (n_a != n_b) fail("pairs of runs need as many on both sides");
        std::vector<double> of_y, of_x;
        for (std::size_t i = 0; i < y[0].size(); ++i) {
            of_y.push_back(y[1][i] - y[0][i]);
            of_x.push_back(x[1][i] - x[0][i]);
        }
        s.add(of_x, of_y);
    } else {
        for (std::size_t side = 0; side < 2; ++side) s.add(x[side], y[side]);
    }
    if (!(s.xx > least_log_spread * least_log_spread)) return {};
    probed_ratio r;
    r.theta = s.xy / s.xx;
    r.variance_left = s.yy > 0.0 ? std::fmax(0.0, 1.0 - s.xy * s.xy / (s.xx * s.yy)) : 1.0;
    const double apart = detail::mean_of_all(x[1]) - detail::mean_of_all(x[0]);
    const double freedom = paired ? n_a - 2.0 : n_a + n_b - 3.0;
    const double variance = std::fmax(0.0, s.yy - r.theta * s.xy) / freedom;
    r.ratio = {.difference = detail::mean_of_all(y[1]) - detail::mean_of_all(y[0]) - r.theta * apart,
               .freedom = freedom,
               .runs_a = y[0].size(),
               .runs_b = y[1].size(),
               .paired = paired,
               .probed = true};
    r.ratio.error = std::sqrt(variance * (r.ratio.inverse_runs() + apart * apart / s.xx));
    const double middle = (detail::mean_of_all(x[0]) * n_a + detail::mean_of_all(x[1]) * n_b) / (n_a + n_b);
    for (std::size_t side = 0; side < 2; ++side)
        for (std::size_t i = 0; i < y[side].size(); ++i)
            r.adjusted[side].push_back(std::exp(y[side][i] - r.theta * (x[side][i] - middle)));
    return r;
}
}  // namespace gambrel
