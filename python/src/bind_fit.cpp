// SPDX-License-Identifier: Apache-2.0
// What runs on a machine under llama.cpp, and where a model runs.
#include <gambrel/report/json/fit_json.hpp>
#include <gambrel/report/text/fit_text.hpp>

#include "bindings.hpp"
#include "descriptors.hpp"
#include "options.hpp"
#include "to_python.hpp"

namespace binding {

using namespace gambrel;

namespace {
struct fit_of {
    ask::bound_fit asked;
    ask::fit_answer answer{};

    fit_of(std::optional<ask::asked_model> model, const std::vector<ask::asked_device>& devices,
           const ask::fit_options& t)
        : asked(std::move(model), devices, t) {
        const py::gil_scoped_release others_may_run;
        answer = ask::answered(asked);
    }
};
}  // namespace

void bind_fit(py::module_& m) {
    py::class_<fit_of>(m, "Fit")
        .def_property_readonly("feasible", [](const fit_of& f) { return f.answer.ok(); })
        .def("to_dict", [](const fit_of& f) { return to_python(report::as_json(f.asked, f.answer)); })
        .def("text", [](const fit_of& f) { return report::screen(f.asked, f.answer); });
    m.def("fit", [](py::handle model, const py::list& devices, const py::dict& keywords) {
        std::optional<ask::asked_model> asked;
        if (!model.is_none()) {
            const named_model named = model_from(model);
            asked = ask::asked_model{*named.value, named.weights, named.remark, {}};
        }
        std::vector<ask::asked_device> boards;
        for (const py::handle& each : devices) {
            const named_device named = device_from(each);
            boards.push_back({*named.value, named.count, named.catalog});
        }
        return std::make_unique<fit_of>(std::move(asked), boards, fit_options_of(keywords));
    });
}
}  // namespace binding
