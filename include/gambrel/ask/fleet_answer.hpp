// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The whole answer to a question about a fleet: the plan, how it stands under its load, the simulator's word on it, what
/// a limit 10 % further out would buy, and what was assumed. Text and JSON print the same answer.
///
///     a measurement saves    the fleet at the end that decides - the fleet as predicted: what not being sure costs
///
/// Evidence: tests/ask/fleet_answer_test.cpp.

#include <gambrel/ask/bound_fleet.hpp>
#include <gambrel/ask/launch/write.hpp>
#include <gambrel/planning/fleet_check.hpp>
#include <gambrel/planning/fleet_headroom.hpp>

namespace gambrel::ask {

/// Candidates that were dropped for one reason.
struct dropped_candidates {
    std::string_view reason;  ///< in words
    std::size_t count = 0;
};

struct fleet_answer {
    fleet_plan plan{};
    std::optional<ranged_load> load{};  ///< of the best fleet, as planned
    fleet_headroom headroom{};
    std::optional<fleet_check> check{};  ///< of the best, by the simulator; absent where it was not asked
    std::optional<written_launch>
        launch{};  ///< the line that starts a replica of the best; absent for servers without one
    std::vector<relaxed_limit> relaxed{};
    std::vector<dropped_candidates> dropped{};
    std::vector<std::string> assumptions{};  ///< sentences without a full stop

    bool ok() const { return plan.ok(); }
};

namespace detail {
inline void count_dropped(fleet_answer& a) {
    const auto add = [&](std::string_view reason) {
        for (dropped_candidates& d : a.dropped)
            if (d.reason == reason) {
                ++d.count;
                return;
            }
        a.dropped.push_back({reason, 1});
    };
    for (const fleet_candidate& c : a.plan.candidates)
        if (c.fate == candidate_fate::impossible) add(name_of(c.verdict.what));
        else if (c.fate != candidate_fate::counted) add(name_of(c.fate));
    std::stable_sort(a.dropped.begin(), a.dropped.end(),
                     [](const auto& x, const auto& y) { return x.count > y.count; });
}

inline void add_assumptions(fleet_answer& a, const bound_fleet& b, const fleet_options& t) {
    const fleet_question& q = b.question;
    const auto say = [&](std::string text) { a.assumptions.push_back(std::move(text)); };
    if (!has_limits(q.limits.level.limits))
        say("no limit on any time: the fleet keeps up, no more (--ttft-p99, --tpot-p99)");
    if (t.runtimes.empty()) say("vLLM (--runtimes)");
    if (t.weights == "stored") say("weights as published (--weights stored,fp8)");
    if (q.load.arrival_variation == 1.0) say("requests at random (--arrival-variation)");
    if (q.objective == fleet_objective::rent && t.rents.empty() && t.load.deployed.prices.empty())
        say("the median of known quotes (--price, --prices)");
    if (q.whole_servers && !t.per_server)
        say("servers: what a link joins, eight boards without one, four of a rack (--per-server)");
    if (!q.whole_servers) say("single devices can be had (--whole-servers)");
    if (q.around.pue == 1.0 && q.around.server == 1.0) say("power of boards alone (--pue, --server-power)");
    if (t.users)
        say(std::to_string(static_cast<long long>(*t.users)) + " users of " + t.use_case +
            ": a planner's figures for how often they ask, at their peak");
    if (q.failures.availability > 0.0 && !t.failures) say("failures as of H100 servers in 2024 (--failures)");
    if (q.load.prefix_hit > 0.0) say("not simulated: a share of prefix hits is given, and the simulator finds its own");
    if (!(q.failures.availability > 0.0)) say("nothing fails (--availability)");
    if (t.have.empty()) say("as many devices as it takes (--have)");
}
}  // namespace detail

/// The options of one replica at a place of the question that `t` asked.
inline prediction_options options_at(const bound_fleet& b, const fleet_options& t, const fleet_place& at) {
    prediction_options o = t.load.deployed;
    const parallelism& cut = b.question.cuts[at.cut];
    o.tensor = cut.tensor;
    o.pipeline = cut.pipeline;
    o.data = cut.data;
    o.expert = cut.expert;
    o.weights = b.typed_formats[at.format].first;
    o.kv = b.typed_formats[at.format].second;
    return o;
}

/// The whole answer. `how` may stop the search and is told how far it is. Throws `error` for a question out of range.
inline fleet_answer answered(const bound_fleet& b, const fleet_options& t, fleet_control how = {}) {
    const fleet_question& q = b.question;
    fleet_answer a;
    how.listed = b.alternatives + 1;
    simulation_judge judge(q);
    if (b.simulated) how.judge = [&](const fleet_candidate& c, const service_level& level) { return judge(c, level); };
    fleet_planner planner(q);
    a.plan = planner.plan(how);
    detail::count_dropped(a);
    detail::add_assumptions(a, b, t);
    if (!a.plan.complete) return a;
    if (a.ok()) {
        const fleet_candidate& best = a.plan.best();
        const loaded_deployment fleet = loaded_fleet(planner, best);
        a.load = fleet.at(q.load.rate);
        a.headroom = headroom_of(q, fleet);
        if (const auto server = server_of(q.runtimes[best.place.runtime]->name.view()))
            a.launch = write_launch(*server, q.model->name.str(), options_at(b, t, best.place));
        if (best.simulated) a.check = judge.with(best, static_cast<int>(best.size.replicas), q.limits.level);
    }
    a.relaxed = relaxed(planner, how);
    return a;
}
}  // namespace gambrel::ask
