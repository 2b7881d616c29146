// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The runs of a side from its files, as observations; of tools' files as they say them, percentiles and drafted tokens
/// too, for a comparison needs no prediction. In a table of our own a row that repeats a figure of the run before it
/// begins another run, and so does another source, load or date. A figure that is no number is an error: the run has
/// it, and it would be missed in silence. A run in which most requests failed is no run; what was left out is counted
/// by reason.
/// Evidence: tests/comparison/compare_test.cpp.

#include <gambrel/measurement/io/file_copies.hpp>
#include <gambrel/measurement/io/observations.hpp>

namespace gambrel {

/// What of a side's files was no run, by reason.
using left_out_runs = std::map<std::string, std::size_t>;

namespace detail {
/// A row of a table of serving or of llama.cpp as an observation of one figure.
inline observation observed(const table_row& row, table_kind kind) {
    observation o;
    o.where = row["source"];
    o.tool = row["source_id"];
    o.model = row["model"];
    o.device = row["hardware"];
    o.date = row["date"];
    o.notes = {row["notes"]};
    const auto put_figure = [&](const std::string& name, const std::string& text, double factor) {
        if (text.empty() || name.empty()) return;
        const auto v = number_in(text);
        if (!v)
            fail(name + " of " + (o.where.empty() ? "a row" : printable(o.where)) + " is '" +
                 printable(text.substr(0, 40)) + "', which is no number");
        o.figures[name] = *v * factor;
    };
    if (kind == table_kind::llama_cpp) {
        o.runtime = row["backend"];
        o.weights = row["quant"];
        put_figure(row["test"].empty() ? "" : row["test"] + "_throughput", row["value_tok_s"], 1.0);
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
    put_figure(row["metric"], row["value"], row["unit"] == "ms" ? 1e-3 : 1.0);
    return o;
}
inline bool same_run(const observation& x, const observation& y) {
    return x.where == y.where && x.tool == y.tool && x.date == y.date && x.model == y.model && x.device == y.device &&
           x.runtime == y.runtime && x.runtime_version == y.runtime_version && x.weights == y.weights && x.kv == y.kv &&
           x.ranks == y.ranks && x.prompt == y.prompt && x.output == y.output && x.clients == y.clients &&
           x.offered_rate == y.offered_rate;
}

/// Why what a tool's file holds is no run of a server under load; empty: it is one.
inline std::string no_run(const observation& o) {
    if (o.completed && *o.completed == 0.0) return "run: no request completed";
    if (o.completed && o.failed && *o.failed > most_failed * (*o.completed + *o.failed))
        return "run: more than 10% of the requests failed";
    if (o.figures.empty()) return "file: no figures of requests";
    const bool loaded = o.clients || o.offered_rate || o.all_at_once || o.prompt || o.output;
    return loaded ? "" : "file: neither load nor lengths of requests";  // counters of a server over its life
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

/// The runs in files and folders, in the order of their names, one file read once however often it is there. Which
/// device and model it was does not matter to a comparison: where a file does not say, they stay empty.
inline std::vector<observation> read_runs(const std::vector<std::string>& paths, const result_json& given,
                                          const conventions& c, left_out_runs& left_out) {
    std::vector<observation> runs;
    std::vector<std::filesystem::path> read;
    const stated said(given, c);
    const auto add = [&](const std::filesystem::path& file) {
        if (copied_by(read, file)) {
            ++left_out["file: a copy of one that was read"];
            return;
        }
        read.push_back(file);
        if (!detail::is_result(detail::kind_of_head(file))) {
            for (observation& o : runs_of(detail::read_any_file(file, said, c))) runs.push_back(std::move(o));
            return;
        }
        for (observation& o : read_observations(file, said)) {
            if (const std::string why = detail::no_run(o); !why.empty()) ++left_out[why];
            else runs.push_back(std::move(o));
        }
    };
    for (const std::string& path : paths)
        for (const auto& file : result_files(path)) {
            try {
                add(file);
            } catch (const unknown_result&) {
                if (file == std::filesystem::path(path)) throw;
                ++left_out["file: no benchmark result"];
            }
        }
    return runs;
}
}  // namespace gambrel
