// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Models and devices as Python holds them: the descriptor, and the recipe that makes it again (for pickle and repr).
/// A catalog entry is referred to, not copied.

#include <pybind11/pybind11.h>

#include <gambrel/ask/bound_question.hpp>
#include <gambrel/hardware/device.hpp>
#include <gambrel/model/architecture.hpp>
#include <memory>
#include <string>

namespace binding {
using namespace gambrel;

namespace py = pybind11;

struct named_model {
    std::shared_ptr<const gambrel::architecture> value{};
    std::string catalog{};                            ///< the name asked for, else empty
    std::string config{};                             ///< the text of its config.json, else empty
    std::string weights{};                            ///< the format that the name says, else empty
    std::string remark{};                             ///< what was made of the name
    std::vector<hugging_face::assumption> assumed{};  ///< what its config.json leaves out
};
struct named_device {
    std::shared_ptr<const gambrel::device<>> value{};
    std::string catalog{};
    std::string datasheet{};  ///< the text of its JSON
    int count = 0;            ///< of a machine; 0 where the name says none
};

/// What `given` names: text (a catalog name, a file, a directory) or a descriptor made before.
named_model model_from(py::handle given);
named_device device_from(py::handle given);
/// Null for None: the usual one of the device, for weights as asked for ("stored": as the model's).
std::shared_ptr<const gambrel::runtime<>> runtime_from(py::handle given, const gambrel::device<>& d,
                                                       std::string_view weights = "stored");
std::shared_ptr<const gambrel::runtime<>> runtime_from(py::handle given, const named_device& d, const named_model& m,
                                                       std::string_view weights);
/// `options` with what is to be said of the names.
template <class Options> Options with_remarks(Options options, const named_model& m, const named_device& d) {
    ask::prediction_options& deployed = ask::deployed_of(options);
    const ask::asked_model model{*m.value, m.weights, m.remark};
    const ask::asked_device device{*d.value, d.count, d.catalog};
    deployed.remarks = ask::name_remarks(model, device, deployed);
    return options;
}
}  // namespace binding
