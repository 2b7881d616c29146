// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Answers to one question with several values of some options, a line each: a table for a terminal, or CSV.
///
/// The table has the first token's and the next ones' time with their 80 % ranges where the columns hold them, else
/// without; CSV has every column of a sweep under its name (planning/sweep_columns.hpp), `status` and bounds in words.
/// Evidence: tests/report/combinations_text_test.cpp.

#include <gambrel/ask/answer.hpp>
#include <gambrel/ask/words.hpp>
#include <gambrel/planning/sweep_columns.hpp>
#include <gambrel/report/text/csv_field.hpp>
#include <tuple>

namespace gambrel::report {
using namespace ask;

/// Lines of a table, each with the values of the axes that it is of.
class combinations_table {
public:
    explicit combinations_table(std::vector<std::string> axes) : axes_(std::move(axes)) {}

    void add(std::vector<std::string> at, const answer& a) {
        line l{.at = std::move(at)};
        const prediction<>& p = a.predicted;
        if (!p.ok()) {
            l.why_not = p.not_known.empty() ? std::string(name_of(p.verdict.what)) : "not known: ask the simulator";
        } else {
            const auto figure_of = [](const auto& f) {
                const std::string both = to_string(f);
                return std::pair(both, both.substr(0, both.find(" (")));
            };
            std::tie(l.ttft, l.ttft_alone) = figure_of(p.ttft);
            if (p.has_tpot()) std::tie(l.tpot, l.tpot_alone) = figure_of(p.tpot);
            l.output = to_string(p.output_throughput.value);
            if (a.cost) l.cost = symbols::fixed(a.cost->output.value / dollars_per_million_tokens(1), 2);
            l.remark = p.memory.start.what == starts::may_not ? "may not start: " + percent(p.memory.start.probability)
                       : p.ask_simulator()                    ? "ask the simulator"
                       : p.has_tpot()                         ? std::string(name_of(p.tpot_bound().first))
                                                              : std::string(name_of(p.ttft_bound().first));
        }
        lines_.push_back(std::move(l));
    }
    /// In at most `columns`, where the ranges can be left out for it.
    std::string text(std::size_t columns) const {
        std::string with = drawn(true);
        std::size_t widest = 0;
        for (std::size_t from = 0; from < with.size(); from = with.find('\n', from) + 1)
            widest = std::max(widest, width(std::string_view(with).substr(from, with.find('\n', from) - from)));
        return (widest <= columns ? with + "80 % ranges"
                                  : drawn(false) + "80 % ranges: a wider terminal, --csv or --json") +
               "; $/Mtok of output; bounds of TPOT\n";
    }

private:
    struct line {
        std::vector<std::string> at{};
        std::string ttft{}, ttft_alone{}, tpot{}, tpot_alone{}, output{}, cost{}, remark{}, why_not{};
    };
    std::string drawn(bool ranges) const {
        std::vector<align> columns(axes_.size(), align::right);
        for (std::size_t i = 0; i < axes_.size(); ++i)
            for (const line& l : lines_)
                if (l.at[i].find_first_not_of("0123456789.") != std::string::npos) columns[i] = align::left;
        const align figures = ranges ? align::left : align::right;
        columns.insert(columns.end(), {figures, figures, align::right, align::right, align::left});
        table t(columns);
        std::vector<std::string> heading = axes_;
        heading.insert(heading.end(), {"TTFT", "TPOT", "output", "$/Mtok", ""});
        t.row(heading);
        for (const line& l : lines_) {
            std::vector<std::string> cells;
            for (const std::string& value : l.at) cells.push_back(clipped(value, 36));
            if (l.why_not.empty())
                cells.insert(cells.end(), {ranges ? l.ttft : l.ttft_alone, ranges ? l.tpot : l.tpot_alone, l.output,
                                           l.cost.empty() ? "-" : l.cost, l.remark});
            else cells.insert(cells.end(), {"-", "-", "-", "-", l.why_not});
            t.row(cells);
        }
        return t.text();
    }

    std::vector<std::string> axes_;
    std::vector<line> lines_;
};

/// The line of CSV that names the columns.
inline std::string combinations_csv_heading(const std::vector<std::string>& axes) {
    std::string s;
    for (const std::string& name : axes) s += csv_field(name) + ",";
    s += "devices,status";
    for (const std::string_view name : sweep_column_names) s += "," + std::string(name);
    return s + ",tpot_bound,ttft_bound\n";
}
/// A line of it; a figure that there is not is empty.
inline std::string combinations_csv_line(const std::vector<std::string>& at, const question& q, const answer& a) {
    sweep_row row;
    row.fill(a.predicted, {.devices = static_cast<double>(devices_of(q, q.what.cut.replicas)), .rent = a.rent}, {});
    if (a.energy) {
        row.at(sweep_column::joules) = a.energy->value.value();
        row.at(sweep_column::board_power) = a.power->value.value();
    }
    std::string s;
    for (const std::string& value : at) s += csv_field(value) + ",";
    s += std::to_string(row.at(sweep_code::devices)) + "," + std::string(key_of(a.predicted.verdict.what));
    for (std::size_t i = 0; i < sweep_column_count; ++i) {
        const double x = row.at(static_cast<sweep_column>(i));
        s += "," + (std::isfinite(x) ? shortest(x) : std::string());
    }
    for (const sweep_code c : {sweep_code::tpot_bound, sweep_code::ttft_bound})
        s += "," + (row.at(c) < 0 ? std::string() : std::string(key_of(static_cast<bound>(row.at(c)))));
    return s + "\n";
}
}  // namespace gambrel::report
