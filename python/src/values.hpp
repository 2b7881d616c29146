// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a Python value is, for the keyword `name`: a number, a whole number, text, a quantity, lengths, a calibration.
/// A value of another kind is one `gambrel::error` that names the keyword and what would be right.

#include <pybind11/pybind11.h>

#include <gambrel/calibration/io/calibration_file.hpp>
#include <gambrel/units_io.hpp>
#include <gambrel/workload/length.hpp>
#include <optional>

namespace binding {
using namespace gambrel;

namespace py = pybind11;

[[noreturn]] void fail_kind(const std::string& name, py::handle v, const char* wanted);
/// The start of `str(v)`, or its type where that cannot be had or is no text.
std::string shown(py::handle v);

/// The plain number of `v`, which is none for text, truth values and containers.
std::optional<double> plain_number(py::handle v);
double number_from(py::handle v, const std::string& name);
std::optional<double> optional_number(py::handle v, const std::string& name);  ///< none for None
int whole_from(py::handle v, const std::string& name);
bool flag_from(py::handle v, const std::string& name);
std::string text_from(py::handle v, const std::string& name);
/// A number, text, a pair (low, high) or an array of measured lengths.
gambrel::length length_from(py::handle v, const std::string& name);
/// A file, its name, or what it holds.
calibration_file calibration_from(py::handle v);

/// `v` in the unit whose value is `unit`: a number in it, text with a unit of its own, or a pint quantity, converted by
/// pint to `pint_unit`.
template <class Q> Q quantity_from(py::handle v, const std::string& name, const Q& unit, const char* pint_unit) {
    if (PyUnicode_Check(v.ptr())) {
        try {
            return gambrel::parse<Q>(text_from(v, name));
        } catch (const gambrel::error& e) {
            gambrel::fail(name + ": " + e.what());
        }
    }
    if (py::hasattr(v, "magnitude") && py::hasattr(v, "to")) {
        try {
            if (const auto x = plain_number(v.attr("to")(pint_unit).attr("magnitude"))) return unit * *x;
        } catch (py::error_already_set& e) {
            if (!e.matches(PyExc_Exception)) throw;
        }
        gambrel::fail(name + " is " + shown(v) + "; it must be one quantity, convertible to " + pint_unit);
    }
    if (const auto x = plain_number(v)) return unit * *x;
    fail_kind(name, v, "a number, text with a unit, or a pint quantity");
}
}  // namespace binding
