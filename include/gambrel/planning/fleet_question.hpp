// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Which fleet is asked for: the traffic, what must hold, the kinds of device that can be had and how a replica may be
/// deployed on them. A replica is one copy of the model, cut over the devices of a server or of several.
///
/// Evidence: tests/planning/fleet_plan_test.cpp.

#include <gambrel/economics/availability.hpp>
#include <gambrel/economics/energy.hpp>
#include <gambrel/economics/price.hpp>
#include <gambrel/planning/load_search.hpp>
#include <limits>
#include <memory>
#include <optional>
#include <vector>

namespace gambrel {

inline constexpr double no_bound = std::numeric_limits<double>::infinity();

/// A kind of device that can be had.
struct device_supply {
    std::shared_ptr<const gambrel::device<>> device{};
    std::optional<rental<>> rent{};  ///< of one device; none: no price is known
    double most = no_bound;          ///< devices there are
    int per_server = 1;              ///< it comes in servers of so many
    watts<> design_limit{};          ///< the power limit it is sold with, where its own caps it below
};

/// What the fleet must keep to. An infinite limit is none.
struct fleet_limits {
    service_level level{};      ///< of the times of requests
    double devices = no_bound;  ///< in all
    double dollars_per_hour = no_bound;
    double watts = no_bound;  ///< of servers and building
};

/// How often devices fail, and for what share of time enough replicas must be up in spite of it.
struct fleet_failures {
    double availability = 0.0;  ///< 0: nothing is spared
    double per_device_hour = h100_failures_per_device_hour;
    seconds<> repair = hours(24.0);  ///< until what failed serves again
};

/// What is to be least.
enum class fleet_objective : unsigned char { rent, devices, power };
// clang-format off
template <> inline constexpr std::array<enum_row<fleet_objective>, 3> enum_table<fleet_objective>{{
    {fleet_objective::rent, "rent", "rent"},
    {fleet_objective::devices, "devices", "devices"},
    {fleet_objective::power, "power", "power"},
}};
// clang-format on

/// The candidates are the product of supplies, runtimes, cuts and formats.
struct fleet_question {
    std::shared_ptr<const architecture> model{};
    std::vector<device_supply> supplies{};
    std::vector<std::shared_ptr<const runtime<>>> runtimes{};  ///< as stated; set up on each board (step/on_board.hpp)
    std::vector<parallelism> cuts{};                           ///< of a replica
    std::vector<precision> formats{};
    workload load{};  ///< an open loop: `rate` requests per second, their lengths, the variation of their gaps
    fleet_limits limits{};
    fleet_objective objective = fleet_objective::rent;
    range_end decides = range_end::high;  ///< the end of the predicted range that must meet the limits: value or high
    arrival_split split = arrival_split::random;
    bool whole_servers = false;  ///< what is paid for is servers, not devices
    fleet_failures failures{};
    power_overhead around{};
};

/// Throws `error` naming what is wrong or missing; returns `q` otherwise.
inline const fleet_question& checked(const fleet_question& q) {
    if (!q.model) fail("a fleet needs a model");
    if (q.supplies.empty()) fail("a fleet needs a kind of device to choose from");
    if (q.runtimes.empty() || q.cuts.empty() || q.formats.empty())
        fail("a fleet needs a runtime, a cut and a format to choose from");
    checked(q.load);
    if (!q.load.open_loop()) fail("a fleet is planned for a rate: give the requests per second");
    if (q.decides == range_end::low) fail("a fleet is not planned for the good end of a range: take value or high");
    checked(q.limits.level);
    const objective& times = q.limits.level.limits;
    checked(times.ttft.value(), 1e-9, no_bound, "the TTFT limit in seconds");
    checked(times.tpot.value(), 1e-9, no_bound, "the TPOT limit in seconds");
    checked(times.latency.value(), 1e-9, no_bound, "the latency limit in seconds");
    checked(q.around.server, 1.0, 10.0, "the server factor");
    checked(q.around.pue, 1.0, 5.0, "the power usage effectiveness");
    checked(q.limits.devices, 1.0, no_bound, "the most devices");
    checked(q.limits.dollars_per_hour, 0.0, no_bound, "the most dollars per hour");
    checked(q.limits.watts, 0.0, no_bound, "the most watts");
    checked(q.failures.availability, 0.0, 0.999999999, "the availability (a share of time)");
    if (q.failures.availability > 0.0)
        share_up(time_between_failures(q.failures.per_device_hour, 1), q.failures.repair);
    for (const device_supply& s : q.supplies) {
        if (!s.device) fail("a supply of a fleet names no device");
        if (s.rent) checked(*s.rent / dollars_per_hour(1), 0.0, 1e6, "the rental in dollars per device-hour");
        checked(s.most, 1.0, no_bound, "the number of devices there are");
        checked(s.per_server, 1.0, 1e6, "the number of devices of a server");
    }
    for (const parallelism& c : q.cuts)
        if (c.replicas != 1) fail("a cut of a fleet is that of one replica: replicas are counted");
    return q;
}
}  // namespace gambrel
