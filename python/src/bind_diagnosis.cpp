// SPDX-License-Identifier: Apache-2.0
// Why a server is slow: what its files show against what is predicted.
#include <gambrel/report/json/diagnosis_json.hpp>
#include <gambrel/report/text/diagnosis_text.hpp>

#include "bindings.hpp"
#include "descriptors.hpp"
#include "options.hpp"
#include "to_python.hpp"

namespace binding {

using namespace gambrel;

namespace {
std::vector<observation> observed(const std::vector<std::string>& paths) {
    if (paths.empty()) return {};
    return read_observations(std::vector<std::filesystem::path>(paths.begin(), paths.end()), stated{});
}

ask::diagnosis_options options_from(py::handle model, py::handle device, const py::dict& keywords, double noise) {
    ask::diagnosis_options o{.noise = checked(noise, 1e-3, 1.0, "the noise between two runs")};
    if (!model.is_none()) {
        o.own_model = model_from(model).value;
        if (py::isinstance<py::str>(model)) o.model = model.cast<std::string>();
    }
    named_device board;
    if (!device.is_none()) {
        board = device_from(device);
        o.own_device = board.value;
        if (py::isinstance<py::str>(device)) o.device = device.cast<std::string>();
    }
    if (keywords.contains("runtime") && !keywords["runtime"].is_none())
        o.own_runtime = runtime_from(keywords["runtime"], o.own_device ? *o.own_device : gambrel::device<>{});
    o.say = [keywords](ask::prediction_options& to) { set_options(keywords, to); };
    o.lengths_said = keywords.contains("prompt") || keywords.contains("output") || keywords.contains("workload");
    o.load_said = keywords.contains("concurrency") || keywords.contains("rate_per_s");
    return o;
}

struct diagnosis_of {
    ask::bound_diagnosis bound;
    diagnosis found;

    diagnosis_of(const std::vector<std::string>& files, const std::vector<std::string>& before, py::handle model,
                 py::handle device, const py::dict& keywords, double noise)
        : bound(observed(files), observed(before), options_from(model, device, keywords, noise)),
          found(ask::diagnosed(bound)) {}
};
}  // namespace

void bind_diagnosis(py::module_& m) {
    py::class_<diagnosis_of>(m, "Diagnosis")
        .def("to_dict", [](const diagnosis_of& d) { return to_python(report::as_json(d.bound, d.found)); })
        .def("text", [](const diagnosis_of& d) { return report::screen(d.bound, d.found); });
    m.def("diagnose", [](const std::vector<std::string>& files, const std::vector<std::string>& before,
                         py::handle model, py::handle device, const py::dict& keywords, double noise) {
        return std::make_unique<diagnosis_of>(files, before, model, device, keywords, noise);
    });
}
}  // namespace binding
