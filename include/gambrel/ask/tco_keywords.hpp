// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every keyword of `tco` beside those of a deployment, once, as ask/keywords.hpp has those of the other questions.
/// Evidence: tests/ask/tco_test.cpp.

#include <gambrel/ask/keywords.hpp>
#include <gambrel/ask/tco_options.hpp>

namespace gambrel::ask {

namespace detail {
using T = tco_options;

/// A unit in which a number of `tco` is kept, and what a command line and Python's pint call it.
struct in_dollars_per_hour {
    using unit_type = unit::dollar_per_second;
    static constexpr double size = hourly_dollar;
    static constexpr std::string_view symbol = "$/h", pint = "USD/hour";
};
struct in_dollars_per_million {
    using unit_type = unit::dollar_per_token;
    static constexpr double size = 1e-6;
    static constexpr std::string_view symbol = "$/Mtok", pint = "USD/Mtok";
};
struct in_watts {
    using unit_type = unit::watt;
    static constexpr double size = 1.0;
    static constexpr std::string_view symbol = "W", pint = "W";
};
struct in_requests {
    using unit_type = unit::request_per_second;
    static constexpr double size = 1.0;
    static constexpr std::string_view symbol = "req/s", pint = "1/s";
};
template <std::optional<double> T::*Field, class Unit>
inline constexpr quantity_field<T> of_unit{
    &symbols::of<typename Unit::unit_type>,
    Unit::symbol,
    Unit::pint,
    true,
    [](T& o, const std::optional<amount>& a) { o.*Field = in_unit(a, Unit::size); },
    [](const T& o) { return o.*Field; }};
template <seconds<> objective::*Limit>
inline constexpr quantity_field<T> of_limit{&symbols::of<unit::second>,
                                            "ms",
                                            "ms",
                                            false,
                                            [](T& o, const std::optional<amount>& a) { o.limits.*Limit = limit_of(a); },
                                            [](const T& o) { return milliseconds_of(o.limits.*Limit); }};
}  // namespace detail

// clang-format off
inline constexpr std::array<keyword<tco_options>, 29> tco_keywords{{
    {"planned_per_s", "--planned", "", "", "load planned for, as --rate is the present one",
     keyword_group::load, detail::of_unit<&detail::T::planned, detail::in_requests>, {0, 1e9, "the planned load in requests per second"}},
    {"ttft_p99_ms", "--ttft-p99", "", "", "longest TTFT of 99 % of requests, \"500 ms\"", keyword_group::level,
     detail::of_limit<&objective::ttft>, {1e-6, 1e12, "the TTFT limit in milliseconds"}},
    {"tpot_p99_ms", "--tpot-p99", "", "", "likewise TPOT", keyword_group::level,
     detail::of_limit<&objective::tpot>, {1e-6, 1e12, "the TPOT limit in milliseconds"}},
    {"latency_p99_ms", "--latency-p99", "", "", "likewise of a whole answer", keyword_group::level,
     detail::of_limit<&objective::latency>, {1e-6, 1e12, "the latency limit in milliseconds"}},
    {"most_use", "--most-use", "", "", "of what a replica takes, that a load may use [0.8; 1 with an objective]", keyword_group::level,
     &detail::T::most_use, {1e-6, 1, "the share of its capacity that a load may use"}},
    {"capital_usd", "--capital", "", "", "$ of a device with its share of server and network [what is known of it x 1.33]",
     keyword_group::owning, &detail::T::capital, {0, 1e9, "the capital per device in dollars"}},
    {"residual_usd", "--residual", "", "", "$ it sells for when its life ends [0]",
     keyword_group::owning, &detail::T::residual, {0, 1e9, "the residual value per device in dollars"}},
    {"interest", "--interest", "", "", "cost of capital a year [0.08]",
     keyword_group::owning, &detail::T::interest, {0, 10, "the yearly interest rate (0.08 is 8 %)"}},
    {"life_years", "--life", "", "", "years of use [4]",
     keyword_group::owning, &detail::T::years, {0.1, 100, "the years of use"}},
    {"availability", "--availability", "", "", "share of that time it can be used [0.9962]",
     keyword_group::owning, &detail::T::availability, {0.01, 1, "the availability"}},
    {"it_power_w", "--it-power", "", "", "W of a device with its share of a server [1.82 x its limit]",
     keyword_group::owning, detail::of_unit<&detail::T::it_power, detail::in_watts>, {0, 1e6, "the IT power per device in watts"}},
    {"draw", "--draw", "", "", "mean power / IT power [0.75]",
     keyword_group::owning, &detail::T::draw, {0, 1, "the mean draw (a share of the IT power)"}},
    {"colocation_usd_per_kw_month", "--colocation", "", "", "$ per kW of IT power and month [150]",
     keyword_group::owning, &detail::T::colocation, {0, 1e5, "the colocation price in dollars per kW and month"}},
    {"operations_usd_per_hour", "--operations", "", "", "staff, spares, software: $ per device-hour [0.10]",
     keyword_group::owning, detail::of_unit<&detail::T::operations, detail::in_dollars_per_hour>, {0, 1e6, "the operations cost in dollars per device-hour"}},
    {"devices_per_server", "--per-server", "", "", "bought and rented whole [8 of data centre boards, else 1]",
     keyword_group::owning, &detail::T::per_server, {1, 1024, "the devices of a server"}},
    {"reserved_usd_per_hour", "--reserved", "", "", "$ per device-hour under contract [median of reserved quotes]",
     keyword_group::money, detail::of_unit<&detail::T::reserved, detail::in_dollars_per_hour>, {0, 1e6, "the reserved rent in dollars per device-hour"}},
    {"upfront_usd", "--upfront", "", "", "$ per device when it is signed [0]",
     keyword_group::money, &detail::T::upfront, {0, 1e9, "the upfront payment per device in dollars"}},
    {"term_years", "--term", "", "", "years of the contract [3]",
     keyword_group::money, &detail::T::term, {0.1, 100, "the years of the contract"}},
    {"spot_usd_per_hour", "--spot", "", "", "$ per device-hour on the spot market [median of spot quotes]",
     keyword_group::money, detail::of_unit<&detail::T::spot, detail::in_dollars_per_hour>, {0, 1e6, "the spot rent in dollars per device-hour"}},
    {"interruptions_per_hour", "--interruptions", "", "", "of a spot device; without it spot is not costed",
     keyword_group::money, &detail::T::interruptions, {0, 3600, "the interruptions per hour"}},
    {"recovery_h", "--recovery", "", "", "hours from losing a device to serving on another [0.083]",
     keyword_group::money, &detail::T::recovery, {0, 8760, "the hours until a lost device is replaced"}},
    {"api_input_usd_per_mtok", "--api-input", "", "", "$/Mtok an API asks for input",
     keyword_group::money, detail::of_unit<&detail::T::api_input, detail::in_dollars_per_million>, {0, 1e6, "the price of input in dollars per million tokens"}},
    {"api_cached_usd_per_mtok", "--api-cached", "", "", "likewise for cached input [as input]",
     keyword_group::money, detail::of_unit<&detail::T::api_cached, detail::in_dollars_per_million>, {0, 1e6, "the price of cached input in dollars per million tokens"}},
    {"api_output_usd_per_mtok", "--api-output", "", "", "likewise for output",
     keyword_group::money, detail::of_unit<&detail::T::api_output, detail::in_dollars_per_million>, {0, 1e6, "the price of output in dollars per million tokens"}},
    {"cached_weight", "--cached-weight", "", "", "what a cached token costs beside one that is computed [0]",
     keyword_group::money, &detail::T::cached_weight, {0, 1, "the weight of a cached token"}},
    {"grid_g_per_kwh", "--grid", "", "", "CO2e of a kWh in g [429]",
     keyword_group::money, &detail::T::grid, {0, 1e4, "the carbon intensity in grams per kWh"}},
    {"embodied_kg", "--embodied", "", "", "CO2e of making a device and its share of a server in kg [318]",
     keyword_group::money, &detail::T::embodied, {0, 1e9, "the embodied carbon in kilograms"}},
    {"water_l_per_kwh", "--water", "", "", "litres per kWh of IT, on site [0.38]",
     keyword_group::money, &detail::T::water, {0, 1e3, "the water usage effectiveness in litres per kWh"}},
    {"start", "--from", "", "", "month of the purchase, 2026-12 [the present one]", keyword_group::owning, &detail::T::start},
}};
// clang-format on

inline void check_ranges(const tco_options& o) { check_ranges(tco_keywords, o); }
}  // namespace gambrel::ask
