// SPDX-License-Identifier: Apache-2.0
#pragma once
/// NumPy arrays, where this build knows the NumPy that is installed: pybind11 before 2.12 reads the descriptors of
/// NumPy 2 wrongly, without a word.

#include <pybind11/numpy.h>

#include <gambrel/error.hpp>
#include <optional>

#include "raised.hpp"

namespace binding {
using namespace gambrel;

namespace py = pybind11;

/// Throws `error` for a NumPy newer than this build knows. To be called before arrays are made or read.
inline void check_numpy() {
#if PYBIND11_VERSION_HEX < 0x020C0000
    const std::string version = py::str(py::module_::import("numpy").attr("__version__"));
    if (version.rfind("1.", 0) != 0 && version.rfind("0.", 0) != 0)
        gambrel::fail("this build of gambrel knows NumPy 1, and " + version +
                      " is installed: build it with pybind11 2.12 or later");
#endif
}

/// `v` as an array of doubles; none for what is no numbers. What its elements raise to end the program is let through.
inline std::optional<py::array_t<double, py::array::c_style | py::array::forcecast>> numbers_of(const py::object& v) {
    check_numpy();
    try {
        return py::array_t<double, py::array::c_style | py::array::forcecast>(v);
    } catch (py::error_already_set& e) {
        if (ends_more(e)) throw;
        return {};
    }
}
}  // namespace binding
