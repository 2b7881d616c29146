// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Two sets of runs of a server, before and after a change, load by load and figure by figure.
///
///     worse        one gated figure is; else cannot tell: one gated figure cannot, or a run lacks it; else better: one is;
///                  else the same
///
/// A run is of a fresh server; a request is no run, and two results of one file are two runs only if the server was
/// started for each. Loads that only one side has are named and left out. What of the settings differs is listed: one
/// thing should. Which figures decide: gated_figures.hpp. One that decides and that a run lacks, or has at zero or
/// below, as of a server that broke down, is never "the same": the runs that are left are not all of them.
/// Evidence: tests/comparison/compare_test.cpp.

#include <gambrel/comparison/gated_figures.hpp>
#include <gambrel/comparison/holm.hpp>
#include <gambrel/comparison/loads_of_runs.hpp>
#include <gambrel/comparison/setting_differences.hpp>

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

namespace detail {
/// The figure called `metric` of each run, where it is above zero; and those of the probes, where all have one.
struct side_figures {
    std::vector<double> values{}, probes{};

    side_figures(const runs_of_load& runs, const std::string& metric) {
        for (const run_and_probe& r : runs) {
            const auto f = r.run->figures.find(metric);
            if (f == r.run->figures.end() || !(f->second > 0.0)) continue;
            values.push_back(in_range(*r.run, *f));
            if (r.probe == nullptr) continue;
            const auto p = r.probe->figures.find(metric);
            if (p != r.probe->figures.end() && p->second > 0.0) probes.push_back(in_range(*r.probe, *p));
        }
    }

private:
    static double in_range(const observation& o, const std::pair<const std::string, double>& f) {
        if (f.second < 1e-300 || f.second > 1e300)
            fail(f.first + " of " + (o.where.empty() ? "a run" : o.where) + " is " + shortest(f.second) +
                 ", which no run has measured");
        return f.second;
    }
};

inline void note(metric_change& m, const std::string& remark) { m.remark += (m.remark.empty() ? "" : "; ") + remark; }

inline void compare_figures(compared_load& l, const runs_of_load& a, const runs_of_load& b,
                            const comparison_options& o) {
    std::map<std::string, int> names;  // 1: in A, 2: in B
    for (const auto& [side, runs] : {std::pair{1, &a}, {2, &b}})
        for (const run_and_probe& r : *runs)
            for (const auto& [name, value] : r.run->figures) names[name] |= side;
    const std::size_t runs = a.size() + b.size();
    for (const auto& [name, in] : names) {
        side_figures of_a(a, name), of_b(b, name);
        const std::size_t found = of_a.values.size() + of_b.values.size();
        const std::string why = not_gated(name, names, *a.front().run, o);
        std::string missing;
        if (in != 3) missing = name + " is in runs of " + (in == 1 ? "A" : "B") + " alone";
        else if (found < runs)
            missing = name + " is missing, or not positive, in " + std::to_string(runs - found) + " of " +
                      std::to_string(runs) + " runs";
        if (!missing.empty() && (why.empty() || in != 3)) l.remarks.push_back(missing);
        if (!why.empty() && (of_a.values.empty() || of_b.values.empty())) continue;
        comparison_options each = o;
        if (o.paired && found > 0 && (found < runs || a.size() != b.size())) {
            each.paired = false;
            l.remarks.push_back(name + " is compared unpaired: there are " + std::to_string(of_a.values.size()) +
                                " and " + std::to_string(of_b.values.size()) + " runs");
        }
        const of_two_sides probes{of_a.probes, of_b.probes};
        const bool probed = found > 0 && of_a.probes.size() + of_b.probes.size() == found;
        metric_change m =
            measured_change(name, std::move(of_a.values), std::move(of_b.values), each, probed ? &probes : nullptr);
        m.gated = why.empty();
        m.incomplete = !missing.empty();
        if (m.gated && m.incomplete) note(m, missing);
        if (!m.gated) note(m, why);
        if (m.probe_explains)
            l.remarks.push_back(name + ": the probe explains " +
                                std::to_string(static_cast<int>(std::round(100.0 * *m.probe_explains))) +
                                " % of its spread between runs; figures are as with the mean probe");
        l.metrics.push_back(std::move(m));
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
            if (m.incomplete && m.verdict != change::worse) {
                m.verdict = change::cannot_tell;
                m.runs_to_tell = 0;
            }
            any = true;
            worse = worse || m.verdict == change::worse;
            better = better || m.verdict == change::better;
            unknown = unknown || m.verdict == change::cannot_tell;
        }
    c.verdict = worse ? change::worse : unknown || !any ? change::cannot_tell : better ? change::better : change::same;
}

/// The probes of each side: one a run, in the same order, or none at all.
using probes_of_sides = std::array<std::vector<observation>, 2>;

/// The comparison of B with A. Throws `error` where they have no load in common, for options out of range, and for a
/// run that has no probe where others do.
inline comparison compared(const std::vector<observation>& a, const std::vector<observation>& b,
                           const comparison_options& o = {}, const probes_of_sides& probes = {}) {
    comparison c{.options = checked(o)};
    if (a.empty() || b.empty()) fail(std::string("there is no run on side ") + (a.empty() ? "A" : "B"));
    const bool probed = !probes[0].empty() || !probes[1].empty();
    for (const auto& [name, runs, of] : {std::tuple{"A", &a, &probes[0]}, {"B", &b, &probes[1]}})
        if (probed && runs->size() != of->size())
            fail(std::string("side ") + name + " has " + std::to_string(runs->size()) + " runs and " +
                 std::to_string(of->size()) + " probes; each run needs its own, in the same order");
    const auto loads_a = detail::by_load(a, probes[0]), loads_b = detail::by_load(b, probes[1]);
    std::string of_b;
    for (const auto& l : loads_b) of_b += (of_b.empty() ? "" : "; ") + load_words(*l.front().run);
    for (const auto& l : loads_a) {
        const auto found = std::find_if(loads_b.begin(), loads_b.end(),
                                        [&](const auto& x) { return same_load(*x.front().run, *l.front().run); });
        if (found == loads_b.end()) {
            c.remarks.push_back("only A has runs of " + load_words(*l.front().run));
            continue;
        }
        compared_load& load = c.loads.emplace_back();
        load.load = *l.front().run;
        for (const auto& x : l) load.runs_a.push_back(x.run->where);
        for (const auto& x : *found) load.runs_b.push_back(x.run->where);
        detail::compare_figures(load, l, *found, c.options);
    }
    for (const auto& l : loads_b)
        if (std::none_of(loads_a.begin(), loads_a.end(),
                         [&](const auto& x) { return same_load(*x.front().run, *l.front().run); }))
            c.remarks.push_back("only B has runs of " + load_words(*l.front().run));
    if (c.loads.empty())
        fail("the sides have no load in common, so that no figure of one says anything of the other: A has " +
             load_words(*loads_a.front().front().run) + "; B has " + of_b +
             ". Run both at the same lengths and clients");
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
    if (probed) {
        const auto uses = [](const compared_load& l) {
            return std::any_of(l.metrics.begin(), l.metrics.end(),
                               [](const metric_change& m) { return m.probe_explains.has_value(); });
        };
        if (std::none_of(c.loads.begin(), c.loads.end(), uses))
            fail("no figure is in every run and in every probe, and moves with the probe");
    }
    for (const auto& [name, runs] : {std::pair{"A", &a}, {"B", &b}})
        for (std::string& mixed : detail::mixtures_of(*runs, name)) c.remarks.push_back(std::move(mixed));
    c.differs = detail::differences_of(a, b);
    if (c.differs.size() > 1)
        c.remarks.push_back("more than one setting differs: a change of the figures is of all of them together");
    settle(c);
    return c;
}
}  // namespace gambrel
