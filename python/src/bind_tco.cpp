// SPDX-License-Identifier: Apache-2.0
// What a deployment costs, rented, owned or as an API.
#include <gambrel/report/json/tco_json.hpp>
#include <gambrel/report/svg/tco_svg.hpp>

#include "bindings.hpp"
#include "descriptors.hpp"
#include "options.hpp"
#include "to_python.hpp"

namespace binding {

using namespace gambrel;

namespace {
struct tco_of {
    named_model model;
    named_device device;
    ask::bound_tco asked;
    ask::tco_answer answer{};

    tco_of(named_model m, named_device d, const tco_asked& t)
        : model(std::move(m)),
          device(std::move(d)),
          asked(model.value, device.value, runtime_from(t.runtime, device, model, t.options.deployed.weights),
                with_remarks(t.options, model, device)) {
        const py::gil_scoped_release others_may_run;
        answer = ask::answered(asked.question);
    }
};
}  // namespace

void bind_tco(py::module_& m) {
    py::class_<tco_of>(m, "Tco")
        .def_readonly("model", &tco_of::model)
        .def_readonly("device", &tco_of::device)
        .def_property_readonly("feasible", [](const tco_of& t) { return t.answer.ok(); })
        .def("to_dict", [](const tco_of& t) { return to_python(report::as_json(t.asked.question, t.answer)); })
        .def("svg", [](const tco_of& t) { return report::tco_svg(t.asked.question, t.answer); })
        .def("text", [](const tco_of& t) { return report::screen(t.asked.question, t.answer); });
    m.def("tco", [](py::handle model, py::handle device, const py::dict& keywords) {
        return std::make_unique<tco_of>(model_from(model), device_from(device), tco_options_of(keywords));
    });
}
}  // namespace binding
