// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Two sets of runs of a server, before and after a change, load by load and figure by figure.
///
///     runs are of one load where clients agree, rates to 1 % and mean lengths to 2 %
///     worse        one gated figure is; else cannot tell: one gated figure cannot; else better: one is; else the same
///
/// A run is of a fresh server; a request is no run, and two results of one file are two runs only if the server was started
/// for each. Loads that only one side has are named and left out. What of the settings differs is listed: one thing should.
/// By default means and throughputs are gated, medians only where there is no mean; TTFT of a lone client is not, for it
/// varies by 10 to 20 % between runs of one server (nm-vllm #156).
/// Evidence: tests/comparison/compare_test.cpp.

#include <gambrel/comparison/covariate.hpp>
#include <gambrel/comparison/holm.hpp>
#include <gambrel/comparison/metric_change.hpp>
#include <gambrel/measurement/observation.hpp>

namespace gambrel {

/// Runs of one load on both sides, and their figures.
struct compared_load {
    observation load{};  ///< the first run of A, for its lengths and clients
    std::vector<std::string> runs_a{}, runs_b{};
    std::vector<metric_change> metrics{};
    std::vector<std::string> remarks{};
};

struct comparison {
    comparison_options options{};
    std::vector<compared_load> loads{};
    std::vector<std::string> differs{};  ///< settings that differ between the sides: "runtime version: 0.10 and 0.11"
    std::vector<std::string> remarks{};
    change verdict = change::cannot_tell;
};

/// Whether two runs were put to the same load.
inline bool same_load(const observation& x, const observation& y) {
    return detail::close(x.prompt, y.prompt, 0.02) && detail::close(x.output, y.output, 0.02) &&
           detail::close(x.clients, y.clients, 0.0) && detail::close(x.offered_rate, y.offered_rate, 0.01) &&
           x.all_at_once == y.all_at_once;
}

/// "prompt 1024, output 256, 16 clients"
inline std::string load_words(const observation& o) {
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : ", ") + part; };
    const auto number = [](double x) { return shortest(std::round(x * 100.0) / 100.0); };
    if (o.prompt) add("prompt " + number(*o.prompt));
    if (o.output) add("output " + number(*o.output));
    if (o.clients) add(number(*o.clients) + (*o.clients == 1.0 ? " client" : " clients"));
    if (o.offered_rate) add(number(*o.offered_rate) + " requests/s");
    if (o.all_at_once) add("all at once");
    return text.empty() ? "a load that is not stated" : text;
}

namespace detail {
using runs_of_load = std::vector<const observation*>;

/// Runs by their loads, in the order in which loads come.
inline std::vector<runs_of_load> by_load(const std::vector<observation>& runs) {
    std::vector<runs_of_load> all;
    for (const observation& o : runs) {
        const auto found =
            std::find_if(all.begin(), all.end(), [&](const runs_of_load& l) { return same_load(*l.front(), o); });
        if (found == all.end()) all.push_back({&o});
        else found->push_back(&o);
    }
    return all;
}

inline std::vector<double> figures_of(const runs_of_load& runs, const std::string& metric) {
    std::vector<double> all;
    for (const observation* o : runs)
        if (const auto f = o->figures.find(metric); f != o->figures.end() && f->second > 0.0) all.push_back(f->second);
    return all;
}

/// Why a figure is not among those that decide; empty: it is.
inline std::string not_gated(const std::string& metric, const observation& of, const comparison_options& o) {
    if (!o.metrics.empty())
        return std::find(o.metrics.begin(), o.metrics.end(), metric) != o.metrics.end() ? "" : "not asked for";
    if (metric.starts_with("ttft") && of.clients && *of.clients <= 1.0)
        return "TTFT of a lone client varies from run to run by more than a guard can bear";
    const bool plain = metric.ends_with("_mean") || metric.ends_with("throughput");
    const bool only_median =
        metric.ends_with("_median") && of.figures.count(metric.substr(0, metric.size() - 6) + "mean") == 0;
    return plain || only_median ? "" : "shown, not gated: its mean is";
}

inline void compare_figures(compared_load& l, const runs_of_load& a, const runs_of_load& b,
                            const comparison_options& o) {
    std::map<std::string, int> names;  // 1: in A, 2: in B
    for (const observation* x : a)
        for (const auto& [name, value] : x->figures) names[name] |= 1;
    for (const observation* x : b)
        for (const auto& [name, value] : x->figures) names[name] |= 2;
    for (const auto& [name, sides] : names) {
        if (sides != 3) {
            l.remarks.push_back(name + " is in runs of " + (sides == 1 ? "A" : "B") + " alone");
            continue;
        }
        std::vector<double> of_a = figures_of(a, name), of_b = figures_of(b, name);
        if (of_a.size() < a.size() || of_b.size() < b.size())
            l.remarks.push_back(name + " is missing, or not positive, in " +
                                std::to_string(a.size() + b.size() - of_a.size() - of_b.size()) + " of " +
                                std::to_string(a.size() + b.size()) + " runs");
        if (of_a.empty() || of_b.empty()) continue;
        comparison_options each = o;
        if (o.paired && (of_a.size() != a.size() || of_b.size() != b.size() || a.size() != b.size())) {
            each.paired = false;
            l.remarks.push_back(name + " is compared unpaired: there are " + std::to_string(of_a.size()) + " and " +
                                std::to_string(of_b.size()) + " runs");
        }
        metric_change m = measured_change(name, std::move(of_a), std::move(of_b), each);
        const std::string why = not_gated(name, *a.front(), o);
        m.gated = why.empty();
        if (!m.gated) m.remark += (m.remark.empty() ? "" : "; ") + why;
        l.metrics.push_back(std::move(m));
    }
}

/// The words of a setting on a side, several where its runs differ.
template <class Get> std::string said_on(const std::vector<observation>& side, const Get& get) {
    std::vector<std::string> all;
    for (const observation& o : side) {
        const std::string word = get(o);
        if (!word.empty() && std::find(all.begin(), all.end(), word) == all.end()) all.push_back(word);
    }
    std::string text;
    for (std::size_t i = 0; i < std::min<std::size_t>(all.size(), 4); ++i) text += (i == 0 ? "" : ", ") + all[i];
    return text;
}

inline void list_differences(comparison& c, const std::vector<observation>& a, const std::vector<observation>& b) {
    const auto differ = [&](const std::string& name, const auto& get) {
        const std::string of_a = said_on(a, get), of_b = said_on(b, get);
        if (of_a != of_b)
            c.differs.push_back(name + ": " + (of_a.empty() ? "not stated" : of_a) + " and " +
                                (of_b.empty() ? "not stated" : of_b));
    };
    differ("tool", [](const observation& o) { return o.tool; });
    differ("model", [](const observation& o) { return o.model; });
    differ("device", [](const observation& o) { return o.device; });
    differ("runtime", [](const observation& o) { return o.runtime; });
    differ("runtime version", [](const observation& o) { return o.runtime_version; });
    differ("weights", [](const observation& o) { return o.weights; });
    differ("KV cache", [](const observation& o) { return o.kv; });
    std::map<std::string, int> names;
    for (const auto* side : {&a, &b})
        for (const observation& o : *side) {
            for (const auto& [name, value] : o.ranks) names[name] |= 1;
            for (const auto& [name, value] : o.settings) names[name] |= 2;
        }
    for (const auto& [name, kinds] : names) {
        if (kinds & 1)
            differ(name, [&n = name](const observation& o) {
                const auto found = o.ranks.find(n);
                return found == o.ranks.end() ? std::string() : shortest(found->second);
            });
        if (kinds & 2)
            differ(name, [&n = name](const observation& o) {
                const auto found = o.settings.find(n);
                return found == o.settings.end() ? std::string() : found->second;
            });
    }
}
}  // namespace detail

/// Sets the verdicts of the figures of `c`, by Holm over those that are gated, and its own.
inline void settle(comparison& c) {
    std::vector<double> p;
    std::vector<metric_change*> gated;
    for (compared_load& l : c.loads)
        for (metric_change& m : l.metrics)
            if (m.gated && m.tested) {
                p.push_back(m.p_beyond);
                gated.push_back(&m);
            }
    const auto adjusted = holm_adjusted(p);
    for (std::size_t i = 0; i < gated.size(); ++i) gated[i]->p_adjusted = adjusted[i];
    bool any = false, worse = false, better = false, unknown = false;
    for (compared_load& l : c.loads)
        for (metric_change& m : l.metrics) {
            settle(m, c.options);
            if (!m.gated) continue;
            any = true;
            worse = worse || m.verdict == change::worse;
            better = better || m.verdict == change::better;
            unknown = unknown || m.verdict == change::cannot_tell;
        }
    c.verdict = worse ? change::worse : unknown || !any ? change::cannot_tell : better ? change::better : change::same;
}

/// The comparison of B with A. Throws `error` where they have no load in common, and for options out of range.
inline comparison compared(const std::vector<observation>& a, const std::vector<observation>& b,
                           const comparison_options& o = {}) {
    comparison c{.options = checked(o)};
    if (a.empty() || b.empty()) fail(std::string("there is no run on side ") + (a.empty() ? "A" : "B"));
    const auto loads_a = detail::by_load(a), loads_b = detail::by_load(b);
    std::string of_b;
    for (const auto& l : loads_b) of_b += (of_b.empty() ? "" : "; ") + load_words(*l.front());
    for (const auto& l : loads_a) {
        const auto found = std::find_if(loads_b.begin(), loads_b.end(),
                                        [&](const auto& x) { return same_load(*x.front(), *l.front()); });
        if (found == loads_b.end()) {
            c.remarks.push_back("only A has runs of " + load_words(*l.front()));
            continue;
        }
        compared_load& load = c.loads.emplace_back();
        load.load = *l.front();
        for (const observation* x : l) load.runs_a.push_back(x->where);
        for (const observation* x : *found) load.runs_b.push_back(x->where);
        detail::compare_figures(load, l, *found, c.options);
    }
    for (const auto& l : loads_b)
        if (std::none_of(loads_a.begin(), loads_a.end(),
                         [&](const auto& x) { return same_load(*x.front(), *l.front()); }))
            c.remarks.push_back("only B has runs of " + load_words(*l.front()));
    if (c.loads.empty())
        fail("the sides have no load in common, so that no figure of one says anything of the other: A has " +
             load_words(*loads_a.front().front()) + "; B has " + of_b + ". Run both at the same lengths and clients");
    for (const std::string& wanted : o.metrics) {
        bool found = false;
        for (const compared_load& l : c.loads)
            for (const metric_change& m : l.metrics) found = found || m.metric == wanted;
        if (found) continue;
        std::string has;
        for (const compared_load& l : c.loads)
            for (const metric_change& m : l.metrics)
                if (has.find(m.metric) == std::string::npos) has += (has.empty() ? "" : ", ") + m.metric;
        c.remarks.push_back(wanted + " is not in runs of both sides; there is " + (has.empty() ? "none" : has));
    }
    detail::list_differences(c, a, b);
    if (c.differs.size() > 1)
        c.remarks.push_back("more than one setting differs: a change of the figures is of all of them together");
    settle(c);
    return c;
}
}  // namespace gambrel
