// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A validation as CSV, one line per row. Evidence: tests/validation/validation_test.cpp.

#include <gambrel/units_io.hpp>
#include <gambrel/validation/validation.hpp>
#include <ostream>

namespace gambrel::report {

namespace detail {
/// A CSV field: quoted where it must be.
inline std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\n\r") == std::string_view::npos) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    return quoted + '"';
}
}  // namespace detail

/// One line per row that the filter let through, in order: what was measured, predicted with its range, the error, and
/// why not. Times in seconds, rates in tokens or requests per second, power in watts, energy in joules per token.
inline void write_validation_csv(std::ostream& out, const validation& v) {
    out << "line,source_id,hardware,model,framework,version,weights,date,metric,unit,measured,predicted,low,high,error,"
           "reason\n";
    for (const scored_row& r : v.rows) {
        const measured_row& m = r.row;
        out << m.line;
        for (const std::string* field :
             {&m.source, &m.hardware, &m.model_name, &m.framework, &m.version, &m.weights, &m.date})
            out << ',' << detail::csv_field(*field);
        const bool read = m.value > 0.0;
        out << ',' << (read ? name_of(m.metric) : "") << ',' << (read ? unit_of(m.metric) : "") << ','
            << (read ? shortest(m.value) : "");
        if (r.predicted.ok())
            for (const double x :
                 {r.predicted.value, r.predicted.low, r.predicted.high, r.predicted.value / m.value - 1.0})
                out << ',' << shortest(x);
        else out << ",,,,";
        out << ',' << detail::csv_field(r.predicted.refused) << '\n';
    }
}
}  // namespace gambrel::report
