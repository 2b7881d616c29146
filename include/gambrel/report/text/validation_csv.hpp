// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A validation as CSV, one line per row. Evidence: tests/validation/validation_test.cpp.

#include <gambrel/report/text/csv_field.hpp>
#include <gambrel/units_io.hpp>
#include <gambrel/validation/validation.hpp>
#include <ostream>

namespace gambrel::report {

/// One line per row that the filter let through, in order: what was measured, predicted with its range, the error, and
/// why not. Times in seconds, rates in tokens or requests per second, power in watts, energy in joules per token.
class validation_csv {
public:
    /// Writes the header line. The stream must outlive the writer.
    explicit validation_csv(std::ostream& out, cells kind = cells::for_spreadsheets) : out_(out), kind_(kind) {
        out_ << "line,source_id,hardware,model,framework,version,weights,date,metric,unit,measured,predicted,low,high,"
                "error,reason\n";
    }
    void write(const scored_row& r) {
        const measured_row& m = r.row;
        out_ << m.line;
        for (const std::string* field :
             {&m.source, &m.hardware, &m.model_name, &m.framework, &m.version, &m.weights, &m.date})
            out_ << ',' << csv_field(*field, kind_);
        const bool read = m.value > 0.0;
        out_ << ',' << (read ? name_of(m.metric) : "") << ',' << (read ? unit_of(m.metric) : "") << ','
             << (read ? shortest(m.value) : "");
        if (r.predicted.ok())
            for (const double x :
                 {r.predicted.value, r.predicted.low, r.predicted.high, r.predicted.value / m.value - 1.0})
                out_ << ',' << shortest(x);
        else out_ << ",,,,";
        out_ << ',' << csv_field(r.predicted.refused, kind_) << '\n';
    }

private:
    std::ostream& out_;
    cells kind_;
};
inline void write_validation_csv(std::ostream& out, const validation& v) {
    validation_csv rows(out);
    for (const scored_row& r : v.rows) rows.write(r);
}
}  // namespace gambrel::report
