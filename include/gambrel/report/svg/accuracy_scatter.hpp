// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Predicted against measured as a self-contained SVG: both axes logarithmic with the same range, one colour and shape
/// per device, the diagonal (exact) and a band of 20 % around it. Evidence: tests/report/accuracy_svg_test.cpp.

#include <gambrel/report/svg/svg_page.hpp>
#include <gambrel/validation/validation.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
/// Rows of one metric, by device, most rows first.
inline std::vector<std::pair<std::string, std::vector<const scored_row*>>> by_device(const validation& v, metric what) {
    std::map<std::string, std::vector<const scored_row*>> devices;
    for (const scored_row& r : v.rows)
        if (r.predicted.ok() && r.row.metric == what) devices[r.row.device->name.str()].push_back(&r);
    std::vector<std::pair<std::string, std::vector<const scored_row*>>> sorted(devices.begin(), devices.end());
    std::stable_sort(sorted.begin(), sorted.end(),
                     [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
    return sorted;
}

/// "10 ms", "2k tok/s": a value of `unit` as an axis says it.
inline std::string tick_label(double value, std::string_view unit) {
    if (unit == "s") return to_string(seconds_of(value));
    const std::string suffix = " " + std::string(unit);
    if (value >= 1e6) return number(1e-6 * value) + "M" + suffix;
    if (value >= 1e3) return number(1e-3 * value) + "k" + suffix;
    return number(value) + suffix;
}

/// 1, 2 and 5 times powers of ten from the last one at or below `low` to the first at or above `high`.
inline std::vector<double> ticks_around(double low, double high) {
    std::vector<double> ticks;
    for (int power = static_cast<int>(std::floor(std::log10(low)));; ++power)
        for (const double digit : {1.0, 2.0, 5.0}) {
            const double tick = digit * std::pow(10.0, power);
            if (tick <= low) ticks.clear();
            ticks.push_back(tick);
            if (tick >= high && ticks.size() > 1) return ticks;
        }
}

/// The same range on both axes.
struct square_axes {
    static constexpr double left = 104, top = 52, side = 520;
    double low = 1, high = 10;

    double along(double value) const { return std::log(value / low) / std::log(high / low) * side; }
    double x(double value) const { return left + along(value); }
    double y(double value) const { return top + side - along(value); }
};
}  // namespace detail

/// The rows of `what` in `v` as an SVG document. Throws `error` when there are none.
inline std::string accuracy_scatter_svg(const validation& v, metric what) {
    using A = detail::square_axes;
    const auto devices = detail::by_device(v, what);
    if (devices.empty()) fail("no row of " + std::string(name_of(what)) + " is predicted");
    double least = 1e300, most = 0.0;
    std::size_t rows = 0;
    for (const auto& [device, of_device] : devices)
        for (const scored_row* r : of_device) {
            least = std::min({least, r->row.value, r->predicted.value});
            most = std::max({most, r->row.value, r->predicted.value});
            ++rows;
        }
    const std::vector<double> ticks = detail::ticks_around(least, most);
    const A axes{ticks.front(), ticks.back()};

    svg_page page(860, 640);
    page.text(A::left + A::side / 2, 26, "Predicted against measured: " + std::string(name_of(what)), "middle", 16,
              " font-weight=\"bold\"");
    page.text(A::left + A::side / 2, 43, number(static_cast<double>(rows), 6) + " rows; solid: exact, dashed: 20 % off",
              "middle", 12);
    for (const double at : ticks) {
        const double leading = at / std::pow(10.0, std::floor(std::log10(at) + 1e-9));
        const bool labelled = ticks.size() <= 9 || leading < 1.5;
        page.line(axes.x(at), A::top, axes.x(at), A::top + A::side, labelled ? "#dddddd" : "#f0f0f0");
        page.line(A::left, axes.y(at), A::left + A::side, axes.y(at), labelled ? "#dddddd" : "#f0f0f0");
        if (!labelled) continue;
        page.text(axes.x(at), A::top + A::side + 17, detail::tick_label(at, unit_of(what)), "middle");
        page.text(A::left - 7, axes.y(at) + 4, detail::tick_label(at, unit_of(what)), "end");
    }
    const double first = axes.low, last = axes.high;
    page.line(axes.x(first), axes.y(first), axes.x(last), axes.y(last), "#222222", 1.2);
    page.line(axes.x(first), axes.y(1.2 * first), axes.x(last / 1.2), axes.y(last), "#888888", 1,
              " stroke-dasharray=\"4 4\"");
    page.line(axes.x(1.25 * first), axes.y(first), axes.x(last), axes.y(0.8 * last), "#888888", 1,
              " stroke-dasharray=\"4 4\"");
    page.rectangle(A::left, A::top, A::side, A::side, "none", " stroke=\"#222222\"");
    page.text(A::left + A::side / 2, A::top + A::side + 42, "measured", "middle", 14);
    page.upward_text(22, A::top + A::side / 2, "predicted", 14);

    for (std::size_t i = 0; i < devices.size(); ++i) {  // the largest group first, so that none hides a smaller one
        page.begin_group(style_of(i).colour, 0.55);
        for (const scored_row* r : devices[i].second)
            page.mark(axes.x(r->row.value), axes.y(r->predicted.value), 6.5, style_of(i).shape);
        page.end_group();
    }

    double y = A::top + 8;
    for (std::size_t i = 0; i < devices.size() && i < 28; ++i, y += 19) {
        page.begin_group(style_of(i).colour, 0.9);
        page.mark(A::left + A::side + 24, y, 9, style_of(i).shape);
        page.end_group();
        page.text(A::left + A::side + 36, y + 4,
                  devices[i].first + " (" + std::to_string(devices[i].second.size()) + ")");
    }
    if (devices.size() > 28)
        page.text(A::left + A::side + 36, y + 4, std::to_string(devices.size() - 28) + " more, grey");
    return page.finished();
}
}  // namespace gambrel::report
