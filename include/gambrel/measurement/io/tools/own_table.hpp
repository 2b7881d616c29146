// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Serving tables of our own columns (table_kind.hpp) as observations: consecutive rows that differ in nothing but
/// their figure are one run, and a figure that this run has already begins another. A value that is no number is an
/// error. Figures are in the units that their column `unit` states (ms, s, tok/s, req/s). What a server said beside
/// them may stand in columns kv_usage (0 to 1), preemptions, running and waiting.
/// Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/observed_figure.hpp>
#include <gambrel/measurement/read_file.hpp>

namespace gambrel::detail {

/// The figure that a row's metric names: "ttft_mean", "tpot" (a mean), "latency_p99".
inline std::string figure_of_row(const std::string& metric) {
    const std::size_t at = metric.rfind('_');
    if (metric.ends_with("throughput")) return metric;
    const std::string statistic =
        at == std::string::npos ? "" : statistic_named(std::string_view(metric).substr(at + 1));
    std::string what = statistic.empty() ? metric : metric.substr(0, at);
    if (what == "latency" || what == "e2el" || what == "e2e") what = "e2e_latency";
    return what + "_" + (statistic.empty() ? "mean" : statistic);
}

inline observation run_of_row(csv_reader& row, const std::string& where) {
    observation o;
    o.where = where + " line " + std::to_string(row.line());
    const auto text = [&](const char* column) { return printable(row[column].substr(0, 300)); };
    o.tool = row["source_id"].empty() ? "a table of ours" : text("source_id");
    o.model = text("model"), o.device = text("hardware"), o.runtime = text("framework");
    o.runtime_version = text("framework_version"), o.date = text("date");
    if (row["weight_format"] != "unstated") o.weights = text("weight_format");
    o.kv = text("kv_format");
    for (const char* rank : {"tp", "pp", "ep", "dp"})
        if (const auto n = number_in(row[rank]); n && *n >= 1.0) o.ranks[rank] = *n;
    o.prompt = number_in(row["input_len"]), o.output = number_in(row["output_len"]);
    o.clients = number_in(row["concurrency"]);
    o.all_at_once = row["concurrency"] == "max";
    if (!o.clients && !o.all_at_once) o.offered_rate = number_in(row["request_rate"]);
    if (!row["notes"].empty()) o.notes.push_back(text("notes"));
    server_counters s;
    s.kv_usage = number_in(row["kv_usage"]), s.preemptions = number_in(row["preemptions"]);
    s.running = number_in(row["running"]), s.waiting = number_in(row["waiting"]);
    if (s.kv_usage || s.preemptions || s.running || s.waiting) o.server = s;
    return o;
}

inline void observe_own_table(std::istream& in, const std::string& where, std::vector<observation>& all) {
    try {
        csv_reader row(in);
        if (kind_of_table(row) != table_kind::serving)
            fail("only tables of serving figures hold runs of a server; this one is of " +
                 std::string(name_of(kind_of_table(row))));
        std::string last;
        while (row.next()) {
            std::string key;
            for (const std::string& column : row.header())
                if (column != "metric" && column != "value" && column != "unit") key += row[column] + '\x1f';
            const std::string figure = figure_of_row(row["metric"]);
            if (all.empty() || key != last || all.back().figures.count(figure) > 0)
                all.push_back(run_of_row(row, where));
            last = std::move(key);
            const auto n = number_in(row["value"]), f = to_base(row["unit"]);
            if (!n && !row["value"].empty())
                fail("line " + std::to_string(row.line()) + ": " + printable(row["metric"]) + " is '" +
                     printable(row["value"].substr(0, 40)) + "', which is no number");
            if (n && f) put(all.back(), figure, *n * *f);
            else if (n)
                all.back().notes.push_back("line " + std::to_string(row.line()) + " left out: its unit is not known");
        }
    } catch (const error& e) {
        fail(where + ": " + e.what());
    }
}
}  // namespace gambrel::detail
