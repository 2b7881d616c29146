// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Runtime and constants that a measured row is predicted with, whatever kind of run it is: those shipped for its device
/// and its runtime, with the row's own laws in their place and its adjustment on them (none unless a calibration is asked for).
/// Evidence: tests/calibration/refine_test.cpp.

#include <gambrel/measurement/row.hpp>

namespace gambrel {

struct adjusted_run {
    runtime<> software;
    calibration<> constants;

    explicit adjusted_run(const measured_row& m)
        : software(adjusted(m.runtime, m.adjustment)),
          constants(constants_of(*m.device, m.runtime.kernels, m.adjustment, m.laws.get())) {}
};
}  // namespace gambrel
