// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A plan's candidate simulated, request by request: whether the percentiles keep the limits as predicted.
///
/// One replica stands for all: it is given its share of the rate, with the gaps that the routing leaves it
/// (serving/load/replicas.hpp). The step law is the predicted one, so that the check is of the queue, not of the law:
/// the range of the law is in the count already.
/// Evidence: tests/planning/fleet_check_test.cpp.

#include <gambrel/planning/fleet_planner.hpp>
#include <gambrel/simulation/run.hpp>
#include <gambrel/step/tabulated_step.hpp>
#include <gambrel/workload/arrivals.hpp>

namespace gambrel {

struct fleet_check {
    int replicas = 0;
    simulation::summary run{};            ///< of one replica
    seconds<> ttft{}, tpot{}, latency{};  ///< at the asked-for shares
    limit_excess most{};                  ///< the limit that is nearest, or broken most
    bool holds = false;
};

namespace detail {
/// Gaps of the requests that one of `replicas` gets.
inline arrivals arrivals_of_each(const fleet_question& q, double replicas) {
    const double rate = q.load.rate.value() / replicas, v = q.load.arrival_variation;
    const double each = std::sqrt(split_variance(v * v, replicas, q.split));
    if (each == 1.0) return arrivals::poisson(rate);
    return each < 0.02 ? arrivals::evenly_spaced(rate) : arrivals::gamma(rate, each);
}
}  // namespace detail

/// `c` of `q` with that number of replicas under `requests` requests of one replica, the first tenth not counted.
/// Throws `error` for prefix hits given as a share: a simulation finds them.
inline fleet_check simulate_fleet(const fleet_question& q, const fleet_candidate& c, int replicas,
                                  std::uint64_t requests = 20'000, std::uint64_t seed = 1) {
    if (q.load.prefix_hit > 0.0) fail("a prefix hit share is found, not given, in a simulation");
    const fleet_deployment f(q, c.place);
    const deployment<>& d = f.what;
    const workload& w = q.load;
    const load_inputs t = load_inputs_of(d, w);
    if (!t.verdict.ok()) fail("a candidate that cannot be deployed is not simulated");
    const double tokens = w.prompt.mean() + w.output.mean();
    const memory_fit memory =
        fit_memory(d.model, d.device, d.runtime, d.cut, t.formats, tokens, 0.0, d.adapter, d.speculation);
    const int copies = copies_in_step(d.model, d.cut);
    simulation::server server = simulation::server_of(
        d.runtime, simulation::blocks_that_fit(memory, tokens, d.runtime.memory.block_tokens), copies);
    server.ranks = copies;
    server.stages = d.cut.pipeline;
    server.speculation = d.speculation;
    const tabulated_step law(d.pass_inputs(t.formats), d.roof(), d.runtime, t.most_context);
    fleet_check found{.replicas = replicas};
    found.run = simulation::run(
        law, server,
        simulation::open_source(detail::arrivals_of_each(q, replicas * t.groups), w.prompt, w.output, requests, seed),
        {.warm_up = requests / 10, .seed = seed});
    const service_level& l = q.limits.level;
    found.ttft = found.run.ttft.quantile(l.ttft_share);
    found.tpot = found.run.tpot.quantile(l.tpot_share);
    found.latency = found.run.latency.quantile(l.latency_share);
    found.most = excess_of(found.ttft, found.tpot, found.latency, l.limits);
    found.holds = found.run.stable && found.run.rejected == 0 && !(found.most.times > 1.0);
    return found;
}

/// The fewest replicas, from those of `c` on, that the simulation finds enough; the last tried where none up to twice as
/// many is.
inline fleet_check checked_by_simulation(const fleet_question& q, const fleet_candidate& c,
                                         std::uint64_t requests = 20'000) {
    const int first = static_cast<int>(c.size.replicas);
    fleet_check found;
    for (int n = first; n <= 2 * first; n += 1 + first / 20) {
        found = simulate_fleet(q, c, n, requests);
        if (found.holds) break;
    }
    return found;
}
}  // namespace gambrel
