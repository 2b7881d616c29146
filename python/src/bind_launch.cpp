// SPDX-License-Identifier: Apache-2.0
// A server's launch line, read.
#include <gambrel/report/json/launch_json.hpp>
#include <gambrel/report/text/launch_text.hpp>

#include "bindings.hpp"
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
}  // namespace

void bind_launch(py::module_& m) {
    py::class_<ask::launch>(m, "Launch")
        .def_property_readonly("model", [](const ask::launch& l) { return l.model; })
        .def_property_readonly("runtime", [](const ask::launch& l) { return l.runtime; })
        .def_property_readonly("understood", [](const ask::launch& l) { return l.understood(); })
        .def_property_readonly("terms", &terms_of)
        .def("to_dict", [](const ask::launch& l) { return to_python(report::launch_json(l)); })
        .def("text", [](const ask::launch& l) { return report::screen(l); });
    m.def("read_launch", [](const std::string& line) { return ask::read_launch(line); });
}
}  // namespace binding
