// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A load's answer as one screen of 80 columns: whether it can be kept up and what bounds it, the distribution of every
/// time with 80 % ranges, the objective, replicas and cost, the latency-throughput curve, and how sure all that is.
/// Evidence: tests/ask/load_answer_test.cpp.

#include <gambrel/ask/load_answer.hpp>
#include <gambrel/report/text/load_tables.hpp>
#include <gambrel/report/text/prediction_text.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
/// A line of the screen's upper part, wrapped beside its label.
inline std::string labelled(std::string_view label, const std::string& text) {
    std::string s(label);
    s.resize(11, ' ');
    return wrapped(s + text, screen_columns, 11);
}

inline std::string load_words(const load_question& q, const load_answer& a) {
    const auto rate = [&](request_rate<> r) { return r > request_rate<>{} ? to_string(r, 4) : "a lone request"; };
    std::string s;
    if (q.clients) s = number(*q.clients, 6) + (*q.clients == 1.0 ? " client" : " clients");
    else s = rate(asked_rate(q));
    if (!q.clients && q.what.load.arrival_variation != 1.0)
        s += ", variation of gaps " + number(q.what.load.arrival_variation);
    if (!q.clients && (q.what.what.cut.data * a.cut.replicas > 1 || q.what.pools.on()))
        s += q.split == arrival_split::random ? ", routed at random" : ", routed in turn";
    if (q.what.what.adapter.rank > 0) s += ", LoRA rank " + std::to_string(q.what.what.adapter.rank);
    if (q.what.load.prefix_hit > 0.0) s += ", prefix hits " + percent(q.what.load.prefix_hit);
    return s;
}
inline std::string load_heading(const load_question& q, const load_answer& a) {
    const deployment<>& d = q.what.what;
    question asked{.what = {d.model, d.device, d.runtime, a.cut, d.formats, d.constants, d.adapter, d.speculation},
                   .load = q.what.load};
    asked.pools = q.what.pools;
    return heading(asked, load_words(q, a));
}

/// "TTFT p99 <= 500 ms, TPOT p99 <= 25 ms".
inline std::string objective_text(const service_level& l) {
    std::vector<std::string> parts;
    const auto add = [&](std::string_view name, seconds<> limit, double share) {
        if (std::isfinite(limit.value()))
            parts.push_back(std::string(name) + " p" + number(100.0 * share, 4) + " <= " + to_string(limit));
    };
    add("TTFT", l.limits.ttft, l.ttft_share);
    add("TPOT", l.limits.tpot, l.tpot_share);
    add("latency", l.limits.latency, l.latency_share);
    return listed(parts, ", ");
}

/// "1 device", "14 replicas, 28 devices".
inline std::string devices_text(const question& q, int replicas) {
    const int n = devices_of(q, replicas);
    return (replicas > 1 ? std::to_string(replicas) + " replicas, " : "") + std::to_string(n) +
           (n == 1 ? " device" : " devices");
}

inline std::string load_figures(const load_question& q, const load_answer& a) {
    const load_prediction& p = a.load.value;
    const double output = q.what.load.output.mean();
    std::string s;
    if (q.clients) {
        s += labelled("throughput", to_string(with_range(p.rate, a.sigma)) + ", " +
                                        to_string(token_rate<>::from_value(p.rate.value() * output)) + " of output");
        s += labelled("at most", to_string(a.limit) + "; then " + std::string(name_of(p.bound)));
    } else {
        s += labelled("stable", "up to " + to_string(a.limit) + "; then " + std::string(name_of(p.bound)));
    }
    if (!p.stable)
        s += labelled("meanwhile", "every slot is busy; a token each " + to_string(a.load.tpot(load_statistics[0])));
    else if (!q.clients && !(p.rate > request_rate<>{}))
        s += labelled("this load", "nobody else is there; a step takes " + to_string(p.step));
    else
        s += labelled("this load", percent(p.utilisation) + " of that; " + number(p.running) + " running, " +
                                       number(seen_count(p.waiting)) + " waiting; a step takes " + to_string(p.step));
    if (!q.clients && p.stable && p.rate > request_rate<>{})
        s += labelled("output", to_string(token_rate<>::from_value(p.rate.value() * output)));
    std::string cost = devices_text(q.what, a.cut.replicas);
    if (a.lone.rent) cost += ", " + to_string(*a.lone.rent * static_cast<double>(devices_of(q.what, a.cut.replicas)));
    if (a.cost)
        cost += "; " + to_string(a.cost->output_only.value) + " of output only, " +
                number(a.cost->blended.value / dollars_per_million_tokens(1)) + " of all tokens alike";
    else if (!a.lone.rent) cost += "; cost not known: no price";
    return s + labelled("it takes", cost);
}

inline std::string count_text(const replica_count& c) {
    const auto one = [](int n) { return n == 0 ? std::string("no number") : std::to_string(n); };
    return one(c.value) + (c.low == c.high ? "" : " (" + one(c.low) + " to " + one(c.high) + ")");
}

inline std::string replicas_text(const load_question& q, const load_answer& a) {
    const replica_count& c = *a.replicas;
    const std::string level = has_limits(q.level.limits) ? "meet the objective" : "keep up";
    if (c.value == 0) return "no number for " + to_string(c.rate, 4) + ": a lone request already misses the objective";
    const int each = devices_of(q.what, 1);
    std::string s = count_text(c) + " of " + std::to_string(each) + (each == 1 ? " device" : " devices") + " " + level +
                    " at " + to_string(c.rate, 4);
    if (a.lone.rent) s += ", " + to_string(*a.lone.rent * static_cast<double>(each * c.value));
    return s;
}

inline std::string level_text(const load_question& q, const load_answer& a) {
    std::string s;
    if (has_limits(q.level.limits)) {
        const auto met = [&](range_end end) { return meets_at(a.load, q.level, end); };
        s += labelled("objective", objective_text(q.level) + ": " +
                                       (met(range_end::high)    ? "met"
                                        : met(range_end::value) ? "met, but not at the bad end of the range"
                                        : met(range_end::low)   ? "not met, but at the good end of the range"
                                                                : "not met"));
        if (a.load.value.stable && a.load.value.rate > request_rate<>{})
            s += labelled("goodput", to_string(goodput(a.load.value, q.level.limits)) + " of " +
                                         to_string(a.load.value.rate) + " are within it");
        if (a.most)
            s += labelled("met up to",
                          a.most->value > request_rate<>{} ? to_string(*a.most) : "no rate: a lone request misses it");
        if (a.most_ends != validity_warning::none)
            s += labelled("", "beyond, ask the simulator: " + std::string(name_of(a.most_ends)));
    }
    if (a.replicas) s += labelled("replicas", replicas_text(q, a));
    return s;
}

/// What is only recalled or assumed, by name.
inline std::string flags_text(const load_question& q, const load_answer& a) {
    question one = q.what;
    std::vector<std::string> flagged;
    for (const evidence_line& e : evidence_of(one, a.lone))
        if (e.flagged && e.what != "electricity") flagged.push_back(e.what);
    return flagged.empty() ? ""
                           : wrapped("! recalled or assumed: " + listed(flagged, ", ") + "; sources: gambrel predict",
                                     screen_columns, 2);
}

inline std::string unstable_text(const load_answer& a) {
    const load_prediction& p = a.load.value;
    return wrapped("Not stable: from " + to_string(a.limit.value) + " on the line grows without end. At " +
                       to_string(p.rate, 4) + " it grows by " + to_string(p.backlog) + ", and TTFT by " +
                       number(p.backlog / p.limit) + " s each second.",
                   screen_columns, 0);
}
}  // namespace detail

/// The screen; `simulate` is the command line of the simulation of the same load, empty where there is none.
inline std::string screen(const load_question& q, const load_answer& a, const std::string& simulate = {}) {
    if (!a.possible()) {
        question asked = q.what;
        asked.load.rate = {};
        asked.load.concurrency = 1.0;
        return screen(asked, a.lone);
    }
    if (!a.distributions) {
        question asked = q.what;
        asked.load.rate = q.rate.value_or(request_rate<>{});
        asked.load.concurrency = q.clients.value_or(1.0);
        return screen(asked, *a.means) +
               wrapped("Means only: no distributions are predicted where " + std::string(a.why_means) + ".",
                       screen_columns, 0);
    }
    const load_prediction& p = a.load.value;
    std::string s = detail::load_heading(q, a) + notes_text(q.what.notes) + "\n" +
                    detail::start_text(a.lone.predicted.memory, a.lone.verdict.suggestion);
    if (!p.stable) s += detail::unstable_text(a) + "\n";
    if (!a.known())
        s += wrapped("Not known here: " + std::string(p.not_known) + ". Ask the simulator.", screen_columns, 0) + "\n" +
             detail::labelled("stable", "up to " + to_string(a.limit) + "; then " + std::string(name_of(p.bound))) +
             "\n";
    else s += detail::load_figures(q, a) + detail::level_text(q, a) + "\n" + detail::times_text(a, has_gaps(q));
    s += detail::curve_text(q, a) + "\n";
    s += wrapped("80 % ranges; method: " + std::string(p.method) +
                     (p.ask_simulator() ? ". Ask the simulator: " + std::string(name_of(p.warning)) + "." : "."),
                 screen_columns, 0);
    s += detail::flags_text(q, a);
    if (!simulate.empty()) s += simulate + "\n";
    return s;
}
}  // namespace gambrel::report
