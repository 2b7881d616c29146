// SPDX-License-Identifier: Apache-2.0
// The least fleet that keeps the limits at a rate.
#include <gambrel/report/json/fleet_json.hpp>
#include <gambrel/report/text/fleet_text.hpp>

#include "bindings.hpp"
#include "descriptors.hpp"
#include "options.hpp"
#include "to_python.hpp"

namespace binding {

using namespace gambrel;

namespace {
struct fleet_of {
    named_model model;
    ask::bound_fleet asked;
    ask::fleet_answer answer{};

    fleet_of(named_model m, const ask::fleet_options& t) : model(std::move(m)), asked(*model.value, t) {
        const py::gil_scoped_release others_may_run;
        answer = ask::answered(asked, t);
    }
};
}  // namespace

void bind_fleet(py::module_& m) {
    py::class_<fleet_of>(m, "Plan")
        .def_readonly("model", &fleet_of::model)
        .def_property_readonly("feasible", [](const fleet_of& f) { return f.answer.ok(); })
        .def("to_dict", [](const fleet_of& f) { return to_python(report::as_json(f.asked, f.answer)); })
        .def("text", [](const fleet_of& f) { return report::screen(f.asked, f.answer); });
    m.def("plan", [](py::handle model, const py::dict& keywords) {
        return std::make_unique<fleet_of>(model_from(model), fleet_options_of(keywords));
    });
}
}  // namespace binding
