// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The least fleet that keeps what is asked for, out of all candidates of a question.
///
///     1  what cannot be deployed is dropped, its obstacle kept
///     2  the rate of a replica is bounded by means (fleet_candidate.hpp), so its fleet costs at least
///            cost(ceil(rate / (bound_margin x bound)) replicas)
///     3  by rising least cost, replicas are counted by percentiles at the end of the range that decides, and, where a
///        judge is given, raised to what it finds enough; it ends with the first that comes up again with the least cost
///
/// so that the best is that of counting all candidates, as long as no rate by percentiles is above its bound. The power
/// of a fleet is counted at the planned load, boards that stand by idle; by means it is bounded by that of idle boards.
/// A candidate that fails never ends a plan. Nothing is global, nothing is printed, equal questions have equal answers.
/// Cost: tens of microseconds a candidate by means, 10 to 30 ms a candidate by percentiles
/// (tests/benchmarks/fleet_benchmark.cpp). Evidence: tests/planning/fleet_plan_test.cpp.

#include <algorithm>
#include <gambrel/planning/fleet_plan.hpp>
#include <queue>
#include <unordered_map>

namespace gambrel {

/// How much longer times are at `end`, at the least.
inline double slower_at(const runtime<>& r, range_end end) {
    return end == range_end::high ? slow_factor(r.step_sigma) : 1.0;
}

/// Plans for one question, under its limits and others: load models of candidates are kept from one plan to the next,
/// for they depend on no limit. Refers to the question, which must outlive it; one thread at a time.
class fleet_planner {
public:
    /// Throws `error` naming the first value of the question out of range.
    explicit fleet_planner(const fleet_question& q) : q_(checked(q)) {}
    explicit fleet_planner(const fleet_question&&) = delete;  // it would refer to what is gone

    const fleet_question& question() const { return q_; }
    fleet_plan plan(const fleet_control& how = {}) { return plan(q_.limits, how); }
    /// The load model of one replica at a place. Throws `error` where it cannot be deployed.
    const loaded_deployment& load_of(const fleet_place& at) {
        const std::size_t i =
            ((at.supply * q_.runtimes.size() + at.runtime) * q_.cuts.size() + at.cut) * q_.formats.size() + at.format;
        const auto found = loads_.find(i);
        if (found != loads_.end()) return found->second;
        const fleet_deployment d(q_, at);
        return loads_.emplace(i, loaded(d.what, q_.load, {}, q_.split, q_.load.rate)).first->second;
    }

    /// The same question with other limits.
    fleet_plan plan(const fleet_limits& limits, const fleet_control& how) {
        limits_ = limits;
        fleet_plan plan;
        const std::size_t all = q_.supplies.size() * q_.runtimes.size() * q_.cuts.size() * q_.formats.size();
        plan.candidates.reserve(all);
        for (fleet_place at; at.supply < q_.supplies.size(); ++at.supply)
            for (at.runtime = 0; at.runtime < q_.runtimes.size(); ++at.runtime)
                for (at.cut = 0; at.cut < q_.cuts.size(); ++at.cut)
                    for (at.format = 0; at.format < q_.formats.size(); ++at.format) {
                        if (!(plan.complete = !how.stopped())) return plan;
                        plan.candidates.push_back(by_means(at));
                        if (how.progress) how.progress(plan.candidates.size(), all);
                    }
        search(plan, how);
        std::stable_sort(plan.candidates.begin(), plan.candidates.end(), cheaper);
        for (fleet_candidate& c : plan.candidates) {
            if (c.fate != candidate_fate::counted) break;
            if (plan.counted++ < how.listed) add_ends(c);
        }
        return plan;
    }

private:
    /// Candidates in the order of what is known of their cost: by means, then by percentiles, then by the judge, each
    /// not below the one before. The first to come up with nothing left to ask is the best.
    void search(fleet_plan& plan, const fleet_control& how) {
        using entry = std::pair<double, std::size_t>;
        std::priority_queue<entry, std::vector<entry>, std::greater<>> next;
        for (std::size_t i = 0; i < plan.candidates.size(); ++i)
            if (plan.candidates[i].fate == candidate_fate::dearer) next.emplace(plan.candidates[i].least, i);
        while (!next.empty() && (plan.complete = !how.stopped())) {
            const std::size_t i = next.top().second;
            next.pop();
            fleet_candidate& c = plan.candidates[i];
            if (c.fate == candidate_fate::dearer) count(c);
            else if (how.judge && !c.simulated) ask(how.judge, c);
            else return;
            if (c.fate == candidate_fate::counted) next.emplace(c.cost, i);
        }
    }

    static bool cheaper_by_means(const fleet_candidate& a, const fleet_candidate& b) {
        const bool a_open = a.fate == candidate_fate::dearer, b_open = b.fate == candidate_fate::dearer;
        return a_open != b_open ? a_open : a_open && a.least < b.least;
    }
    static bool cheaper(const fleet_candidate& a, const fleet_candidate& b) {
        const bool a_counted = a.fate == candidate_fate::counted, b_counted = b.fate == candidate_fate::counted;
        if (a_counted != b_counted) return a_counted;
        if (a_counted && a.cost == b.cost && a.simulated != b.simulated) return a.simulated;
        if (a_counted) return a.cost != b.cost ? a.cost < b.cost : a.size.devices < b.size.devices;
        return cheaper_by_means(a, b);
    }

    const device_supply& supply_of(const fleet_place& at) const { return q_.supplies[at.supply]; }
    fleet_size size_at(const fleet_place& at, double n) const { return size_of(n, q_.cuts[at.cut], supply_of(at), q_); }
    /// Watts of boards at work that do `doing` and, of those paid for, idle ones; none where no power is known.
    std::optional<double> watts_of(const fleet_candidate& c, const activity& doing) const {
        const device_supply& supply = supply_of(c.place);
        const auto& power = supply.device->power;
        if (!power.limit.known()) return std::nullopt;
        const auto board = [&](const activity& a) {
            return board_power(*power.limit, power_law_of(supply.device->architecture.view()), a, power.idle,
                               supply.design_limit)
                .value.value();
        };
        const double idle = larger(0.0, c.size.paid - c.size.devices) * board({.busy = 0.0});
        return (c.size.devices * board(doing) + idle) * q_.around.server * q_.around.pue;
    }
    double cost_of(const fleet_candidate& c) const {
        switch (q_.objective) {
            case fleet_objective::rent: return c.dollars_per_hour.value_or(no_bound);
            case fleet_objective::devices: return c.size.paid;
            case fleet_objective::power: break;
        }
        return c.watts.value_or(no_bound);
    }
    /// Whether what is to be least, or limited, is known of `c`.
    bool priced(const fleet_candidate& c) const {
        return c.least < no_bound && (c.dollars_per_hour || limits_.dollars_per_hour == no_bound) &&
               (c.watts || limits_.watts == no_bound);
    }
    void hold_to_limits(fleet_candidate& c) const {
        limit_excess e;
        e.add(fleet_limit::devices, c.size.paid / limits_.devices);
        e.add(fleet_limit::supply, c.size.paid / supply_of(c.place).most);
        if (c.dollars_per_hour && *c.dollars_per_hour > 0.0)
            e.add(fleet_limit::rent, *c.dollars_per_hour / limits_.dollars_per_hour);
        if (c.watts) e.add(fleet_limit::power, *c.watts / limits_.watts);
        if (!(e.times > 1.0 + 1e-9)) return;
        c.fate = candidate_fate::above_limit;
        c.over = e;
    }

    fleet_candidate by_means(const fleet_place& at) const {
        fleet_candidate c{.place = at};
        try {
            const fleet_deployment d(q_, at);
            const rate_by_means m =
                bound_by_means(d.what, q_.load, limits_.level, slower_at(d.what.runtime, q_.decides));
            c.verdict = m.verdict;
            c.by_means = m.most;
            if (!m.verdict.ok()) return c;
            if (m.lone.times > 1.0) {
                c.fate = candidate_fate::too_slow;
                c.over = m.lone;
                return c;
            }
            c.size = size_at(at, std::ceil(q_.load.rate / (bound_margin * m.most)));
            c.dollars_per_hour = c.size.dollars_per_hour(supply_of(at));
            c.watts = watts_of(c, {.busy = 0.0});
            c.least = cost_of(c);
            c.fate = candidate_fate::dearer;
            hold_to_limits(c);
            if (c.fate == candidate_fate::dearer && !priced(c)) c.fate = candidate_fate::no_price;
        } catch (const error& e) {
            c.fate = candidate_fate::failed;
            c.problem = e.what();
        }
        return c;
    }

    /// Counts the replicas of `c` at the end that decides, and what they take.
    void count(fleet_candidate& c) {
        try {
            const loaded_deployment& l = load_of(c.place);
            const int n = replicas_at(l, l.groups, q_.load.rate, limits_.level, q_.decides);
            (q_.decides == range_end::high ? c.replicas.high : c.replicas.value) = n;
            if (n == 0) {
                c.fate = candidate_fate::too_slow;
                c.over = lone_excess(l);
                return;
            }
            take(c, n);
        } catch (const error& e) {
            c.fate = candidate_fate::failed;
            c.problem = e.what();
        }
    }
    template <class Judge> void ask(const Judge& judge, fleet_candidate& c) const {
        try {
            const judgement found = judge(c, limits_.level);
            c.simulated = true;
            if (found.replicas > c.size.replicas) take(c, found.replicas);
            if (found.replicas == 0) c.fate = candidate_fate::not_held, c.over = found.over;
        } catch (const error& e) {
            c.fate = candidate_fate::failed;
            c.problem = e.what();
        }
    }
    /// `c` with so many replicas: what they take, and whether that is within the limits.
    void take(fleet_candidate& c, int replicas) const {
        c.size = size_at(c.place, replicas);
        c.dollars_per_hour = c.size.dollars_per_hour(supply_of(c.place));
        c.watts = watts_of(c, doing_in(c));
        c.fate = candidate_fate::counted;
        c.cost = cost_of(c);
        hold_to_limits(c);
    }
    /// How far a lone request is from the limits, at the end of the range that decides.
    limit_excess lone_excess(const loaded_deployment& l) const {
        const ranged_load r = l.at({});
        const service_level& s = limits_.level;
        const auto end = [&](const figure<seconds<>>& f) { return detail::at_end(f, q_.decides); };
        const auto at = [](double share) { return [=](const latency_distribution& t) { return t.quantile(share); }; };
        return excess_of(end(r.ttft(at(s.ttft_share))), end(r.tpot(at(s.tpot_share))),
                         end(r.latency(at(s.latency_share))), s.limits);
    }
    /// What boards do at the planned load; all they can where the closed form has no steady state.
    activity doing_in(const fleet_candidate& c) const {
        const fleet_deployment d(q_, c.place);
        workload w = q_.load;
        w.rate = w.rate / c.size.replicas;
        const prediction<> p = predict(d.what, w);
        const bool experts = !is_dense(*q_.model);
        return p.ok() ? activity_of(p, experts) : activity{1.0, 1.0, 1.0, experts};
    }
    void add_ends(fleet_candidate& c) {
        try {
            const loaded_deployment& l = load_of(c.place);
            const auto fill = [&](int& n, range_end end) {
                if (n == 0) n = replicas_at(l, l.groups, q_.load.rate, limits_.level, end);
            };
            fill(c.replicas.value, range_end::value);
            fill(c.replicas.low, range_end::low);
            fill(c.replicas.high, range_end::high);
        } catch (const error&) {
        }  // an end that is not known stays 0
    }

    const fleet_question& q_;
    fleet_limits limits_{};  ///< of the plan that is made
    std::unordered_map<std::size_t, loaded_deployment> loads_{};
};

/// The plan for `q`. Throws `error` naming the first value of the question out of range; a candidate's own errors are
/// its fate.
inline fleet_plan plan_fleet(const fleet_question& q, const fleet_control& how = {}) {
    return fleet_planner(q).plan(how);
}
}  // namespace gambrel
