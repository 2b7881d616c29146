// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A named workload as JSON (docs/json.md). Lengths are plain numbers in tokens: they are data, not predictions.
/// Opt-in: needs nlohmann-json. Evidence: tests/report/workload_json_test.cpp.

#include <gambrel/report/json/prediction_json.hpp>
#include <gambrel/workload/named_workload.hpp>
#include <span>

namespace gambrel::report {
using namespace ask;

/// All of `w`: each length its distribution, mean, standard deviation, p50, p90, p99 and longest (of a log-normal:
/// p99.9).
inline json workload_json(const named_workload& w) {
    const auto with_quantiles = [](const length& l) {
        json j = detail::length_json(l);
        j["p50"] = l.quantile(0.5);
        j["p90"] = l.quantile(0.9);
        j["p99"] = l.quantile(0.99);
        j["longest"] = l.largest();
        return j;
    };
    return {{"gambrel", version},
            {"name", w.name.view()},
            {"title", w.title.view()},
            {"prompt", with_quantiles(w.prompt)},
            {"output", with_quantiles(w.output)},
            {"protocol", w.protocol.burst_start ? "benchmark" : "steady"},
            {"source", w.from.text},
            {"date", w.from.date},
            {"evidence", key_of(w.from.kind)}};
}

/// A list of them.
inline json workloads_json(std::span<const named_workload* const> workloads) {
    json all = json::array();
    for (const named_workload* w : workloads) all.push_back(workload_json(*w));
    return all;
}
}  // namespace gambrel::report
