// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Takes out of a figure what a probe of the same machine and hour tells of it: the probe runs before the change can act, as
/// one client before the load does.
///
///     theta    = cov(y, x) / var(x)         y, x: logarithms of figure and probe, each less the mean of its side
///     adjusted = y - theta (x - mean of all x)        variance left = 1 - r^2
///
/// Needs a probe that the change does not move: a probe that it does move takes the effect out with the noise.
/// Source: Deng, Xu, Kohavi & Walker, WSDM 2013 (CUPED; recalled). Evidence: tests/comparison/statistics_test.cpp.

#include <cmath>
#include <gambrel/error.hpp>
#include <numeric>
#include <vector>

namespace gambrel {

struct probe_effect {
    double theta = 0.0;
    double variance_left = 1.0;  ///< share of the variance of y
};

/// Of series that are centred within their sides. A probe that never moved tells nothing.
inline probe_effect probe_effect_of(const std::vector<std::vector<double>>& y,
                                    const std::vector<std::vector<double>>& x) {
    double xx = 0.0, xy = 0.0, yy = 0.0;
    if (y.size() != x.size()) fail("a side has no probe");
    for (std::size_t side = 0; side < y.size(); ++side) {
        if (y[side].size() != x[side].size())
            fail("a side has " + std::to_string(y[side].size()) + " runs and " + std::to_string(x[side].size()) +
                 " probes; each run needs its own");
        const auto mean = [](const std::vector<double>& v) {
            return v.empty() ? 0.0 : std::accumulate(v.begin(), v.end(), 0.0) / static_cast<double>(v.size());
        };
        const double of_y = mean(y[side]), of_x = mean(x[side]);
        for (std::size_t i = 0; i < y[side].size(); ++i) {
            xx += (x[side][i] - of_x) * (x[side][i] - of_x);
            xy += (x[side][i] - of_x) * (y[side][i] - of_y);
            yy += (y[side][i] - of_y) * (y[side][i] - of_y);
        }
    }
    if (!(xx > 0.0) || !(yy > 0.0)) return {};
    return {xy / xx, 1.0 - xy * xy / (xx * yy)};
}

/// The figures of each side as they would have been with the mean probe of all runs.
inline probe_effect adjust_for_probe(std::vector<std::vector<double>>& figures,
                                     const std::vector<std::vector<double>>& probes) {
    const auto logs = [](std::vector<std::vector<double>> v) {
        for (auto& side : v)
            for (double& each : side) each = std::log(checked(each, 1e-300, 1e300, "a figure of a run"));
        return v;
    };
    const auto y = logs(figures), x = logs(probes);
    const probe_effect e = probe_effect_of(y, x);
    double sum = 0.0, probes_in_all = 0.0;
    for (const auto& side : x)
        for (const double each : side) sum += each, probes_in_all += 1.0;
    for (std::size_t side = 0; side < y.size(); ++side)
        for (std::size_t i = 0; i < y[side].size(); ++i)
            figures[side][i] = std::exp(y[side][i] - e.theta * (x[side][i] - sum / probes_in_all));
    return e;
}
}  // namespace gambrel
