// SPDX-License-Identifier: Apache-2.0
#pragma once
/// All rows of a table of measurements, whichever of the known ones it is (table_kind.hpp).

#include <fstream>
#include <gambrel/measurement/mark_rows.hpp>
#include <gambrel/measurement/read_energy.hpp>
#include <gambrel/measurement/read_llama_cpp.hpp>
#include <gambrel/measurement/read_serving.hpp>
#include <gambrel/measurement/read_training.hpp>
#include <gambrel/names/printable.hpp>
#include <gambrel/numeric/io/csv.hpp>
#include <vector>

namespace gambrel {

namespace detail {
/// The fields of a line, each as UTF-8: a byte that is none, of a table in Latin-1, is written out as in "caf\xe9".
inline std::vector<std::string> utf8_fields(std::vector<std::string> fields) {
    for (std::string& field : fields)
        if (!is_utf8(field)) field = printable(field);
    return fields;
}
inline table_kind kind_of_table(const csv_reader& rows) {
    const auto kind = kind_of(rows.header());
    if (!kind) fail("has no known columns: " + columns_of_every_kind());
    return *kind;
}
}  // namespace detail

/// Calls `f` with each measured figure of `row`.
template <class F>
void for_each_figure(const table_row& row, table_kind kind, const conventions& c, const device<>* own, const F& f) {
    switch (kind) {
        case table_kind::serving: return f(read_serving(row, c, own));
        case table_kind::llama_cpp: return f(read_llama_cpp(row, c, own));
        case table_kind::training: {
            measured_row step = read_training(row);
            if (const auto memory = memory_figure(step)) f(*memory);
            return f(std::move(step));
        }
        case table_kind::energy:
            for (measured_row& m : read_energy(row, c, own)) f(std::move(m));
    }
}

/// The table that `in` holds as CSV; `named` is what messages call it. Throws `error` for a table that is none of the
/// known ones, or that breaks off inside a record.
inline measured_table read_table(std::istream& in, const std::string& named = "the table") {
    try {
        csv_reader row(in);
        const table_kind kind = detail::kind_of_table(row);
        measured_table t = measured_table::with_columns(kind, detail::utf8_fields(row.header()));
        while (row.next()) t.rows.emplace_back(t.columns, detail::utf8_fields(row.fields()), row.line());
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
    for (const table_row& row : table.rows)
        for_each_figure(row, table.kind, c, own, [&](measured_row m) { rows.push_back(std::move(m)); });
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
