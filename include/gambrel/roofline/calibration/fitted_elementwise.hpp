// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Puts the fitted element-wise constants of a vendor's data-centre GPUs into a calibration.

#include <gambrel/roofline/calibration/calibration.hpp>
#include <gambrel/roofline/calibration/catalog/elementwise.hpp>
#include <gambrel/roofline/calibration/fitted.hpp>

namespace gambrel {

/// Evidence: tests/roofline/defaults_test.cpp.
template <class Y> constexpr void take_fitted_elementwise(calibration<>& c, const device<Y>& d) {
    if (d.memory.kind != memory_kind::hbm) return;
    if (d.vendor == vendor::nvidia) c.elementwise = catalog::elementwise_nvidia;
    if (d.vendor == vendor::amd) c.elementwise = catalog::elementwise_amd;
}
}  // namespace gambrel
