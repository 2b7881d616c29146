// SPDX-License-Identifier: Apache-2.0
#pragma once
/// From which use on owning is cheaper than renting, or one's own machine than an API, and when a purchase is paid back.
///
///     own or rent   u* = (capital / (n 8760 h) + fixed) / (rent - energy)        share of hours in use
///     API or own    u* = machine / billed                                        share of full load
///     paid back     t  = capital / (u (rent - energy) - fixed)
///
/// `fixed` is what owning costs an hour whatever runs (colocation, operations), `energy` what it costs more at full use,
/// `rent` what an hour costs elsewhere, paid only while it is used; `billed` what the tokens of full load cost at an API.
/// A share above 1 says that it never pays. Assumptions: no interest in `u*` and `t` (put a financed capital in, if it
/// is); rent stays what it is: see what the answer does at half of it.
/// Evidence: tests/economics/break_even_test.cpp.

#include <gambrel/economics/charge.hpp>

namespace gambrel {

struct own_or_rent {
    dollars<> capital{};
    double years = 4.0;
    rental<> fixed{};   ///< per hour of the calendar
    rental<> energy{};  ///< more per hour of use
    rental<> rent{};    ///< per hour of use
};

namespace detail {
constexpr void check(const own_or_rent& o) {
    checked(o.capital.value(), 0.0, 1e12, "the capital in dollars");
    checked(o.years, 0.1, 100.0, "the years of use");
    checked(o.fixed / dollars_per_hour(1), 0.0, 1e9, "the fixed cost in dollars per hour");
    checked(o.energy / dollars_per_hour(1), 0.0, 1e9, "the energy cost in dollars per hour");
    checked(o.rent / dollars_per_hour(1), 0.0, 1e9, "the rent in dollars per hour");
}
}  // namespace detail

/// The share of hours in use from which owning is cheaper; absent where an hour's energy costs the rent or more.
constexpr std::optional<double> break_even(const own_or_rent& o) {
    detail::check(o);
    if (!(o.rent > o.energy)) return std::nullopt;
    return (o.capital / hours(o.years * hours_per_year) + o.fixed) / (o.rent - o.energy);
}

/// The time until the rent saved has paid for the capital at `use`; absent where it never does.
constexpr std::optional<seconds<>> paid_back(const own_or_rent& o, double use) {
    detail::check(o);
    checked_use(use);
    const rental<> saved = (o.rent - o.energy) * use - o.fixed;
    if (!(saved > rental<>{})) return std::nullopt;
    return o.capital / saved;
}

/// The share of full load from which a machine of `machine` costs less than an API that bills `billed` for full load;
/// absent where the API costs nothing.
constexpr std::optional<double> api_break_even(const rental<>& machine, const rental<>& billed) {
    checked(machine / dollars_per_hour(1), 0.0, 1e9, "the rent of all devices in dollars per hour");
    checked(billed / dollars_per_hour(1), 0.0, 1e12, "the bill of the API in dollars per hour");
    if (!(billed > rental<>{})) return std::nullopt;
    return machine / billed;
}
}  // namespace gambrel
