// SPDX-License-Identifier: Apache-2.0
// What to change first, and the write-up.
#include <pybind11/stl.h>

#include <gambrel/ask/write_up/write_up.hpp>
#include <gambrel/report/html/document_html.hpp>
#include <gambrel/report/json/advice_json.hpp>
#include <gambrel/report/json/document_json.hpp>
#include <gambrel/report/text/advice_text.hpp>
#include <gambrel/report/text/document_markdown.hpp>

#include "bindings.hpp"
#include "descriptors.hpp"
#include "options.hpp"
#include "to_python.hpp"

namespace binding {

using namespace gambrel;

namespace {
struct advice_of {
    named_model model;
    named_device device;
    ask::advice answer{};

    advice_of(named_model m, named_device d, const deployment_asked& t, const std::string& goal,
              const std::array<std::optional<double>, 3>& limits_ms)
        : model(std::move(m)), device(std::move(d)) {
        ask::advice_options o;
        const ask::prediction_options options = with_remarks(t.options, model, device);
        o.goal = goal.empty() ? ask::usual_goal(options) : ask::advice_goal_named(goal);
        seconds<>* const limits[] = {&o.limits.ttft, &o.limits.tpot, &o.limits.latency};
        for (std::size_t i = 0; i < 3; ++i)
            if (limits_ms[i]) *limits[i] = milliseconds(checked(*limits_ms[i], 1e-6, 1e12, "a limit in ms"));
        ask::advised_case asked{model.value, device.value, runtime_from(t.runtime, device, model, t.options.weights),
                                options};
        const py::gil_scoped_release others_may_run;
        answer = ask::advised(asked, o);
    }
    std::string text() const {
        if (answer.ok()) return report::screen(answer);
        return "Not possible: " + answer.now.verdict.reason;
    }
};
}  // namespace

void bind_advice(py::module_& m) {
    py::class_<advice_of>(m, "Advice")
        .def_readonly("model", &advice_of::model)
        .def_readonly("device", &advice_of::device)
        .def_property_readonly("feasible", [](const advice_of& a) { return a.answer.ok(); })
        .def("to_dict", [](const advice_of& a) { return to_python(report::as_json(a.answer)); })
        .def("text", &advice_of::text)
        .def("experiment",
             [](const advice_of& a, const std::string& change) {
                 const ask::advice_item& i = ask::item_named(a.answer, change);
                 if (!i.after) fail(std::string(i.change->title) + " is not tried: " + i.reason);
                 return ask::experiment_of(a.answer, i);
             })
        .def("report_markdown", [](const advice_of& a) { return report::as_markdown(ask::write_up(a.answer)); })
        .def("report_html", [](const advice_of& a) { return report::as_html(ask::write_up(a.answer)); })
        .def("report_dict", [](const advice_of& a) { return to_python(report::as_json(ask::write_up(a.answer))); });
    m.def("advise", [](py::handle model, py::handle device, const py::dict& keywords, const std::string& goal,
                       const std::array<std::optional<double>, 3>& limits_ms) {
        return std::make_unique<advice_of>(model_from(model), device_from(device), options_of(keywords), goal,
                                           limits_ms);
    });
}
}  // namespace binding
