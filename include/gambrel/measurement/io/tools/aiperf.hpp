// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Summaries of AIPerf (`profile_export_aiperf.json`, `.csv`) and of its ancestor GenAI-Perf (`profile_export_genai_perf.*`):
/// one object a metric, with its unit and its statistics.
///
///     JSON   {"time_to_first_token": {"unit": "ms", "avg": 55.0, "p50": 50.6, "p99": 143.0, "std": 22.0}, ...}
///     CSV    Metric,avg,min,max,p99,...  then an empty line, then  Metric,Value;  "Time To First Token (ms),\"1,146.31\",..."
///
/// Metrics: time_to_first_token inter_token_latency request_latency output_token_throughput request_throughput
/// {input,output}_sequence_length request_count benchmark_duration; inter_token_latency is (latency - TTFT) / (tokens - 1)
/// of a request, so a TPOT. The CSV says neither model nor load. A unit that is not known leaves its metric out.
/// Source: ai-dynamo/aiperf docs and src/aiperf/exporters; triton-inference-server/perf_analyzer, genai-perf
/// (tests/test_exporters). Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/llama_bench_text.hpp>
#include <gambrel/measurement/io/observed_figure.hpp>
#include <gambrel/measurement/io/text_lines.hpp>

namespace gambrel::detail {

struct perf_metric {
    std::string_view key;     ///< of the JSON; of the CSV in capitals, with blanks
    std::string_view figure;  ///< ours
};
inline constexpr std::array perf_times{perf_metric{"time_to_first_token", "ttft"},
                                       perf_metric{"inter_token_latency", "tpot"},
                                       perf_metric{"request_latency", "e2e_latency"}};
inline constexpr std::array perf_rates{perf_metric{"output_token_throughput", "output_throughput"},
                                       perf_metric{"request_throughput", "request_throughput"},
                                       perf_metric{"total_token_throughput", "total_throughput"}};

inline bool is_aiperf_summary(const result_json& v) {
    for (const char* key : {"time_to_first_token", "request_latency", "output_token_throughput"})
        if (member(v, key, "unit").is_string() && member(v, key).contains("avg")) return true;
    return false;
}

/// The first of several places that a version may keep a thing in.
inline const result_json& first_of(const result_json& v, std::initializer_list<std::vector<const char*>> places) {
    for (const auto& path : places) {
        const result_json* at = &v;
        for (const char* key : path) at = &member(*at, key);
        if (!at->is_null()) return *at;
    }
    return nothing;
}

inline void observe_perf_config(observation& o, const result_json& v) {
    const result_json& config = member(v, "input_config");
    const result_json& models =
        first_of(config, {{"endpoint", "model_names"}, {"model_names"}, {"model"}, {"formatted_model_name"}});
    o.model = text_of(models.is_array() && !models.empty() ? models[0] : models);
    const result_json& clients =
        first_of(config, {{"loadgen", "concurrency"}, {"concurrency"}, {"perf_analyzer", "stimulus", "concurrency"}});
    o.clients = whole_in(clients);
    o.offered_rate = positive_in(first_of(
        config, {{"loadgen", "request_rate"}, {"request_rate"}, {"perf_analyzer", "stimulus", "request_rate"}}));
    o.date = day_in(text_of(member(v, "start_time")));
    const std::string version = text_of(member(v, "aiperf_version"));
    if (!version.empty()) o.notes.push_back("AIPerf " + version.substr(0, 60));
    if (is_on(member(v, "was_cancelled"))) o.notes.push_back("the run was cancelled");
}

inline void observe_aiperf(const result_json& v, const std::string& where, std::vector<observation>& all) {
    observation o;
    o.where = where;
    o.tool = v.contains("aiperf_version") || member(v, "input_config", "loadgen").is_object() ? "AIPerf" : "GenAI-Perf";
    observe_perf_config(o, v);
    const auto factor = [&](std::string_view key) {
        const std::string unit = text_of(member(v, std::string(key).c_str(), "unit"));
        const auto f = unit.empty() ? std::optional(1.0) : to_base(unit);
        if (!f)
            o.notes.push_back(std::string(key) + " left out: its unit '" + printable(unit.substr(0, 30)) +
                              "' is not known");
        return f;
    };
    for (const perf_metric& m : perf_times)
        if (const result_json& d = member(v, std::string(m.key).c_str()); d.is_object())
            if (const auto f = factor(m.key)) put_distribution(o, std::string(m.figure), d, *f);
    const auto mean = [&](std::string_view key) -> std::optional<double> {
        const auto n = positive_in(member(v, std::string(key).c_str(), "avg"));
        const auto f = n ? factor(key) : std::nullopt;
        return f ? std::optional(*n * *f) : std::nullopt;
    };
    for (const perf_metric& m : perf_rates) put(o, std::string(m.figure), mean(m.key));
    o.prompt = mean("input_sequence_length");
    o.output = mean("output_sequence_length");
    o.completed = mean("request_count");
    o.failed = number_of(member(v, "error_request_count", "avg"));
    o.duration = mean("benchmark_duration");
    o.mean_concurrency = mean("effective_concurrency");
    all.push_back(std::move(o));
}

/// Whether a line of `head` is the first of the CSV: `Metric`, then statistics.
inline bool is_perf_csv(const std::string& head) {
    for (const std::string& line : lines_of(head)) {
        const auto fields = fields_of(line);
        if (!fields || fields->size() < 3 || (*fields)[0] != "Metric") continue;
        return !statistic_named((*fields)[1]).empty();
    }
    return false;
}
/// The metrics of the CSV as one value in the layout of the JSON.
inline std::vector<result_json> perf_csv_values(const std::string& content, const std::string& where) {
    result_json value = result_json::object();
    std::vector<std::string> columns;
    std::istringstream in(content);
    text_lines lines(in, where);
    for (std::string line; lines.next(line);) {
        const auto read = fields_of(line);
        if (!read) lines.wrong("ends inside a quoted field");
        const std::vector<std::string>& fields = *read;
        if (without_blanks(line).empty()) {
            columns.clear();
        } else if (fields[0] == "Metric") {
            columns = fields;
            const bool of_devices = std::find(columns.begin(), columns.end(), "GPU") != columns.end();
            if (of_devices) columns.clear();  // telemetry of boards, in blocks of its own
        } else if (!columns.empty()) {
            if (fields.size() != columns.size())
                lines.wrong("has " + std::to_string(fields.size()) + " fields, its header " +
                            std::to_string(columns.size()));
            auto [name, unit] = name_and_unit(fields[0]);
            name = lower(name);
            std::replace(name.begin(), name.end(), ' ', '_');
            result_json& metric = value[name];
            metric["unit"] = unit;
            for (std::size_t i = 1; i < fields.size(); ++i) {
                if (without_blanks(fields[i]).empty()) continue;
                const auto n = grouped_number(fields[i]);
                if (!n && lower(fields[i]) != "n/a" && lower(fields[i]) != "nan")
                    lines.wrong("'" + printable(fields[i].substr(0, 40)) + "' is no number");
                if (n) metric[columns[i] == "Value" ? "avg" : columns[i]] = *n;
            }
        }
    }
    if (!is_aiperf_summary(value))
        fail(where + " has no metric of AIPerf or GenAI-Perf: it breaks off, or is another table");
    return {value};
}
}  // namespace gambrel::detail
