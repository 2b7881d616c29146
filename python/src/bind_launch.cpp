// SPDX-License-Identifier: Apache-2.0
// A server's launch line, read and written, and manifests of clusters.
#include <pybind11/stl.h>

#include <gambrel/ask/launch/dynamo.hpp>
#include <gambrel/ask/launch/kserve.hpp>
#include <gambrel/ask/launch/write.hpp>
#include <gambrel/report/json/launch_json.hpp>
#include <gambrel/report/text/launch_text.hpp>

#include "bindings.hpp"
#include "options.hpp"
#include "to_python.hpp"

namespace binding {
using namespace gambrel;

namespace {
/// The keywords of a line in Python's own values, each by the kind that its table says.
py::dict terms_of(const ask::launch& l) {
    ask::check_understood(l);
    py::dict terms;
    for (const auto& [name, text] : l.keywords) {
        const auto& k = *ask::prediction_keyword(name);
        using P = ask::prediction_options;
        const bool flag =
            std::holds_alternative<bool P::*>(k.field) || std::holds_alternative<std::optional<bool> P::*>(k.field);
        if (flag) terms[py::str(name)] = ask::detail::typed_flag(k.option, text);
        else if (std::holds_alternative<std::string P::*>(k.field)) terms[py::str(name)] = text;
        else if (std::holds_alternative<int P::*>(k.field))
            terms[py::str(name)] = ask::detail::typed_whole<int>(k.option, text);
        else terms[py::str(name)] = ask::detail::typed_number(k.option, text, "a number");
    }
    return terms;
}

/// The line of the runtime that the keywords ask for.
ask::written_launch write_launch(const std::string& model, const std::string& runtime, const py::dict& keywords) {
    const auto server = ask::server_of(runtime);
    if (!server)
        fail("no launch line of " + runtime + " is known: take a runtime of vllm, sglang, tensorrt-llm or llama.cpp");
    return ask::write_launch(*server, model, options_of(keywords).options);
}
py::tuple write_manifest(const std::string& kind, const ask::written_launch& serving,
                         const std::optional<ask::written_launch>& prefill, const std::string& name,
                         int devices_per_node, const std::string& device_resource, const std::string& image) {
    const ask::manifest m{serving, prefill, name, devices_per_node, device_resource, image};
    if (kind != "kserve" && kind != "dynamo")
        fail("the manifest is of \"" + kind.substr(0, 40) + "\"; it must be of kserve or dynamo");
    const ask::written_manifest w = kind == "kserve" ? ask::kserve_manifest(m) : ask::dynamo_manifest(m);
    return py::make_tuple(w.yaml, w.unsaid);
}
}  // namespace

void bind_launch(py::module_& m) {
    py::class_<ask::launch>(m, "Launch")
        .def_property_readonly("model", [](const ask::launch& l) { return l.model; })
        .def_property_readonly("runtime", [](const ask::launch& l) { return l.runtime; })
        .def_property_readonly("understood", [](const ask::launch& l) { return l.understood(); })
        .def_property_readonly("terms", &terms_of)
        .def("to_dict", [](const ask::launch& l) { return to_python(report::launch_json(l)); })
        .def("text", [](const ask::launch& l) { return report::screen(l); });
    py::class_<ask::written_launch>(m, "WrittenLaunch")
        .def_property_readonly("line", &ask::written_launch::line)
        .def_readonly("words", &ask::written_launch::words)
        .def_readonly("model", &ask::written_launch::model)
        .def_readonly("servers", &ask::written_launch::servers)
        .def_readonly("devices", &ask::written_launch::devices)
        .def_readonly("unsaid", &ask::written_launch::unsaid);
    m.def("write_launch", &write_launch);
    m.def("write_manifest", &write_manifest);
    m.def("read_launch", [](const std::string& line) { return ask::read_launch(line); });
}
}  // namespace binding
