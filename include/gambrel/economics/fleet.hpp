// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How many whole servers a load takes, how much of them is idle, and what a year costs.
///
///     replicas     = ceil(load / (capacity x most_use))
///     servers      = ceil(replicas x devices each / devices a server)
///     use          = load / (capacity x servers x floor or share of replicas a server)      of what is paid
///     year         = servers x (price / life + hosting + licences)                          NVIDIA's convention
///
/// `capacity` is the load one replica takes. A server is bought or rented whole: devices beyond the replicas' own are paid
/// and idle. Replicas are counted by their devices, and may lie over two servers (planning/fleet_size.hpp places them). Source: docs/models/cost-and-energy.md. Evidence: tests/economics/fleet_test.cpp.

#include <gambrel/economics/charge.hpp>

namespace gambrel {

/// Whole things that `load` takes, `capacity` each of which `most_use` may be used; none for no load.
constexpr double needed(double load, double capacity, double most_use = 1.0) {
    checked(load, 0.0, 1e15, "the load");
    checked(capacity, 1e-12, 1e15, "the load that one replica takes");
    checked_use(most_use, "the share of its capacity that a load may use");
    const double exactly = load / (capacity * most_use), whole = math::ceil(exactly);
    return whole - exactly > 1.0 - 1e-9 ? whole - 1.0 : whole;  // a load of exactly n replicas takes n
}

struct fleet {
    int replicas = 0;
    int servers = 0;
    int devices = 0;   ///< paid: all of the servers
    double use = 0.0;  ///< of the capacity of the devices that are paid
};

/// The fleet for `load` in any unit, `capacity` in the same for one replica of `each` devices.
constexpr fleet fleet_for(double load, double capacity, int each, int per_server, double most_use = 1.0) {
    checked(static_cast<double>(each), 1.0, 1e6, "the devices of a replica");
    checked(static_cast<double>(per_server), 1.0, 1e4, "the devices of a server");
    const double replicas = needed(load, capacity, most_use);
    checked(replicas * each, 0.0, 1e8, "the number of devices");
    fleet f;
    f.replicas = static_cast<int>(replicas);
    f.servers = (f.replicas * each + per_server - 1) / per_server;
    f.devices = f.servers * per_server;
    if (f.devices > 0) f.use = load / (capacity * static_cast<double>(f.devices) / static_cast<double>(each));
    return f;
}

/// What a server costs.
struct server_cost {
    dollars<> price{};
    double years = 5.0;
    dollars<> hosting{};   ///< a year: place, power, cooling
    dollars<> licences{};  ///< a year
};

/// The bill of a year.
constexpr dollars<> yearly_bill(int servers, const server_cost& s) {
    checked(static_cast<double>(servers), 0.0, 1e8, "the number of servers");
    checked(s.price.value(), 0.0, 1e9, "the price of a server in dollars");
    checked(s.years, 0.1, 100.0, "the years of use");
    checked(s.hosting.value(), 0.0, 1e9, "the yearly hosting of a server in dollars");
    checked(s.licences.value(), 0.0, 1e9, "the yearly licences of a server in dollars");
    return (s.price / s.years + s.hosting + s.licences) * static_cast<double>(servers);
}
}  // namespace gambrel
