// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Reports of GuideLLM as observations: every statistic of each distribution of the requests that ended well.
/// Layouts and units: guidellm.hpp. Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/guidellm.hpp>
#include <gambrel/measurement/io/observed_figure.hpp>

namespace gambrel::detail {

inline void observe_guidellm_benchmark(const result_json& b, const result_json& report, const std::string& where,
                                       std::vector<observation>& all) {
    observation o;
    o.where = where;
    o.tool = "GuideLLM";
    o.model = guidellm_model(b, report);
    const result_json& metrics = member(b, "metrics");
    for (const auto& [metric, key, factor] : {std::tuple{"ttft", "time_to_first_token_ms", 1e-3},
                                              {"itl", "inter_token_latency_ms", 1e-3},
                                              {"e2e_latency", "request_latency", 1.0}}) {
        const result_json& d = member(metrics, key, "successful");
        if (whole_in(member(d, "count"), 0.0) == 0.0) continue;
        put_distribution(o, metric, member(d, "percentiles"), factor);
        put_distribution(o, metric, d, factor);
    }
    for (const auto& [figure, key] : {std::pair{"output_throughput", "output_tokens_per_second"},
                                      {"request_throughput", "requests_per_second"},
                                      {"total_throughput", "tokens_per_second"}})
        put(o, figure, statistic_in(metrics, key, "mean"));
    o.prompt = statistic_in(metrics, "prompt_token_count", "mean");
    o.output = statistic_in(metrics, "output_token_count", "mean");
    o.mean_concurrency = statistic_in(metrics, "request_concurrency", "mean", "total");
    if (!o.mean_concurrency) o.mean_concurrency = statistic_in(metrics, "request_concurrency", "mean");
    o.most_concurrency = statistic_in(metrics, "request_concurrency", "max", "total");
    for (const result_json* totals :
         {&member(metrics, "request_totals"), &member(b, "total_count"),
          &member(b, "scheduler_metrics", "requests_made"), &member(b, "run_stats", "requests_made")}) {
        if (!o.completed) o.completed = whole_in(member(*totals, "successful"), 0.0);
        if (!o.failed) o.failed = whole_in(member(*totals, "errored"), 0.0);
    }
    const result_json& newer = member(b, "config", "strategy");
    const result_json& strategy = newer.is_object() && !newer.empty() ? newer : member(b, "args", "strategy");
    std::string kind = lower(text_of(member(strategy, "type_")));
    if (kind.empty()) kind = lower(text_of(member(strategy, "kind")));
    if (kind == "synchronous") o.clients = 1.0;
    if (kind == "concurrent") o.clients = whole_in(member(strategy, "streams"));
    if (kind == "throughput") {
        o.clients = whole_in(member(strategy, "max_concurrency"));
        o.all_at_once = !o.clients;
    }
    if (kind == "constant" || kind == "poisson") o.offered_rate = positive_in(member(strategy, "rate"));
    if (kind == "constant") o.notes.push_back("requests evenly spaced");
    for (const result_json* at : {&member(b, "scheduler_metrics", "start_time"), &member(b, "run_stats", "start_time"),
                                  &member(b, "start_time")})
        if (o.date.empty()) o.date = day_of_seconds(*at);
    o.duration = positive_in(member(b, "duration"));
    const std::string version = text_of(member(report, "metadata", "guidellm_version"));
    if (!version.empty()) o.notes.push_back("GuideLLM " + version);
    all.push_back(std::move(o));
}
inline void observe_guidellm(const result_json& report, const std::string& where, std::vector<observation>& all) {
    std::size_t index = 0;
    for (const result_json& b : member(report, "benchmarks")) {
        ++index;
        if (member(b, "metrics").is_object())
            observe_guidellm_benchmark(b, report, where + " benchmark " + std::to_string(index), all);
    }
}
}  // namespace gambrel::detail
