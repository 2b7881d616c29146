// SPDX-License-Identifier: Apache-2.0
#pragma once
/// All rows of a file of measurements, whichever of the known tables it is.

#include <fstream>
#include <gambrel/measurement/read_energy.hpp>
#include <gambrel/measurement/read_llama_cpp.hpp>
#include <gambrel/measurement/read_serving.hpp>
#include <map>
#include <vector>

namespace gambrel {

/// Two figures of the same run this far apart (as a ratio) contradict each other: software versions, the largest known
/// cause of difference between equal settings, move figures by 20 to 30 %.
inline constexpr double contradiction = 1.5;

namespace detail {
/// Everything that tells runs apart, as printed.
inline std::string run_of(const csv_reader& row) {
    std::string run;
    for (const char* column : {"source_id", "date", "hardware", "num_devices", "model", "framework",
                               "framework_version", "weight_format", "kv_format", "tp", "pp", "ep", "dp", "input_len",
                               "output_len", "concurrency", "request_rate", "metric", "notes"})
        run += row[column] + '\n';
    return run;
}

/// Marks rows of one run whose figures lie more than `contradiction` apart: which of them is wrong cannot be told.
inline void mark_contradictions(std::vector<measured>& rows,
                                const std::map<std::string, std::vector<std::size_t>>& runs) {
    for (const auto& [run, members] : runs) {
        double low = 0.0, high = 0.0;
        for (const std::size_t i : members) {
            if (!rows[i].ok()) continue;
            low = low > 0.0 ? smaller(low, rows[i].value) : rows[i].value;
            high = larger(high, rows[i].value);
        }
        if (!(high > contradiction * low)) continue;
        for (const std::size_t i : members)
            if (rows[i].ok()) rows[i].unpredictable = "contradictory: rows of the same run more than 1.5 times apart";
    }
}
}  // namespace detail

/// The tables that are known by their columns.
enum class table_kind : unsigned char { serving, llama_cpp, training, energy };

/// Which table `row` reads; a table that lacks a column of every kind is an error naming the first of a serving table.
inline table_kind kind_of(const csv_reader& row) {
    const auto has_all = [&](std::initializer_list<const char*> columns) {
        return std::all_of(columns.begin(), columns.end(), [&](const char* c) { return row.has(c); });
    };
    if (has_all({"hardware", "backend", "model", "quant", "test", "value_tok_s"})) return table_kind::llama_cpp;
    if (has_all({"model", "gpu", "num_gpus", "avg_batch", "avg_power_w_per_gpu", "output_tok_s"}))
        return table_kind::energy;
    if (has_all({"hardware", "model", "global_batch", "step_time_s"})) return table_kind::training;
    for (const char* column : {"hardware", "model", "framework", "weight_format", "tp", "input_len", "output_len",
                               "concurrency", "metric", "value", "unit"})
        row.require(column);
    return table_kind::serving;
}

/// A training run: read for its words, not predicted yet.
inline measured read_training(const csv_reader& row) {
    measured m;
    m.line = row.line();
    m.hardware = row["hardware"];
    m.model_name = row["model"];
    m.weights = row["precision"];
    m.unpredictable = "training is not predicted yet";
    return m;
}

/// Every row of the table, in order, the unpredictable ones with their reason. Throws `error` for a table that is
/// none of the known ones, or that breaks off inside a record. Evidence: tests/measurement/measured_test.cpp.
/// `own`: a device of the caller's, named by rows before the catalog's are looked at; it must outlive them.
inline std::vector<measured> read_measurements(std::istream& table, const device<>* own = nullptr) {
    csv_reader row(table);
    const table_kind kind = kind_of(row);
    std::vector<measured> rows;
    std::map<std::string, std::vector<std::size_t>> runs;
    while (row.next()) {
        if (kind == table_kind::serving) runs[detail::run_of(row)].push_back(rows.size());
        switch (kind) {
            case table_kind::serving: rows.push_back(read_measured(row, own)); break;
            case table_kind::llama_cpp: rows.push_back(read_llama_cpp(row, own)); break;
            case table_kind::energy:
                for (measured& m : read_energy(row, own)) rows.push_back(std::move(m));
                break;
            case table_kind::training: rows.push_back(read_training(row)); break;
        }
    }
    detail::mark_contradictions(rows, runs);
    return rows;
}

inline std::vector<measured> read_measurements(const std::string& path, const device<>* own = nullptr) {
    std::ifstream table(path);
    if (!table) fail("cannot open " + path);
    return read_measurements(table, own);
}
}  // namespace gambrel
