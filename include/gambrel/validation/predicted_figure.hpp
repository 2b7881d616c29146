// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What is predicted of a measured row: a figure with its 80 % range, or why there is none.
/// Evidence: tests/validation/predict_row_test.cpp.

#include <gambrel/measurement/row.hpp>
#include <gambrel/numeric/range.hpp>
#include <string>

namespace gambrel {

struct predicted_figure {
    double value = 0, low = 0, high = 0;  ///< in `unit_of(metric)`
    std::string refused{};                ///< why there is no figure; empty when there is
    bool impossible = false;              ///< refused because the row says more than the hardware can do

    bool ok() const { return refused.empty(); }
    /// The same with a range wider by the log standard deviation `sigma`, as of an independent cause.
    predicted_figure widened(double sigma) const {
        predicted_figure f = *this;
        if (!(value > 0.0 && low > 0.0)) return f;
        const auto ratio = [&](double end) {  // log of it, with the further deviation
            const double x = normal_quantile_90 * sigma;
            return math::exp(math::sqrt(math::log(end) * math::log(end) + x * x));
        };
        f.low = value / ratio(value / low);
        f.high = value * ratio(high / value);
        return f;
    }
};
}  // namespace gambrel
