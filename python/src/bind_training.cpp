// SPDX-License-Identifier: Apache-2.0
// What a training run takes: step, memory, layouts, cost.
#include <gambrel/report/json/training_json.hpp>
#include <gambrel/report/text/training_text.hpp>

#include "bindings.hpp"
#include "descriptors.hpp"
#include "options.hpp"
#include "to_python.hpp"

namespace binding {

using namespace gambrel;

namespace {
struct training_of {
    named_model model;
    named_device device;
    ask::bound_training asked;
    ask::training_answer answer{};

    training_of(named_model m, named_device d, const ask::training_options& t, bool tune)
        : model(std::move(m)),
          device(std::move(d)),
          asked(*model.value, {*device.value, device.count, {}}, t,
                tune ? ask::training_task::finetune : ask::training_task::train) {
        const py::gil_scoped_release others_may_run;
        answer = ask::answered(asked);
    }
};
}  // namespace

void bind_training(py::module_& m) {
    py::class_<training_of>(m, "Training")
        .def_readonly("model", &training_of::model)
        .def_readonly("device", &training_of::device)
        .def_property_readonly("feasible", [](const training_of& t) { return t.answer.ok(); })
        .def("to_dict", [](const training_of& t) { return to_python(report::as_json(t.asked, t.answer)); })
        .def("text", [](const training_of& t) { return report::screen(t.asked, t.answer); });
    m.def("train", [](py::handle model, py::handle device, const py::dict& keywords, bool tune) {
        return std::make_unique<training_of>(model_from(model), device_from(device), training_options_of(keywords),
                                             tune);
    });
}
}  // namespace binding
