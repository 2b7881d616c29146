// SPDX-License-Identifier: Apache-2.0
// The readers of benchmark results and of tables, and the data files that say what these leave unsaid.
#include "readers.hpp"

#include <pybind11/stl.h>

#include <gambrel/measurement/io/benchmark_results.hpp>
#include <gambrel/measurement/io/conventions_file.hpp>
#include <gambrel/measurement/io/observations.hpp>
#include <gambrel/report/json/observation_json.hpp>

#include "bindings.hpp"
#include "to_python.hpp"

namespace binding {

namespace {
constexpr int deepest_value = 200;

/// A Python value as JSON. Not-a-number and infinity stay what they are; a whole number too long is what it is as a
/// float. Throws `error` for anything that JSON does not have.
result_json json_from(const py::handle& v, int depth = 0) {
    if (depth > deepest_value)
        fail("a value is nested too deeply to be a benchmark result: at most " + std::to_string(deepest_value) +
             " levels");
    if (v.is_none()) return {};
    if (py::isinstance<py::bool_>(v)) return v.cast<bool>();
    if (py::isinstance<py::int_>(v)) {
        const double n = PyLong_AsDouble(v.ptr());
        if (PyErr_Occurred()) PyErr_Clear();  // longer than any float: -1 then, which no figure is
        return n;
    }
    if (py::isinstance<py::float_>(v)) return v.cast<double>();
    if (py::isinstance<py::str>(v)) {
        Py_ssize_t size = 0;
        const char* text = PyUnicode_AsUTF8AndSize(v.ptr(), &size);
        if (!text) {  // surrogates
            PyErr_Clear();
            return "?";
        }
        return std::string(text, static_cast<std::size_t>(size));
    }
    if (py::isinstance<py::dict>(v)) {
        result_json object = result_json::object();
        for (const auto& [key, value] : py::reinterpret_borrow<py::dict>(v))
            object[json_from(py::str(key)).get<std::string>()] = json_from(value, depth + 1);
        return object;
    }
    if (py::isinstance<py::list>(v) || py::isinstance<py::tuple>(v)) {
        result_json list = result_json::array();
        for (const py::handle each : v) list.push_back(json_from(each, depth + 1));
        return list;
    }
    fail("a value of type " + std::string(py::str(py::type::of(v).attr("__name__"))) +
         " is none that JSON has: use text, a number, a list or a dict");
}

py::tuple table_to_python(const measured_table& t) {
    py::list rows;
    for (const table_row& r : t.rows) rows.append(py::cast(r.fields()));
    return py::make_tuple(std::string(name_of(t.kind)), *t.columns, rows, t.skipped);
}

/// The reader called `name`; null for "", which is to be found out.
const result_reader* tool_named(const std::string& name) {
    if (name.empty()) return nullptr;
    const result_reader* reader = reader_named(name);
    if (reader == nullptr) {
        std::vector<std::string_view> known;
        for (const result_reader& r : result_readers) known.push_back(r.key);
        fail_unknown("reader", name, known);
    }
    return reader;
}

/// (kind, columns, rows of text, reason -> count) of a path or of a JSON value; `tool`: "" to find it out.
py::tuple results_read(const py::object& source, const std::string& tool, const py::dict& given, const conventions& c) {
    const result_reader* of = tool_named(tool);
    const stated said(json_from(given), c);
    if (py::isinstance<py::str>(source)) {
        const std::string path = source.cast<std::string>();
        measured_table table;
        {
            const py::gil_scoped_release others_may_run;
            table = of ? read_benchmark_results(path, *of, said, c) : read_benchmark_results(path, said, c);
        }
        return table_to_python(table);
    }
    std::vector<result_json> values;
    result_json value = json_from(source);
    if (value.is_array())
        for (auto& each : value) values.push_back(std::move(each));
    else values.push_back(std::move(value));
    return table_to_python(read_benchmark_results(values, of, said, c));
}

/// The observations of paths, or of a JSON value, as dicts.
py::list observations_read(const py::object& source, const py::dict& given, const conventions& c) {
    const stated said(json_from(given), c);
    std::vector<observation> all;
    if (py::isinstance<py::tuple>(source)) {
        const auto names = source.cast<std::vector<std::string>>();
        const std::vector<std::filesystem::path> paths(names.begin(), names.end());
        const py::gil_scoped_release others_may_run;
        all = read_observations(paths, said);
    } else {
        result_json value = json_from(source);
        std::vector<result_json> values;
        if (value.is_array())
            for (auto& each : value) values.push_back(std::move(each));
        else values.push_back(std::move(value));
        all = read_observations(values, said);
    }
    py::list l;
    for (const observation& o : all) l.append(to_python(report::observation_json(o)));
    return l;
}

/// {kind: needed columns} in the order they are tried, the columns that hold words, the columns that readers make.
py::dict kinds_known() {
    py::dict needed, made;
    const auto names = [](const auto& all) {
        py::list l;
        for (const std::string_view n : all) l.append(py::str(n.data(), n.size()));
        return py::tuple(l);
    };
    for (const table_columns& t : table_kinds) needed[py::str(std::string(t.name))] = names(t.needed);
    made["serving"] = names(serving_columns);
    made["llama.cpp"] = names(llama_cpp_columns);
    py::dict all;
    all["needed"] = needed;
    all["made"] = made;
    all["text"] = names(text_columns);
    return all;
}
}  // namespace

std::vector<measured_table> tables_from(const py::list& given, const conventions& c) {
    std::vector<measured_table> tables;
    for (const py::handle each : given) {
        if (py::isinstance<py::str>(each)) {
            tables.push_back(read_benchmark_results(each.cast<std::string>(), stated{}, c));
            continue;
        }
        const auto [columns, rows] =
            each.cast<std::pair<std::vector<std::string>, std::vector<std::vector<std::string>>>>();
        const auto kind = kind_of(columns);
        if (!kind) fail("the table has no known columns: " + columns_of_every_kind());
        measured_table table = measured_table::with_columns(*kind, columns);
        for (const auto& fields : rows) table.add(fields);
        tables.push_back(std::move(table));
    }
    return tables;
}

void bind_readers(py::module_& m) {
    py::class_<conventions>(m, "Conventions").def_property_readonly("formats", [](const conventions& c) {
        std::vector<std::string> weights{"unstated"}, kv;
        for (const auto& e : c.weights.entries()) weights.push_back(e.printed);
        for (const auto& e : c.kv.entries()) kv.push_back(e.printed);
        return std::make_pair(weights, kv);
    });
    m.def("read_conventions", [](const std::string& folder) { return read_conventions(folder); });
    m.def("read_results", &results_read);
    m.def("read_observations", &observations_read);
    m.def("table_kinds", &kinds_known);
}
}  // namespace binding
