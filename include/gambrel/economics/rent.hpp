// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What an hour of a rented device costs under each kind of contract.
///
///     on demand  = the price asked
///     reserved   = hourly + upfront CRF(r, n) / 8760 h                    paid for the whole term, used or not
///     spot       = rent (1 + h T)                                         h: interruptions an hour, T: hours to be back
///     up         = 1 / (1 + h T)                                          share of paid time in which it serves
///     devices    = least n of which `need` are up for the share `target`  spare capacity of a spot fleet: availability.hpp
///
/// Assumptions: an upfront payment is financed at the yearly rate r over the n years of its term; interruptions come one
/// by one. Reclaim is correlated in practice, since a cloud takes back many at once: cap the share of spot whatever the
/// binomial says. Clouds give notice (2 minutes at AWS), which saves requests under way, not the time to be back.
/// Source: the contracts' own terms; docs/models/cost-and-energy.md. Evidence: tests/economics/rent_test.cpp.

#include <gambrel/economics/availability.hpp>
#include <gambrel/economics/price.hpp>

namespace gambrel {

/// A reservation of one device.
struct reservation {
    rental<> hourly{};
    dollars<> upfront{};
    double years = 1.0;
    double yearly_rate = 0.0;  ///< cost of the capital paid at once; 0.08 is 8 %
};

/// Throws `error` unless `rent` is a price: dollars per device and hour, zero or more.
constexpr const rental<>& checked_rent(const rental<>& rent, const char* what) {
    checked(rent / dollars_per_hour(1), 0.0, 1e6, what);
    return rent;
}

/// What an hour of the term costs.
constexpr rental<> cost_of(const reservation& r) {
    checked_rent(r.hourly, "the reserved rent in dollars per device-hour");
    checked(r.upfront.value(), 0.0, 1e9, "the upfront payment per device in dollars");
    return r.hourly + r.upfront * capital_recovery_factor(r.yearly_rate, r.years) / hours(hours_per_year);
}

/// A device on the spot market.
struct spot_market {
    rental<> rent{};
    double interruptions = 0.0;  ///< per hour
    seconds<> recovery{};        ///< from losing a device to serving on another
};

namespace detail {
constexpr double lost_share(const spot_market& s) {
    checked(s.interruptions, 0.0, 3600.0, "the interruptions per hour");
    checked(s.recovery / hours(1), 0.0, 8760.0, "the hours until a lost device is replaced");
    return s.interruptions * (s.recovery / hours(1));
}
}  // namespace detail

/// Share of the time in which a spot device serves.
constexpr double availability_of(const spot_market& s) { return 1.0 / (1.0 + detail::lost_share(s)); }

/// What an hour of serving costs: lost hours are paid and serve nobody.
constexpr rental<> cost_of(const spot_market& s) {
    return checked_rent(s.rent, "the spot rent in dollars per device-hour") * (1.0 + detail::lost_share(s));
}

/// The fewest devices of which `need` are up with probability `target`, each up for the share `up` of the time.
constexpr int spot_devices(int need, double up, double target) {
    checked(static_cast<double>(need), 1.0, 1e4, "the number of devices needed");
    checked(up, 0.01, 1.0, "the share of the time a spot device is up");
    checked(target, 0.0, 1.0 - 1e-9, "the probability that enough are up");
    return servers_for(need, up, target).servers;
}
}  // namespace gambrel
