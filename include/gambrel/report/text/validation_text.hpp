// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A validation as text for people: totals, groups, what was not predicted and why.
/// Evidence: tests/validation/validation_test.cpp.

#include <gambrel/names/printable.hpp>
#include <gambrel/units_io.hpp>
#include <gambrel/validation/validation.hpp>

namespace gambrel::report {

namespace detail {
inline std::string padded_right(const std::string& of_a_table, std::size_t width) {
    std::string text = printable(of_a_table);
    if (text.size() < width) text.resize(width, ' ');
    return text;
}
inline std::string padded_left(const std::string& text, std::size_t width) {
    return text.size() < width ? std::string(width - text.size(), ' ') + text : text;
}
inline std::string percentage(double share, bool sign = false) {
    return (sign && share >= 0.0 ? "+" : "") + symbols::fixed(100.0 * share, 1) + "%";
}

inline std::string score_lines(const std::map<std::string, score>& scores, std::size_t width) {
    std::string text;
    for (const auto& [group, s] : scores)
        text += padded_right(group, width) + padded_left(std::to_string(s.size()), 6) +
                padded_left(percentage(s.median()), 9) + padded_left(percentage(s.mean()), 9) +
                padded_left(percentage(s.bias(), true), 9) +
                padded_left(symbols::fixed(100.0 * s.coverage(), 0) + "%", 8) +
                padded_left("+-" + symbols::fixed(100.0 * s.half_width(), 0) + "%", 8) +
                padded_left(symbols::fixed(s.interval_score(), 2), 10) + "\n";
    return text;
}

}  // namespace detail

/// The totals, the groups and the refusals of `v`, as the command prints them.
inline std::string validation_text(const validation& v) {
    std::size_t width = 24;
    for (const auto* scores : {&v.totals, &v.groups})
        for (const auto& [group, s] : *scores) width = std::max(width, group.size() + 1);
    const std::size_t looked_at = v.read - v.left_out;
    std::string text = std::to_string(v.scored()) + " of " + std::to_string(looked_at) + " measured figures predicted";
    if (v.left_out > 0) text += " (" + std::to_string(v.left_out) + " more left out by the filter)";
    if (v.assumed > 0)
        text += "\n" + std::to_string(v.assumed) +
                " of them of a recipe that is not known: with the engine's defaults, and a wider range";
    text += "\n\n" + detail::padded_right("", width) + "  rows   median     mean     bias  in 80%   range  interval\n" +
            detail::score_lines(v.totals, width) + "\n" + detail::score_lines(v.groups, width);
    if (v.refused.empty()) return text;
    text += "\nNot predicted\n";
    std::vector<std::pair<std::size_t, std::string>> reasons;
    for (const auto& [reason, rows] : v.refused) reasons.emplace_back(rows, reason);
    std::stable_sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [rows, reason] : reasons)
        text += detail::padded_left(std::to_string(rows), 6) + "  " + printable(reason) + "\n";
    if (!v.impossible.empty()) text += "\nSet aside as impossible\n";
    for (const impossible_row& m : v.impossible)
        text += "  line " + std::to_string(m.line) + ": " + std::string(name_of(m.metric)) + " " + shortest(m.value) +
                " " + std::string(unit_of(m.metric)) +
                printable(" of " + m.model + " on " + m.hardware + " (" + m.source + ")") + "\n";
    return text;
}
}  // namespace gambrel::report
