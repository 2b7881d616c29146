// SPDX-License-Identifier: Apache-2.0
#pragma once
/// JSON as Python objects and back. Objects keep the order of their keys.

#include <pybind11/pybind11.h>

#include <nlohmann/json.hpp>

namespace binding {
using namespace gambrel;

namespace py = pybind11;

template <class Json> py::object to_python(const Json& j) {
    using kind = nlohmann::json::value_t;
    switch (j.type()) {
        case kind::object: {
            py::dict d;
            for (const auto& [key, value] : j.items()) d[py::str(key)] = to_python(value);
            return d;
        }
        case kind::array: {
            py::list l;
            for (const auto& value : j) l.append(to_python(value));
            return l;
        }
        case kind::string: {  // names may come from files that are no UTF-8
            const std::string& s = j.template get_ref<const std::string&>();
            return py::reinterpret_steal<py::object>(
                PyUnicode_DecodeUTF8(s.data(), static_cast<py::ssize_t>(s.size()), "replace"));
        }
        case kind::boolean: return py::bool_(j.template get<bool>());
        case kind::number_integer: return py::int_(j.template get<std::int64_t>());
        case kind::number_unsigned: return py::int_(j.template get<std::uint64_t>());
        case kind::number_float: return py::float_(j.template get<double>());
        default: return py::none();
    }
}
}  // namespace binding
