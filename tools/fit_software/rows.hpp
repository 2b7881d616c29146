// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Measured rows that a fit looks at, and how far predictions are from them.

#include <algorithm>
#include <cmath>
#include <functional>
#include <gambrel/validation/measured.hpp>
#include <initializer_list>
#include <string_view>
#include <vector>

namespace fit_software {
using namespace gambrel;

using rows_type = std::vector<measured_row>;

inline rows_type where(const rows_type& all, const std::function<bool(const measured_row&)>& wanted) {
    rows_type some;
    for (const measured_row& m : all)
        if (m.ok() && !m.assumed && !m.drafted && !m.pools && wanted(m) && predict_measured(m).ok()) some.push_back(m);
    return some;
}
inline bool is(const measured_row& m, std::string_view runtime) {
    return runtime_of_era(m.runtime.name.view()) == runtime;
}
inline bool on(const measured_row& m, std::initializer_list<std::string_view> devices) {
    return std::any_of(devices.begin(), devices.end(), [&](auto d) { return m.device->name.view() == d; });
}
inline bool from(const measured_row& m, std::string_view source) { return m.source.starts_with(source); }
inline bool times_tokens(const measured_row& m) { return m.metric == metric::tpot || m.metric == metric::itl; }
inline bool is_ttft(const measured_row& m) { return m.metric == metric::ttft; }

struct errors {
    double median = 0, mean = 0;
    double bias = 0;  ///< median of the signed error
    std::size_t rows = 0;
};
inline errors errors_of(const rows_type& rows) {
    std::vector<double> e;
    for (const measured_row& m : rows) e.push_back(predict_measured(m).value / m.value - 1);
    if (e.empty()) return {};
    std::sort(e.begin(), e.end());
    const double bias = e[e.size() / 2];
    for (double& x : e) x = std::abs(x);
    double sum = 0;
    for (const double x : e) sum += x;
    std::sort(e.begin(), e.end());
    return {e[e.size() / 2], sum / static_cast<double>(e.size()), bias, e.size()};
}

}  // namespace fit_software
