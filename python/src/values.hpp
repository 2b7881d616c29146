// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a Python value is, for the keyword `name`: a number, a whole number, text, a quantity, lengths, a calibration.
/// A value of another kind is one `gambrel::error` that names the keyword and what would be right.

#include <pybind11/pybind11.h>

#include <gambrel/ask/keyword.hpp>
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

/// A number in `unit`, text with a unit of `table`, or a pint quantity, converted by pint to `pint_unit`.
ask::amount amount_from(py::handle v, const std::string& name, const symbols::table& table, double unit,
                        const std::string& pint_unit);
}  // namespace binding
