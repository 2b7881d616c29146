// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The factors of catalog/serving.hpp (serving_fit.hpp) by the name of the device.

#include <gambrel/hardware/device.hpp>
#include <gambrel/roofline/calibration/catalog/serving.hpp>

namespace gambrel {

/// The factors fitted for `d`; those that change nothing when there are none.
/// Evidence: tests/roofline/defaults_test.cpp.
template <class Y> constexpr adjustment serving_adjustment(const device<Y>& d) {
    for (const serving_fit& f : catalog::serving_fits)
        if (d.name.view() == f.device) return f.factors;
    return {};
}
}  // namespace gambrel
