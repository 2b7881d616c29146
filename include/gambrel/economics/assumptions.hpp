// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What owning and running a device is taken to cost where its owner does not say: one default each, with its source.
///
///     capital  = price of the device x with_server          IT power = power limit x it_power
///
/// Recalled figures are only defaults for want of the reader's own: they are flagged wherever they are used.
/// Evidence: tests/economics/assumptions_test.cpp.

#include <array>
#include <gambrel/economics/price.hpp>
#include <gambrel/numeric/sourced.hpp>
#include <string_view>

namespace gambrel::assumed {

inline constexpr source own_example{"worked example of this project: an owner's own figure differs", "2026-11",
                                    evidence::recalled};

inline constexpr sourced<double> interest{0.08, own_example};  ///< a year
inline constexpr sourced<double> years{
    4.0, {"SemiAnalysis app @77ca49a constants.ts; cloud accounts use 5 to 6", "2026-04", evidence::derived}};
inline constexpr sourced<double> availability{
    0.9962,
    {"Meta 2024 (arXiv 2407.21783): 419 failures in 54 days of 16,384 H100, 8 fail together, repairs of a day",
     "2024-07", evidence::measured}};
inline constexpr sourced<double> with_server{
    1.33, {"a third more for server and network, as in the worked example", "2026-11", evidence::recalled}};
inline constexpr sourced<double> it_power{10.2 / 5.6,
                                          {"DGX H100: 10.2 kW for eight boards of 700 W", "2023", evidence::derived}};
inline constexpr sourced<double> pue{
    1.2, {"a new hall; hyperscale 1.1, average 1.56 (Uptime Institute 2024)", "2024", evidence::derived}};
inline constexpr sourced<double> draw{
    0.75,
    {"ml.energy leaderboard @0cd52da: median board power over limit, H100 0.74, B200 0.75", "2026-02",
     evidence::measured}};
inline constexpr sourced<double> electricity{///< $/kWh
                                             0.12,
                                             {"United States average, secondary page", "2026", evidence::recalled}};
inline constexpr sourced<double> colocation{///< $/kW and month
                                            150.0,
                                            {"secondary pages: 115 to 300", "2026", evidence::recalled}};
inline constexpr sourced<double> operations{0.10, own_example};  ///< $/device-hour
inline constexpr sourced<double> most_use{
    0.8,
    {"room for peaks and failures; an objective given replaces it by its own rate", "2026-11", evidence::recalled}};
inline constexpr sourced<double> recovery{
    ///< hours
    300.0 / 3600.0,
    {"start of a replica: 142 s weights, 39 s compile, over 300 s in all (route179.dev)", "2026-06",
     evidence::measured}};
inline constexpr sourced<double> grid{
    ///< g/kWh
    429.0,
    {"United States; EU 270, France 50, Poland 820, India 720, China 555 (mlsysim grids.yaml, IEA)", "2023",
     evidence::derived}};
inline constexpr sourced<double> embodied{
    ///< kg CO2e
    318.0,
    {"A100 with its server share (Chien, HotCarbon 2023)", "2023", evidence::derived}};
inline constexpr sourced<double> water{
    ///< litres per kWh of IT
    0.38,
    {"data centres of the United States, on site (LBNL report of 2024, read at second hand)", "2023",
     evidence::recalled}};
inline constexpr sourced<double> server_power{
    1.33, {"GB300 rack plan: 7.5 kW a node of four boards of 1.4 kW", "2025", evidence::derived}};

/// What a device itself is sold for, in thousands of dollars, plus or minus 20 to 40 %.
struct device_price {
    std::string_view device;
    double thousands;
};
inline constexpr source device_prices_source{"mlsysim 0.3.0; aiinframap, plus or minus 20 to 40 %", "2026",
                                             evidence::derived};
inline constexpr std::array<device_price, 8> device_prices{{{"a100-sxm-40", 15},
                                                            {"a100-sxm-80", 15},
                                                            {"b200-sxm", 40},
                                                            {"h100-pcie", 27.5},
                                                            {"h100-sxm", 30},
                                                            {"h200-sxm", 35},
                                                            {"h200-nvl", 35},
                                                            {"mi300x", 15}}};

/// The price of that device of the catalog; absent where none is known.
constexpr sourced<dollars<>> price_of(std::string_view device) {
    for (const device_price& p : device_prices)
        if (p.device == device) return {dollars_of(1e3 * p.thousands), device_prices_source};
    return {};
}
}  // namespace gambrel::assumed
