// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Summaries of `evalscope perf` (`benchmark_summary.json`) and its percentiles (`benchmark_percentile.json`): labels with
/// their unit in parentheses, which is what says whether a time is in s or ms.
///
///     to 1.0   "Number of concurrency" "Average latency (s)" "Average time to first token (s)" "Output token throughput (tok/s)"
///     later    "Concurrency" "Avg Latency (s)" "Avg TTFT (ms)" "Output Throughput (tok/s)" "Success Requests"
///     percentiles   [{"Percentiles": "99%", "TTFT (s)": .., "ITL (s)": .., "TPOT (s)": .., "Latency (s)": ..}, ...]
///
/// A concurrency or rate of -1 is none. The model is in benchmark_args.json, beside it.
/// Source: modelscope/evalscope, evalscope/perf/utils. Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/observed_figure.hpp>

namespace gambrel::detail {

struct evalscope_label {
    std::string_view label, figure;
};
inline constexpr std::array evalscope_labels{evalscope_label{"average latency", "e2e_latency_mean"},
                                             evalscope_label{"avg latency", "e2e_latency_mean"},
                                             evalscope_label{"average time to first token", "ttft_mean"},
                                             evalscope_label{"avg ttft", "ttft_mean"},
                                             evalscope_label{"ttft", "ttft_mean"},
                                             evalscope_label{"average time per output token", "tpot_mean"},
                                             evalscope_label{"avg tpot", "tpot_mean"},
                                             evalscope_label{"tpot", "tpot_mean"},
                                             evalscope_label{"average inter-token latency", "itl_mean"},
                                             evalscope_label{"avg itl", "itl_mean"},
                                             evalscope_label{"itl", "itl_mean"},
                                             evalscope_label{"output token throughput", "output_throughput"},
                                             evalscope_label{"output throughput", "output_throughput"},
                                             evalscope_label{"total token throughput", "total_throughput"},
                                             evalscope_label{"total throughput", "total_throughput"},
                                             evalscope_label{"request throughput", "request_throughput"},
                                             evalscope_label{"req throughput", "request_throughput"}};

inline bool is_evalscope_result(const result_json& v) {
    if (!v.is_object()) return false;
    bool load = v.contains("Number of concurrency") || v.contains("Concurrency"), time = v.contains("Percentiles");
    for (const auto& [key, value] : v.items()) {
        const std::string small = lower(name_and_unit(key).first);
        time = time || (load && (small == "average latency" || small == "avg latency"));
    }
    return (load && time) || (v.contains("Percentiles") && (v.contains("TTFT (s)") || v.contains("TTFT (ms)")));
}

/// One of the percentiles of a run: figures only.
inline void observe_evalscope_percentile(const result_json& v, const std::string& where,
                                         std::vector<observation>& all) {
    if (all.empty() || all.back().tool != "evalscope percentiles") {
        all.emplace_back();
        all.back().where = where.substr(0, where.rfind(" result "));
        all.back().tool = "evalscope percentiles";
    }
    observation& o = all.back();
    const std::string statistic = statistic_named(text_of(member(v, "Percentiles")));
    for (const auto& [key, value] : v.items()) {
        const auto [name, unit] = name_and_unit(key);
        const auto n = number_of(value), f = to_base(unit);
        for (const auto& [theirs, ours] :
             {std::pair{"ttft", "ttft_"}, {"itl", "itl_"}, {"tpot", "tpot_"}, {"latency", "e2e_latency_"}})
            if (n && f && !statistic.empty() && lower(name) == theirs) put(o, ours + statistic, *n * *f);
    }
}

inline void observe_evalscope(const result_json& v, const std::string& where, std::vector<observation>& all) {
    if (v.contains("Percentiles")) return observe_evalscope_percentile(v, where, all);
    observation o;
    o.where = where;
    o.tool = "evalscope";
    for (const auto& [key, value] : v.items()) {
        const auto [name, unit] = name_and_unit(key);
        const std::string small = lower(name);
        const auto n = number_of(value);
        const auto f = unit.empty() ? std::optional(1.0) : to_base(unit);
        if (!n) continue;
        if (small == "number of concurrency" || small == "concurrency") o.clients = whole_in(value);
        else if (small == "request rate") o.offered_rate = positive_in(value);
        else if (small == "succeed requests" || small == "success requests") o.completed = whole_in(value, 0.0);
        else if (small == "failed requests") o.failed = whole_in(value, 0.0);
        else if (small == "average input tokens per request" || small == "avg input tokens")
            o.prompt = positive_in(value);
        else if (small == "average output tokens per request" || small == "avg output tokens")
            o.output = positive_in(value);
        else if ((small == "time taken for tests" || small == "test duration") && f) o.duration = *n * *f;
        else if (small == "average decoded tokens per iter") o.accepted_per_step = positive_in(value);
        for (const evalscope_label& l : evalscope_labels)
            if (l.label == small && f) put(o, std::string(l.figure), *n * *f);
    }
    if (o.clients) o.offered_rate.reset();  // the limit holds where both are written
    all.push_back(std::move(o));
}
}  // namespace gambrel::detail
