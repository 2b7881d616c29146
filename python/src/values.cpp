// SPDX-License-Identifier: Apache-2.0
#include "values.hpp"

#include <gambrel/ask/names.hpp>

#include "arrays.hpp"

namespace binding {

using namespace gambrel;

namespace {
std::string kind_of(py::handle v) { return py::str(py::type::handle_of(v).attr("__name__")); }

constexpr py::ssize_t most_measured_lengths = 100'000'000;

length measured_lengths(py::handle v, const std::string& name) {
    const auto array = numbers_of(py::reinterpret_borrow<py::object>(v));
    if (!array)
        fail_kind(name, v,
                  "tokens, \"uniform:LOW:HIGH\", \"lognormal:MEAN:VARIATION\", (low, high) or an array of lengths");
    const auto& all = *array;
    if (all.ndim() != 1) fail(name + " has " + std::to_string(all.ndim()) + " dimensions; measured lengths have one");
    if (all.size() > most_measured_lengths) fail(name + " holds more than 100,000,000 lengths");
    std::vector<double> sorted(all.data(), all.data() + all.size());
    for (const double x : sorted) checked(x, 0.0, longest_length, ("a length of " + name + " in tokens").c_str());
    std::sort(sorted.begin(), sorted.end());
    return length::empirical(sorted);
}
}  // namespace

std::string shown(py::handle v) {
    const auto text = py::reinterpret_steal<py::object>(PyObject_Str(v.ptr()));
    const char* utf8 = text ? PyUnicode_AsUTF8(text.ptr()) : nullptr;
    if (utf8 != nullptr) return std::string(utf8).substr(0, 40);
    take_for_no();
    return "of type " + kind_of(v);
}

void fail_kind(const std::string& name, py::handle v, const char* wanted) {
    fail(name + " is of type " + kind_of(v) + "; it must be " + wanted);
}

std::optional<double> plain_number(py::handle v) {
    if (PyFloat_CheckExact(v.ptr())) return PyFloat_AS_DOUBLE(v.ptr());
    if (PyBool_Check(v.ptr()) || PyUnicode_Check(v.ptr()) || !PyNumber_Check(v.ptr())) return {};
    const double x = PyFloat_AsDouble(v.ptr());
    if (PyErr_Occurred() == nullptr) return x;
    take_for_no();
    return {};
}

int whole_from(py::handle v, const std::string& name) {
    if (!PyBool_Check(v.ptr()) && PyIndex_Check(v.ptr())) {
        int overflow = 0;
        const auto index = py::reinterpret_steal<py::object>(PyNumber_Index(v.ptr()));
        if (!index) {  // an array of several numbers says that it is an index, and is none
            take_for_no();
            fail_kind(name, v, "a whole number");
        }
        const long long n = PyLong_AsLongLongAndOverflow(index.ptr(), &overflow);
        if (overflow == 0 && n >= -1'000'000'000 && n <= 1'000'000'000) return static_cast<int>(n);
        fail(name + " is " + shown(v) + "; it must be at most 1,000,000,000");
    }
    if (const auto x = plain_number(v); x && std::floor(*x) == *x && std::fabs(*x) <= 1e9) return static_cast<int>(*x);
    fail_kind(name, v, "a whole number");
}

bool flag_from(py::handle v, const std::string& name) {
    if (PyBool_Check(v.ptr())) return v.ptr() == Py_True;
    fail_kind(name, v, "True or False");
}

std::optional<double> optional_number(py::handle v, const std::string& name) {
    if (v.is_none()) return {};
    return number_from(v, name);
}

calibration_file calibration_from(py::handle v) {
    if (PyUnicode_Check(v.ptr())) return read_calibration(text_from(v, "calibration"));
    if (has_attribute(v, "__fspath__")) return read_calibration(text_from(v.attr("__fspath__")(), "calibration"));
    if (py::isinstance<py::dict>(v)) {
        std::string text;
        try {
            text = py::str(py::module_::import("json").attr("dumps")(v));
        } catch (py::error_already_set& e) {
            if (ends_more(e)) throw;
            fail("calibration holds what JSON cannot");
        }
        return calibration_from_json(nlohmann::json::parse(text, nullptr, false));
    }
    fail_kind("calibration", v, "a file, a dict or a Calibration");
}

double number_from(py::handle v, const std::string& name) {
    if (const auto x = plain_number(v)) return *x;
    fail_kind(name, v, "a number");
}

std::string text_from(py::handle v, const std::string& name) {
    if (!PyUnicode_Check(v.ptr())) fail_kind(name, v, "text");
    Py_ssize_t size = 0;
    const char* utf8 = PyUnicode_AsUTF8AndSize(v.ptr(), &size);
    const std::string text(utf8 == nullptr ? "" : utf8, utf8 == nullptr ? 0 : static_cast<std::size_t>(size));
    if (utf8 == nullptr || text.find('\0') != std::string::npos) {
        take_for_no();
        fail(name + " holds a character that no name has: half of one, or zero");
    }
    return text;
}

length length_from(py::handle v, const std::string& name) {
    if (const auto x = plain_number(v)) return length(checked(*x, 0.0, longest_length, (name + " in tokens").c_str()));
    if (PyUnicode_Check(v.ptr())) return ask::length_of(text_from(v, name), name);
    if (py::isinstance<py::tuple>(v) && py::len(v) == 2) {
        const auto pair = py::reinterpret_borrow<py::tuple>(v);
        return length::uniform(number_from(pair[0], name), number_from(pair[1], name));
    }
    return measured_lengths(v, name);
}

ask::amount amount_from(py::handle v, const std::string& name, const symbols::table& table, double unit,
                        const std::string& pint_unit) {
    if (PyUnicode_Check(v.ptr())) {
        try {
            return {symbols::read(table, text_from(v, name)), 1.0};
        } catch (const error& e) {
            fail(name + ": " + e.what());
        }
    }
    if (has_attribute(v, "magnitude") && has_attribute(v, "to")) {
        try {
            if (const auto x = plain_number(v.attr("to")(pint_unit).attr("magnitude"))) return {*x, unit};
        } catch (py::error_already_set& e) {
            if (ends_more(e)) throw;
        }
        fail(name + " is " + shown(v) + "; it must be one quantity, convertible to " + pint_unit);
    }
    if (const auto x = plain_number(v)) return {*x, unit};
    fail_kind(name, v, "a number, text with a unit, or a pint quantity");
}
}  // namespace binding
