// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Keyword arguments as options. A keyword that is none, a value of the wrong kind or with the wrong unit is one
/// `gambrel::error` that names it. A number is in the unit that the keyword's name says; text may carry another, and
/// a pint quantity is converted.

#include <pybind11/pybind11.h>

#include <gambrel/ask/bound_fit.hpp>
#include <gambrel/ask/bound_fleet.hpp>
#include <gambrel/ask/bound_load_question.hpp>
#include <gambrel/ask/bound_simulation.hpp>
#include <gambrel/ask/bound_tco.hpp>
#include <gambrel/ask/bound_training.hpp>

namespace binding {
using namespace gambrel;

namespace py = pybind11;

/// What every question takes: the options, and the runtime asked for (none: the device's usual one).
struct deployment_asked {
    ask::prediction_options options{};
    py::object runtime = py::none();
};

deployment_asked options_of(const py::dict& keywords);
/// Sets `keywords` in options that say something already, and gives the runtime asked for (none: none).
py::object set_options(const py::dict& keywords, ask::prediction_options& to);
/// Throws for what `options_of` would, and for a load that contradicts itself.
void check_options(const py::dict& keywords);
/// The keywords of a load, and every keyword of a deployment.
struct load_asked {
    ask::load_options options{};
    py::object runtime = py::none();
};
load_asked load_options_of(const py::dict& keywords);

/// The keywords of a plan, and those of a load and of a deployment that a plan has too.
ask::fleet_options fleet_options_of(const py::dict& keywords);
struct tco_asked {
    ask::tco_options options{};
    py::object runtime = py::none();
};
tco_asked tco_options_of(const py::dict& keywords);

struct simulation_asked {
    ask::simulation_options options{};
    py::object runtime = py::none();
};
simulation_asked simulation_options_of(const py::dict& keywords);
ask::training_options training_options_of(const py::dict& keywords);
ask::fit_options fit_options_of(const py::dict& keywords);
}  // namespace binding
