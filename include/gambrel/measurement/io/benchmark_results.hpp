// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Measured rows from whatever a benchmark tool wrote: a file, a folder of files, or JSON values that were read
/// already; and tables of our own columns. Which tools: result_readers.hpp. A file that is none of them, or that breaks
/// off, is one `error`; nothing is half-read. A file whose kind holds no load is counted with why it holds no rows.
/// Evidence: tests/measurement/io/benchmark_results_test.cpp; python/tests/test_measured.py.

#include <gambrel/measurement/io/file_head.hpp>
#include <gambrel/measurement/io/large_json.hpp>
#include <gambrel/measurement/io/run_of.hpp>

namespace gambrel {
namespace detail {

/// Stated things that the tool has no use for are an error: the caller takes the file for another. `reader`: null for a
/// table of our own columns.
inline void check_fit(const stated& said, const result_reader* reader) {
    const bool llama = reader && reader->rows == table_kind::llama_cpp;
    std::vector<std::string> unfit;
    for (const std::string& name : said.names()) {
        const bool of_llama = name == "backend" || name == "num_devices";
        const bool of_both =
            name == "device" || name == "model" || name == "date" || name == "source" || name == "notes";
        if (!reader || (llama ? !of_llama && !of_both : of_llama)) unfit.push_back(name);
    }
    if (unfit.empty()) return;
    const std::string all = joined(unfit, ", ");
    if (!reader) fail(all + ": a table of our own columns says this itself");
    if (llama) fail(all + ": llama-bench says this itself");
    fail(all + " is for llama-bench; tp, pp and dp state the devices of a server");
}
inline void check_stated(const stated& said, const result_reader& reader) {
    check_fit(said, &reader);
    if (reader.rows == table_kind::llama_cpp && said.has("date") && day_in(said.text("date")).empty())
        fail("date must be like 2025-04-24 or 2025-04, not '" + said.text("date").substr(0, 40) + "'");
}

inline measured_table empty_table_of(const result_reader& reader) {
    return reader.rows == table_kind::llama_cpp ? measured_table::with_columns(table_kind::llama_cpp, llama_cpp_columns)
                                                : measured_table::with_columns(table_kind::serving, serving_columns);
}
/// Adds the values that are the reader's, counting the others; returns whether there were any.
inline bool add_values(const std::vector<result_json>& values, const std::string& where, const result_reader& reader,
                       const stated& said, const conventions& c, measured_table& table) {
    bool found = false;
    for (std::size_t i = 0; i < values.size(); ++i) {
        if (!reader.is_value || !reader.is_value(values[i])) {
            ++table.skipped["value: not " + std::string(reader.value)];
            continue;
        }
        found = true;
        const std::string place = place_of(reader, where, i, values.size());
        if (!reader.no_rows.empty()) {
            ++table.skipped["file: " + std::string(reader.no_rows)];
        } else if (reader.add_rows) {
            reader.add_rows(values[i], place, said, c, table);
        } else {
            std::vector<observation> all;
            reader.observe(values[i], place, all);
            add_observed(all, std::string(reader.key), said, c, table);
        }
    }
    return found;
}
[[noreturn]] inline void fail_none_found(const std::string& where, const result_reader& reader) {
    fail(where + " " +
         (reader.none_found.empty() ? "is not " + std::string(reader.what) : std::string(reader.none_found)));
}

/// The rows of a stream of `file`.
inline void add_stream(const std::filesystem::path& file, const result_reader& reader, const stated& said,
                       const conventions& c, measured_table& table) {
    if (!reader.no_rows.empty()) {
        ++table.skipped["file: " + std::string(reader.no_rows)];
        return;
    }
    std::ifstream in(file, std::ios::binary);
    std::vector<observation> all;
    reader.observe_stream(in, file.filename().string(), all);
    add_observed(all, std::string(reader.key), said, c, table);
}

/// The values of `file`, and whose they are.
inline std::pair<std::vector<result_json>, const result_reader*> values_of(const std::filesystem::path& file,
                                                                           const file_head& head) {
    std::error_code problem;
    if (head.json && std::filesystem::file_size(file, problem) >= large_json_bytes && !problem) {
        std::ifstream in(file, std::ios::binary);
        if (in.peek() == 0xEF) in.ignore(3);
        auto values = large_results_in(in, file.string());
        const result_reader& reader = reader_of(values, file.string());
        return {std::move(values), &reader};
    }
    const std::string content = text_of_result(file);
    if (!head.json) return {head.reader->values_in(content, file.string()), head.reader};
    auto values = results_in(content, file.string());
    const result_reader& reader = reader_of(values, file.string());
    return {std::move(values), &reader};
}

/// The results of a tool in `file`, which begins as `head` says.
inline measured_table read_results(const std::filesystem::path& file, const file_head& head, const stated& said,
                                   const conventions& c) {
    if (head.reader && head.reader->observe_stream) {
        check_stated(said, *head.reader);
        measured_table table = empty_table_of(*head.reader);
        add_stream(file, *head.reader, said, c, table);
        return table;
    }
    const auto [values, reader] = values_of(file, head);
    check_stated(said, *reader);
    measured_table table = empty_table_of(*reader);
    if (!add_values(values, file.filename().string(), *reader, said, c, table)) fail_none_found(file.string(), *reader);
    return table;
}

/// Whether `file`, which is no tool's results, begins with the columns of a table; throws where it begins with others.
inline void check_own_table(const std::filesystem::path& file, const stated& said) {
    check_table_columns(file);
    check_fit(said, nullptr);
}

inline bool is_result(const file_head& head) { return head.json || head.reader; }

inline measured_table read_any_file(const std::filesystem::path& file, const stated& said, const conventions& c) {
    const file_head head = kind_of_head(file);
    if (is_result(head)) return read_results(file, head, said, c);
    check_own_table(file, said);
    return read_table(file.string());
}
}  // namespace detail

/// The rows of `other` after those of `table`, which must have the same columns.
inline void append(measured_table& table, const measured_table& other) {
    if (table.rows.empty() && !other.rows.empty()) {  // a file without rows is of no kind
        table.kind = other.kind;
        table.columns = other.columns;
    }
    if (!other.rows.empty() && (table.kind != other.kind || *table.columns != *other.columns))
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
inline measured_table read_benchmark_results(const std::filesystem::path& path, const result_reader& reader,
                                             const stated& said, const conventions& c) {
    measured_table table = detail::empty_table_of(reader);
    detail::check_stated(said, reader);
    bool found = false;
    for (const auto& file : result_files(path)) {
        if (reader.observe_stream && !reader.is_value) {
            detail::add_stream(file, reader, said, c, table);
            found = true;
            continue;
        }
        const std::string content = text_of_result(file);
        const bool text = reader.values_in && !detail::is_json_text(content);
        const auto values = text ? reader.values_in(content, file.string()) : results_in(content, file.string());
        found = detail::add_values(values, file.filename().string(), reader, said, c, table) || found;
    }
    if (!found) detail::fail_none_found(path.string(), reader);
    return table;
}

/// The rows of JSON values that were read already; `reader`: null to find it out.
inline measured_table read_benchmark_results(const std::vector<result_json>& values, const result_reader* reader,
                                             const stated& said, const conventions& c) {
    if (!reader) reader = &detail::reader_of(values, "the value");
    detail::check_stated(said, *reader);
    measured_table table = detail::empty_table_of(*reader);
    const std::string where = reader->key == "guidellm" ? "the report" : "the result";
    if (!detail::add_values(values, where, *reader, said, c, table))
        detail::fail_none_found("what was handed over", *reader);
    return table;
}
}  // namespace gambrel
