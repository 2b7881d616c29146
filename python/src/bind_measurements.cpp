// SPDX-License-Identifier: Apache-2.0
// Predicted against measured, and constants refined from measurements. Tables come as files or rows.
#include <pybind11/stl.h>

#include <gambrel/ask/timed_kernels.hpp>
#include <gambrel/calibration/calibrated_row.hpp>
#include <gambrel/calibration/refine.hpp>
#include <gambrel/measurement/io/measured_source.hpp>
#include <gambrel/measurement/read_file.hpp>
#include <gambrel/report/json/laws_json.hpp>
#include <gambrel/report/json/prediction_json.hpp>
#include <gambrel/report/json/validation_json.hpp>
#include <gambrel/report/text/validation_csv.hpp>
#include <gambrel/report/text/validation_text.hpp>
#include <sstream>

#include "bindings.hpp"
#include "descriptors.hpp"
#include "readers.hpp"
#include "to_python.hpp"

namespace binding {

using namespace gambrel;

namespace {
std::vector<measured_row> rows_of(const std::vector<measured_table>& tables, const conventions& c,
                                  const device<>* own) {
    std::vector<measured_row> all;
    for (const measured_table& table : tables)
        for (measured_row& m : read_measurements(table, c, own)) all.push_back(std::move(m));
    return all;
}

/// (as `validate --json`, one line per row as CSV, the same as text)
py::tuple validated(const py::list& given, const conventions& c, const py::object& own, const std::string& by,
                    bool dense_only, const std::array<std::string, 6>& parts, const py::object& calibration) {
    validation_filter f{.dense_only = dense_only,
                        .metric = parts[0],
                        .device = parts[1],
                        .runtime = parts[2],
                        .model = parts[3],
                        .precision = parts[4],
                        .source = parts[5]};
    if (!by.empty()) f.by = group_keys_in(by);
    const named_device hardware = own.is_none() ? named_device{} : device_from(own);
    std::optional<calibration_file> corrected;
    if (!calibration.is_none()) corrected = calibration_from(calibration);
    // Files are read row by row; tables of rows are there already.
    std::vector<std::string> paths;
    std::vector<std::optional<measured_table>> tables;
    for (const py::handle each : given) {
        const bool file = py::isinstance<py::str>(each);
        paths.push_back(file ? each.cast<std::string>() : std::string());
        py::list alone;
        alone.append(each);
        tables.push_back(file ? std::nullopt : std::optional(std::move(tables_from(alone, c).front())));
    }
    report::json groups;
    std::ostringstream rows;
    std::string text;
    {
        const py::gil_scoped_release others_may_run;
        report::validation_csv lines(rows, report::cells::as_they_are);
        validator scored(f, [&](const scored_row& r) { lines.write(r); });
        std::size_t calibrated_rows = 0;
        const auto add = [&](measured_row&& m) {
            if (corrected && f.passes(m) && calibrate_row(*corrected, m)) ++calibrated_rows;
            scored.add(std::move(m));
        };
        const stated nothing(result_json::object(), c);
        for (std::size_t i = 0; i < paths.size(); ++i) {
            if (tables[i]) {
                for (measured_row& m : read_measurements(*tables[i], c, hardware.value.get())) add(std::move(m));
                continue;
            }
            measured_source source(paths[i], nothing, c);
            for_each_figure(source, c, hardware.value.get(), add);
        }
        if (corrected && calibrated_rows == 0)
            fail("no row is of what the calibration holds for (" + corrected->device +
                 (corrected->runtime.empty() ? "" : " under " + corrected->runtime) +
                 "); give the rows of that device, or leave the calibration out");
        groups = report::validation_json(scored.result());
        text = report::validation_text(scored.result());
    }
    return py::make_tuple(to_python(groups), rows.str(), text);
}

report::json residuals_json(const calibration_outcome& c, const std::vector<measured_row>& rows) {
    report::json all = report::json::array();
    for (const row_residual& r : c.rows) {
        const measured_row& m = rows[r.row];
        all.push_back({{"row", r.row},
                       {"model", m.model_name},
                       {"metric", name_of(m.metric)},
                       {"measured", m.value},
                       {"error_before", report::finite(r.before)},
                       {"error_after", report::finite(r.after)}});
    }
    return all;
}

report::json factors_json(const calibration_outcome& c) {
    report::json all = report::json::array();
    for (std::size_t i = 0; i < adjustment::factors; ++i) {
        if (c.prior[i] == 0.0) continue;
        const double f = c.adjustment.factor[i], after = std::exp(normal_quantile_90 * c.deviation[i]),
                     before = std::exp(normal_quantile_90 * c.prior[i]);
        all.push_back({{"name", adjustment::names[i]},
                       {"factor", f},
                       {"low", f / after},
                       {"high", f * after},
                       {"prior_low", 1.0 / before},
                       {"prior_high", before}});
    }
    return all;
}

/// What is known of the fit on `rows`, of which `aside` others were none.
report::json fit_json(const calibration_outcome& fitted, const std::vector<measured_row>& rows, std::size_t aside) {
    report::json refused = report::json::object();
    for (const auto& [reason, n] : fitted.refused) refused[reason] = n;
    return {{"rows_used", fitted.rows.size()},
            {"rows_given", rows.size()},
            {"rows_aside", aside},
            {"refused", refused},
            {"converged", fitted.converged()},
            {"steps", fitted.fit.iterations},
            {"factors", factors_json(fitted)},
            {"rows", residuals_json(fitted, rows)},
            {"held_by_prior", fitted.held_by_prior()},
            {"constants", fitted.fit.values.size()},
            {"decided", report::finite(fitted.fit.free_constants)}};
}

/// The file (null where the fit did not converge), and what is known about it: of measured rows, of timed kernels.
py::dict calibrated(const py::list& given, const conventions& c, const py::object& own, const std::string& runtime,
                    const std::string& moves, const std::string& kernels) {
    constexpr std::array<std::string_view, 3> kinds{"device", "host", "both"};
    if (std::find(kinds.begin(), kinds.end(), moves) == kinds.end()) fail_unknown("thing to move", moves, kinds);
    const named_device hardware = device_from(own);
    const std::string software = runtime.empty() ? "" : runtime_named(runtime).name.str();
    const calibration_request ask{.device = moves != "host", .host = moves != "device"};
    const std::vector<measured_table> tables = tables_from(given, c);
    report::json file, known;
    {
        const py::gil_scoped_release others_may_run;
        calibration_file made;
        if (!kernels.empty()) {
            const ask::timed_kernels k = ask::kernels_timed(kernels, *hardware.value);
            ask::add_laws(made, k, *hardware.value);
            known["kernels"] = report::laws_json(k);
        }
        if (tables.empty()) {
            file = to_json(made);
        } else {
            std::vector<measured_row> rows;
            std::size_t aside = 0;
            for (measured_row& m : rows_of(tables, c, hardware.value.get())) {
                const bool wanted = m.device && m.device->name == hardware.value->name &&
                                    (software.empty() || runtime_of_era(m.runtime.name.view()) == software);
                m.laws = made.laws;
                if (wanted) rows.push_back(std::move(m));
                else ++aside;
            }
            if (rows.empty())
                fail("no row is of " + hardware.value->name.str() + (software.empty() ? "" : " under " + software));
            const calibration_outcome fitted = calibrate(rows, ask);
            if (fitted.converged()) {
                calibration_file moved = file_of(fitted, rows[fitted.rows.front().row], ask);
                if (made.laws) moved.device = made.device;
                moved.laws = made.laws;
                moved.kernels = made.kernels;
                file = to_json(moved);
            }
            known.update(fit_json(fitted, rows, aside));
        }
    }
    py::dict d = to_python(known);
    d["file"] = to_python(file);
    return d;
}
}  // namespace

void bind_measurements(py::module_& m) {
    m.def("validate", &validated);
    m.def("calibrate", &calibrated);
}
}  // namespace binding
