// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every constant that a total cost rests on, as it is used: given by the caller, else an assumption with its source, else
/// absent. Evidence: tests/ask/tco_test.cpp.

#include <gambrel/ask/answer.hpp>
#include <gambrel/ask/tco_keywords.hpp>
#include <gambrel/economics/assumptions.hpp>
#include <gambrel/economics/footprint.hpp>
#include <string>
#include <vector>

namespace gambrel::ask {

/// A constant on the screen: "interest", 0.08, "a year".
struct tco_term {
    std::string_view key;   ///< as Python calls it
    std::string_view name;  ///< in words
    std::string_view unit;  ///< "" of shares
    sourced<double> value{};
    std::string text{};  ///< of a source that is put together; else `value.text`

    std::string_view source() const { return text.empty() ? value.text : std::string_view(text); }
};

struct tco_terms {
    tco_term capital{"capital_usd", "capital", "$ a device"};
    tco_term residual{"residual_usd", "residual value", "$ a device"};
    tco_term interest{"interest", "cost of capital", "a year"};
    tco_term years{"life_years", "life", "years"};
    tco_term availability{"availability", "availability", ""};
    tco_term it_power{"it_power_w", "IT power", "W a device"};
    tco_term pue{"pue", "PUE", ""};
    tco_term draw{"draw", "mean draw", ""};
    tco_term electricity{"electricity_usd_per_kwh", "electricity", "$/kWh"};
    tco_term colocation{"colocation_usd_per_kw_month", "colocation", "$/kW-month"};
    tco_term operations{"operations_usd_per_hour", "operations", "$/device-hour"};
    tco_term per_server{"devices_per_server", "a server has", "devices"};
    tco_term most_use{"most_use", "use planned for", "of capacity"};
    tco_term on_demand{"price_usd_per_hour", "rent on demand", "$/device-hour"};
    tco_term reserved{"reserved_usd_per_hour", "rent reserved", "$/device-hour"};
    tco_term upfront{"upfront_usd", "upfront", "$ a device"};
    tco_term term{"term_years", "contract", "years"};
    tco_term spot{"spot_usd_per_hour", "rent on the spot market", "$/device-hour"};
    tco_term interruptions{"interruptions_per_hour", "interruptions", "an hour"};
    tco_term recovery{"recovery_h", "back after", "h"};
    tco_term api_input{"api_input_usd_per_mtok", "API input", "$/Mtok"};
    tco_term api_cached{"api_cached_usd_per_mtok", "API cached input", "$/Mtok"};
    tco_term api_output{"api_output_usd_per_mtok", "API output", "$/Mtok"};
    tco_term cached_weight{"cached_weight", "a cached token costs", "of a computed one"};
    tco_term server{"server_power", "IT power / board power", ""};
    tco_term grid{"grid_g_per_kwh", "grid", "g CO2e/kWh"};
    tco_term embodied{"embodied_kg", "embodied", "kg CO2e a device"};
    tco_term water{"water_l_per_kwh", "water on site", "L/kWh of IT"};

    /// In the order of the screen.
    std::vector<const tco_term*> all() const {
        return {&on_demand,  &reserved,    &upfront,       &term,       &spot,         &interruptions, &recovery,
                &capital,    &residual,    &interest,      &years,      &availability, &it_power,      &pue,
                &draw,       &electricity, &colocation,    &operations, &per_server,   &most_use,      &api_input,
                &api_cached, &api_output,  &cached_weight, &server,     &grid,         &embodied,      &water};
    }
};

namespace detail {
inline sourced<double> given_or(const std::optional<double>& given, const sourced<double>& otherwise) {
    return given ? sourced<double>(*given) : otherwise;
}

/// The median of the newest quotes on those terms, and of how many providers it is.
inline void quote_into(tco_term& t, const std::optional<double>& given, const question& q, commitment terms) {
    if (given) {
        t.value = *given;
        return;
    }
    const price_book quotes = price_quotes_for(q.what.device.name.view(), q.prices);
    const auto typical = typical_of(quotes, terms);
    if (!typical) return;
    t.value = {typical->value / dollars_per_hour(1), {"", "", evidence::derived}};
    const price_quote* newest = nullptr;
    int providers = 0;
    for_each_newest(quotes, terms, [&](const price_quote& each) {
        ++providers;
        if (newest == nullptr || newest->date < each.date) newest = &each;
    });
    t.value.date = newest->date;
    t.text = providers == 1 ? std::string(newest->provider) + ", the only provider known"
                            : "median of " + std::to_string(providers) + " providers' newest quotes";
    if (!q.prices_from.empty()) t.text += ", by " + clipped(q.prices_from, 60);
}

inline void capital_into(tco_term& t, const std::optional<double>& given, const device<>& d) {
    if (given) {
        t.value = *given;
        return;
    }
    sourced<dollars<>> price = assumed::price_of(d.name.view());
    if (!price.known()) price = d.list_price;
    if (!price.known()) return;
    t.value = {price.value / dollars_of(1) * *assumed::with_server,
               {"", price.date, price.kind == evidence::recalled ? evidence::recalled : evidence::derived}};
    t.text = symbols::fixed(price.value / dollars_of(1), 0) + " $ (" + std::string(price.text) + ") x " +
             number(*assumed::with_server) + ", " + std::string(assumed::with_server.text);
}
}  // namespace detail

/// The constants of `q` under `t`.
inline tco_terms terms_of(const question& q, const tco_options& t) {
    using detail::given_or;
    const device<>& d = q.what.device;
    tco_terms r;
    detail::capital_into(r.capital, t.capital, d);
    if (t.residual) r.residual.value = *t.residual;
    r.interest.value = given_or(t.interest, assumed::interest);
    r.years.value = given_or(t.years, assumed::years);
    r.availability.value = given_or(t.availability, assumed::availability);
    if (t.it_power) {
        r.it_power.value = *t.it_power;
    } else if (d.power.limit.known()) {
        r.it_power.value = assumed::it_power.map([&](double x) { return x * (d.power.limit.value / watts_of(1)); });
        r.it_power.text = to_string(d.power.limit.value) + " x " + number(*assumed::it_power) + ": " +
                          std::string(assumed::it_power.text);
    }
    r.pue.value = given_or(t.deployed.pue, assumed::pue);
    r.server.value = given_or(t.deployed.server, assumed::server_power);
    r.draw.value = given_or(t.draw, assumed::draw);
    r.electricity.value = given_or(t.deployed.price_kwh, assumed::electricity);
    r.colocation.value = given_or(t.colocation, assumed::colocation);
    r.operations.value = given_or(t.operations, assumed::operations);
    constexpr source boards{"HGX and the like hold eight boards", "2026-11", evidence::derived},
        one{"a workstation holds one", "2026-11", evidence::derived};
    r.per_server.value = given_or(t.per_server, d.kind == device_class::datacenter_gpu ? sourced<double>(8.0, boards)
                                                                                       : sourced<double>(1.0, one));
    const bool objective = std::isfinite(t.limits.ttft.value()) || std::isfinite(t.limits.tpot.value()) ||
                           std::isfinite(t.limits.latency.value());
    constexpr source met{"the rate at which the objective is met", "", evidence::derived};
    r.most_use.value = given_or(t.most_use, objective ? sourced<double>(1.0, met) : assumed::most_use);
    detail::quote_into(r.on_demand, t.deployed.price, q, commitment::on_demand);
    detail::quote_into(r.reserved, t.reserved, q, commitment::reserved);
    if (t.upfront) r.upfront.value = *t.upfront;
    constexpr source three{"of the contracts quoted most", "2026-04", evidence::derived};
    if (r.reserved.value.known()) r.term.value = given_or(t.term, sourced<double>(3.0, three));
    detail::quote_into(r.spot, t.spot, q, commitment::spot);
    if (t.interruptions) {
        r.interruptions.value = *t.interruptions;
        r.recovery.value = given_or(t.recovery, assumed::recovery);
    }
    if (t.api_input) r.api_input.value = *t.api_input;
    if (t.api_cached) r.api_cached.value = *t.api_cached;
    if (t.api_output) r.api_output.value = *t.api_output;
    if (t.cached_weight) r.cached_weight.value = *t.cached_weight;
    r.grid.value = given_or(t.grid, assumed::grid);
    if (t.embodied || d.kind == device_class::datacenter_gpu)
        r.embodied.value = given_or(t.embodied, assumed::embodied);
    r.water.value = given_or(t.water, assumed::water);
    return r;
}
}  // namespace gambrel::ask
