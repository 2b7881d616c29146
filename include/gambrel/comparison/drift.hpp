// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whether a series of runs creeps away from where it was, by steps too small for any single comparison: CUSUM, both
/// ways.
///
///     up_i   = max(0, up_{i-1}   + (x_i - mean) / sd - slack)          alarm: above the limit
///     down_i = max(0, down_{i-1} - (x_i - mean) / sd - slack)
///
/// With slack 0.5 and limit 5 a lasting shift of one sd is seen after 10.4 runs on average, and without one a false
/// alarm comes after 930 on average in one direction, 465 in both, where mean and sd are known (Brook and Evans' chain
/// of 200 states); of few runs before, they are not, and false alarms are more frequent.
/// Source: Page, Biometrika 41, 1954; Montgomery, Introduction to Statistical Quality Control, section 9.1 (recalled).
/// Evidence: tests/comparison/statistics_test.cpp.

#include <gambrel/error.hpp>
#include <optional>
#include <vector>

namespace gambrel {

struct drift {
    std::vector<double> up{}, down{};
    std::optional<std::size_t> alarm{};  ///< the first run, from 0, at which either is above the limit
    bool upwards = false;                ///< which one
};

inline drift drift_of(const std::vector<double>& series, double mean, double sd, double slack = 0.5,
                      double limit = 5.0) {
    checked(sd, 1e-300, 1e300, "the standard deviation before");
    drift d;
    double up = 0.0, down = 0.0;
    for (std::size_t i = 0; i < series.size(); ++i) {
        const double away = (series[i] - mean) / sd;
        up = std::max(0.0, up + away - slack);
        down = std::max(0.0, down - away - slack);
        d.up.push_back(up);
        d.down.push_back(down);
        if (!d.alarm && (up > limit || down > limit)) {
            d.alarm = i;
            d.upwards = up > limit;
        }
    }
    return d;
}
}  // namespace gambrel
