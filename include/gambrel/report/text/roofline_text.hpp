// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A roofline and its operator tables in characters: log-log, roofs drawn with '/' and '-', operators as letters that
/// the tables name. Evidence: tests/report/roofline_test.cpp.

#include <gambrel/ask/roofline_explanation.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
inline constexpr int plot_columns = 64, plot_rows = 18;

inline std::string shape_of(const operation& op) {
    const auto count = [](double n) { return symbols::characters(n, std::chars_format::general, n < 1e4 ? 4 : 7); };
    if (op.outputs > 0.0) return count(op.rows) + "x" + count(op.outputs) + "x" + count(op.inputs);
    if (op.ranks > 1) return std::to_string(op.ranks) + " ranks";
    return "";
}
}  // namespace detail

/// The operators of one pass in the order they run: what each asks for, how long it takes in one layer, what binds
/// it, its share of the pass.
inline std::string operators_text(const examined_pass& pass, const roofline& r) {
    const seconds<> all = pass.total();
    table t({align::left, align::left, align::right, align::right, align::right, align::right, align::right,
             align::right, align::left, align::right},
            1);
    t.row({"", pass.name, "x", "MxNxK", "GFLOP", "MB", "FLOP/B", "us", "bound", "share"});
    for (const operator_row<>& row : pass.rows) {
        const operation& op = row.asked;
        std::string letter;
        for (const roofline_point& p : r.points)
            if (p.name == op.name && pass.name != "draft" && p.prefill == (pass.name == "prefill"))
                letter = std::string(1, p.letter);
        const bytes<> moved = op.message == message_kind::none ? op.traffic() : op.payload;
        t.row({letter, clipped(op.name, 17), number(op.repeats), detail::shape_of(op),
               op.work > flop<>{} ? number(op.work.value() / 1e9) : "", number(moved.value() / 1e6),
               row.intensity_of() > intensity<>{} ? number(row.intensity_of().value()) : "",
               number(row.taken.total.value() / 1e-6), std::string(label_of(row.taken.bound)),
               percent(row.total() / all)});
    }
    return wrapped(pass.name + " pass, " + pass.shape + ", on one rank: " + to_string(all) + " in operators", 80, 0) +
           t.text();
}

/// The roofline in 80 columns.
inline std::string roofline_text(const roofline& r) {
    constexpr int columns = detail::plot_columns, rows = detail::plot_rows;
    const log_axes a = axes_of(r);
    std::vector<std::string> canvas(rows, std::string(columns, ' '));
    const auto column = [&](double x) {
        return static_cast<int>(std::lround((std::log10(x) - a.left) / (a.right - a.left) * (columns - 1)));
    };
    const auto line = [&](double y) {
        return rows - 1 - static_cast<int>(std::lround((std::log10(y) - a.bottom) / (a.top - a.bottom) * (rows - 1)));
    };
    const auto put = [&](int x, int y, char c) {
        if (x >= 0 && x < columns && y >= 0 && y < rows)
            canvas[static_cast<std::size_t>(y)][static_cast<std::size_t>(x)] = c;
    };
    const double bandwidth = r.bandwidth.value(), highest = r.roofs.empty() ? 0.0 : r.roofs.front().peak.value();
    for (int i = 0; i < columns; ++i) {
        const double x = std::pow(10.0, a.left + static_cast<double>(i) / (columns - 1) * (a.right - a.left));
        for (const compute_roof& c : r.roofs)
            if (x * bandwidth >= c.peak.value()) put(i, line(c.peak.value()), '-');
        if (x * bandwidth < highest) put(i, line(x * bandwidth), '/');
    }
    for (auto p = r.points.rbegin(); p != r.points.rend(); ++p)
        put(column(p->at.value()), line(p->achieved.value()), p->letter);

    std::string s = r.title + ": memory " + to_string(r.bandwidth);
    for (const compute_roof& c : r.roofs)
        s += ", " + c.format + " " + to_string(c.peak) + " (ridge point " +
             to_string(intensity<>(c.peak / r.bandwidth)) + ")";
    s = wrapped(s, 80, 4);
    for (int y = 0; y < rows; ++y) {
        std::string label;
        for (int power = a.bottom; power <= a.top; ++power)
            if (line(std::pow(10.0, power)) == y) label = to_string(make<flop_rate<>>(std::pow(10.0, power)));
        s += std::string(12 - std::min<std::size_t>(12, label.size()), ' ') + label + " |" +
             canvas[static_cast<std::size_t>(y)] + "\n";
    }
    s += std::string(13, ' ') + "+" + std::string(columns, '-') + "\n";
    std::string ticks(columns + 26, ' ');
    for (int power = a.left; power <= a.right; ++power) {
        const std::string label = number(std::pow(10.0, power));
        const auto centre = static_cast<std::size_t>(14 + column(std::pow(10.0, power)));
        ticks.replace(std::min(centre - label.size() / 2, 80 - label.size()), label.size(), label);
    }
    while (ticks.back() == ' ') ticks.pop_back();
    s += ticks + "\n" + std::string(4, ' ') +
         "FLOP per byte;  / memory roof,  - compute roofs,  a-z decode, A-Z prefill\n";
    for (std::size_t end = s.find(" \n"); end != std::string::npos; end = s.find(" \n")) s.erase(end, 1);
    return s;
}
}  // namespace gambrel::report
