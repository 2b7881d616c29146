// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A kernel in the loop that times it: how much longer the power limit makes it there.
///
///     held = stretch^(1 - exp(-launches full / settling))        stretch: at the sustained clock (clock_law.hpp)
///
/// A loop of a few launches of a short kernel is over before the controller has answered; one of long kernels is timed
/// at the sustained clock. Evidence: docs/calibration/gemm.md, whose constants are fitted through it.

#include <cmath>
#include <gambrel/roofline/calibration/clock_law.hpp>

namespace gambrel {

/// Launches of a table's loop: three to warm up and six timed.
inline constexpr double launches_of_a_loop = 9;

/// Time in the loop over that at full clock, 1 or more, of a kernel of `full` seconds.
inline double held_in_a_loop(const clock_law& law, multiply issue, double flop, double bytes, double full) {
    if (!law.known()) return 1.0;
    const double wanted = law.energy(issue, flop, bytes, full) / full;
    if (!(wanted > 1.0)) return 1.0;
    return std::pow(law.stretch(wanted), 1.0 - std::exp(-launches_of_a_loop * full / law.settling.value()));
}
}  // namespace gambrel
