// SPDX-License-Identifier: Apache-2.0
// Why a server is slow: what its files show against what is predicted.
#include <gambrel/report/json/diagnosis_json.hpp>
#include <gambrel/report/text/diagnosis_text.hpp>

#include "bindings.hpp"
#include "measured_terms.hpp"
#include "to_python.hpp"

namespace binding {

using namespace gambrel;

namespace {
struct diagnosis_of {
    std::unique_ptr<ask::bound_diagnosis> bound;
    diagnosis found;

    diagnosis_of(const measured_files& m, py::handle model, py::handle device, const py::dict& keywords)
        : bound(bound_to(m, model, device, keywords)), found(ask::diagnosed(*bound)) {}
};
}  // namespace

void bind_diagnosis(py::module_& m) {
    py::class_<diagnosis_of>(m, "Diagnosis")
        .def("to_dict", [](const diagnosis_of& d) { return to_python(report::as_json(*d.bound, d.found)); })
        .def("text", [](const diagnosis_of& d) { return report::screen(*d.bound, d.found); });
    m.def("diagnose", [](const std::vector<std::string>& files, const std::vector<std::string>& before,
                         py::handle model, py::handle device, const py::dict& keywords, double noise) {
        return std::make_unique<diagnosis_of>(measured_files{files, before, noise}, model, device, keywords);
    });
}
}  // namespace binding
