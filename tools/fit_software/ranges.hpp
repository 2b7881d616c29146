// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How wide ranges must be to hold what was measured of rows that took no part in the fit.

#include "rows.hpp"
#include <array>
#include <gambrel/calibration/refine.hpp>
#include <gambrel/numeric/normal.hpp>
#include <gambrel/validation/validation.hpp>

namespace fit_software {

/// Share of the rows that an 80 % range is made to hold, of models that took no part in the fit.
inline constexpr double held = 0.80;

/// The deviation s that, in squares times `weight` beside what a row's range has already, lets `held` of them in.
inline double missing_deviation(const std::vector<std::array<double, 3>>& rows) {  // |ln error|, deviation, weight
    double low = 0.0, high = 5.0;
    for (int i = 0; i < 60; ++i) {
        const double s = 0.5 * (low + high);
        std::size_t inside = 0;
        for (const auto& [error, deviation, weight] : rows)
            if (error <= normal_quantile_90 * std::hypot(deviation, weight * s)) ++inside;
        (static_cast<double>(inside) < held * static_cast<double>(rows.size()) ? low : high) = s;
    }
    return high;
}
/// Error and deviation of each row as it stands.
inline std::vector<std::array<double, 3>> spread_of(const rows_type& rows,
                                                    const std::function<double(const measured_row&)>& weight) {
    std::vector<std::array<double, 3>> all;
    for (const measured_row& m : rows) {
        const predicted_figure f = predict_measured(m);
        if (f.ok()) all.push_back({std::abs(std::log(f.value / m.value)), gambrel::detail::deviation_of(f), weight(m)});
    }
    return all;
}

/// How well the ranges of `rows` hold them.
inline score score_of(const rows_type& rows) {
    score s;
    for (const measured_row& m : rows)
        if (const predicted_figure f = predict_measured(m); f.ok()) s.add(f, m.value);
    return s;
}
}  // namespace fit_software
