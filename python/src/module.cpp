// SPDX-License-Identifier: Apache-2.0
// The private extension gambrel._core: one function per room. The public face is the Python package around it.
#include "bindings.hpp"

PYBIND11_MODULE(_core, m) {
    m.doc() = "Private: the compiled part of gambrel. Use the package.";
    binding::bind_error(m);
    binding::bind_tables(m);
    binding::bind_text(m);
    binding::bind_keywords(m);
    binding::bind_descriptors(m);
    binding::bind_prediction(m);
    binding::bind_launch(m);
    binding::bind_load(m);
    binding::bind_fleet(m);
    binding::bind_tco(m);
    binding::bind_diagnosis(m);
    binding::bind_training(m);
    binding::bind_fit(m);
    binding::bind_sweep(m);
    binding::bind_simulation(m);
    binding::bind_readers(m);
    binding::bind_measurements(m);
    binding::bind_mixed_fleet(m);
    binding::bind_comparison(m);
    binding::bind_advice(m);
    binding::bind_command(m);
}
