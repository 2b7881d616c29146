// SPDX-License-Identifier: Apache-2.0
// Runs of a server before and after a change, and runs beside what is predicted of them.
#include <pybind11/stl.h>

#include <gambrel/report/json/comparison_json.hpp>
#include <gambrel/report/junit/comparison_junit.hpp>

#include "bindings.hpp"
#include "readers.hpp"
#include "to_python.hpp"

namespace binding {

using namespace gambrel;

namespace {
/// The runs among `given`, which are paths or tables as of `tables_from`.
std::vector<observation> runs_from(const py::list& given, const result_json& stated, const conventions& c,
                                   left_out_runs& left_out) {
    std::vector<observation> all;
    std::vector<std::string> paths;
    const auto read = [&] {
        for (observation& o : read_runs(paths, stated, c, left_out)) all.push_back(std::move(o));
        paths.clear();
    };
    for (const py::handle each : given) {
        if (py::isinstance<py::str>(each)) {
            paths.push_back(each.cast<std::string>());
            continue;
        }
        read();
        py::list alone;
        alone.append(each);
        for (observation& o : runs_of(tables_from(alone, c).front())) all.push_back(std::move(o));
    }
    read();
    return all;
}

/// (as `compare --json`, as text, as JUnit)
py::tuple compared_runs(const std::array<py::list, 2>& sides, const std::array<py::list, 2>& probes,
                        const conventions& c, const std::map<std::string, std::string>& given, double margin,
                        double level, bool paired, const std::vector<std::string>& metrics, bool drift) {
    result_json stated = result_json::object();
    for (const auto& [name, value] : given) read_stated(name + "=" + value, stated);
    std::array<left_out_runs, 2> left_out;
    left_out_runs unread;
    std::array<std::vector<observation>, 2> runs, before;
    for (std::size_t s = 0; s < 2; ++s) {
        runs[s] = runs_from(sides[s], stated, c, left_out[s]);
        before[s] = runs_from(probes[s], stated, c, unread);
    }
    const comparison_options o{.margin = margin, .level = level, .paired = paired, .metrics = metrics};
    const py::gil_scoped_release others_may_run;
    const compared_sides found = compared(runs, before, o, drift, left_out);
    const std::string text = report::screen(found), junit = report::as_junit(found.result);
    const report::json data = report::as_json(found);
    const py::gil_scoped_acquire mine;
    return py::make_tuple(to_python(data), text, junit);
}

py::tuple with_prediction(const py::list& side, const conventions& c) {
    std::vector<measured_row> rows;
    for (const measured_table& table : tables_from(side, c))
        for (measured_row& m : read_measurements(table, c)) rows.push_back(std::move(m));
    const predicted_guard g = guarded(rows);
    return py::make_tuple(to_python(report::as_json(g)), report::screen(g), report::as_junit(g));
}
}  // namespace

void bind_comparison(py::module_& m) {
    m.def("compare", &compared_runs);
    m.def("compare_predicted", &with_prediction);
}
}  // namespace binding
