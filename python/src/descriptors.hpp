// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Models and devices as Python holds them: the descriptor, and the recipe that makes it again (for pickle and repr).
/// A catalog entry is referred to, not copied.

#include <pybind11/pybind11.h>

#include <memory>
#include <ridgepoint/hardware/device.hpp>
#include <ridgepoint/model/architecture.hpp>
#include <string>

namespace binding {

namespace py = pybind11;

struct named_model {
    std::shared_ptr<const ridgepoint::architecture> value{};
    std::string catalog{};  ///< the name asked for, else empty
    std::string config{};   ///< the text of its config.json, else empty
};
struct named_device {
    std::shared_ptr<const ridgepoint::device<>> value{};
    std::string catalog{};
    std::string datasheet{};  ///< the text of its JSON
};

/// What `given` names: text (a catalog name, a file, a directory) or a descriptor made before.
named_model model_from(py::handle given);
named_device device_from(py::handle given);
/// Null for None: the usual one of the device.
std::shared_ptr<const ridgepoint::runtime<>> runtime_from(py::handle given, const ridgepoint::device<>& d);
}  // namespace binding
