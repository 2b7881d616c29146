// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Tables of measurements on their way between Python and the readers.

#include <pybind11/pybind11.h>

#include <gambrel/measurement/conventions.hpp>
#include <gambrel/measurement/table.hpp>

namespace binding {
using namespace gambrel;
namespace py = pybind11;

/// The tables among `given`: paths of files of any tool, or (columns, rows of text).
std::vector<measured_table> tables_from(const py::list& given, const conventions& c);
}  // namespace binding
