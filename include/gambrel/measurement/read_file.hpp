// SPDX-License-Identifier: Apache-2.0
#pragma once
/// All rows of a table of measurements, whichever of the known ones it is (table_kind.hpp).

#include <fstream>
#include <gambrel/measurement/read_energy.hpp>
#include <gambrel/measurement/read_llama_cpp.hpp>
#include <gambrel/measurement/read_serving.hpp>
#include <gambrel/numeric/io/csv.hpp>
#include <map>
#include <vector>

namespace gambrel {

/// Two figures of the same run this far apart (as a ratio) contradict each other: software versions, the largest known
/// cause of difference between equal settings, move figures by 20 to 30 %.
inline constexpr double contradiction = 1.5;

namespace detail {
/// Everything that tells runs apart, as printed.
inline std::string run_of(const table_row& row) {
    std::string run;
    for (const char* column : {"source_id", "date", "hardware", "num_devices", "model", "framework",
                               "framework_version", "weight_format", "kv_format", "tp", "pp", "ep", "dp", "input_len",
                               "output_len", "concurrency", "request_rate", "metric", "notes"})
        run += row[column] + '\n';
    return run;
}

/// Marks rows of one run whose figures lie more than `contradiction` apart: which of them is wrong cannot be told.
inline void mark_contradictions(std::vector<measured_row>& rows,
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

/// A training run: read for its words, not predicted yet.
inline measured_row read_training(const table_row& row) {
    measured_row m;
    m.line = row.line();
    m.hardware = row["hardware"];
    m.model_name = row["model"];
    m.weights = row["precision"];
    m.unpredictable = "training is not predicted yet";
    return m;
}

/// The table that `in` holds as CSV; `named` is what messages call it. Throws `error` for a table that is none of the
/// known ones, or that breaks off inside a record.
inline measured_table read_table(std::istream& in, const std::string& named = "the table") {
    try {
        csv_reader row(in);
        const auto kind = kind_of(row.header());
        if (!kind) fail("has no known columns: " + columns_of_every_kind());
        measured_table t = measured_table::with_columns(*kind, row.header());
        while (row.next()) t.rows.emplace_back(t.columns, row.fields(), row.line());
        return t;
    } catch (const error& e) {
        fail(named + ": " + e.what());
    }
}
inline measured_table read_table(const std::string& path) {
    std::ifstream in(path);
    if (!in) fail("cannot open " + path);
    return read_table(in, path);
}

/// Every row of the table, in order, the unpredictable ones with their reason.
/// `own`: a device of the caller's, named by rows before the catalog's are looked at; it must outlive them.
/// Evidence: tests/measurement/measured_test.cpp.
inline std::vector<measured_row> read_measurements(const measured_table& table, const conventions& c,
                                                   const device<>* own = nullptr) {
    std::vector<measured_row> rows;
    std::map<std::string, std::vector<std::size_t>> runs;
    for (const table_row& row : table.rows) {
        if (table.kind == table_kind::serving) runs[detail::run_of(row)].push_back(rows.size());
        switch (table.kind) {
            case table_kind::serving: rows.push_back(read_serving(row, c, own)); break;
            case table_kind::llama_cpp: rows.push_back(read_llama_cpp(row, c, own)); break;
            case table_kind::energy:
                for (measured_row& m : read_energy(row, c, own)) rows.push_back(std::move(m));
                break;
            case table_kind::training: rows.push_back(read_training(row)); break;
        }
    }
    detail::mark_contradictions(rows, runs);
    return rows;
}
inline std::vector<measured_row> read_measurements(std::istream& table, const conventions& c,
                                                   const device<>* own = nullptr) {
    return read_measurements(read_table(table), c, own);
}
inline std::vector<measured_row> read_measurements(const std::string& path, const conventions& c,
                                                   const device<>* own = nullptr) {
    return read_measurements(read_table(path), c, own);
}
}  // namespace gambrel
