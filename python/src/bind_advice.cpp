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
#include "measured_terms.hpp"
#include "to_python.hpp"

namespace binding {

using namespace gambrel;

namespace {
struct advice_of {
    named_model model;
    named_device device;
    ask::advice answer{};
    ask::measured_part measured{};

    advice_of(named_model m, named_device d, const deployment_asked& t, const std::string& goal,
              const std::array<std::optional<double>, 3>& limits_ms)
        : model(std::move(m)), device(std::move(d)) {
        const ask::advised_case asked{model.value, device.value,
                                      runtime_from(t.runtime, device, model, t.options.weights),
                                      with_remarks(t.options, model, device)};
        const ask::advice_options o = options_from(asked, goal, limits_ms);
        const py::gil_scoped_release others_may_run;
        answer = ask::advised(asked, o);
    }
    /// Of the last run of `m`, with its diagnosis.
    advice_of(const measured_files& m, py::handle of_model, py::handle of_device, const py::dict& keywords,
              const std::string& goal, const std::array<std::optional<double>, 3>& limits_ms) {
        const auto bound = bound_to(m, of_model, of_device, keywords);
        const ask::advised_case asked = ask::case_of(*bound);
        model = {.value = asked.model, .catalog = find_model(asked.model->name.view()) ? asked.model->name.str() : ""};
        device = {.value = asked.board,
                  .catalog = find_device(asked.board->name.view()) ? asked.board->name.str() : ""};
        if (!of_model.is_none()) model = model_from(of_model);
        if (!of_device.is_none()) device = device_from(of_device);
        const ask::advice_options o = options_from(asked, goal, limits_ms);
        const py::gil_scoped_release others_may_run;
        answer = ask::advised(asked, o);
        measured = ask::measured_part_of(*bound, ask::diagnosed(*bound));
    }
    ask::document written() const { return ask::write_up(answer, measured); }
    std::string text() const {
        if (answer.ok()) return report::screen(answer);
        return "Not possible: " + answer.now.verdict.reason;
    }

private:
    static ask::advice_options options_from(const ask::advised_case& asked, const std::string& goal,
                                            const std::array<std::optional<double>, 3>& limits_ms) {
        ask::advice_options o;
        o.goal = goal.empty() ? ask::usual_goal(asked.options) : ask::advice_goal_named(goal);
        seconds<>* const limits[] = {&o.limits.ttft, &o.limits.tpot, &o.limits.latency};
        for (std::size_t i = 0; i < 3; ++i)
            if (limits_ms[i]) *limits[i] = milliseconds(checked(*limits_ms[i], 1e-6, 1e12, "a limit in ms"));
        return o;
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
        .def("report_markdown", [](const advice_of& a) { return report::as_markdown(a.written()); })
        .def("report_html", [](const advice_of& a) { return report::as_html(a.written()); })
        .def("report_dict", [](const advice_of& a) { return to_python(report::as_json(a.written())); });
    m.def("advise", [](py::handle model, py::handle device, const py::dict& keywords, const std::string& goal,
                       const std::array<std::optional<double>, 3>& limits_ms) {
        return std::make_unique<advice_of>(model_from(model), device_from(device), options_of(keywords), goal,
                                           limits_ms);
    });
    m.def("advise_measured", [](const std::vector<std::string>& files, const std::vector<std::string>& before,
                                double noise, py::handle model, py::handle device, const py::dict& keywords,
                                const std::string& goal, const std::array<std::optional<double>, 3>& limits_ms) {
        return std::make_unique<advice_of>(measured_files{files, before, noise}, model, device, keywords, goal,
                                           limits_ms);
    });
}
}  // namespace binding
