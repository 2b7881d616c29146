// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A validation as text for people, as JSON, and as one CSV line per row. Evidence:
/// tests/validation/validation_test.cpp.

#include <gambrel/units_io.hpp>
#include <gambrel/validation/validation.hpp>
#include <nlohmann/json.hpp>
#include <ostream>

namespace gambrel::report {

namespace detail {
inline std::string padded_right(std::string text, std::size_t width) {
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
                padded_left("+-" + symbols::fixed(100.0 * s.half_width(), 0) + "%", 8) + "\n";
    return text;
}

/// A CSV field: quoted where it must be.
inline std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
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
    text += "\n\n" + detail::padded_right("", width) + "  rows   median     mean     bias  in 80%   range\n" +
            detail::score_lines(v.totals, width) + "\n" + detail::score_lines(v.groups, width);
    if (v.refused.empty()) return text;
    text += "\nNot predicted\n";
    std::vector<std::pair<std::size_t, std::string>> reasons;
    for (const auto& [reason, rows] : v.refused) reasons.emplace_back(rows, reason);
    std::stable_sort(reasons.begin(), reasons.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
    for (const auto& [rows, reason] : reasons)
        text += detail::padded_left(std::to_string(rows), 6) + "  " + reason + "\n";
    if (!v.impossible.empty()) text += "\nSet aside as impossible\n";
    for (const std::size_t i : v.impossible) {
        const measured_row& m = v.rows[i].row;
        text += "  line " + std::to_string(m.line) + ": " + std::string(name_of(m.metric)) + " " + shortest(m.value) +
                " " + std::string(unit_of(m.metric)) + " of " + m.model_name + " on " + m.hardware + " (" + m.source +
                ")\n";
    }
    return text;
}

/// The same as JSON.
inline nlohmann::ordered_json validation_json(const validation& v) {
    using ordered = nlohmann::ordered_json;
    const auto scores = [](const std::map<std::string, score>& all) {
        ordered rows = ordered::array();
        for (const auto& [group, s] : all)
            rows.push_back({{"group", group},
                            {"rows", s.size()},
                            {"median_error", s.median()},
                            {"mean_error", s.mean()},
                            {"bias", s.bias()},
                            {"p10", s.quantile(0.1)},
                            {"p90", s.quantile(0.9)},
                            {"covered", s.coverage()},
                            {"half_width", s.half_width()}});
        return rows;
    };
    ordered impossible = ordered::array();
    for (const std::size_t i : v.impossible) {
        const measured_row& m = v.rows[i].row;
        impossible.push_back({{"line", m.line},
                              {"source", m.source},
                              {"model", m.model_name},
                              {"hardware", m.hardware},
                              {"metric", name_of(m.metric)},
                              {"measured", m.value}});
    }
    return {{"rows", v.read},
            {"left_out", v.left_out},
            {"predicted", v.scored()},
            {"totals", scores(v.totals)},
            {"groups", scores(v.groups)},
            {"not_predicted", v.refused},
            {"impossible", impossible}};
}

/// One line per row that the filter let through, in order: what was measured, predicted with its range, the error, and
/// why not. Times in seconds, rates in tokens or requests per second, power in watts, energy in joules per token.
inline void write_validation_csv(std::ostream& out, const validation& v) {
    out << "line,source_id,hardware,model,framework,version,weights,date,metric,unit,measured,predicted,low,high,error,"
           "reason\n";
    for (const scored_row& r : v.rows) {
        const measured_row& m = r.row;
        out << m.line;
        for (const std::string* field :
             {&m.source, &m.hardware, &m.model_name, &m.framework, &m.version, &m.weights, &m.date})
            out << ',' << detail::csv_field(*field);
        const bool read = m.value > 0.0;
        out << ',' << (read ? name_of(m.metric) : "") << ',' << (read ? unit_of(m.metric) : "") << ','
            << (read ? shortest(m.value) : "");
        if (r.predicted.ok())
            for (const double x :
                 {r.predicted.value, r.predicted.low, r.predicted.high, r.predicted.value / m.value - 1.0})
                out << ',' << shortest(x);
        else out << ",,,,";
        out << ',' << detail::csv_field(r.predicted.refused) << '\n';
    }
}
}  // namespace gambrel::report
