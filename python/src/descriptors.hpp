// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Models and devices as Python holds them: the descriptor, and the recipe that makes it again (for pickle and repr).
/// A catalog entry is referred to, not copied.

#include <pybind11/pybind11.h>

#include <gambrel/hardware/device.hpp>
#include <gambrel/model/architecture.hpp>
#include <memory>
#include <string>

namespace binding {
using namespace gambrel;

namespace py = pybind11;

struct named_model {
    std::shared_ptr<const gambrel::architecture> value{};
    std::string catalog{};  ///< the name asked for, else empty
    std::string config{};   ///< the text of its config.json, else empty
};
struct named_device {
    std::shared_ptr<const gambrel::device<>> value{};
    std::string catalog{};
    std::string datasheet{};  ///< the text of its JSON
};

/// What `given` names: text (a catalog name, a file, a directory) or a descriptor made before.
named_model model_from(py::handle given);
named_device device_from(py::handle given);
/// Null for None: the usual one of the device.
std::shared_ptr<const gambrel::runtime<>> runtime_from(py::handle given, const gambrel::device<>& d,
                                                       std::string_view weights = "stored");
}  // namespace binding
