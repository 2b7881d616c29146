// SPDX-License-Identifier: Apache-2.0
// Models and devices by name, file, dict or JSON, and what the catalogs hold.
#include <pybind11/stl.h>

#include <gambrel/ask/names.hpp>
#include <gambrel/ask/runtime_file.hpp>
#include <gambrel/model/kv_cache.hpp>
#include <gambrel/model/parameters.hpp>
#include <gambrel/report/json/device_check_json.hpp>
#include <gambrel/report/json/device_json.hpp>
#include <gambrel/report/json/model_json.hpp>
#include <gambrel/report/json/runtime_json.hpp>
#include <gambrel/workload/catalog.hpp>

#include "bindings.hpp"
#include "descriptors.hpp"
#include "to_python.hpp"
#include "values.hpp"

namespace binding {

using namespace gambrel;

namespace {
/// A catalog entry lives as long as the module: nothing is to be freed.
template <class T> std::shared_ptr<const T> of_catalog(const T& entry) { return {std::shared_ptr<const T>{}, &entry}; }

named_model model_from_config(const std::string& text, const std::string& name) {
    std::vector<hugging_face::assumption> assumed;
    architecture m = hugging_face::architecture_of(hugging_face::bounded_json(text, "config.json"), &assumed);
    if (!name.empty()) m.name = hugging_face::name_that_fits(name);
    return {std::make_shared<const architecture>(m), {}, text, {}, {}, std::move(assumed)};
}

/// A catalog name, a file, or what a file says.
std::shared_ptr<const runtime<>> runtime_in_words(const std::string& text) {
    if (const runtime<>* r = find_runtime(text)) return of_catalog(*r);
    if (text.starts_with("{"))
        return std::make_shared<const runtime<>>(ask::runtime_from_json(nlohmann::json::parse(text, nullptr, false)));
    return std::make_shared<const runtime<>>(ask::runtime_of(text));
}

/// A file or a directory is kept by what it says, so that it can be made again elsewhere.
named_model model_in_words(const std::string& text) {
    if (ask::names_a_gguf(text)) return {std::make_shared<const architecture>(read_gguf(text)), text, {}, {}, {}, {}};
    if (!ask::names_a_configuration(text)) {
        const ask::asked_model asked = ask::asked_model_of(text);
        if (asked.remark.empty()) return {of_catalog(model_named(asked.model.name.view())), text, {}};
        return {std::make_shared<const architecture>(asked.model), text, {}, asked.weights, asked.remark, {}};
    }
    const auto object = hugging_face::read_object(text);
    std::vector<hugging_face::assumption> assumed;
    const architecture m = ask::named_after(hugging_face::architecture_of(object, &assumed), text);
    return {std::make_shared<const architecture>(m), {}, object.dump(), {}, {}, std::move(assumed)};
}

named_device device_from_text(const std::string& json_text) {
    const auto value = nlohmann::json::parse(json_text, nullptr, false);
    if (value.is_discarded()) fail("the datasheet of a device must be JSON");
    return {std::make_shared<const device<>>(device_from_json(value)), {}, json_text};
}

named_device device_in_words(const std::string& text) {
    if (const device<>* d = find_device(text)) return {of_catalog(*d), text, {}};
    const ask::asked_device asked = ask::asked_device_of(text);
    if (const device<>* d = find_device(asked.device.name)) return {of_catalog(*d), text, {}, asked.count};
    return {std::make_shared<const device<>>(asked.device), {}, to_json(asked.device).dump()};
}
}  // namespace

named_model model_from(py::handle given) {
    if (PyUnicode_Check(given.ptr())) return model_in_words(text_from(given, "the model"));
    if (py::isinstance<named_model>(given)) return given.cast<const named_model&>();
    fail("a model is a catalog name, a file, a configuration or a Model, not of type " +
         std::string(py::str(py::type::handle_of(given).attr("__name__"))));
}

named_device device_from(py::handle given) {
    if (PyUnicode_Check(given.ptr())) return device_in_words(text_from(given, "the device"));
    if (py::isinstance<named_device>(given)) return given.cast<const named_device&>();
    fail("a device is a catalog name, a file, a datasheet or a Device, not of type " +
         std::string(py::str(py::type::handle_of(given).attr("__name__"))));
}

std::shared_ptr<const runtime<>> runtime_from(py::handle given, const device<>& d, std::string_view weights) {
    if (given.is_none()) return of_catalog(ask::usual_runtime(d, ask::names_gguf(weights)));
    if (PyUnicode_Check(given.ptr())) return runtime_in_words(text_from(given, "runtime"));
    fail("a runtime is a catalog name or a Runtime, not of type " +
         std::string(py::str(py::type::handle_of(given).attr("__name__"))));
}

std::shared_ptr<const runtime<>> runtime_from(py::handle given, const named_device& d, const named_model& m,
                                              std::string_view weights) {
    const bool stated = weights != "stored" && weights != "auto";
    if (PyUnicode_Check(given.ptr()) && find_runtime(text_from(given, "runtime")) == &catalog::llama_cpp)
        return std::make_shared<const runtime<>>(ask::runtime_of("llama.cpp", *d.value));
    return runtime_from(given, *d.value, stated || m.weights.empty() ? weights : std::string_view(m.weights));
}

void bind_descriptors(py::module_& m) {
    py::class_<named_model>(m, "Model")
        .def_property_readonly("name", [](const named_model& n) { return n.value->name.str(); })
        .def_property_readonly("family", [](const named_model& n) { return n.value->family.str(); })
        .def_readonly("catalog", &named_model::catalog)
        .def_readonly("config", &named_model::config)
        .def_readonly("weights", &named_model::weights)
        .def_readonly("remark", &named_model::remark)
        .def_property_readonly("assumed",
                               [](const named_model& n) { return to_python(report::assumed_json(n.assumed)); })
        .def_property_readonly("parameters", [](const named_model& n) { return parameter_count(*n.value); })
        .def_property_readonly("active_parameters", [](const named_model& n) { return active_parameters(*n.value); })
        .def_property_readonly("active_parameters_without_embedding",
                               [](const named_model& n) { return active_parameters_without_embedding(*n.value); })
        .def_property_readonly("layers", [](const named_model& n) { return n.value->layers(); })
        .def("to_dict",
             [](const named_model& n, const std::string& kv) {
                 const architecture& a = *n.value;
                 const storage_format f = kv == "stored" ? a.kv_cache : ask::kv_format_of(kv);
                 auto j = report::model_json(a, f, report::contexts_of(a));
                 if (!n.assumed.empty()) j["assumed"] = report::assumed_json(n.assumed);
                 return to_python(j);
             })
        .def_property_readonly("most_context", [](const named_model& n) { return n.value->most_context; });
    py::class_<named_device>(m, "Device")
        .def_property_readonly("name", [](const named_device& n) { return n.value->name.str(); })
        .def_property_readonly("title", [](const named_device& n) { return n.value->title.str(); })
        .def_readonly("catalog", &named_device::catalog)
        .def_readonly("count", &named_device::count)
        .def_property_readonly("datasheet", [](const named_device& n) { return to_json(*n.value).dump(); })
        .def("to_dict", [](const named_device& n) { return to_python(report::device_sheet_json(*n.value)); })
        .def("check",
             [](const named_device& n) { return to_python(report::as_json(*n.value, ask::checked_sheet(*n.value))); });
    m.def("model", [](py::handle given) { return model_from(given); });
    m.def("model_from_config", &model_from_config);
    m.def("device", [](py::handle given) { return device_from(given); });
    m.def("device_from_json", &device_from_text);
    m.def("model_names", [] {
        std::vector<std::string_view> names;
        for (const architecture* a : all_models) names.push_back(a->name.view());
        return names;
    });
    m.def("device_names", [] {
        std::vector<std::string_view> names;
        for (const device<>* d : all_devices) names.push_back(d->name.view());
        return names;
    });
    m.def("runtime_names", [] {
        std::vector<std::string_view> names;
        for (const runtime<>* r : all_runtimes) names.push_back(r->name.view());
        return names;
    });
    m.def("usual_runtime", [](const named_device& d, const std::vector<std::string>& weights) {
        bool gguf = !weights.empty();
        for (const std::string& w : weights) gguf = gguf && ask::names_gguf(w);
        return ask::usual_runtime(*d.value, gguf).name.str();
    });
    m.def("runtime_dict",
          [](const std::string& name) { return to_python(report::runtime_json(*runtime_in_words(name))); });
    m.def("workload_names", [] { return std::vector<std::string_view>(workload_names.begin(), workload_names.end()); });
    m.def("workload_name", [](const std::string& text) { return workload_named(text).name.str(); });
    m.def("runtime_name", [](const std::string& text) { return runtime_in_words(text)->name.str(); });
    m.def("format_names", [] { return ask::format_names(); });
}
}  // namespace binding
