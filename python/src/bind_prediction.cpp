// SPDX-License-Identifier: Apache-2.0
// One prediction: the question, which keeps its descriptors alive, and the whole answer.
#include <pybind11/stl.h>

#include <gambrel/report/json/explanation_json.hpp>
#include <gambrel/report/text/prediction_text.hpp>

#include "bindings.hpp"
#include "descriptors.hpp"
#include "options.hpp"
#include "to_python.hpp"

namespace binding {

using namespace gambrel;

namespace {
struct prediction_of {
    named_model model;
    named_device device;
    ask::bound_question asked;
    ask::answer answer;

    prediction_of(named_model m, named_device d, const deployment_asked& t)
        : model(std::move(m)),
          device(std::move(d)),
          asked(model.value, device.value, runtime_from(t.runtime, device, model, t.options.weights),
                with_remarks(t.options, model, device)),
          answer(ask::answered(asked.question)) {}

    /// Throws the reason where there is no answer.
    const prediction<>& figures() const {
        if (!answer.ok()) fail("there is no such figure: " + answer.verdict.reason);
        return answer.predicted;
    }
};

/// (value, low, high, unit) as report/json/prediction_json.hpp writes them.
template <class Q> py::tuple plain(const figure<Q>& f) {
    const symbols::entry& e = symbols::of<typename Q::unit_type>.entries.front();
    return py::make_tuple(f.value.value() / e.factor, f.low.value() / e.factor, f.high.value() / e.factor,
                          py::str(e.symbol.data(), e.symbol.size()));
}

template <auto Member> py::tuple figure_at(const prediction_of& p) { return plain(p.figures().*Member); }
/// Of what comes after the first token.
template <auto Member> py::tuple later_figure_at(const prediction_of& p) {
    if (!p.figures().has_tpot()) fail("no token comes after the first: the output is one token; there is no TPOT");
    return figure_at<Member>(p);
}
template <auto Member> auto number_at(const prediction_of& p) { return p.figures().*Member; }
}  // namespace

void bind_prediction(py::module_& m) {
    using P = prediction<>;
    py::class_<prediction_of>(m, "Prediction")
        .def_readonly("model", &prediction_of::model)
        .def_readonly("device", &prediction_of::device)
        .def_property_readonly("runtime",
                               [](const prediction_of& p) { return p.asked.question.what.runtime.name.str(); })
        .def_property_readonly("feasible", [](const prediction_of& p) { return p.answer.ok(); })
        .def_property_readonly("reason", [](const prediction_of& p) { return p.answer.verdict.reason; })
        .def_property_readonly("suggestion", [](const prediction_of& p) { return p.answer.verdict.suggestion; })
        .def_property_readonly("ttft", figure_at<&P::ttft>)
        .def_property_readonly("tpot", later_figure_at<&P::tpot>)
        .def_property_readonly("latency", figure_at<&P::latency>)
        .def_property_readonly("request_throughput", figure_at<&P::request_throughput>)
        .def_property_readonly("output_throughput", figure_at<&P::output_throughput>)
        .def_property_readonly("prompt_throughput", figure_at<&P::prompt_throughput>)
        .def_property_readonly("total_throughput", figure_at<&P::total_throughput>)
        .def_property_readonly("output_per_device", figure_at<&P::output_per_device>)
        .def_property_readonly("output_per_user", later_figure_at<&P::output_per_user>)
        .def_property_readonly("devices", number_at<&P::devices>)
        .def_property_readonly("running", number_at<&P::running>)
        .def_property_readonly("queued", number_at<&P::queued>)
        .def_property_readonly("waiting", number_at<&P::waiting>)
        .def_property_readonly("batch", number_at<&P::batch>)
        .def_property_readonly("mfu", number_at<&P::mfu>)
        .def_property_readonly("mbu", number_at<&P::mbu>)
        .def_property_readonly("utilisation", number_at<&P::utilisation>)
        .def_property_readonly("prompt_share", number_at<&P::prompt_share>)
        .def_property_readonly("cost",
                               [](const prediction_of& p) -> py::object {
                                   p.figures();
                                   if (!p.answer.cost) return py::none();
                                   const token_cost& c = *p.answer.cost;
                                   py::dict d;
                                   d["output"] = plain(c.output);
                                   d["input"] = plain(c.input);
                                   d["blended"] = plain(c.blended);
                                   d["output_only"] = plain(c.output_only);
                                   d["rent_per_device"] = plain(exactly(*p.answer.rent));
                                   return d;
                               })
        .def_property_readonly("energy",
                               [](const prediction_of& p) -> py::object {
                                   p.figures();
                                   if (!p.answer.energy) return py::none();
                                   py::dict d;
                                   d["per_output_token"] = plain(*p.answer.energy);
                                   d["cost_per_output_token"] = plain(*p.answer.energy_cost);
                                   d["board_power"] = plain(*p.answer.power);
                                   return d;
                               })
        .def("to_dict", [](const prediction_of& p) { return to_python(report::as_json(p.asked.question, p.answer)); })
        .def(
            "explain",
            [](const prediction_of& p) {
                p.figures();
                return to_python(report::explanation_json(p.asked.question, ask::examined(p.asked.question, p.answer)));
            })
        .def("text", [](const prediction_of& p) { return report::screen(p.asked.question, p.answer); });
    m.def("check_options", &check_options);
    m.def("predict", [](py::handle model, py::handle device, const py::dict& keywords) {
        return std::make_unique<prediction_of>(model_from(model), device_from(device), options_of(keywords));
    });
}
}  // namespace binding
