// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a value of the caller's raises while it is asked what it is. TypeError, ValueError and their like say that it is not
/// of the kind that is asked for. KeyboardInterrupt, SystemExit and everything else that is no Exception, and MemoryError,
/// say something else and go on to the caller as they are.

#include <pybind11/pybind11.h>

namespace binding {
namespace py = pybind11;

/// Whether `e` ends more than this question.
inline bool ends_more(py::error_already_set& e) { return !e.matches(PyExc_Exception) || e.matches(PyExc_MemoryError); }
/// Takes the error that Python has set for "not of this kind"; throws it where it ends more.
inline void take_for_no() {
    if (PyErr_Occurred() == nullptr) return;
    py::error_already_set e;
    if (ends_more(e)) throw e;
}
/// Whether `v` has the attribute `name`. Unlike py::hasattr it lets KeyboardInterrupt through.
inline bool has_attribute(py::handle v, const char* name) {
    if (py::reinterpret_steal<py::object>(PyObject_GetAttrString(v.ptr(), name))) return true;
    take_for_no();
    return false;
}
}  // namespace binding
