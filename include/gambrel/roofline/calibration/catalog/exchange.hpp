// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Exchanges between expert ranks fitted on data/exchange/deepep.csv (AIConfigurator tables of DeepEP, 2026-08).
/// Variants: kernels as exchange_kernel_of counts them. Across nodes: Hopper's constants for every chip. sigma: of
/// a chip, on model shapes held out; of the family, with the chip left out.
/// Fitted 2026-11 by `fit_kernels DATA_DIR SOURCE_DIR` (tools/fit_kernels/exchange.cpp). Do not edit.

#include <gambrel/roofline/calibration/exchange_law.hpp>
#include <gambrel/roofline/calibration/fitted.hpp>

namespace gambrel::catalog {

inline constexpr std::array<fitted<chip, std::size_t, exchange_law<>>, 16> exchange_fits{{
    {chip::h100, kernel_library::other, 0, {microseconds(26.6013), microseconds(0.0068), 0.6871, gigabytes_per_second(240.8), microseconds(34.6028), microseconds(28.6735), 0.8838, 8, 0.083, 300}},
    {chip::h100, kernel_library::other, 1, {microseconds(38.2462), microseconds(0.0523), 0.7049, gigabytes_per_second(263.6), microseconds(52.1737), microseconds(24.4059), 0.8918, 2, 0.137, 300}},
    {chip::h100, kernel_library::other, 2, {microseconds(8.4017), microseconds(0.1239), 0.5816, gigabytes_per_second(255.4), microseconds(11.4475), microseconds(4.5314), 0.9590, 2, 0.036, 143}},
    {chip::h100, kernel_library::other, 3, {microseconds(10.4426), microseconds(0.0426), 0.6787, gigabytes_per_second(222.4), microseconds(14.6626), microseconds(1.0660), 0.9252, 8, 0.065, 143}},
    {chip::h200, kernel_library::other, 0, {microseconds(26.8599), microseconds(0.0089), 0.6871, gigabytes_per_second(247.8), microseconds(34.6028), microseconds(28.6735), 0.8838, 8, 0.078, 300}},
    {chip::h200, kernel_library::other, 1, {microseconds(37.8973), microseconds(0.0487), 0.7049, gigabytes_per_second(263.9), microseconds(52.1737), microseconds(24.4059), 0.8918, 2, 0.132, 300}},
    {chip::h200, kernel_library::other, 2, {microseconds(7.5724), microseconds(0.1031), 0.5816, gigabytes_per_second(261.7), microseconds(11.4475), microseconds(4.5314), 0.9590, 2, 0.035, 143}},
    {chip::h200, kernel_library::other, 3, {microseconds(9.7269), microseconds(0.0303), 0.6787, gigabytes_per_second(228.2), microseconds(14.6626), microseconds(1.0660), 0.9252, 8, 0.083, 143}},
    {chip::b200, kernel_library::other, 0, {microseconds(35.9724), microseconds(0.0052), 0.6871, gigabytes_per_second(223.9), microseconds(34.6028), microseconds(28.6735), 0.8838, 8, 0.079, 300}},
    {chip::b200, kernel_library::other, 1, {microseconds(46.8295), microseconds(0.0652), 0.7049, gigabytes_per_second(277.5), microseconds(52.1737), microseconds(24.4059), 0.8918, 2, 0.155, 300}},
    {chip::b200, kernel_library::other, 2, {microseconds(13.6078), microseconds(0.2209), 0.5816, gigabytes_per_second(491.9), microseconds(11.4475), microseconds(4.5314), 0.9590, 2, 0.042, 143}},
    {chip::b200, kernel_library::other, 3, {microseconds(15.7282), microseconds(0.1135), 0.6787, gigabytes_per_second(610.9), microseconds(14.6626), microseconds(1.0660), 0.9252, 8, 0.083, 143}},
    {chip::gb200, kernel_library::other, 0, {microseconds(33.0175), microseconds(0.0020), 0.6871, gigabytes_per_second(151.0), microseconds(34.6028), microseconds(28.6735), 0.8838, 8, 0.085, 320}},
    {chip::gb200, kernel_library::other, 1, {microseconds(39.6678), microseconds(0.0237), 0.7049, gigabytes_per_second(189.7), microseconds(52.1737), microseconds(24.4059), 0.8918, 2, 0.142, 320}},
    {chip::gb200, kernel_library::other, 2, {microseconds(10.1333), microseconds(0.0969), 0.5816, gigabytes_per_second(461.0), microseconds(11.4475), microseconds(4.5314), 0.9590, 2, 0.036, 143}},
    {chip::gb200, kernel_library::other, 3, {microseconds(10.6522), microseconds(0.0718), 0.6787, gigabytes_per_second(582.7), microseconds(14.6626), microseconds(1.0660), 0.9252, 8, 0.086, 143}},
}};

inline constexpr std::array<fitted<chip_family, std::size_t, exchange_law<>>, 4> exchange_family_fits{{
    {chip_family::hbm, kernel_library::other, 0, {microseconds(29.7799), microseconds(0.0060), 0.6871, gigabytes_per_second(232.2), microseconds(34.6028), microseconds(28.6735), 0.8838, 8, 0.208, 1220}},
    {chip_family::hbm, kernel_library::other, 1, {microseconds(38.9505), microseconds(0.0504), 0.7049, gigabytes_per_second(263.8), microseconds(52.1737), microseconds(24.4059), 0.8918, 2, 0.138, 1220}},
    {chip_family::hbm, kernel_library::other, 2, {microseconds(9.2269), microseconds(0.1130), 0.5816, gigabytes_per_second(347.3), microseconds(11.4475), microseconds(4.5314), 0.9590, 2, 0.265, 572}},
    {chip_family::hbm, kernel_library::other, 3, {microseconds(10.5469), microseconds(0.0553), 0.6787, gigabytes_per_second(364.7), microseconds(14.6626), microseconds(1.0660), 0.9252, 8, 0.348, 572}},
}};
}  // namespace gambrel::catalog
