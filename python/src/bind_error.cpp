// SPDX-License-Identifier: Apache-2.0
// ridgepoint.Error: the one exception, a ValueError with the sentence of the C++ side; and the version.
#include <ridgepoint/error.hpp>
#include <ridgepoint/version.hpp>

#include "bindings.hpp"

namespace binding {

void bind_error(py::module_& m) {
    py::register_exception<ridgepoint::error>(m, "Error", PyExc_ValueError);
    m.attr("Error").attr("__module__") = "ridgepoint";
    m.attr("Error").attr("__doc__") = "A wrong value, named, with what would be right. Everything wrong raises this.";
    m.attr("version") = ridgepoint::version;
}
}  // namespace binding
