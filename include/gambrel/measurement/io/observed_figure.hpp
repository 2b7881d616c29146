// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Figures of an observation from the statistics of tools: the names of a statistic ("avg", "p50", "std_dev", "maximum")
/// as ours ("mean", "median", "std", "max"; percentiles stay "p99", "p99.9"), and what a caller states besides.
/// Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/measured_unit.hpp>
#include <gambrel/measurement/io/stated.hpp>
#include <gambrel/measurement/observation.hpp>

namespace gambrel {
namespace detail {

/// "p50" as "median", "avg" as "mean"; nothing for a word that is no statistic.
inline std::string statistic_named(std::string_view word) {
    std::string s = lower(std::string(word.substr(0, 40)));
    for (const auto& [theirs, ours] : {std::pair{"avg", "mean"},
                                       {"average", "mean"},
                                       {"mean", "mean"},
                                       {"p50", "median"},
                                       {"median", "median"},
                                       {"std", "std"},
                                       {"stddev", "std"},
                                       {"std_dev", "std"},
                                       {"standard_deviation", "std"},
                                       {"min", "min"},
                                       {"minimum", "min"},
                                       {"max", "max"},
                                       {"maximum", "max"},
                                       {"50%", "median"}})
        if (s == theirs) return ours;
    if (s.ends_with('%')) s = "p" + s.substr(0, s.size() - 1);
    if (s.starts_with('p') && s.size() > 1) {
        for (char& c : s)
            if (c == 'p' && &c != s.data()) c = '.';  // inference-perf writes p99p9
        const auto n = number_in(std::string_view(s).substr(1));
        if (n && *n > 0.0 && *n < 100.0) return *n == 50.0 ? "median" : "p" + shortest_text(*n);
    }
    return {};
}

inline void put(observation& o, const std::string& figure, std::optional<double> value) {
    if (value && std::isfinite(*value)) o.figures[figure] = *value;
}
/// Every statistic of `distribution`, an object, as figures of `metric`.
inline void put_distribution(observation& o, const std::string& metric, const result_json& distribution,
                             double factor) {
    if (!distribution.is_object()) return;
    for (const auto& [key, value] : distribution.items()) {
        const std::string statistic = statistic_named(key);
        if (statistic.empty()) continue;
        if (const auto n = number_of(value)) put(o, metric + "_" + statistic, *n * factor);
    }
}
inline void set_rank(observation& o, const char* what, const result_json& value) {
    if (const auto n = whole_in(value)) o.ranks[what] = *n;
}
/// Text of a server's settings: flags and numbers as one writes them.
inline std::string setting_text(const result_json& v) {
    if (v.is_boolean()) return v.get<bool>() ? "true" : "false";
    return text_of(v).substr(0, 200);
}

/// What the caller says of `o`, where its file does not; an `error` where the two contradict each other.
inline void add_stated(observation& o, const stated& said) {
    o.device = said.agreed("device", o.device, o.where, devices_differ);
    o.model = said.agreed("model", o.model, o.where, models_differ);
    o.runtime = said.agreed("runtime", o.runtime, o.where);
    o.runtime_version = said.agreed("runtime_version", o.runtime_version, o.where);
    o.weights = said.agreed("weights", o.weights, o.where);
    o.kv = said.agreed("kv", o.kv, o.where);
    if (said.has("date") && o.date.empty()) o.date = said.text("date");
    for (const char* what : {"tp", "pp", "ep", "dp"}) {
        const auto has = o.ranks.find(what);
        const std::string file_says = has == o.ranks.end() ? "" : shortest_text(has->second);
        if (const auto n = number_in(said.agreed(what, file_says, o.where))) o.ranks[what] = *n;
    }
    o.prompt = said.length("prompt", o.prompt, o.where);
    o.output = said.length("output", o.output, o.where);
    if (const auto clients = said.number("concurrency")) {
        if (o.clients && *o.clients != *clients)
            fail("concurrency is stated as " + shortest_text(*clients) + ", but " + o.where + " says " +
                 shortest_text(*o.clients));
        o.clients = clients;
        o.all_at_once = false;
    }
}
}  // namespace detail

/// What neither the file nor the caller says of `o`, of what `needed` names ("device", "model", "prompt", "output",
/// "concurrency"); of the load a rate, or that all requests came at once, says as much as clients do.
inline std::vector<std::string> unsaid(const observation& o, const std::vector<std::string>& needed) {
    std::vector<std::string> all;
    for (const std::string& name : needed) {
        const bool known = name == "device"        ? !o.device.empty()
                           : name == "model"       ? !o.model.empty()
                           : name == "runtime"     ? !o.runtime.empty()
                           : name == "weights"     ? !o.weights.empty()
                           : name == "prompt"      ? o.prompt.has_value()
                           : name == "output"      ? o.output.has_value()
                           : name == "concurrency" ? o.clients || o.offered_rate || o.all_at_once
                                                   : o.ranks.find(name) != o.ranks.end();
        if (!known) all.push_back(name);
    }
    return all;
}
/// The same as one `error`, which says how each is stated.
inline void require_said(const observation& o, const std::vector<std::string>& needed) {
    std::string all;
    for (const std::string& name : unsaid(o, needed)) all += (all.empty() ? "" : ", ") + name + "=...";
    if (!all.empty()) fail(o.where + " does not say all that is needed: state " + all);
}
}  // namespace gambrel
