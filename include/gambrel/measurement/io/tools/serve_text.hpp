// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What `vllm bench serve` and SGLang's `bench_serving` print at the end of a run, and the summary.csv of `vllm bench
/// sweep serve`, as values under the names of their JSON. A text may hold several reports, each under its own title, and
/// whatever else the program said.
///
/// Titles and labels: vllm/benchmarks/serve.py (vllm-project/vllm), python/sglang/bench_serving.py (sgl-project/sglang);
/// summary.csv is pandas' to_csv of the results (vllm/benchmarks/sweep/serve.py). The printed table holds no model, and
/// names the load only where it was given: with neither line the load is not known.
/// Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/llama_bench_text.hpp>
#include <gambrel/measurement/io/measured_unit.hpp>

namespace gambrel::detail {

/// A label of the printed table, without its unit and in lower case, and the key of the JSON.
struct printed_label {
    std::string_view label, key;
};
inline constexpr std::array serve_labels{
    printed_label{"successful requests", "completed"},
    printed_label{"failed requests", "failed"},
    printed_label{"maximum request concurrency", "max_concurrency"},
    printed_label{"max request concurrency", "max_concurrency"},
    printed_label{"max reqeuest concurrency", "max_concurrency"},  // as SGLang spelled it
    printed_label{"request rate configured", "request_rate"},
    printed_label{"traffic request rate", "request_rate"},
    printed_label{"backend", "backend"},
    printed_label{"benchmark duration", "duration"},
    printed_label{"total input tokens", "total_input_tokens"},
    printed_label{"total generated tokens", "total_output_tokens"},
    printed_label{"total generated tokens (retokenized)", "total_output_tokens_retokenized"},
    printed_label{"request throughput", "request_throughput"},
    printed_label{"output token throughput", "output_throughput"},
    printed_label{"total token throughput", "total_token_throughput"},
    printed_label{"peak output token throughput", "max_output_tokens_per_s"},
    printed_label{"peak concurrent requests", "max_concurrent_requests"},
    printed_label{"concurrency", "concurrency"},
    printed_label{"accept length", "accept_length"},
    printed_label{"acceptance length", "spec_decode_acceptance_length"},
    printed_label{"acceptance rate", "spec_decode_acceptance_rate"}};

inline bool is_serve_title(std::string_view line) {
    return contains(line, "Serving Benchmark Result") && contains(line, "==");
}

/// "P99 TTFT (ms):" as "p99_ttft_ms"; empty for a label that is none of the table.
inline std::string serve_key(std::string_view label) {
    const auto [name, unit] = name_and_unit(label);
    const std::string small = lower(name), whole = lower(std::string(without_blanks(label)));
    for (const std::string& said : {whole, small})  // "(retokenized)" is no unit
        for (const printed_label& l : serve_labels)
            if (l.label == said) return std::string(l.key);
    if (unit != "ms") return {};
    const std::size_t at = small.find(' ');
    if (at == std::string::npos) return {};
    std::string what = small.substr(at + 1);
    std::replace(what.begin(), what.end(), ' ', '_');
    if (what == "ttft" || what == "tpot" || what == "itl" || what == "e2el" || what == "e2e_latency")
        return small.substr(0, at) + "_" + what + "_ms";
    return {};
}

/// The reports of a text, in order.
inline std::vector<result_json> printed_serve_reports(const std::string& content, const std::string& where) {
    std::vector<result_json> reports;
    std::size_t number = 0;
    bool open = false;
    for (const std::string& line : lines_of(content)) {
        ++number;
        if (is_serve_title(line)) {
            reports.push_back(result_json::object());
            open = true;
            continue;
        }
        const std::size_t colon = line.rfind(':');
        if (!open || colon == std::string::npos) continue;
        const std::string key = serve_key(std::string_view(line).substr(0, colon));
        if (key.empty()) continue;
        const std::string_view text = without_blanks(std::string_view(line).substr(colon + 1));
        const auto n = grouped_number(text);
        const bool words = key == "backend" || key == "request_rate" || text == "nan" || text == "not set";
        if (!n && !words)
            fail(where + " line " + std::to_string(number) + ": '" + printable(text.substr(0, 40)) +
                 "' is no number of " + key);
        if (reports.back().contains(key)) continue;  // of the first section that states it
        if (n) reports.back()[key] = *n;
        else if (text != "nan" && text != "not set") reports.back()[key] = std::string(text);
    }
    if (!reports.empty() && !reports.back().contains("completed"))
        fail(where + " line " + std::to_string(number) + ": the printed report breaks off before its first figure");
    return reports;
}

/// Whether the first line of `head` that holds commas has the columns of a result.
inline bool is_serve_csv(std::string_view head) {
    const std::string_view line = head.substr(0, head.find('\n'));
    return contains(line, "output_throughput") && contains(line, "completed") && contains(line, ",");
}
/// The records of a table whose columns are keys of a result; empty cells are left out.
inline std::vector<result_json> csv_values(const std::string& content, const std::string& where) {
    std::istringstream in(content);
    std::vector<result_json> values;
    try {
        csv_reader row(in);
        while (row.next()) {
            result_json value = result_json::object();
            for (const std::string& column : row.header())
                if (!column.empty() && !row[column].empty()) value[column] = row[column];
            values.push_back(std::move(value));
        }
    } catch (const error& e) {
        fail(where + ": " + e.what());
    }
    return values;
}

inline bool is_serve_text(const std::string& head) {
    if (is_serve_csv(head)) return true;
    for (const std::string& line : lines_of(head))
        if (is_serve_title(line)) return true;
    return false;
}
inline std::vector<result_json> serve_values_in(const std::string& content, const std::string& where) {
    return is_serve_csv(content) ? csv_values(content, where) : printed_serve_reports(content, where);
}
}  // namespace gambrel::detail
