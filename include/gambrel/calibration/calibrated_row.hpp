// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Puts a calibration file on measured rows, so that they are predicted with it.
/// Evidence: tests/calibration/law_json_test.cpp.

#include <gambrel/calibration/io/calibration_file.hpp>
#include <gambrel/measurement/row.hpp>
#include <gambrel/runtime/catalog.hpp>

namespace gambrel {

/// Corrects `m` by the factors and the laws of `f` where it is of the device and of the runtime that `f` names; whether it is.
inline bool calibrate_row(const calibration_file& f, measured_row& m) {
    if (!f.device.empty() && (!m.device || m.device->name.view() != f.device)) return false;
    if (!f.runtime.empty() && runtime_of_era(m.runtime.name.view()) != runtime_of_era(f.runtime)) return false;
    m.adjustment = f.adjustment;
    m.laws = f.laws;
    return true;
}
}  // namespace gambrel
