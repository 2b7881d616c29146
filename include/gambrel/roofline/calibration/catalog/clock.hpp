// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Energy of an operation by chip, in picojoules per flop (16 bit, fp8, fp4; 0: none), and of a byte, fitted on
/// data/clock/products.csv (AIConfigurator tables, 2026-08). Hopper's fp8 is 16 bit's times the others' ratio.
/// Fitted 2026-11 by `fit_kernels DATA_DIR SOURCE_DIR` (tools/fit_kernels/clock.cpp). Do not edit.

#include <gambrel/roofline/calibration/switching_energy.hpp>

namespace gambrel::catalog {

inline constexpr std::array<switching_energy, 4> switching_energies{{
    {chip::h100, {0.849, 0.610, 0.000}, 620.2},
    {chip::h200, {0.849, 0.610, 0.000}, 620.2},
    {chip::b200, {0.582, 0.480, 0.293}, 886.0},
    {chip::gb200, {0.720, 0.450, 0.257}, 1063.2},
}};
inline constexpr double picojoules_per_byte = 46.9;
inline constexpr clock_law clock_constants{.active = 0.348, .exponent = 2.03, .settling = milliseconds(40.3), .sigma = 0.066, .rows = 3600};

}  // namespace gambrel::catalog
