// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A fleet's answer as JSON with stable keys (docs/json.md). Evidence: tests/ask/fleet_answer_test.cpp.

#include <gambrel/ask/fleet_answer.hpp>
#include <gambrel/report/json/load_json.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
inline json cut_json(const parallelism& c) {
    return {{"tp", c.tensor}, {"pp", c.pipeline}, {"dp", c.data}, {"ep", c.expert}};
}
inline json place_json(const bound_fleet& b, const fleet_place& at) {
    const fleet_question& q = b.question;
    return {{"device", q.supplies[at.supply].device->name.view()},
            {"runtime", q.runtimes[at.runtime]->name.view()},
            {"parallelism", cut_json(q.cuts[at.cut])},
            {"formats", b.format_names[at.format]}};
}
inline json size_json(const fleet_size& s) {
    return {{"replicas", s.replicas},
            {"spares", s.spares},
            {"devices", s.devices},
            {"servers", s.servers},
            {"paid_devices", s.paid}};
}
inline json known_count(int n) { return n > 0 ? json(n) : json(nullptr); }
inline json dollars_json(double per_hour) { return {{"value", finite(per_hour)}, {"unit", "$/h"}}; }

inline json candidate_json(const bound_fleet& b, const fleet_candidate& c) {
    json j = place_json(b, c.place);
    j["fate"] = key_of(c.fate);
    if (c.fate == candidate_fate::impossible) j["obstacle"] = key_of(c.verdict.what);
    if (c.fate == candidate_fate::failed) j["problem"] = c.problem;
    if (c.over.which != fleet_limit::none)
        j["over"] = {{"limit", key_of(c.over.which)}, {"times", finite(c.over.times)}};
    if (c.fate == candidate_fate::counted) {
        j["size"] = size_json(c.size);
        j["replicas"] = {{"value", known_count(c.replicas.value)},
                         {"low", known_count(c.replicas.low)},
                         {"high", known_count(c.replicas.high)},
                         {"unit", "1"}};
        j["rent"] = c.dollars_per_hour ? dollars_json(*c.dollars_per_hour) : json(nullptr);
        j["power"] = c.watts ? json{{"value", *c.watts}, {"unit", "W"}} : json(nullptr);
    }
    if (c.least > 0.0) j["least_by_means"] = finite(c.least);
    return j;
}
inline json fleet_inputs(const bound_fleet& b) {
    const fleet_question& q = b.question;
    const auto limit = [](double x) { return finite(x); };
    json devices = json::array();
    for (const device_supply& s : q.supplies)
        devices.push_back({{"device", s.device->name.view()},
                           {"rent", s.rent ? dollars_json(*s.rent / dollars_per_hour(1)) : json(nullptr)},
                           {"most", limit(s.most)},
                           {"per_server", s.per_server}});
    const service_level& l = q.limits.level;
    return {{"model", q.model->name.view()},
            {"workload",
             {{"prompt", length_json(q.load.prompt)},
              {"output", length_json(q.load.output)},
              {"rate", figure_json(q.load.rate)},
              {"arrival_variation", q.load.arrival_variation},
              {"prefix_hit", q.load.prefix_hit}}},
            {"limits",
             {{"ttft", limit_json(l.limits.ttft, l.ttft_share)},
              {"tpot", limit_json(l.limits.tpot, l.tpot_share)},
              {"latency", limit_json(l.limits.latency, l.latency_share)},
              {"devices", limit(q.limits.devices)},
              {"dollars_per_hour", limit(q.limits.dollars_per_hour)},
              {"watts", limit(q.limits.watts)}}},
            {"objective", key_of(q.objective)},
            {"decides", key_of(q.decides)},
            {"routing", key_of(q.split)},
            {"whole_servers", q.whole_servers},
            {"availability", q.failures.availability > 0.0 ? json(q.failures.availability) : json(nullptr)},
            {"devices", devices}};
}
}  // namespace detail

/// The whole answer.
inline json as_json(const bound_fleet& b, const fleet_answer& a) {
    json j{{"gambrel", version}, {"inputs", detail::fleet_inputs(b)}, {"feasible", a.ok()}};
    j["plan"] = nullptr;
    j["load"] = nullptr;
    j["headroom"] = nullptr;
    j["simulated"] = nullptr;
    j["launch"] = nullptr;
    if (a.ok()) {
        const fleet_candidate& best = a.plan.best();
        j["plan"] = detail::candidate_json(b, best);
        j["load"] = detail::load_json(*a.load, b.question.load.output.largest() > 1.0);
        j["headroom"] = {{"most", figure_json(a.headroom.most)},
                         {"more", finite(a.headroom.more)},
                         {"ends", key_of(a.headroom.ends)}};
        if (a.launch) j["launch"] = a.launch->line();
        if (a.check)
            j["simulated"] = {{"replicas", a.check->replicas},      {"holds", a.check->holds},
                              {"requests", a.check->requests},      {"ttft", figure_json(a.check->ttft)},
                              {"tpot", figure_json(a.check->tpot)}, {"latency", figure_json(a.check->latency)}};
    }
    const fleet_candidate* closest = a.ok() ? nullptr : a.plan.closest();
    j["closest"] = closest != nullptr ? detail::candidate_json(b, *closest) : json(nullptr);
    j["alternatives"] = json::array();
    for (std::size_t i = 1; i < std::min(a.plan.counted, b.alternatives + 1); ++i)
        j["alternatives"].push_back(detail::candidate_json(b, a.plan.candidates[i]));
    j["relaxed"] = json::array();
    for (const relaxed_limit& r : a.relaxed) {
        json one{{"limit", key_of(r.which)}, {"times", 1.1}, {"cost", finite(r.cost)}};
        if (std::isfinite(r.cost)) one.update(detail::place_json(b, r.place)), one["size"] = detail::size_json(r.size);
        j["relaxed"].push_back(one);
    }
    j["candidates"] = a.plan.candidates.size();
    j["counted"] = a.plan.counted;
    j["left_out"] = json::array();
    for (const dropped_candidates& d : a.dropped) j["left_out"].push_back({{"reason", d.reason}, {"count", d.count}});
    j["assumptions"] = a.assumptions;
    return j;
}
}  // namespace gambrel::report
