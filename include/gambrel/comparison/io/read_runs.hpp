// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The runs of a side from its files, as observations. A row that repeats a metric of the run before it begins another run,
/// and so does another source, load or date. Evidence: tests/comparison/compare_test.cpp.

#include <gambrel/measurement/io/benchmark_results.hpp>
#include <gambrel/measurement/observation.hpp>

namespace gambrel {

namespace detail {
/// A row of a serving table or of llama-bench as an observation of one figure.
inline observation observed(const table_row& row, table_kind kind) {
    observation o;
    o.where = row["source"];
    o.tool = row["source_id"];
    o.model = row["model"];
    o.device = row["hardware"];
    o.date = row["date"];
    o.notes = {row["notes"]};
    if (kind == table_kind::llama_cpp) {
        o.runtime = row["backend"];
        o.weights = row["quant"];
        if (const auto v = number_in(row["value_tok_s"]); v && !row["test"].empty())
            o.figures[row["test"] + "_throughput"] = *v;
        return o;
    }
    o.runtime = row["framework"];
    o.runtime_version = row["framework_version"];
    o.weights = row["weight_format"];
    o.kv = row["kv_format"];
    for (const char* rank : {"tp", "pp", "ep", "dp"})
        if (const auto n = number_in(row[rank])) o.ranks[rank] = *n;
    o.prompt = number_in(row["input_len"]);
    o.output = number_in(row["output_len"]);
    o.clients = number_in(row["concurrency"]);
    o.offered_rate = number_in(row["request_rate"]);
    o.all_at_once = lower(row["concurrency"]) == "max";
    if (const auto v = number_in(row["value"]); v && !row["metric"].empty())
        o.figures[row["metric"]] = row["unit"] == "ms" ? *v / 1e3 : *v;
    return o;
}
inline bool same_run(const observation& x, const observation& y) {
    return x.where == y.where && x.tool == y.tool && x.date == y.date && x.model == y.model && x.device == y.device &&
           x.runtime == y.runtime && x.runtime_version == y.runtime_version && x.weights == y.weights && x.kv == y.kv &&
           x.ranks == y.ranks && x.prompt == y.prompt && x.output == y.output && x.clients == y.clients &&
           x.offered_rate == y.offered_rate;
}
}  // namespace detail

/// The runs of a table; figures in seconds, tokens and requests per second.
inline std::vector<observation> runs_of(const measured_table& table) {
    if (table.kind == table_kind::training || table.kind == table_kind::energy)
        fail("a table of " + std::string(name_of(table.kind)) + " has no runs of a server to compare");
    std::vector<observation> runs;
    for (const table_row& row : table.rows) {
        observation one = detail::observed(row, table.kind);
        if (one.figures.empty()) continue;
        const std::string& name = one.figures.begin()->first;
        if (!runs.empty() && detail::same_run(runs.back(), one) && runs.back().figures.count(name) == 0)
            runs.back().figures.insert(*one.figures.begin());
        else runs.push_back(std::move(one));
    }
    return runs;
}

/// The runs in files and folders, in the order of their names; `left_out` counts what was no run, by reason. Which device
/// and model it was does not matter to a comparison: where a file does not say, they are "not stated".
inline std::vector<observation> read_runs(const std::vector<std::string>& paths, const result_json& given,
                                          const conventions& c, std::map<std::string, std::size_t>& left_out) {
    std::vector<observation> runs;
    result_json named = given;
    for (const char* what : {"device", "model"})
        if (!named.contains(what)) named[what] = "not stated";
    for (const std::string& path : paths) {
        for (const auto& file : result_files(path)) {
            measured_table table;
            try {
                const bool own = !detail::is_result(detail::kind_of_head(file));
                if (own && given.empty()) table = detail::read_any_file(file, {}, c);
                else table = detail::read_any_file(file, stated(named, c), c);
            } catch (const unknown_result&) {
                if (file == std::filesystem::path(path)) throw;
                ++left_out["file: no benchmark result"];
                continue;
            }
            for (const auto& [reason, n] : table.skipped) left_out[reason] += n;
            for (observation& o : runs_of(table)) runs.push_back(std::move(o));
        }
    }
    return runs;
}
}  // namespace gambrel
