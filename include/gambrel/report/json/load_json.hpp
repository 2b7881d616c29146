// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A load's answer as JSON with stable keys (docs/json.md). `high` of a time is null where the machine, at the slow end
/// of its range, does not keep up. Evidence: tests/ask/load_answer_test.cpp.

#include <gambrel/ask/load_statistic.hpp>
#include <gambrel/report/json/prediction_json.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
template <class Read> json times_json(const Read& read) {
    json j = json::object();
    for (const load_statistic& s : load_statistics) j[std::string(s.name)] = figure_json(read(s));
    return j;
}
/// Rate, counts and times of a load; an unstable one has TPOT alone.
inline json load_json(const ranged_load& l, bool gaps) {
    const load_prediction& p = l.value;
    const auto known = [&](auto x) { return p.known() ? figure_json(x) : json(nullptr); };
    json j{{"request_throughput", figure_json(p.rate)},
           {"utilisation", known(p.utilisation)},
           {"running", known(p.running)},
           {"waiting", known(p.waiting)},
           {"wait_probability", known(p.wait_probability)},
           {"step", known(p.step)},
           {"prompts_per_step", known(p.prompts_per_step)},
           {"load_factor", known(p.load)}};
    const bool stable = p.stable && p.known();
    gaps = gaps && p.known();
    j["ttft"] = stable ? times_json([&](const load_statistic& s) { return l.ttft(s); }) : json(nullptr);
    j["tpot"] = !gaps ? json(nullptr) : times_json([&](const load_statistic& s) { return l.tpot(s); });
    j["itl"] = stable && gaps ? times_json([&](const load_statistic& s) { return l.itl(s); }) : json(nullptr);
    j["latency"] = stable ? times_json([&](const load_statistic& s) { return l.latency(s); }) : json(nullptr);
    return j;
}
inline json limit_json(seconds<> limit, double share) {
    if (!std::isfinite(limit.value())) return nullptr;
    return {{"at_most", figure_json(limit)}, {"share", share}};
}
inline json level_json(const load_question& q, const load_answer& a) {
    if (!has_limits(q.level.limits)) return nullptr;
    const service_level& l = q.level;
    return {{"ttft", limit_json(l.limits.ttft, l.ttft_share)},
            {"tpot", limit_json(l.limits.tpot, l.tpot_share)},
            {"latency", limit_json(l.limits.latency, l.latency_share)},
            {"met", meets_at(a.load, l, range_end::value)},
            {"surely_met", meets_at(a.load, l, range_end::high)},
            {"goodput", figure_json(goodput(a.load.value, l.limits))},
            {"most_rate", a.most ? figure_json(*a.most) : json(nullptr)},
            {"most_rate_ends", a.most_ends != validity_warning::none ? json(name_of(a.most_ends)) : json(nullptr)}};
}
inline json replicas_json(const load_question& q, const load_answer& a) {
    if (!a.replicas) return nullptr;
    const replica_count& c = *a.replicas;
    const auto known = [](int n) { return n > 0 ? json(n) : json(nullptr); };
    const int each = devices_of(q.what, 1);
    return {{"rate", figure_json(c.rate)},
            {"replicas", {{"value", known(c.value)}, {"low", known(c.low)}, {"high", known(c.high)}, {"unit", "1"}}},
            {"devices_each", each},
            {"rent", a.lone.rent && c.value > 0 ? figure_json(*a.lone.rent * static_cast<double>(each * c.value))
                                                : json(nullptr)}};
}
inline json load_inputs(const load_question& q, const load_answer& a) {
    question asked{.what = q.what.what, .load = q.what.load};
    asked.pools = q.what.pools;
    json j = inputs_json(asked);
    j["devices"] = devices_of(q.what, a.cut.replicas);
    j["parallelism"]["replicas"] = a.cut.replicas;
    json& w = j["workload"];
    if (q.clients) {
        w["concurrency"] = *q.clients;
    } else {
        w.erase("concurrency");
        w["rate"] = figure_json(asked_rate(q));
    }
    w["arrival_variation"] = q.what.load.arrival_variation;
    j["routing"] = key_of(q.split);
    return j;
}
}  // namespace detail

/// The whole answer; `simulate` as in the screen.
inline json as_json(const load_question& q, const load_answer& a, const std::string& simulate = {}) {
    question asked = q.what;
    asked.load.rate = q.rate.value_or(request_rate<>{});
    asked.load.concurrency = q.clients.value_or(1.0);
    if (!a.possible()) return as_json(asked, a.lone);
    if (!a.distributions) {
        json j = as_json(asked, *a.means);
        j["means_only"] = a.why_means;
        return j;
    }
    const load_prediction& p = a.load.value;
    json j{{"gambrel", version}, {"inputs", detail::load_inputs(q, a)}, {"feasible", true}, {"stable", p.stable}};
    if (!q.what.notes.empty()) j["notes"] = q.what.notes;
    if (!a.known()) j["not_known"] = p.not_known;
    j["limit"] = figure_json(a.limit);
    j["limit_bound"] = key_of(p.bound);
    j["backlog_growth"] = figure_json(p.backlog);
    j.update(detail::load_json(a.load, has_gaps(q)));
    j["output_throughput"] = figure_json(token_rate<>::from_value(
        p.stable ? p.rate.value() * q.what.load.output.mean() : p.limit.value() * q.what.load.output.mean()));
    j["objective"] = detail::level_json(q, a);
    j["replicas"] = detail::replicas_json(q, a);
    j["cost"] = a.cost ? json{{"output_only", figure_json(a.cost->output_only)},
                              {"blended", figure_json(a.cost->blended)},
                              {"rent_per_device", figure_json(*a.lone.rent)}}
                       : json(nullptr);
    j["method"] = p.method;
    j["ask_simulator"] = p.ask_simulator() ? json(name_of(p.warning)) : json(nullptr);
    j["simulate"] = simulate.empty() ? json(nullptr) : json(simulate);
    json curve = json::array();
    for (const curve_point& c : a.curve) {
        if (!c.listed) continue;
        json point = detail::load_json(c.load, has_gaps(q));
        if (q.clients) point["concurrency"] = c.clients;
        curve.push_back(std::move(point));
    }
    j["curve"] = std::move(curve);
    j["start"] = detail::start_json(a.lone.predicted.memory.start, a.lone.verdict.suggestion);
    j["evidence"] = detail::evidence_json(q.what, a.lone);
    return j;
}
}  // namespace gambrel::report
