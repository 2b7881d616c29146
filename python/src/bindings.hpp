// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What each bind_<room>.cpp adds to the module.

#include <pybind11/pybind11.h>

namespace binding {

namespace py = pybind11;

void bind_error(py::module_& m);
void bind_tables(py::module_& m);
void bind_text(py::module_& m);
void bind_keywords(py::module_& m);
void bind_descriptors(py::module_& m);
void bind_prediction(py::module_& m);
void bind_launch(py::module_& m);
void bind_load(py::module_& m);
void bind_fleet(py::module_& m);
void bind_tco(py::module_& m);
void bind_diagnosis(py::module_& m);
void bind_training(py::module_& m);
void bind_fit(py::module_& m);
void bind_sweep(py::module_& m);
void bind_simulation(py::module_& m);
void bind_readers(py::module_& m);
void bind_measurements(py::module_& m);
void bind_mixed_fleet(py::module_& m);
void bind_comparison(py::module_& m);
void bind_advice(py::module_& m);
void bind_command(py::module_& m);
}  // namespace binding
