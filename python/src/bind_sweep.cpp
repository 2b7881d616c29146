// SPDX-License-Identifier: Apache-2.0
// A sweep: axes of keyword arguments, each read as `predict` reads them; rows written into NumPy arrays by threads.
#include <pybind11/stl.h>

#include <gambrel/planning/sweep.hpp>

#include "arrays.hpp"
#include "bindings.hpp"
#include "descriptors.hpp"
#include "options.hpp"

namespace binding {

using namespace gambrel;

namespace {
using points = std::vector<py::dict>;  ///< of one axis, each the keywords that tell it from the others

template <class T, class Read> std::vector<T> read_axis(const points& axis, const Read& read) {
    std::vector<T> all;
    for (const py::dict& point : axis) all.push_back(read(options_of(point).options));
    return all;
}

/// The points of an axis beside those of another: "device" is `device` under every memory, and so on.
struct axes_given {
    std::vector<py::object> models, devices, runtimes;
    points memories, settings, calibrations, cuts, precisions, adapters, speculations, pools, protocols, images,
        prefix_hits, prompts, outputs, loads;
};

sweep_axes axes_of(const axes_given& g) {
    sweep_axes a;
    for (const py::object& m : g.models) a.models.push_back(model_from(m).value);
    for (const py::object& d : g.devices)
        for (const py::dict& memory : g.memories)
            a.devices.push_back(ask::detail::with_memory(device_from(d).value, options_of(memory).options.memory));
    for (const py::object& r : g.runtimes)
        for (const py::dict& settings : g.settings)
            a.runtimes.push_back(
                ask::detail::with_settings(runtime_from(r, *a.devices.front()), options_of(settings).options));
    a.calibrations =
        read_axis<calibration_choice>(g.calibrations, [](const ask::prediction_options& t) -> calibration_choice {
            return [file = t.calibration](const device<>& d, const runtime<>& r) {
                return ask::detail::own_constants_of(file, d, r);
            };
        });
    a.cuts = read_axis<parallelism>(g.cuts, ask::detail::cut_of);
    a.precisions = read_axis<precision_choice>(g.precisions, [](const ask::prediction_options& t) -> precision_choice {
        return [t](const architecture& m) { return ask::detail::precision_of(t, m); };
    });
    a.adapters = read_axis<adapter>(g.adapters, ask::detail::adapter_of);
    a.speculations =
        read_axis<speculation_choice>(g.speculations, [](const ask::prediction_options& t) -> speculation_choice {
            return [t](const architecture& m, const precision& formats, const device<>& d, const runtime<>& r) {
                return ask::speculation_of(t, m, formats, d, r);
            };
        });
    a.pools = read_axis<pools_choice>(g.pools, [](const ask::prediction_options& t) -> pools_choice {
        return [t](const deployment<>& d) { return ask::pools_of(t, d); };
    });
    const auto workloads = [](const ask::prediction_options& t) { return ask::detail::workload_of(t); };
    a.protocols = read_axis<protocol>(g.protocols, [&](const auto& t) { return workloads(t).protocol; });
    a.images = read_axis<double>(g.images, [&](const auto& t) { return workloads(t).images; });
    a.prefix_hits = read_axis<double>(g.prefix_hits, [&](const auto& t) { return workloads(t).prefix_hit; });
    a.prompts = read_axis<length>(g.prompts, [&](const auto& t) { return workloads(t).prompt; });
    a.outputs = read_axis<length>(g.outputs, [&](const auto& t) { return workloads(t).output; });
    a.loads = read_axis<load_level>(g.loads, [&](const auto& t) {
        if (t.batch) fail("a static batch is no axis of a sweep: sweep concurrency, or ask predict");
        const workload w = workloads(t);
        return load_level{w.concurrency, w.rate};
    });
    return a;
}

sweep_terms options_for_all(const py::dict& keywords, const py::dict& limits) {
    const ask::prediction_options& t = options_of(keywords).options;
    sweep_terms s;
    s.around = {t.server.value_or(1.0), t.pue.value_or(1.0)};
    s.limits = load_options_of(limits).options.limits;
    s.design_limit = ask::detail::design_limit_of;
    if (!t.prices.empty()) s.rent = ask::rents_of_file(t.prices);
    if (t.price) {
        const auto rent = dollars_per_hour(*t.price);
        s.rent = [rent](const device<>&) { return std::optional(rent); };
    }
    return s;
}

template <class Column, std::size_t N>
std::vector<Column> columns_named(const std::vector<std::string>& asked, const std::array<std::string_view, N>& names) {
    std::vector<Column> all;
    for (const std::string& name : asked) {
        const auto at = std::find(names.begin(), names.end(), name);
        if (at == names.end()) fail_unknown("column", name, names);
        all.push_back(static_cast<Column>(at - names.begin()));
    }
    return all;
}

template <class Number> using matrix = py::array_t<Number, py::array::f_style>;

template <class Number> sweep_output::columns<Number> mapped(matrix<Number>& values) {
    if (values.ndim() != 2 || !values.writeable())
        fail("the columns of a sweep are a writable array of two dimensions");
    const auto stride =
        values.shape(1) > 1 ? values.strides(1) / static_cast<py::ssize_t>(sizeof(Number)) : values.shape(0);
    return {values.mutable_data(), values.shape(0), values.shape(1), Eigen::OuterStride<>(stride)};
}

/// Fills rows [begin, begin + rows of the arrays); other threads of Python run, and Ctrl-C ends it.
void fill(const sweep_plan& plan, row_number begin, const std::vector<std::string>& figures,
          matrix<double> figure_values, const std::vector<std::string>& codes, matrix<std::int32_t> code_values,
          unsigned threads, const py::object& progress) {
    check_numpy();
    sweep_output out{.figures = columns_named<sweep_column>(figures, sweep_column_names),
                     .figure_values = mapped(figure_values),
                     .codes = columns_named<sweep_code>(codes, sweep_code_names),
                     .code_values = mapped(code_values)};
    const auto rows = static_cast<row_number>(figure_values.shape(0));
    std::atomic<row_number> done{0};
    const auto look = [&] {
        const py::gil_scoped_acquire mine;
        if (PyErr_CheckSignals() != 0) throw py::error_already_set();
        if (!progress.is_none()) progress(done.load(), rows);
        return false;
    };
    const py::gil_scoped_release others_may_run;
    fill_columns(plan, begin, begin + rows, std::move(out), {.threads = threads, .interrupted = look, .done = &done});
}
}  // namespace

void bind_sweep(py::module_& m) {
    py::class_<sweep_plan>(m, "Sweep")
        .def(py::init([](std::vector<py::object> models, std::vector<py::object> devices,
                         std::vector<py::object> runtimes, const std::map<std::string, points>& axes,
                         const py::dict& all, const py::dict& limits) {
            const auto axis = [&](const char* name) { return axes.at(name); };
            return std::make_unique<sweep_plan>(
                axes_of({std::move(models), std::move(devices), std::move(runtimes), axis("memory"), axis("settings"),
                         axis("calibration"), axis("cut"), axis("precision"), axis("adapter"), axis("speculation"),
                         axis("pools"), axis("protocol"), axis("images"), axis("prefix_hit"), axis("prompt"),
                         axis("output"), axis("load")}),
                options_for_all(all, limits));
        }))
        .def_property_readonly("rows", &sweep_plan::rows)
        .def_property_readonly("extents", [](const sweep_plan& p) { return p.extents(); })
        .def("fill", &fill);
    m.attr("sweep_figures") = std::vector<std::string_view>(sweep_column_names.begin(), sweep_column_names.end());
    m.attr("sweep_codes") = std::vector<std::string_view>(sweep_code_names.begin(), sweep_code_names.end());
}
}  // namespace binding
