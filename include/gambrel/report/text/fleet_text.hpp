// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A fleet as one screen of 80 columns: what it is, what it costs, how it stands under its load, how sure that is, what
/// comes next and why it lost, and what was left out and assumed. Evidence: tests/ask/fleet_answer_test.cpp.

#include <gambrel/ask/fleet_answer.hpp>
#include <gambrel/report/text/load_text.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
/// "tp 4", "tp 2, pp 2", "tp 8, dp 2, ep 16".
inline std::string cut_text(const parallelism& c) {
    std::string s = "tp " + std::to_string(c.tensor);
    if (c.pipeline > 1) s += ", pp " + std::to_string(c.pipeline);
    if (c.data > 1) s += ", dp " + std::to_string(c.data);
    if (c.expert > 1) s += ", ep " + std::to_string(c.expert);
    return s;
}
inline std::string weights_text(const bound_fleet& b, const fleet_place& at) { return b.format_names[at.format]; }
inline std::string device_name(const bound_fleet& b, const fleet_place& at) {
    return b.question.supplies[at.supply].device->name.str();
}
inline std::string many(double n, const std::string& what) { return number(n, 7) + " " + what + (n == 1.0 ? "" : "s"); }
inline std::string range_text(const replica_range& r, range_end decides) {
    const int n = r.at(decides);
    const auto one = [](int x) { return x == 0 ? std::string("none") : std::to_string(x); };
    if (r.low == r.high) return std::to_string(n);
    return std::to_string(n) + " (" + one(r.low) + " to " + one(r.high) + ")";
}
inline std::string kilowatts(double watts) { return number(watts / 1000.0) + " kW"; }

inline std::string joined(const std::vector<std::string>& items) {
    std::string s;
    for (const std::string& item : items) s += (s.empty() ? "" : "; ") + item;
    return s;
}

/// "8 devices = 4 replicas x tp 2 of b200-sxm, weights in fp8, under vllm".
inline std::string fleet_words(const bound_fleet& b, const fleet_size& size, const fleet_place& at) {
    const fleet_question& q = b.question;
    std::string s = many(size.devices, "device") + " = " + many(size.replicas, "replica") + " x " +
                    cut_text(q.cuts[at.cut]) + " of " + device_name(b, at);
    if (weights_text(b, at) != "stored") s += ", weights in " + weights_text(b, at);
    s += ", under " + q.runtimes[at.runtime]->name.str();
    if (size.spares > 0.0) s += "; and " + many(size.spares, "spare replica");
    return s;
}

inline std::string cost_words(const bound_fleet& b, const fleet_candidate& c) {
    const fleet_question& q = b.question;
    std::string s;
    if (b.question.whole_servers)
        s += many(c.size.servers, "server") + " of " + std::to_string(q.supplies[c.place.supply].per_server) + "; ";
    if (c.dollars_per_hour) {
        const double hourly = *c.dollars_per_hour, per_second = q.load.rate.value();
        const auto each = [&](double tokens) { return number(hourly / 3600.0 / (per_second * tokens) * 1e6); };
        s += number(hourly) + " $/h, " + number(hourly * hours_per_month, 3) + " $ a month; " +
             each(q.load.output.mean()) + " $/Mtok of output, " + each(q.load.output.mean() + q.load.prompt.mean()) +
             " of all";
    } else {
        s += "cost not known: no price of " + device_name(b, c.place);
    }
    if (c.watts) s += "; " + kilowatts(*c.watts);
    return s;
}

inline std::string times_words(const fleet_question& q, const ranged_load& load) {
    const service_level& l = q.limits.level;
    const auto at = [](double share) { return [=](const latency_distribution& t) { return t.quantile(share); }; };
    const auto one = [&](std::string_view name, double share, const figure<seconds<>>& f) {
        return std::string(name) + " p" + number(100.0 * share, 4) + " " + to_string(f);
    };
    std::string s = percent(load.value.utilisation) + " of what it keeps up with; " +
                    one("TTFT", l.ttft_share, load.ttft(at(l.ttft_share)));
    if (q.load.output.largest() > 1.0) s += ", " + one("TPOT", l.tpot_share, load.tpot(at(l.tpot_share)));
    if (std::isfinite(l.limits.latency.value()))
        s += ", " + one("latency", l.latency_share, load.latency(at(l.latency_share)));
    return s;
}

inline std::string headroom_words(const fleet_headroom& h) {
    return number(100.0 * h.more, 2) + " % more requests, as predicted; then " +
           (h.ends == fleet_limit::throughput ? "it does not keep up"
                                              : std::string(name_of(h.ends)) + " breaks its limit");
}

/// What the range costs: the fleet at the end that decides against the fleet as predicted.
inline std::string sureness_words(const bound_fleet& b, const fleet_candidate& c) {
    const fleet_question& q = b.question;
    const replica_range& r = c.replicas;
    if (r.value == 0) return "no number of replicas is enough as predicted";
    std::string s = many(r.value, "replica") + " as predicted, " + (r.low == 0 ? "none" : number(r.low, 7)) +
                    " at the good end of the range, " + (r.high == 0 ? "none" : number(r.high, 7)) + " at the bad end";
    if (r.high > r.value) {
        const device_supply& supply = q.supplies[c.place.supply];
        const fleet_size few = size_of(r.value, q.cuts[c.place.cut], supply, q),
                         all = size_of(r.high, q.cuts[c.place.cut], supply, q);
        if (!(all.paid > few.paid)) return s;
        s += ": a measurement may save " + many(all.paid - few.paid, "device");
        if (const auto x = few.dollars_per_hour(supply))
            s += ", " + number(*all.dollars_per_hour(supply) - *x) + " $/h";
    }
    return s;
}

inline std::string check_words(const fleet_question& q, const fleet_answer& a) {
    const fleet_check& c = *a.check;
    const int counted = a.plan.best().replicas.at(q.decides);
    std::string s = number(c.requests, 7) + " requests of one replica: TTFT p" +
                    number(100.0 * q.limits.level.ttft_share, 4) + " " + to_string(c.ttft);
    if (q.load.output.largest() > 1.0) s += ", TPOT " + to_string(c.tpot);
    s += ": within the limits";
    if (c.replicas > counted) s += ", not with the " + many(counted, "replica") + " that the closed form counts";
    if (c.refused > 0.0) s += "; " + percent(c.refused) + " of requests do not fit";
    return s;
}

inline std::string objective_unit(fleet_objective o) {
    return o == fleet_objective::rent ? " $/h" : o == fleet_objective::devices ? " devices" : " W";
}
inline std::string relaxed_words(const bound_fleet& b, const fleet_answer& a) {
    std::vector<std::string> parts;
    for (const relaxed_limit& r : a.relaxed) {
        std::string s = "of " + std::string(name_of(r.which)) + " ";
        if (r.cost == no_bound) s += "is not enough";
        else if (!a.ok()) s += "finds " + fleet_words(b, r.size, r.place);
        else if (r.cost >= a.plan.best().cost * (1.0 - 1e-9)) s += "buys nothing";
        else
            s += "makes it " + number(r.cost) + objective_unit(b.question.objective) + " (" +
                 number(100.0 * (r.cost / a.plan.best().cost - 1.0), 2) + " %)";
        parts.push_back(s);
    }
    return listed(parts, ", ");
}

inline std::string candidates_table(const bound_fleet& b, const fleet_answer& a) {
    const fleet_question& q = b.question;
    const align r = align::right, l = align::left;
    const bool runtimes = q.runtimes.size() > 1;
    table t({l, l, l, l, r, r, r, r});
    t.row({"next best", "cut", "weights", runtimes ? "runtime" : "", "replicas", "devices",
           q.objective == fleet_objective::rent ? "$/h" : "kW", q.objective == fleet_objective::rent ? "means" : ""});
    const std::size_t most = std::min(a.plan.counted, b.alternatives + 1);
    for (std::size_t i = 1; i < most; ++i) {
        const fleet_candidate& c = a.plan.candidates[i];
        const bool rent = q.objective == fleet_objective::rent;
        t.row({clipped(device_name(b, c.place), 22), cut_text(q.cuts[c.place.cut]), weights_text(b, c.place),
               runtimes ? q.runtimes[c.place.runtime]->name.str() : "", range_text(c.replicas, q.decides),
               number(c.size.paid, 7),
               rent      ? number(*c.dollars_per_hour)
               : c.watts ? number(*c.watts / 1000.0)
                         : "-",
               rent ? number(c.least) : ""});
    }
    if (t.rows() == 1) return {};
    std::string s = t.text();
    if (q.objective == fleet_objective::rent)
        s += wrapped("means: the least $/h by mean times; percentiles at the end that decides make the rest.",
                     screen_columns, 0);
    return s;
}

inline std::string dropped_words(const fleet_answer& a) {
    std::vector<std::string> parts;
    for (const dropped_candidates& d : a.dropped)
        parts.push_back(number(static_cast<double>(d.count), 7) + " " + std::string(d.reason));
    return number(static_cast<double>(a.plan.candidates.size()), 9) + " candidates, " +
           number(static_cast<double>(a.plan.counted), 7) + " counted by percentiles" +
           (parts.empty() ? "" : "; left out: " + listed(parts, ", "));
}

inline std::string fleet_heading(const bound_fleet& b) {
    const fleet_question& q = b.question;
    std::string s = q.model->name.str() + " for " + to_string(q.load.rate, 4) + ", prompts of " +
                    number(q.load.prompt.mean(), 6) + " and answers of " + number(q.load.output.mean(), 6) + " tokens";
    if (q.load.prefix_hit > 0.0) s += ", prefix hits " + percent(q.load.prefix_hit);
    if (q.load.arrival_variation != 1.0) s += ", variation of gaps " + number(q.load.arrival_variation);
    s = wrapped(s, screen_columns, 2);
    std::vector<std::string> limits;
    if (has_limits(q.limits.level.limits)) limits.push_back(objective_text(q.limits.level));
    if (std::isfinite(q.limits.dollars_per_hour))
        limits.push_back("at most " + number(q.limits.dollars_per_hour) + " $/h");
    if (std::isfinite(q.limits.devices)) limits.push_back("at most " + many(q.limits.devices, "device"));
    if (std::isfinite(q.limits.watts)) limits.push_back("at most " + kilowatts(q.limits.watts));
    if (!limits.empty())
        s += wrapped(listed(limits, ", ") +
                         (q.decides == range_end::high ? "; at the bad end of the predicted range" : "; as predicted"),
                     screen_columns, 2);
    return s + "\n";
}

inline std::string closest_words(const bound_fleet& b, const fleet_candidate& c) {
    const fleet_question& q = b.question;
    std::string s = cut_text(q.cuts[c.place.cut]) + " of " + device_name(b, c.place);
    if (weights_text(b, c.place) != "stored") s += ", weights in " + weights_text(b, c.place);
    if (c.fate == candidate_fate::failed) return s + ": an error ended its prediction: " + clipped(c.problem, 160);
    if (c.fate == candidate_fate::above_limit)
        return many(c.size.devices, "device") + ", " + s + ": " + number(c.over.times) + " times " +
               std::string(name_of(c.over.which));
    if (c.fate == candidate_fate::not_held && c.over.which == fleet_limit::memory)
        return s + ": requests that do not fit are " + number(c.over.times) + " times as many as may be over a limit";
    if (c.fate == candidate_fate::not_held)
        return s + ": as simulated " + std::string(name_of(c.over.which)) + " is " + number(c.over.times) +
               " times its limit";
    return s + ": " + std::string(name_of(c.over.which)) + " of a lone request is " + number(c.over.times) +
           " times its limit";
}
}  // namespace detail

/// The whole screen.
inline std::string screen(const bound_fleet& b, const fleet_answer& a) {
    const fleet_question& q = b.question;
    using detail::labelled;
    std::string s = detail::fleet_heading(b);
    if (a.ok()) {
        const fleet_candidate& best = a.plan.best();
        s += labelled("plan", detail::fleet_words(b, best.size, best.place));
        s += labelled("cost", detail::cost_words(b, best));
        s += labelled("load", detail::times_words(q, *a.load));
        s += labelled("headroom", detail::headroom_words(a.headroom));
        s += labelled("how sure", detail::sureness_words(b, best));
        if (a.launch) s += labelled("a replica", a.launch->line());
        if (a.launch && !a.launch->complete())
            s += labelled(
                "", "which does not say " + a.launch->unsaid.front().first + ": " + a.launch->unsaid.front().second);
        if (a.check) s += labelled("simulated", detail::check_words(q, a));
    } else {
        s += labelled("no plan", "no candidate keeps all limits");
        if (const fleet_candidate* c = a.plan.closest()) s += labelled("closest", detail::closest_words(b, *c));
    }
    if (!a.relaxed.empty()) s += labelled("10 % more", detail::relaxed_words(b, a));
    s += "\n";
    const std::string table = detail::candidates_table(b, a);
    if (!table.empty()) s += table + "\n";
    s += labelled("tried", detail::dropped_words(a));
    s += labelled("assumed", detail::joined(a.assumptions));
    return s;
}
}  // namespace gambrel::report
