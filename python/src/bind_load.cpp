// SPDX-License-Identifier: Apache-2.0
// Serving under load: percentiles at a rate or for clients, the greatest rate, the curve.
#include <gambrel/report/json/load_json.hpp>
#include <gambrel/report/svg/load_curve_svg.hpp>

#include "bindings.hpp"
#include "descriptors.hpp"
#include "options.hpp"
#include "to_python.hpp"

namespace binding {

using namespace gambrel;

namespace {
struct load_of {
    named_model model;
    named_device device;
    ask::bound_load_question asked;
    ask::load_answer answer{};

    load_of(named_model m, named_device d, const load_asked& t)
        : model(std::move(m)),
          device(std::move(d)),
          asked(model.value, device.value, runtime_from(t.runtime, device, model, t.options.deployed.weights),
                with_remarks(t.options, model, device)) {
        const py::gil_scoped_release others_may_run;
        answer = ask::answered(asked.question);
    }
};

/// The share of requests whose time is at most each of the given seconds; null where there is no distribution.
report::json distribution_json(const ask::load_answer& a, const std::string& which) {
    if (!a.distributions || !a.load.value.stable || !a.known()) return nullptr;
    const load_prediction& p = a.load.value;
    const latency_distribution* law = which == "ttft"      ? &p.ttft
                                      : which == "tpot"    ? &p.tpot
                                      : which == "itl"     ? &p.itl
                                      : which == "latency" ? &p.latency
                                                           : nullptr;
    if (law == nullptr)
        fail("the distribution of \"" + which + "\" is not kept; it must be ttft, tpot, itl or latency");
    report::json shares = report::json::array(), times = report::json::array();
    for (int i = 1; i < 1000; ++i) {
        const double share = static_cast<double>(i) / 1000.0;
        shares.push_back(share);
        times.push_back(report::finite(law->quantile(share).value()));
    }
    return {{"share", shares}, {"s", times}};
}
}  // namespace

void bind_load(py::module_& m) {
    py::class_<load_of>(m, "Load")
        .def_readonly("model", &load_of::model)
        .def_readonly("device", &load_of::device)
        .def_property_readonly("feasible", [](const load_of& l) { return l.answer.ok(); })
        .def("to_dict", [](const load_of& l) { return to_python(report::as_json(l.asked.question, l.answer, "")); })
        .def("distribution",
             [](const load_of& l, const std::string& which) { return to_python(distribution_json(l.answer, which)); })
        .def("curve_svg",
             [](const load_of& l) -> std::string {
                 if (!l.answer.possible() || !l.answer.distributions)
                     fail("there is no curve where only means are predicted: ask predict at several loads");
                 return report::load_curve_svg(l.asked.question, l.answer);
             })
        .def("text", [](const load_of& l) { return report::screen(l.asked.question, l.answer, ""); });
    m.def("serve", [](py::handle model, py::handle device, const py::dict& keywords) {
        return std::make_unique<load_of>(model_from(model), device_from(device), load_options_of(keywords));
    });
}
}  // namespace binding
