// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A comparison as it is asked for: the files of two sides, their probes, and whether B is the history since A.
/// Evidence: tests/comparison/shown_test.cpp.

#include <gambrel/comparison/compare.hpp>
#include <gambrel/comparison/drift.hpp>
#include <gambrel/comparison/io/read_runs.hpp>

namespace gambrel {

struct sides_asked {
    std::array<std::vector<std::string>, 2> paths{}, probes{};
    result_json stated = result_json::object();  ///< what files do not say of their deployment, by name
    comparison_options options{};
    bool drift = false;
};

struct compared_sides {
    comparison result{};
    std::map<std::string, gambrel::drift> drifts{};  ///< by figure, of the one load that both sides have
    std::map<std::string, std::size_t> left_out{};   ///< of the files: reason -> count
};

/// Takes out of the figures of both sides what their probes tell (covariate.hpp): figures of the same name. Returns a line a
/// figure. Throws `error` where a run has no probe.
inline std::vector<std::string> adjust_for_probes(std::array<std::vector<observation>, 2>& sides,
                                                  const std::array<std::vector<observation>, 2>& probes) {
    std::vector<std::string> said;
    for (std::size_t s = 0; s < 2; ++s)
        if (sides[s].size() != probes[s].size())
            fail(std::string("side ") + (s == 0 ? "A" : "B") + " has " + std::to_string(sides[s].size()) +
                 " runs and " + std::to_string(probes[s].size()) +
                 " probes; each run needs its own, in the same order");
    std::map<std::string, std::size_t> counts;
    std::size_t all = 0;
    for (std::size_t s = 0; s < 2; ++s)
        for (std::size_t i = 0; i < sides[s].size(); ++i, ++all)
            for (const auto& [name, value] : sides[s][i].figures)
                if (const auto p = probes[s][i].figures.find(name);
                    p != probes[s][i].figures.end() && p->second > 0.0 && value > 0.0)
                    ++counts[name];
    for (const auto& [name, found] : counts) {
        if (found != all) continue;
        std::vector<std::vector<double>> figures(2), of_probes(2);
        for (std::size_t s = 0; s < 2; ++s)
            for (std::size_t i = 0; i < sides[s].size(); ++i) {
                figures[s].push_back(sides[s][i].figures.at(name));
                of_probes[s].push_back(probes[s][i].figures.at(name));
            }
        const probe_effect e = adjust_for_probe(figures, of_probes);
        for (std::size_t s = 0; s < 2; ++s)
            for (std::size_t i = 0; i < sides[s].size(); ++i) sides[s][i].figures[name] = figures[s][i];
        said.push_back(name + ": the probe explains " +
                       std::to_string(static_cast<int>(std::round(100.0 * (1.0 - e.variance_left)))) +
                       " % of its spread between runs; figures are as with the mean probe");
    }
    if (said.empty()) fail("no figure is in every run and in every probe");
    return said;
}

/// Fewest runs of A from which a mean and a deviation are taken for drift.
inline constexpr std::size_t least_runs_before_drift = 8;

/// The drift of every gated figure of `c`, in deviations of the logarithms of A. Throws `error` for too few runs.
inline std::map<std::string, drift> drifts_of(const comparison& c) {
    std::map<std::string, drift> all;
    if (c.loads.size() != 1)
        fail("drift is of one load, and the sides have " + std::to_string(c.loads.size()) + " in common");
    for (const metric_change& m : c.loads.front().metrics) {
        if (!m.gated) continue;
        if (m.a.size() < least_runs_before_drift)
            fail("side A has " + std::to_string(m.a.size()) + " runs; how far runs differ without drift needs " +
                 std::to_string(least_runs_before_drift));
        const log_moments before = log_moments_of(m.a);
        std::vector<double> since;
        for (const double x : m.b) since.push_back(std::log(x));
        all[m.metric] = drift_of(since, before.mean, std::fmax(std::sqrt(before.variance), least_log_spread));
    }
    return all;
}

/// The comparison of B with A, each run with its own probe where there are any. A drift the bad way makes it worse, whatever
/// the means say.
inline compared_sides compared(std::array<std::vector<observation>, 2> sides,
                               const std::array<std::vector<observation>, 2>& probes, const comparison_options& o,
                               bool drift) {
    compared_sides answer;
    std::vector<std::string> said;
    if (!probes[0].empty() || !probes[1].empty()) said = adjust_for_probes(sides, probes);
    answer.result = compared(sides[0], sides[1], o);
    answer.result.remarks.insert(answer.result.remarks.begin(), said.begin(), said.end());
    if (!drift) return answer;
    answer.drifts = drifts_of(answer.result);
    for (const auto& [metric, d] : answer.drifts)
        if (d.alarm && d.upwards != is_higher_better(metric)) answer.result.verdict = change::worse;
    return answer;
}
/// The same of files.
inline compared_sides compared(const sides_asked& asked, const conventions& c) {
    std::map<std::string, std::size_t> left_out, unread;
    std::array<std::vector<observation>, 2> sides, probes;
    for (std::size_t s = 0; s < 2; ++s) {
        sides[s] = read_runs(asked.paths[s], asked.stated, c, left_out);
        probes[s] = read_runs(asked.probes[s], asked.stated, c, unread);
    }
    compared_sides answer = compared(std::move(sides), probes, asked.options, asked.drift);
    answer.left_out = std::move(left_out);
    return answer;
}
}  // namespace gambrel
