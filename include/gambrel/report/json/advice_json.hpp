// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Advice as JSON (docs/json.md). Evidence: tests/ask/advice_test.cpp.

#include <gambrel/ask/advice/experiment.hpp>
#include <gambrel/report/json/prediction_json.hpp>

namespace gambrel::report {

namespace detail {
inline json gains_json(const advice_gains& g) {
    json j = json::object();
    for (const auto& row : enum_table<advice_goal>) {
        const figure<double>& f = g.of(row.value);
        j[std::string(row.key)] =
            f.value > 0.0 ? json{{"value", f.value}, {"low", f.low}, {"high", f.high}, {"unit", "1"}} : json(nullptr);
    }
    return j;
}
}  // namespace detail

inline json as_json(const advice& a) {
    const auto asked = bind_case(a.asked);
    if (!a.ok()) return as_json(asked->question, a.now);
    json items = json::array();
    for (const advice_item& i : a.items) {
        const what_if& w = *i.change;
        const bool predicted = i.after.has_value();
        items.push_back({{"change", w.key},
                         {"title", w.title},
                         {"verdict", key_of(i.verdict)},
                         {"reason", i.reason.empty() ? json(nullptr) : json(i.reason)},
                         {"mends", i.mended},
                         {"gain", predicted ? detail::gains_json(i.gains) : json(nullptr)},
                         {"term", key_of(w.term)},
                         {"effort", key_of(w.effort)},
                         {"risk", w.risk},
                         {"portability", w.portability},
                         {"quality", w.quality.empty() ? json(nullptr) : json(w.quality)},
                         {"rollback", w.rollback},
                         {"flag", w.flag.empty() ? json(nullptr) : json(w.flag)},
                         {"source", w.source.empty() ? json(nullptr) : json(w.source)},
                         {"experiment", predicted ? json(experiment_of(a, i)) : json(nullptr)}});
    }
    json together = nullptr;
    if (a.together) {
        json keys = json::array();
        for (const what_if* w : a.together->changes) keys.push_back(w->key);
        together = {{"changes", std::move(keys)},
                    {"product", a.together->product},
                    {"gain", detail::gains_json(a.together->gains)}};
    }
    return {{"gambrel", version},
            {"inputs", detail::inputs_json(asked->question)},
            {"feasible", true},
            {"goal", key_of(a.options.goal)},
            {"broken", a.broken},
            {"items", std::move(items)},
            {"together", std::move(together)},
            {"quality_check", quality_check}};
}
}  // namespace gambrel::report
