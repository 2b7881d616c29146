// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The factors of catalog/serving.hpp (serving_fit.hpp) by the name of the device, and those that its relatives take.
///
/// A factor fitted on one board is no law of the board. What kernels reach of the peak and of the bandwidth belongs to the
/// chip: boards of the same chip take these factors. The fixed time of a kernel and the time of a collective belong to
/// the vendor's software: all boards that run it take these. None of the relatives was measured, so that their ranges are
/// wider (sister_board_widening). Without this an MI300X, the one that was measured, was slower than the MI250X before it.

#include <gambrel/hardware/device.hpp>
#include <gambrel/roofline/calibration/catalog/serving.hpp>
#include <gambrel/roofline/calibration/chip.hpp>

namespace gambrel {

namespace detail {
struct serving_relative {
    std::string_view device, measured;
    bool same_chip;
};
inline constexpr std::array serving_relatives{
    serving_relative{"mi325x", "mi300x", true},  serving_relative{"mi300a", "mi300x", true},
    serving_relative{"mi50", "mi300x", false},   serving_relative{"mi60", "mi300x", false},
    serving_relative{"mi100", "mi300x", false},  serving_relative{"mi210", "mi300x", false},
    serving_relative{"mi250x", "mi300x", false}, serving_relative{"mi250x-gcd", "mi300x", false},
    serving_relative{"mi350x", "mi300x", false}, serving_relative{"mi355x", "mi300x", false},
};
}  // namespace detail

/// The factors fitted for `d`; those that change nothing when there are none.
/// Evidence: tests/roofline/defaults_test.cpp.
template <class Y> constexpr adjustment serving_adjustment(const device<Y>& d) {
    for (const serving_fit& f : catalog::serving_fits)
        if (d.name.view() == f.device) return f.factors;
    for (const detail::serving_relative& r : detail::serving_relatives) {
        if (d.name.view() != r.device || d.vendor != vendor::amd) continue;
        for (const serving_fit& f : catalog::serving_fits) {
            if (f.device != r.measured) continue;
            adjustment taken = f.factors;
            taken.sigma *= sister_board_widening;
            if (!r.same_chip) taken.factor[0] = taken.factor[1] = 1.0;
            return taken;
        }
    }
    return {};
}
}  // namespace gambrel
