// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Error by group as a self-contained SVG: a bar from exact to the group's median error, a line from its 10 % to its
/// 90 % quantile, on a logarithmic axis of predicted / measured, where half and double are equally far from exact.
/// Evidence: tests/report/accuracy_svg_test.cpp.

#include <gambrel/report/svg/svg_page.hpp>
#include <gambrel/validation/validation.hpp>

namespace gambrel::report {
using namespace ask;

inline constexpr std::size_t most_bars = 40;  ///< of one picture: the groups with most rows

namespace detail {
/// Predicted / measured on a page, cut at a quarter and at four times.
struct ratio_axis {
    static constexpr double left = 330, right = 800, widest = 4.0;
    static double x(double error) {
        const double ratio = std::clamp(1.0 + error, 1.0 / widest, widest);
        return 0.5 * (left + right) + std::log(ratio) / std::log(widest) * 0.5 * (right - left);
    }
    static bool leaves(double error) { return 1.0 + error < 1.0 / widest || 1.0 + error > widest; }
};

inline void draw_bar(svg_page& page, double y, const std::string& name, const score& s) {
    using A = ratio_axis;
    const double middle = s.quantile(0.5), low = s.quantile(0.1), high = s.quantile(0.9);
    const double zero = A::x(0.0), end = A::x(middle);
    page.text(A::left - 44, y + 4, name, "end");
    page.text(A::left - 8, y + 4, std::to_string(s.size()), "end", 11, " fill=\"#666666\"");
    page.rectangle(std::min(zero, end), y - 6, std::max(1.0, math::abs(end - zero)), 12,
                   middle < 0.0 ? "#56B4E9" : "#E69F00");
    page.line(A::x(low), y, A::x(high), y, "#222222", 1.4);
    for (const double edge : {low, high}) {
        if (A::leaves(edge)) page.mark(A::x(edge), y, 6, mark_shape::diamond);
        else page.line(A::x(edge), y - 4, A::x(edge), y + 4, "#222222", 1.4);
    }
}
}  // namespace detail

/// The groups of `scores` (name -> score), largest median error last, as an SVG document. Throws `error` without any.
inline std::string accuracy_bars_svg(const std::map<std::string, score>& scores, std::string_view title) {
    using A = detail::ratio_axis;
    std::vector<std::pair<std::string, const score*>> groups;
    for (const auto& [name, s] : scores)
        if (s.size() > 0) groups.emplace_back(name, &s);
    if (groups.empty()) fail("no group has a predicted row");
    std::stable_sort(groups.begin(), groups.end(),
                     [](const auto& a, const auto& b) { return a.second->size() > b.second->size(); });
    if (groups.size() > most_bars) groups.resize(most_bars);
    std::stable_sort(groups.begin(), groups.end(),
                     [](const auto& a, const auto& b) { return a.second->median() < b.second->median(); });

    constexpr double step = 20, top = 84;
    const double bottom = top + step * static_cast<double>(groups.size());
    svg_page page(830, bottom + 58);
    page.text(415, 26, title, "middle", 16, " font-weight=\"bold\"");
    page.text(415, 45, "bar: median error; line: 10 % to 90 % of the rows; diamond: beyond the axis", "middle", 12);
    page.text(A::left - 44, top - 16, "group", "end", 12, " fill=\"#666666\"");
    page.text(A::left - 8, top - 16, "rows", "end", 12, " fill=\"#666666\"");
    for (const double ratio : {0.25, 0.5, 0.8, 1.0, 1.25, 2.0, 4.0}) {
        const double x = A::x(ratio - 1.0);
        page.line(x, top - 10, x, bottom, ratio == 1.0 ? "#222222" : "#dddddd");
        page.text(x, bottom + 17, (ratio > 1.0 ? "+" : "") + symbols::fixed(100.0 * (ratio - 1.0), 0) + " %", "middle");
    }
    page.text(0.5 * (A::left + A::right), bottom + 40, "predicted / measured - 1 (logarithmic in predicted / measured)",
              "middle", 13);
    double y = top + 0.5 * step;
    for (const auto& [name, s] : groups) {
        detail::draw_bar(page, y, name, *s);
        y += step;
    }
    return page.finished();
}

/// The groups of one metric in `v`, by device and runtime.
inline std::string accuracy_bars_svg(const validation& v, metric what) {
    std::map<std::string, score> scores;
    for (const scored_row& r : v.rows)
        if (r.predicted.ok() && r.row.metric == what)
            scores[r.row.device->name.str() + ", " + r.row.runtime.name.str() + ", " + label_of(r.row, group_key::kind)]
                .add(r.predicted, r.row.value);
    return accuracy_bars_svg(scores, "Error by device and runtime: " + std::string(name_of(what)));
}
}  // namespace gambrel::report
