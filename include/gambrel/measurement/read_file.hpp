// SPDX-License-Identifier: Apache-2.0
#pragma once
/// All rows of a table of measurements, whichever of the known ones it is (table_kind.hpp).

#include <fstream>
#include <gambrel/measurement/mark_rows.hpp>
#include <gambrel/measurement/read_energy.hpp>
#include <gambrel/measurement/read_llama_cpp.hpp>
#include <gambrel/measurement/read_serving.hpp>
#include <gambrel/numeric/io/csv.hpp>
#include <vector>

namespace gambrel {

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
    for (const table_row& row : table.rows) {
        switch (table.kind) {
            case table_kind::serving: rows.push_back(read_serving(row, c, own)); break;
            case table_kind::llama_cpp: rows.push_back(read_llama_cpp(row, c, own)); break;
            case table_kind::energy:
                for (measured_row& m : read_energy(row, c, own)) rows.push_back(std::move(m));
                break;
            case table_kind::training: rows.push_back(read_training(row)); break;
        }
    }
    if (table.kind == table_kind::serving) mark_rows(table, rows);
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
