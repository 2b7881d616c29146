// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What so many replicas take: servers, devices that are paid for, dollars per hour.
///
///     replica within a server    servers = ceil(replicas / floor(per server / devices of a replica))
///     replica over servers       servers = replicas ceil(devices of a replica / per server)
///     paid devices = replicas x devices of a replica, or, in whole servers, servers x per server
///
/// Assumption: a replica that one server can hold is not cut over two.
/// Evidence: tests/planning/fleet_plan_test.cpp.

#include <gambrel/planning/fleet_question.hpp>

namespace gambrel {

struct fleet_size {
    double replicas = 0, servers = 0;
    double devices = 0;  ///< in use
    double paid = 0;     ///< of which rent is paid

    std::optional<double> dollars_per_hour(const device_supply& s) const {
        if (!s.rent) return std::nullopt;
        return paid * (*s.rent / gambrel::dollars_per_hour(1));
    }
};

inline double servers_for(double replicas, int devices_each, int per_server) {
    const int in_one = per_server / devices_each;
    if (in_one >= 1) return math::pieces(replicas, in_one);
    return replicas * math::pieces(devices_each, per_server);
}

inline fleet_size size_of(double replicas, const parallelism& cut, const device_supply& s, bool whole_servers) {
    const int each = cut.devices_per_replica();
    fleet_size f{.replicas = replicas,
                 .servers = servers_for(replicas, each, s.per_server),
                 .devices = replicas * each,
                 .paid = replicas * each};
    if (whole_servers) f.paid = f.servers * s.per_server;
    return f;
}
}  // namespace gambrel
