// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Measured rows from whatever a benchmark tool wrote: a file, a folder of files, or JSON values that were read
/// already. Results of `vllm bench serve`, reports of GuideLLM, llama-bench's output, and tables of our own columns. A
/// file that is none of them, or that breaks off, is one `error`; nothing is half-read. Evidence:
/// tests/measurement/io/benchmark_results_test.cpp; python/tests/test_measured.py.

#include <gambrel/measurement/io/guidellm.hpp>
#include <gambrel/measurement/io/llama_bench.hpp>
#include <gambrel/measurement/io/vllm_bench.hpp>

namespace gambrel {

enum class result_tool : unsigned char { vllm, guidellm, llama_bench, own_table };

/// No reader knows the file.
class unknown_result : public error {
public:
    using error::error;
};

namespace detail {
inline std::string what_is_read() {
    std::string columns;
    for (const auto c : serving_needs) columns += (columns.empty() ? "" : ", ") + std::string(c);
    return "a result of vllm bench serve (output_throughput, mean_ttft_ms, completed), a report of GuideLLM "
           "(benchmarks[].metrics), output of llama-bench (n_prompt, avg_ts; or a table with test and t/s), or a CSV "
           "table with the columns " +
           columns;
}

inline result_tool tool_of(const std::vector<result_json>& values, const std::string& where) {
    const auto any = [&](bool (*is)(const result_json&)) { return std::any_of(values.begin(), values.end(), is); };
    if (any(is_guidellm_report)) return result_tool::guidellm;
    if (any(is_llama_test)) return result_tool::llama_bench;
    if (any(is_vllm_result)) return result_tool::vllm;
    std::string keys;
    int n = 0;
    for (const result_json& v : values)
        if (v.is_object() && n == 0) {
            for (const auto& [key, value] : v.items())
                if (n++ < 12) keys += (keys.empty() ? "" : ", ") + text_of(key).substr(0, 40);
            n = std::max(n, 1);
        }
    throw unknown_result(where + " is none of what is read: " + what_is_read() + ". " +
                         (n == 0 ? "It has no JSON object" : "Its keys: " + (keys.empty() ? "none" : keys)));
}

/// Stated things that the tool has no use for are an error: the caller takes the file for another.
inline void check_fit(const stated& said, result_tool tool) {
    std::vector<std::string> unfit;
    for (const std::string& name : said.names()) {
        const bool of_llama = name == "backend" || name == "num_devices";
        const bool of_both =
            name == "device" || name == "model" || name == "date" || name == "source" || name == "notes";
        if (tool == result_tool::own_table || (tool == result_tool::llama_bench ? !of_llama && !of_both : of_llama))
            unfit.push_back(name);
    }
    if (unfit.empty()) return;
    const std::string all = joined(unfit, ", ");
    if (tool == result_tool::own_table) fail(all + ": a table of our own columns says this itself");
    if (tool == result_tool::llama_bench) fail(all + ": llama-bench says this itself");
    fail(all + " is for llama-bench; tp, pp and dp state the devices of a server");
}
inline void check_date(const stated& said) {
    if (said.has("date") && day_in(said.text("date")).empty())
        fail("date must be like 2025-04-24 or 2025-04, not '" + said.text("date").substr(0, 40) + "'");
}

inline measured_table empty_table_of(result_tool tool) {
    return tool == result_tool::llama_bench ? measured_table::with_columns(table_kind::llama_cpp, llama_cpp_columns)
                                            : measured_table::with_columns(table_kind::serving, serving_columns);
}
/// Adds the values that are `tool`'s, counting the others; returns whether there were any.
inline bool add_values(const std::vector<result_json>& values, const std::string& where, result_tool tool,
                       const stated& said, const conventions& c, measured_table& table) {
    bool found = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const std::string place =
            values.size() == 1 || tool != result_tool::vllm ? where : where + " result " + std::to_string(i + 1);
        const auto is = tool == result_tool::vllm       ? is_vllm_result
                        : tool == result_tool::guidellm ? is_guidellm_report
                                                        : is_llama_test;
        if (!is(values[i])) {
            ++table.skipped[tool == result_tool::vllm       ? "value: not a result of the serving benchmark"
                            : tool == result_tool::guidellm ? "value: not a report of GuideLLM"
                                                            : "value: not a test of llama-bench"];
            continue;
        }
        found = true;
        if (tool == result_tool::vllm) add_vllm_result(values[i], place, said, c, table);
        else if (tool == result_tool::guidellm) add_guidellm_report(values[i], place, said, table);
        else add_llama_test(values[i], place, said, table);
    }
    return found;
}
[[noreturn]] inline void fail_none_found(const std::string& where, result_tool tool) {
    fail(where + (tool == result_tool::vllm
                      ? " has no result of vllm bench serve (output_throughput, mean_ttft_ms, completed)"
                  : tool == result_tool::guidellm
                      ? " is no report of GuideLLM: it has no list of benchmarks with metrics"
                      : " has no test of llama-bench (n_prompt, n_gen, avg_ts, or a table with test and t/s)"));
}
inline bool is_json_text(std::string_view content) {
    const std::size_t start = content.find_first_not_of(" \t\r\n");
    return start != std::string_view::npos && (content[start] == '{' || content[start] == '[');
}

/// What the first bytes of a file say of a tool's results.
enum class head_kind : unsigned char { json, llama_text, neither };
inline head_kind kind_of_head(const std::filesystem::path& file) {
    std::error_code problem;
    if (!std::filesystem::is_regular_file(file, problem))
        fail("cannot read " + file.string() +
             (problem ? ": " + problem.message()
                      : ": it is no file that can be read again, as a pipe is not: save it first"));
    std::ifstream in(file, std::ios::binary);
    std::string head(100'000, '\0');
    in.read(head.data(), static_cast<std::streamsize>(head.size()));
    if (in.bad() || !in.is_open()) fail("cannot read " + file.string());
    head.resize(static_cast<std::size_t>(in.gcount()));
    if (head.starts_with("\xEF\xBB\xBF")) head.erase(0, 3);
    return is_json_text(head) ? head_kind::json : is_llama_text(head) ? head_kind::llama_text : head_kind::neither;
}

/// The results of a tool in `file`, which begins as `kind` says.
inline measured_table read_results(const std::filesystem::path& file, head_kind kind, const stated& said,
                                   const conventions& c) {
    const std::string content = text_of_result(file), where = file.filename().string();
    const bool json = kind == head_kind::json;
    const auto values = json ? results_in(content, file.string()) : llama_tests_in(content, file.string());
    const result_tool tool = json ? tool_of(values, file.string()) : result_tool::llama_bench;
    check_fit(said, tool);
    if (tool == result_tool::llama_bench) check_date(said);
    measured_table table = empty_table_of(tool);
    if (!add_values(values, where, tool, said, c, table)) fail_none_found(file.string(), tool);
    return table;
}

/// Whether `file`, which is no tool's results, begins with the columns of a table; throws where it begins with others.
inline void check_own_table(const std::filesystem::path& file, const stated& said) {
    std::ifstream in(file, std::ios::binary);
    std::string first;
    try {
        const csv_reader rows(in);
        if (kind_of(rows.header())) return check_fit(said, result_tool::own_table);
        for (const std::string& column : rows.header()) first += (first.empty() ? "" : ",") + column;
    } catch (const error& e) {
        first = e.what();
    }
    const bool text = first_not_utf8(first) == std::string::npos;
    throw unknown_result(file.string() + " is none of what is read: " + what_is_read() +
                         (text ? ". Its first line: '" + first.substr(0, 80) + "'"
                               : ". Its first line is not text in UTF-8: save it as UTF-8"));
}

inline measured_table read_any_file(const std::filesystem::path& file, const stated& said, const conventions& c) {
    const head_kind kind = kind_of_head(file);
    if (kind != head_kind::neither) return read_results(file, kind, said, c);
    check_own_table(file, said);
    return read_table(file.string());
}
}  // namespace detail

/// The rows of `other` after those of `table`, which must have the same columns.
inline void append(measured_table& table, const measured_table& other) {
    if (table.kind != other.kind || *table.columns != *other.columns)
        fail("tables of different columns: " + std::string(name_of(table.kind)) + " and " +
             std::string(name_of(other.kind)));
    for (const table_row& row : other.rows) table.add(row.fields());
    for (const auto& [reason, n] : other.skipped) table.skipped[reason] += n;
}

/// The rows of a file or of every file of a folder; files of a folder that no reader knows are counted.
inline measured_table read_benchmark_results(const std::filesystem::path& path, const stated& said,
                                             const conventions& c) {
    std::error_code none;
    if (!std::filesystem::is_directory(path, none)) return detail::read_any_file(path, said, c);
    std::optional<measured_table> all;
    std::size_t unknown = 0;
    for (const auto& file : result_files(path)) {
        try {
            measured_table one = detail::read_any_file(file, said, c);
            if (all) append(*all, one);
            else all = std::move(one);
        } catch (const unknown_result&) {
            ++unknown;
        }
    }
    if (!all) fail("no file in " + path.string() + " is " + detail::what_is_read());
    if (unknown > 0) all->skipped["file: no benchmark result"] += unknown;
    return std::move(*all);
}

/// The rows of a file or folder of one tool's results.
inline measured_table read_benchmark_results(const std::filesystem::path& path, result_tool tool, const stated& said,
                                             const conventions& c) {
    measured_table table = detail::empty_table_of(tool);
    detail::check_fit(said, tool);
    if (tool == result_tool::llama_bench) detail::check_date(said);
    bool found = false;
    for (const auto& file : result_files(path)) {
        const std::string content = text_of_result(file);
        const auto values = tool == result_tool::llama_bench ? detail::llama_tests_in(content, file.string())
                                                             : results_in(content, file.string());
        found = detail::add_values(values, file.filename().string(), tool, said, c, table) || found;
    }
    if (!found) detail::fail_none_found(path.string(), tool);
    return table;
}

/// The rows of JSON values that were read already; `tool`: nothing to find it out.
inline measured_table read_benchmark_results(const std::vector<result_json>& values, std::optional<result_tool> tool,
                                             const stated& said, const conventions& c) {
    if (!tool) tool = detail::tool_of(values, "the value");
    detail::check_fit(said, *tool);
    if (tool == result_tool::llama_bench) detail::check_date(said);
    measured_table table = detail::empty_table_of(*tool);
    const std::string where = tool == result_tool::guidellm ? "the report" : "the result";
    if (!detail::add_values(values, where, *tool, said, c, table))
        detail::fail_none_found("what was handed over", *tool);
    return table;
}
}  // namespace gambrel
