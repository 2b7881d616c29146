// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What `diagnose` and `report` take of measurements, from Python's words: files, model, device, terms.

#include <gambrel/ask/bound_diagnosis.hpp>

#include "descriptors.hpp"
#include "options.hpp"

namespace binding {
using namespace gambrel;

/// Files of a server, files of it while it was well, and what two runs differ by.
struct measured_files {
    std::vector<std::string> files{}, before{};
    double noise = 0.05;
};

inline std::vector<observation> observed(const std::vector<std::string>& paths) {
    if (paths.empty()) return {};
    return read_observations(std::vector<std::filesystem::path>(paths.begin(), paths.end()), stated{});
}

/// The runs of `m`; None for a model or a device that the files say.
inline std::unique_ptr<ask::bound_diagnosis> bound_to(const measured_files& m, py::handle model, py::handle device,
                                                      const py::dict& keywords) {
    ask::diagnosis_options o{.noise = checked(m.noise, 1e-3, 1.0, "the noise between two runs")};
    if (!model.is_none()) {
        o.own_model = model_from(model).value;
        if (py::isinstance<py::str>(model)) o.model = model.cast<std::string>();
    }
    if (!device.is_none()) {
        o.own_device = device_from(device).value;
        if (py::isinstance<py::str>(device)) o.device = device.cast<std::string>();
    }
    if (keywords.contains("runtime") && !keywords["runtime"].is_none())
        o.own_runtime = runtime_from(keywords["runtime"], o.own_device ? *o.own_device : gambrel::device<>{});
    o.say = [keywords](ask::prediction_options& to) { set_options(keywords, to); };
    o.lengths_said = keywords.contains("prompt") || keywords.contains("output") || keywords.contains("workload");
    o.load_said = keywords.contains("concurrency") || keywords.contains("rate_per_s");
    return std::make_unique<ask::bound_diagnosis>(observed(m.files), observed(m.before), o);
}
}  // namespace binding
