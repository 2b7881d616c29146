// SPDX-License-Identifier: Apache-2.0
// gambrel.Error: the one exception, a ValueError with the sentence of the C++ side; and the version.
#include <gambrel/error.hpp>
#include <gambrel/names/printable.hpp>
#include <gambrel/version.hpp>

#include "bindings.hpp"

namespace binding {

void bind_error(py::module_& m) {
    static const py::handle raised = py::exception<gambrel::error>(m, "Error", PyExc_ValueError).release();
    py::register_exception_translator([](std::exception_ptr thrown) {
        try {
            if (thrown) std::rethrow_exception(thrown);
        } catch (const gambrel::error& e) {  // it may quote a file that is no UTF-8, or what steers a terminal
            const std::string what = one_line(e.what());
            const auto text = py::reinterpret_steal<py::object>(
                PyUnicode_DecodeUTF8(what.data(), static_cast<py::ssize_t>(what.size()), "replace"));
            PyErr_SetObject(raised.ptr(), text.ptr());
        }
    });
    m.attr("Error").attr("__module__") = "gambrel";
    m.attr("Error").attr("__doc__") = "A wrong value, named, with what would be right. Everything wrong raises this.";
    m.attr("version") = gambrel::version;
}
}  // namespace binding
