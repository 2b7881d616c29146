// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What may be asked of the cost of a deployment besides the deployment itself; what is not given is taken from
/// economics/assumptions.hpp. Evidence: tests/ask/tco_test.cpp.

#include <gambrel/ask/prediction_options.hpp>
#include <gambrel/serving/objective.hpp>

namespace gambrel::ask {

struct tco_options {
    prediction_options deployed{};    ///< rate: the present load; its clients are not read
    std::optional<double> planned{};  ///< requests per second
    objective limits{};               ///< longest of 99 % of requests
    std::optional<double> most_use{};
    // owning: dollars per device, a year, years, shares, watts, $/kW and month, $/device-hour
    std::optional<double> capital{}, residual{}, interest{}, years{}, availability{}, it_power{}, draw{}, colocation{},
        operations{};
    std::optional<double> per_server{};                             ///< devices
    std::optional<double> reserved{}, upfront{}, term{};            ///< $/h, $, years
    std::optional<double> spot{}, interruptions{}, recovery{};      ///< $/h, per hour, hours
    std::optional<double> api_input{}, api_cached{}, api_output{};  ///< $/Mtok
    std::optional<double> cached_weight{};
    std::optional<double> grid{}, embodied{}, water{};  ///< g/kWh, kg a device, L/kWh
    std::string start{};                                ///< month of the purchase, "2026-12"; else the present one
};

}  // namespace gambrel::ask
