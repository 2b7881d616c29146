// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The factors of catalog/serving.hpp (serving_fit.hpp) by the name of the device, and those that its relatives take.
///
/// A factor fitted on one board is no law of the board. What kernels reach of the peak and of the bandwidth belongs to the
/// chip: boards of the same chip take these factors. The fixed time of a kernel and the time of a collective belong to
/// the vendor's software: all its boards take these, also those that the catalog does not know. None of them was measured,
/// so that their ranges are wider (sister_board_widening). Without this an MI300X, the one that was measured, was slower than the MI250X before it.

#include <gambrel/hardware/device.hpp>
#include <gambrel/roofline/calibration/catalog/serving.hpp>
#include <gambrel/roofline/calibration/chip.hpp>

namespace gambrel {

namespace detail {
/// The board that stands for AMD's software, and the boards of its chip.
inline constexpr std::string_view measured_amd = "mi300x";
inline constexpr std::array<std::string_view, 2> boards_of_measured_amd{"mi325x", "mi300a"};
}  // namespace detail

/// The factors fitted for `d`; those that change nothing when there are none.
/// Evidence: tests/roofline/defaults_test.cpp.
template <class Y> constexpr adjustment serving_adjustment(const device<Y>& d) {
    for (const serving_fit& f : catalog::serving_fits)
        if (d.name.view() == f.device) return f.factors;
    if (d.vendor != vendor::amd || d.kind != device_class::datacenter_gpu) return {};
    for (const serving_fit& f : catalog::serving_fits) {
        if (f.device != detail::measured_amd) continue;
        adjustment taken = f.factors;
        taken.sigma *= sister_board_widening;
        bool same_chip = false;
        for (const std::string_view board : detail::boards_of_measured_amd) same_chip |= d.name.view() == board;
        if (!same_chip) taken.factor[0] = taken.factor[1] = 1.0;
        return taken;
    }
    return {};
}
}  // namespace gambrel
