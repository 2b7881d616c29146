// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A comparison as JSON (docs/json.md): figures in seconds and per second, shares of 1; what is not known is null.
/// Evidence: tests/comparison/shown_test.cpp.

#include <gambrel/comparison/compare_sides.hpp>
#include <gambrel/comparison/predicted_guard.hpp>
#include <gambrel/report/json/prediction_json.hpp>

namespace gambrel::report {

namespace detail {
inline json optional_json(const std::optional<double>& x) { return x ? finite(*x) : json(nullptr); }

inline json change_json(const metric_change& m) {
    json j{{"metric", m.metric}, {"higher_is_better", m.higher_is_better},
           {"gated", m.gated},   {"verdict", key_of(m.verdict)},
           {"a", m.a},           {"b", m.b}};
    j["ratio"] = m.tested ? json{{"value", finite(m.ratio)}, {"low", finite(m.low)}, {"high", finite(m.high)}}
                          : json{{"value", finite(m.ratio)}, {"low", nullptr}, {"high", nullptr}};
    j["ratio_of_medians"] = m.medians
                                ? json{{"value", m.medians->ratio}, {"low", m.medians->low}, {"high", m.medians->high}}
                                : json(nullptr);
    const bool known = m.tested.has_value();
    const auto if_known = [&](double x) { return known ? finite(x) : json(nullptr); };
    j["p_changed"] = if_known(m.p_changed);
    j["p_beyond_margin"] = if_known(m.p_beyond);
    j["p_adjusted"] = if_known(m.p_adjusted);
    j["p_same"] = if_known(m.p_same);
    j["variation"] = if_known(m.variation);
    j["least_change"] = if_known(m.least_change);
    j["runs_to_tell"] = m.runs_to_tell > 0 ? json(m.runs_to_tell) : json(nullptr);
    j["complete"] = !m.incomplete;
    j["probe_explains"] = optional_json(m.probe_explains);
    j["remark"] = m.remark.empty() ? json(nullptr) : json(m.remark);
    return j;
}
}  // namespace detail

inline json as_json(const comparison& c) {
    json loads = json::array();
    for (const compared_load& l : c.loads) {
        json metrics = json::array();
        for (const metric_change& m : l.metrics) metrics.push_back(detail::change_json(m));
        loads.push_back({{"load", load_words(l.load)},
                         {"prompt", detail::optional_json(l.load.prompt)},
                         {"output", detail::optional_json(l.load.output)},
                         {"clients", detail::optional_json(l.load.clients)},
                         {"rate", detail::optional_json(l.load.offered_rate)},
                         {"runs_a", l.runs_a},
                         {"runs_b", l.runs_b},
                         {"metrics", std::move(metrics)},
                         {"remarks", l.remarks}});
    }
    return {{"gambrel", version},       {"verdict", key_of(c.verdict)}, {"margin", c.options.margin},
            {"level", c.options.level}, {"paired", c.options.paired},   {"loads", std::move(loads)},
            {"differs", c.differs},     {"remarks", c.remarks}};
}

inline json as_json(const drift& d) {
    return {{"up", d.up},
            {"down", d.down},
            {"alarm_at_run", d.alarm ? json(*d.alarm + 1) : json(nullptr)},
            {"direction", !d.alarm ? json(nullptr) : json(d.upwards ? "up" : "down")}};
}

inline json as_json(const compared_sides& c) {
    json j = as_json(c.result);
    json drifts = json::object();
    for (const auto& [metric, d] : c.drifts) drifts[metric] = as_json(d);
    j["drift"] = c.drifts.empty() ? json(nullptr) : std::move(drifts);
    j["left_out"] = c.left_out;
    return j;
}

inline json as_json(const predicted_guard& g) {
    json figures = json::array();
    for (const guarded_figure& f : g.figures) {
        json predicted = nullptr;
        if (f.predicted.ok())
            predicted = {{"value", finite(f.predicted.value)},
                         {"low", finite(f.predicted.low)},
                         {"high", finite(f.predicted.high)}};
        figures.push_back({{"hardware", f.of.hardware},
                           {"model", f.of.model_name},
                           {"runtime", f.of.framework},
                           {"clients", f.of.workload.open_loop() ? json(nullptr) : json(f.of.workload.concurrency)},
                           {"rate", f.of.workload.open_loop() ? json(f.of.workload.rate.value()) : json(nullptr)},
                           {"metric", key_of(f.of.metric)},
                           {"statistic", f.is_median() ? "median" : "mean"},
                           {"unit", unit_of(f.of.metric)},
                           {"measured", f.measured},
                           {"predicted", std::move(predicted)},
                           {"refused", f.predicted.ok() ? json(nullptr) : json(f.predicted.refused)},
                           {"verdict", key_of(f.verdict)}});
    }
    return {{"gambrel", version}, {"verdict", key_of(g.verdict)}, {"figures", std::move(figures)}};
}
}  // namespace gambrel::report
