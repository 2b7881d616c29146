// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A sweep of clients as two straight lines, measured and predicted: a constant shows at every load, a slope only at many. By
/// least squares over runs whose requests that decode together differ by more than half.
/// Evidence: tests/diagnosis/diagnosis_test.cpp.

#include <gambrel/diagnosis/device_use.hpp>

namespace gambrel {

/// A straight line through TPOT over requests that decode together: seconds, and seconds for each request.
struct sweep_line {
    double intercept = 0.0, slope = 0.0;
};

namespace detail {
inline sweep_line line_through(const std::vector<std::pair<double, double>>& points) {
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (const auto& [a, b] : points) {
        n += 1.0;
        x += a;
        y += b;
        xx += a * a;
        xy += a * b;
    }
    const double slope = (n * xy - x * y) / (n * xx - x * x);
    return {(y - slope * x) / n, slope};
}
inline std::optional<std::pair<sweep_line, sweep_line>> sweep_of(const std::vector<examined_run>& runs) {
    std::vector<std::pair<double, double>> measured, predicted;
    for (const examined_run& r : runs)
        if (const auto tpot = measured_tpot(r); tpot && r.predicted.ok() && !r.before && !r.load.open_loop()) {
            measured.emplace_back(r.predicted.batch, *tpot);
            predicted.emplace_back(r.predicted.batch, r.predicted.tpot.value.value());
        }
    double least = 1e300, most = 0.0;
    for (const auto& p : measured) {
        least = smaller(least, p.first);
        most = larger(most, p.first);
    }
    if (measured.size() < 3 || !(most > 1.5 * least)) return std::nullopt;
    return std::pair(line_through(measured), line_through(predicted));
}
}  // namespace detail
}  // namespace gambrel
