// SPDX-License-Identifier: Apache-2.0
#pragma once
/// All rows of a file of measurements, whichever of the known tables it is.

#include <fstream>
#include <ridgepoint/report/measured/read_serving.hpp>
#include <vector>

namespace ridgepoint::report {

/// Every row of the table, in order, the unpredictable ones with their reason. Throws `error` for a table that is
/// none of the known ones, or that breaks off inside a record. Evidence: tests/report/measured_test.cpp.
inline std::vector<measured> read_measurements(std::istream& table) {
    csv_reader row(table);
    for (const char* column : {"hardware", "model", "framework", "weight_format", "tp", "input_len", "output_len",
                               "concurrency", "metric", "value", "unit"})
        row.require(column);
    std::vector<measured> rows;
    while (row.next()) rows.push_back(read_measured(row));
    return rows;
}

inline std::vector<measured> read_measurements(const std::string& path) {
    std::ifstream table(path);
    if (!table) fail("cannot open " + path);
    return read_measurements(table);
}
}  // namespace ridgepoint::report
