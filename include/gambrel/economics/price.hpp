// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What one device costs per hour: quoted by somebody (`price`) or worked out from owning it (`ownership`).
///
///     rental = (capital - residual (1+r)^-n) x CRF(r, n) / (8760 h x availability)
///            + IT power x PUE x draw x electricity + colocation x IT power + operations
///     CRF(r, n) = r (1+r)^n / ((1+r)^n - 1)          capital recovery factor, r = yearly_rate, n = years; 1/n at r = 0
///
/// Assumptions: equal yearly payments, the residual value is had when the life ends, colocation is billed on the
/// contracted IT power whatever is drawn. One GPU's quotes spread four- to eightfold between hyperscalers, neoclouds and marketplaces, so a price
/// without its provider, commitment, region and date means little. Documented in docs/models/cost-and-energy.md.
/// Evidence: tests/economics/price_test.cpp.

#include <gambrel/error.hpp>
#include <gambrel/numeric/math.hpp>
#include <gambrel/numeric/text.hpp>
#include <gambrel/units.hpp>

namespace gambrel {

/// A quote, and what it is a quote of.
struct price {
    rental<> per_device{};
    name_text provider{};
    name_text commitment{};  ///< "on-demand", "spot", "reserved", "3 years, 25 % upfront", "owned"
    name_text region{};
    name_text date{};
};

inline constexpr double hours_per_year = 8760.0;
inline constexpr double hours_per_month = hours_per_year / 12.0;

/// Colocation is quoted in dollars per kilowatt and month: money per energy, were the power drawn all month.
constexpr energy_price<> dollars_per_kilowatt_month(double amount) {
    return dollars_per_kilowatt_hour(amount / hours_per_month);
}

/// Share of a loan to pay back each year so that it is gone after `years` at interest `yearly_rate` (0.08 is 8 %).
constexpr double capital_recovery_factor(double yearly_rate, double years) {
    checked(yearly_rate, 0.0, 10.0, "the yearly interest rate (0.08 is 8 %)");
    checked(years, 0.1, 100.0, "the years of use");
    if (yearly_rate < 1e-6) return (1.0 + 0.5 * yearly_rate * (years + 1.0)) / years;  // first order: no cancellation
    return yearly_rate / (1.0 - math::pow(1.0 + yearly_rate, -years));
}

/// The terms of owning one device and its share of server, network and building.
struct ownership {
    dollars<> capital{};        ///< device, and its share of server, network and storage
    dollars<> residual{};       ///< what it still sells for after `years`
    double yearly_rate = 0.0;   ///< cost of capital; 0.08 is 8 %
    double years = 4.0;         ///< of use; 4 is the assumption of SemiAnalysis, cloud accounts use 5 to 6
    double availability = 1.0;  ///< share of those hours the device can be used
    watts<> it_power{};         ///< device, and its share of CPU, network, fans
    double pue = 1.2;           ///< building power / IT power: 1.1 hyperscale, 1.2 new AI hall, 1.56 average
    double draw = 1.0;          ///< mean power / `it_power`
    energy_price<> electricity{};
    energy_price<> colocation{};  ///< dollars_per_kilowatt_month(...)
    rental<> operations{};        ///< staff, spares, support, software
};

/// The same, per second of use, term by term.
struct ownership_cost {
    rental<> capital{};
    rental<> electricity{};
    rental<> colocation{};
    rental<> operations{};

    constexpr rental<> total() const { return capital + electricity + colocation + operations; }
};

/// What owning one device costs per second of use, by term; throws `error` naming the first value out of range.
constexpr ownership_cost cost_of(const ownership& o) {
    checked(o.capital.value(), 0.0, 1e9, "the capital per device in dollars");
    checked(o.residual.value(), 0.0, o.capital.value(),
            "the residual value per device in dollars (at most the capital)");
    checked(o.availability, 0.01, 1.0, "the availability");
    checked(o.it_power.value(), 0.0, 1e6, "the IT power per device in watts");
    checked(o.pue, 1.0, 5.0, "the power usage effectiveness");
    checked(o.draw, 0.0, 1.0, "the mean draw (a share of the IT power)");
    checked(o.electricity / dollars_per_kilowatt_hour(1), 0.0, 100.0, "the electricity price in dollars per kWh");
    checked(o.colocation / dollars_per_kilowatt_hour(1), 0.0, 100.0, "the colocation price in dollars per kW and hour");
    checked(o.operations / dollars_per_hour(1), 0.0, 1e6, "the operations cost in dollars per device-hour");
    const double yearly_share = capital_recovery_factor(o.yearly_rate, o.years);
    const dollars<> spent = o.capital - o.residual * math::pow(1.0 + o.yearly_rate, -o.years);
    return {spent * (yearly_share / o.availability) / hours(hours_per_year),
            o.it_power * (o.pue * o.draw) * o.electricity, o.it_power * o.colocation, o.operations};
}
}  // namespace gambrel
