// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Factors on the constants of a device's class, fitted on serving measurements of a device whose kernels were not
/// measured. Data: catalog/serving.hpp, written by tools/fit_software. Evidence: tests/roofline/defaults_test.cpp.

#include <gambrel/roofline/calibration/adjustment.hpp>
#include <string_view>

namespace gambrel {

struct serving_fit {
    std::string_view device;
    adjustment factors;
    int rows;  ///< measurements of the fit
};
}  // namespace gambrel
