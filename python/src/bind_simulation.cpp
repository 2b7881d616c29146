// SPDX-License-Identifier: Apache-2.0
// A simulation, with the interpreter free while it runs, ended by Ctrl-C, and its records as columns where asked for.
#include <gambrel/report/json/prediction_json.hpp>
#include <gambrel/report/json/simulation_json.hpp>
#include <gambrel/report/text/prediction_text.hpp>
#include <gambrel/report/text/simulation_text.hpp>
#include <gambrel/report/written_file.hpp>
#include <gambrel/simulation/io/chrome_trace.hpp>

#include "arrays.hpp"
#include "bindings.hpp"
#include "descriptors.hpp"
#include "options.hpp"
#include "to_python.hpp"

namespace binding {

using namespace gambrel;
namespace sim = gambrel::simulation;

namespace {
struct simulation_of {
    named_model model;
    named_device device;
    ask::answer possible{};
    report::json told{};
    std::string text{};
    ask::simulated run{};
    std::vector<sim::request_record> requests{};
    std::vector<sim::step_record> steps{};
};

/// Lets Python's signals in, then tells `progress` how far it is.
void look_up(const py::object& progress, std::uint64_t sent, std::uint64_t expected) {
    const py::gil_scoped_acquire mine;
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (!progress.is_none()) progress(sent, expected);
}

std::unique_ptr<simulation_of> simulated(py::handle model, py::handle device, const py::dict& keywords,
                                         bool keep_requests, bool keep_steps, const py::object& progress,
                                         const std::string& chrome_file) {
    auto s = std::make_unique<simulation_of>();
    s->model = model_from(model);
    s->device = device_from(device);
    simulation_asked t = simulation_options_of(keywords);
    auto software = runtime_from(t.runtime, s->device, s->model, t.options.deployed.weights);
    const ask::bound_simulation asked(s->model.value, s->device.value, std::move(software),
                                      with_remarks(std::move(t.options), s->model, s->device));
    s->possible = asked.feasible();
    if (!s->possible.ok()) {
        s->told = report::as_json(asked.question(), s->possible);
        s->text = report::screen(asked.question(), s->possible);
        return s;
    }
    std::optional<report::written_file> file;
    std::optional<sim::chrome_trace> chrome;
    if (!chrome_file.empty()) {
        file.emplace(chrome_file);
        chrome.emplace(file->stream());
    }
    sim::options how;
    if (keep_requests || chrome)
        how.on_request = [&](const sim::request_record& r) {
            if (keep_requests) s->requests.push_back(r);
            if (chrome) chrome->write(r);
        };
    if (keep_steps || chrome)
        how.on_step = [&](const sim::step_record& r) {
            if (keep_steps) s->steps.push_back(r);
            if (chrome) chrome->write(r);
        };
    how.progress_every = 10'000;
    how.on_progress = [&](std::uint64_t sent, std::uint64_t expected) { look_up(progress, sent, expected); };
    {
        const py::gil_scoped_release others_may_run;
        s->run = asked.run(how);
        if (chrome) {
            chrome->finish();
            file->finish();
        }
    }
    s->told = report::as_json(asked, s->run);
    s->text = report::screen(s->run);
    return s;
}

/// One field, or one figure, of every record.
template <class T, class Record, class Read>
py::array_t<T> column(const std::vector<Record>& records, const Read& read) {
    py::array_t<T> values(static_cast<py::ssize_t>(records.size()));
    T* to = values.mutable_data();
    for (const Record& r : records) *to++ = static_cast<T>(read(r));
    return values;
}

py::dict request_columns(const simulation_of& s) {
    using record = sim::request_record;
    const auto& all = s.requests;
    check_numpy();
    py::dict d;
    d["id"] = column<std::int64_t>(all, [](const record& r) { return r.id; });
    d["sent_s"] = column<double>(all, [](const record& r) { return r.sent.value(); });
    d["scheduled_s"] = column<double>(all, [](const record& r) { return r.scheduled.value(); });
    d["first_token_s"] = column<double>(all, [](const record& r) { return r.first_token.value(); });
    d["finished_s"] = column<double>(all, [](const record& r) { return r.finished.value(); });
    d["ttft_s"] = column<double>(all, [](const record& r) { return r.ttft().value(); });
    d["tpot_s"] = column<double>(all, [](const record& r) { return r.tpot().value(); });
    d["latency_s"] = column<double>(all, [](const record& r) { return r.latency().value(); });
    d["prompt"] = column<std::int64_t>(all, [](const record& r) { return r.prompt; });
    d["output"] = column<std::int64_t>(all, [](const record& r) { return r.output; });
    d["cached"] = column<std::int64_t>(all, [](const record& r) { return r.cached; });
    d["preemptions"] = column<std::int64_t>(all, [](const record& r) { return r.preemptions; });
    d["client"] = column<std::int64_t>(all, [](const record& r) { return r.client; });
    d["replica"] = column<std::int64_t>(all, [](const record& r) { return r.replica; });
    d["rejected"] = column<bool>(all, [](const record& r) { return r.rejected; });
    return d;
}

py::dict step_columns(const simulation_of& s) {
    using record = sim::step_record;
    const auto& all = s.steps;
    check_numpy();
    py::dict d;
    d["start_s"] = column<double>(all, [](const record& r) { return r.start.value(); });
    d["end_s"] = column<double>(all, [](const record& r) { return r.end.value(); });
    d["replica"] = column<std::int64_t>(all, [](const record& r) { return r.replica; });
    d["decodes"] = column<std::int64_t>(all, [](const record& r) { return r.decodes; });
    d["prompts"] = column<std::int64_t>(all, [](const record& r) { return r.prompts; });
    d["waiting"] = column<std::int64_t>(all, [](const record& r) { return r.waiting; });
    d["prompt_tokens"] = column<std::int64_t>(all, [](const record& r) { return r.prompt_tokens; });
    d["context"] = column<std::int64_t>(all, [](const record& r) { return r.context; });
    d["blocks_used"] = column<std::int64_t>(all, [](const record& r) { return r.blocks_used; });
    return d;
}
}  // namespace

void bind_simulation(py::module_& m) {
    py::class_<simulation_of>(m, "Simulation")
        .def_readonly("model", &simulation_of::model)
        .def_readonly("device", &simulation_of::device)
        .def_property_readonly("feasible", [](const simulation_of& s) { return s.possible.ok() && s.run.known(); })
        .def_property_readonly("took_s", [](const simulation_of& s) { return s.run.took; })
        .def("to_dict", [](const simulation_of& s) { return to_python(s.told); })
        .def("requests", &request_columns)
        .def("steps", &step_columns)
        .def("text", [](const simulation_of& s) { return s.text; });
    m.def("simulate", &simulated);
}
}  // namespace binding
