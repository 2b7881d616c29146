// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A planned fleet under its load: the percentiles of its requests, how much more it takes, and which limit ends that.
///
///     headroom = greatest rate of the fleet that meets the limits / rate asked for - 1
///
/// Evidence: tests/planning/fleet_plan_test.cpp.

#include <gambrel/planning/fleet_planner.hpp>

namespace gambrel {

/// The load model of the whole fleet of `c`, a counted candidate. Throws `error` where it cannot be.
inline loaded_deployment loaded_fleet(fleet_planner& of, const fleet_candidate& c) {
    loaded_deployment l = of.load_of(c.place);
    l.groups *= c.size.replicas;
    return l;
}

struct fleet_headroom {
    request_rate<> most{};                 ///< of the fleet, as predicted
    fleet_limit ends = fleet_limit::none;  ///< what is broken just above
    double more = 0.0;                     ///< most / asked - 1
};

inline fleet_headroom headroom_of(const fleet_question& q, const loaded_deployment& fleet) {
    fleet_headroom h{.most = most_at(fleet, q.limits.level, range_end::value, false)};
    h.more = h.most / q.load.rate - 1.0;
    const ranged_load next = fleet.at(h.most * (1.0 + 10.0 * greatest_rate_accuracy));
    const broken_limits broken = broken_at(next, q.limits.level, range_end::value);
    h.ends = !next.value.stable ? fleet_limit::throughput
             : broken.ttft      ? fleet_limit::ttft
             : broken.tpot      ? fleet_limit::tpot
             : broken.latency   ? fleet_limit::latency
                                : fleet_limit::throughput;
    return h;
}

/// What 10 % more of one limit would buy.
struct relaxed_limit {
    fleet_limit which = fleet_limit::none;
    double cost = 0.0;  ///< least of the objective then; infinite where nothing meets the others
    fleet_size size{};
    fleet_place place{};
};

/// The plan again with each limit that is there 10 % further out, one at a time.
inline std::vector<relaxed_limit> relaxed(fleet_planner& of, const fleet_control& how = {}) {
    const fleet_question& q = of.question();
    std::vector<relaxed_limit> all;
    const auto with = [&](fleet_limit which, auto&& further) {
        fleet_limits limits = q.limits;
        further(limits);
        fleet_control quiet = how;
        quiet.progress = {};
        quiet.listed = 0;
        const fleet_plan p = of.plan(limits, quiet);
        if (!p.complete) return;  // stopped: nothing is known
        relaxed_limit r{.which = which, .cost = no_bound};
        if (p.ok()) r.cost = p.best().cost, r.size = p.best().size, r.place = p.best().place;
        all.push_back(r);
    };
    const objective& times = q.limits.level.limits;
    const auto is = [](double limit) { return std::isfinite(limit); };
    if (is(times.ttft.value()))
        with(fleet_limit::ttft, [](fleet_limits& l) { l.level.limits.ttft = l.level.limits.ttft * 1.1; });
    if (is(times.tpot.value()))
        with(fleet_limit::tpot, [](fleet_limits& l) { l.level.limits.tpot = l.level.limits.tpot * 1.1; });
    if (is(times.latency.value()))
        with(fleet_limit::latency, [](fleet_limits& l) { l.level.limits.latency = l.level.limits.latency * 1.1; });
    if (is(q.limits.devices)) with(fleet_limit::devices, [](fleet_limits& l) { l.devices *= 1.1; });
    if (is(q.limits.dollars_per_hour)) with(fleet_limit::rent, [](fleet_limits& l) { l.dollars_per_hour *= 1.1; });
    if (is(q.limits.watts)) with(fleet_limit::power, [](fleet_limits& l) { l.watts *= 1.1; });
    return all;
}
}  // namespace gambrel
