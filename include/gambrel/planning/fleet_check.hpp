// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A plan's candidate simulated, request by request: whether the percentiles keep the limits as predicted.
///
/// One replica stands for all: it is given its share of the rate, with the gaps that the routing leaves it
/// (serving/load/replicas.hpp). The step law is the predicted one, so that the check is of the queue, not of the law:
/// the range of the law is in the count already.
/// Evidence: tests/planning/fleet_plan_test.cpp.

#include <gambrel/planning/fleet_planner.hpp>
#include <gambrel/simulation/run.hpp>
#include <gambrel/step/tabulated_step.hpp>
#include <gambrel/workload/arrivals.hpp>
#include <map>
#include <tuple>

namespace gambrel {

struct fleet_check {
    int replicas = 0;
    double requests = 0;                  ///< answered by the one replica
    seconds<> ttft{}, tpot{}, latency{};  ///< at the asked-for shares
    limit_excess most{};                  ///< the limit that is nearest, or broken most
    double refused = 0.0;                 ///< share of requests that do not fit: they count as over every limit
    bool served = true;                   ///< no more are refused than may be over a limit
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

/// One of that number of replicas of `c` of `q` under `requests` requests, the first tenth not counted.
/// Throws `error` for prefix hits given as a share: a simulation finds them.
inline simulation::summary simulate_fleet(const fleet_question& q, const fleet_candidate& c, int replicas,
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
    return simulation::run(
        law, server,
        simulation::open_source(detail::arrivals_of_each(q, replicas * t.groups), w.prompt, w.output, requests, seed),
        {.warm_up = requests / 10, .seed = seed});
}

/// Whether that run, of one of `replicas`, keeps the limits of `l`.
inline fleet_check checked_run(const simulation::summary& run, int replicas, const service_level& l) {
    fleet_check found{.replicas = replicas, .requests = static_cast<double>(run.ended)};
    const double all = static_cast<double>(run.ended + run.rejected);
    found.refused = all > 0.0 ? static_cast<double>(run.rejected) / all : 1.0;
    // those refused are over every limit: the share of the others that must be within is larger
    const auto of_all = [&](const auto& times, double share) {
        return times.quantile(smaller(1.0, share / larger(1e-9, 1.0 - found.refused)));
    };
    found.ttft = of_all(run.ttft, l.ttft_share);
    found.tpot = of_all(run.tpot, l.tpot_share);
    found.latency = of_all(run.latency, l.latency_share);
    found.most = excess_of(found.ttft, found.tpot, found.latency, l.limits);
    const double level_share = larger(l.ttft_share, larger(l.tpot_share, l.latency_share));
    found.served = found.refused <= 1.0 - level_share;
    if (!found.served) found.most = {fleet_limit::memory, found.refused / (1.0 - level_share)};
    found.holds = run.stable && found.served && !(found.most.times > 1.0);
    return found;
}

/// The simulator as the judge of a plan (fleet_control), which keeps the runs that it made. Refers to the question, which
/// must outlive it.
class simulation_judge {
public:
    explicit simulation_judge(const fleet_question& q, std::uint64_t requests = 20'000) : q_(q), requests_(requests) {}
    explicit simulation_judge(const fleet_question&&, std::uint64_t = 0) = delete;

    judgement operator()(const fleet_candidate& c, const service_level& level) {
        const fleet_check found = fewest(c, static_cast<int>(c.size.replicas), level);
        if (found.holds) return {found.replicas};
        return {0, found.most.times > 1.0 ? found.most : limit_excess{fleet_limit::throughput, 1.0}};
    }
    /// The fewest replicas, from `first` to twice as many, that are enough; the last tried where none are.
    fleet_check fewest(const fleet_candidate& c, int first, const service_level& level) {
        fleet_check found = with(c, first, level);
        int low = first;
        for (int n = first + 1 + first / 16; !found.holds && found.served && low < 2 * first; n += 1 + n / 8) {
            found = with(c, n, level);
            if (!found.holds) low = n;
        }
        while (found.holds && found.replicas - low > 1) {
            const fleet_check middle = with(c, low + (found.replicas - low) / 2, level);
            if (middle.holds) found = middle;
            else low = middle.replicas;
        }
        return found;
    }
    fleet_check with(const fleet_candidate& c, int replicas, const service_level& level) {
        const auto key = std::tuple(c.place.supply, c.place.runtime, c.place.cut, c.place.format, replicas);
        auto kept = runs_.find(key);
        if (kept == runs_.end()) kept = runs_.emplace(key, simulate_fleet(q_, c, replicas, requests_)).first;
        return checked_run(kept->second, replicas, level);
    }

private:
    const fleet_question& q_;
    std::uint64_t requests_;
    std::map<std::tuple<std::size_t, std::size_t, std::size_t, std::size_t, int>, simulation::summary> runs_{};
};
}  // namespace gambrel
