// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What so many replicas take: servers, spares, devices that are paid for, dollars per hour.
///
///     unit = a server that holds whole replicas, or the servers of one replica: what stops together
///     replica within a server    in one unit = floor(per server / devices of a replica),  units = ceil(replicas / in one unit)
///     replica over servers       in one unit = 1, of ceil(devices of a replica / per server) servers
///     spare units                the fewest that keep enough up (availability.hpp), a unit failing where any of its devices does
///     paid devices = (replicas + spares) x devices of a replica, or, in whole servers, servers x per server
///
/// Assumption: a replica that one server can hold is not cut over two.
/// Evidence: tests/planning/fleet_plan_test.cpp.

#include <gambrel/planning/fleet_question.hpp>

namespace gambrel {

struct fleet_size {
    double replicas = 0, spares = 0;  ///< replicas that are needed, and those that stand by
    double servers = 0;               ///< of both
    double devices = 0;               ///< of those that are needed
    double paid = 0;                  ///< of which rent is paid

    std::optional<double> dollars_per_hour(const device_supply& s) const {
        if (!s.rent) return std::nullopt;
        return paid * (*s.rent / gambrel::dollars_per_hour(1));
    }
};

/// Replicas of `devices_each` devices that stop together, and the servers under them.
struct fleet_unit {
    int replicas = 1, servers = 1;
};
constexpr fleet_unit unit_of(int devices_each, int per_server) {
    const int in_one = per_server / devices_each;
    if (in_one >= 1) return {in_one, 1};
    return {1, (devices_each + per_server - 1) / per_server};
}

/// Throws `error` where the spares of an availability cannot be counted.
inline fleet_size size_of(double replicas, const parallelism& cut, const device_supply& s, const fleet_question& q) {
    const int each = cut.devices_per_replica();
    const fleet_unit unit = unit_of(each, s.per_server);
    const double units = math::pieces(replicas, unit.replicas);
    double spare_units = 0.0;
    if (const fleet_failures& f = q.failures; f.availability > 0.0) {
        const double up = share_up(time_between_failures(f.per_device_hour, unit.servers * s.per_server), f.repair);
        spare_units = servers_for(static_cast<int>(checked(units, 1.0, most_needed_servers, "the servers needed")), up,
                                  f.availability)
                          .spare;
    }
    fleet_size size{.replicas = replicas,
                    .spares = spare_units * unit.replicas,
                    .servers = (units + spare_units) * unit.servers,
                    .devices = replicas * each};
    size.paid = q.whole_servers ? size.servers * s.per_server : size.devices + size.spares * each;
    return size;
}
}  // namespace gambrel
