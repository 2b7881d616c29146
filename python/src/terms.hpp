// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Keyword arguments as terms. A keyword that is none, a value of the wrong kind or with the wrong unit is one
/// `gambrel::error` that names it. A number is in the unit that the keyword's name says; text may carry another, and
/// a pint quantity is converted.

#include <pybind11/pybind11.h>

#include <gambrel/ask/asked_load.hpp>
#include <gambrel/ask/asked_simulation.hpp>

namespace binding {
using namespace gambrel;

namespace py = pybind11;

/// What every question takes: the terms, and the runtime asked for (none: the device's usual one).
struct deployed_terms {
    ask::terms terms{};
    py::object runtime = py::none();
};

deployed_terms terms_of(const py::dict& keywords);
/// Throws for what `terms_of` would, and for a load that contradicts itself.
void check_terms(const py::dict& keywords);
/// The keywords of a load, and every keyword of a deployment.
struct serve_terms {
    ask::load_terms terms{};
    py::object runtime = py::none();
};
serve_terms load_terms_of(const py::dict& keywords);

struct simulate_terms {
    ask::simulation_terms terms{};
    py::object runtime = py::none();
};
simulate_terms simulation_terms_of(const py::dict& keywords);
}  // namespace binding
