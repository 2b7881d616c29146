// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A comparison as text: load by load a line a figure, then what it comes to. Evidence:
/// tests/comparison/shown_test.cpp.

#include <fmt/format.h>

#include <gambrel/ask/words.hpp>
#include <gambrel/comparison/compare_sides.hpp>
#include <gambrel/comparison/predicted_guard.hpp>

namespace gambrel::report {
using namespace ask;

namespace detail {
/// A figure of a run under its metric's name: times in ms, rates per second.
inline std::string measured_words(std::string_view metric, double x) {
    if (metric.starts_with("request_throughput")) return number(x, 4) + " req/s";
    if (metric.find("throughput") != std::string_view::npos || metric.find("per_") != std::string_view::npos)
        return number(x, 4) + " tok/s";
    for (const char* time : {"ttft", "tpot", "itl", "latency", "e2e"})
        if (metric.find(time) != std::string_view::npos) return number(1e3 * x, 4) + " ms";
    return number(x, 4);
}
inline std::string ratio_words(double ratio) {
    const double share = 100.0 * (ratio - 1.0);
    return std::isfinite(share) ? fmt::format("{:+.1f} %", share) : "-";
}
/// The geometric mean of what was measured under this name; "-" of nothing.
inline std::string mean_words(std::string_view metric, const std::vector<double>& all) {
    return all.empty() ? "-" : measured_words(metric, std::exp(log_moments_of(all).mean));
}

/// What would tell, where these runs cannot; empty where they can.
inline std::string missing_words(const metric_change& m) {
    if (!m.tested || m.verdict != change::cannot_tell) return m.tested ? "" : m.remark;
    if (m.incomplete) return "those that have it are not all runs";
    const auto has = static_cast<int>(std::min(m.a.size(), m.b.size()));
    if (m.runs_to_tell == 0)
        return "it lies so near the margin that no number of runs is worth it: state a larger margin";
    return fmt::format("{} more {} a side would tell", m.runs_to_tell - has,
                       m.runs_to_tell - has == 1 ? "run" : "runs");
}
}  // namespace detail

/// "1 figure is worse", of the whole.
inline std::string verdict_words(const comparison& c) {
    std::vector<std::string> of_verdict, missing;
    for (const compared_load& l : c.loads)
        for (const metric_change& m : l.metrics)
            if (m.gated && m.verdict == c.verdict) of_verdict.push_back(m.metric);
    std::string named;
    for (std::size_t i = 0; i < std::min<std::size_t>(of_verdict.size(), 4); ++i)
        named += (i == 0 ? "" : ", ") + of_verdict[i];
    switch (c.verdict) {
        case change::worse: return "worse: " + named;
        case change::better: return "better: " + named + "; no gated figure is worse";
        case change::same: return fmt::format("the same, within {} %", number(100.0 * c.options.margin));
        case change::cannot_tell: break;
    }
    return named.empty() ? "cannot tell: no figure is gated" : "cannot tell: " + named;
}

inline std::string screen(const comparison& c) {
    std::string text;
    for (const std::string& d : c.differs) text += "differs  " + printable(d) + "\n";
    if (!c.differs.empty()) text += "\n";
    const double level = 100.0 * (1.0 - c.options.level);
    for (const compared_load& l : c.loads) {
        text += fmt::format("{}: {} and {} runs\n\n", printable(load_words(l.load)), l.runs_a.size(), l.runs_b.size());
        table t({align::left, align::right, align::right, align::right, align::left, align::right, align::left});
        t.row({"", "A", "B", "B / A", fmt::format("{} % range", number(level)), "p", "verdict"});
        std::string more;
        for (const metric_change& m : l.metrics) {
            const bool tested = m.tested.has_value();
            t.row({m.metric, detail::mean_words(m.metric, m.a), detail::mean_words(m.metric, m.b),
                   detail::ratio_words(m.ratio),
                   tested ? detail::ratio_words(m.low) + " to " + detail::ratio_words(m.high) : "-",
                   tested ? number(m.p_changed, 2) : "-",
                   m.gated ? std::string(name_of(m.verdict)) : "(" + std::string(name_of(m.verdict)) + ")"});
            if (!m.gated) continue;
            if (const std::string missing = detail::missing_words(m); !missing.empty())
                more += wrapped("  " + m.metric + ": " + missing, 100, 4);
        }
        text += t.text(2) + "\n" + more;
        for (const metric_change& m : l.metrics)
            if (m.gated && m.tested) {
                text += fmt::format("  Least change of {} that these runs show four times in five: {} %\n", m.metric,
                                    number(100.0 * m.least_change));
                break;
            }
        for (const std::string& r : l.remarks) text += wrapped("  " + r, 100, 4);
        text += "\n";
    }
    for (const std::string& r : c.remarks) text += wrapped(r, 100, 2);
    const std::string verdict = verdict_words(c);
    return text + (verdict.starts_with("cannot") ? "These runs " : "B is ") + verdict + "\n" +
           fmt::format("Margin {} %, false alarms at most {} % over all gated figures{}; in brackets: not gated\n",
                       number(100.0 * c.options.margin), number(100.0 * c.options.level),
                       c.options.paired ? ", runs in pairs" : "");
}

inline std::string screen(const predicted_guard& g) {
    table t({align::left, align::left, align::right, align::right, align::left, align::left});
    t.row({"", "", "measured", "predicted", "80 % range", "verdict"});
    std::string refused;
    for (const guarded_figure& f : g.figures) {
        const auto words = [&](double x) { return detail::measured_words(key_of(f.of.metric), x); };
        const std::string load = f.of.workload.open_loop() ? number(f.of.workload.rate.value()) + " req/s"
                                                           : number(f.of.workload.concurrency) + " clients";
        if (!f.predicted.ok()) {
            refused +=
                wrapped(f.of.hardware + ", " + f.of.model_name + ", " + f.name() + ": " + f.predicted.refused, 100, 2);
            continue;
        }
        t.row({f.name(), load, words(f.mean()), words(f.predicted.value),
               words(f.predicted.low) + " to " + words(f.predicted.high),
               f.verdict == change::same ? "within the range" : std::string(name_of(f.verdict)) + " than the range"});
    }
    return (t.rows() > 1 ? t.text() + "\n" : "") + (refused.empty() ? "" : "Not predicted\n" + refused + "\n") +
           (g.verdict == change::worse         ? "worse than predicted\n"
            : g.verdict == change::cannot_tell ? "nothing of it is predicted\n"
            : g.verdict == change::better      ? "better than predicted\n"
                                               : "as predicted\n");
}

/// Whether a figure of B creeps away from what it was in A.
inline std::string drift_words(const std::string& metric, const drift& d) {
    if (!d.alarm) return metric + ": no drift";
    return fmt::format("{}: drifts {} from run {} on", metric, d.upwards ? "up" : "down", *d.alarm + 1);
}

inline std::string screen(const compared_sides& c) {
    std::string text = screen(c.result);
    for (const auto& [metric, d] : c.drifts) text += drift_words(metric, d) + "\n";
    return text;
}
}  // namespace gambrel::report
