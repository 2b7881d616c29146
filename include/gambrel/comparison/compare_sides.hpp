// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A comparison as it is asked for: the files of two sides, their probes, and whether B is the history since A. Where a
/// run was left out because it broke down, those that are left are neither "the same" nor "better".
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
    left_out_runs left_out{};                        ///< of the files of both sides
};

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

/// The comparison of B with A, each run with its own probe where there are any; `left_out`: of the files of A and of B.
/// A drift the bad way makes it worse, whatever the means say. Throws `error` as `compared`, with what was left out of
/// a side that has no run.
inline compared_sides compared(const std::array<std::vector<observation>, 2>& sides, const probes_of_sides& probes,
                               const comparison_options& o, bool drift,
                               const std::array<left_out_runs, 2>& left_out = {}) {
    for (std::size_t s = 0; s < 2; ++s) {
        if (!sides[s].empty()) continue;
        std::string reasons;
        for (const auto& [reason, n] : left_out[s])
            reasons += (reasons.empty() ? "" : "; ") + std::to_string(n) + " x " + reason;
        fail(std::string("there is no run on side ") + (s == 0 ? "A" : "B") +
             (reasons.empty() ? "" : "; left out: " + reasons));
    }
    compared_sides answer;
    answer.result = compared(sides[0], sides[1], o, probes);
    bool broken = false;
    for (const left_out_runs& one : left_out)
        for (const auto& [reason, n] : one) {
            answer.left_out[reason] += n;
            broken = broken || reason.starts_with("run: ");
        }
    change& verdict = answer.result.verdict;
    if (broken && verdict != change::worse) {
        verdict = change::cannot_tell;
        answer.result.remarks.push_back("runs broke down and were left out: those that are left are not all of them");
    }
    if (!drift) return answer;
    answer.drifts = drifts_of(answer.result);
    for (const auto& [metric, d] : answer.drifts)
        if (d.alarm && d.upwards != is_higher_better(metric)) verdict = change::worse;
    return answer;
}

/// The same of files.
inline compared_sides compared(const sides_asked& asked, const conventions& c) {
    std::array<left_out_runs, 2> left_out;
    left_out_runs unread;
    std::array<std::vector<observation>, 2> sides, probes;
    for (std::size_t s = 0; s < 2; ++s) {
        sides[s] = read_runs(asked.paths[s], asked.stated, c, left_out[s]);
        probes[s] = read_runs(asked.probes[s], asked.stated, c, unread);
    }
    return compared(sides, probes, asked.options, asked.drift, left_out);
}
}  // namespace gambrel
