// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Energy of an operation by chip, in picojoules per flop (16 bit, fp8, fp4; 0: none), and of a byte, fitted on
/// data/clock/products.csv (AIConfigurator tables, 2026-08). Hopper's fp8 is 16 bit's times the others' ratio.
/// Fitted 2026-11 by `fit_kernels DATA_DIR SOURCE_DIR` (tools/fit_kernels/clock.cpp). Do not edit.

#include <gambrel/roofline/calibration/switching_energy.hpp>

namespace gambrel::catalog {

inline constexpr std::array<switching_energy, 4> switching_energies{{
    {chip::h100, {1.233, 0.899, 0.000}, 620},
    {chip::h200, {1.233, 0.899, 0.000}, 620},
    {chip::b200, {0.848, 0.710, 0.250}, 886},
    {chip::gb200, {1.047, 0.664, 0.378}, 1063},
}};
inline constexpr double picojoules_per_byte = 74.1;
inline constexpr clock_law<> clock_constants{.exponent = 2.62, .settling = milliseconds(40.6), .sigma = 0.068, .rows = 3600};

}  // namespace gambrel::catalog
