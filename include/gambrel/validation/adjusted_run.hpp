// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Runtime and constants that a measured row is predicted with, whatever kind of run it is: those shipped for its device
/// and its runtime, each corrected by the row's own adjustment (1 unless a calibration is asked for).
/// Evidence: tests/calibration/refine_test.cpp.

#include <gambrel/measurement/row.hpp>
#include <gambrel/roofline/calibration/defaults.hpp>

namespace gambrel {

struct adjusted_run {
    runtime<> software;
    calibration<> constants;

    explicit adjusted_run(const measured_row& m)
        : software(adjusted(m.runtime, m.adjustment)),
          constants(adjusted(default_calibration(*m.device, m.runtime.kernels), m.adjustment)) {}
};
}  // namespace gambrel
