// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Reports of GuideLLM (`benchmarks.json`) as runs. Three layouts, read from the tool's source (vllm-project/guidellm,
/// neuralmagic/guidellm):
///
///     0.2, 0.3        benchmarks[].args.strategy, .worker.backend_model, .run_stats, .total_count
///     0.4 to 0.6      benchmarks[].config.strategy, .config.backend, .scheduler_metrics, .metrics.request_totals;
///                     report: args (and metadata.version 1)
///     0.7             the same benchmarks; report: config.spec in place of args (metadata.version 2)
///
/// Each figure is a distribution per status: metrics.time_to_first_token_ms.successful.mean. request_latency is in
/// seconds, what ends in _ms is not. time_per_output_token_ms left the first token out up to 0.3 and counts it in
/// later: it is not read; inter_token_latency_ms always was the time after the first token over the tokens after it.
/// Evidence: tests/measurement/io/benchmark_results_test.cpp; python/tests/test_measured.py.

#include <gambrel/measurement/io/bench_run.hpp>

namespace gambrel::detail {

/// Whether `v` is a report: a list of benchmarks, each with its metrics, or an early report of such lists.
inline bool is_guidellm_report(const result_json& v) {
    const result_json& listed = member(v, "benchmarks");
    return listed.is_array() && std::any_of(listed.begin(), listed.end(), [](const result_json& b) {
               return b.is_object() && (b.contains("metrics") || b.contains("benchmarks"));
           });
}

/// A statistic of a distribution; nothing where no request was of that status, for which zeros stand.
inline std::optional<double> statistic_in(const result_json& metrics, const char* name, const char* statistic,
                                          const char* status = "successful") {
    const result_json& d = member(metrics, name, status);
    if (whole_in(member(d, "count"), 0.0) == 0.0) return {};
    auto value = number_of(member(d, statistic));
    if (!value && std::string_view(statistic) == "median") value = number_of(member(d, "percentiles", "p50"));
    return value;
}

/// Turns of a conversation and shared prefixes find their prompts cached, which tables cannot state.
inline void refuse_shared_prompts(const result_json& report) {
    for (const result_json* data : {&member(report, "config", "spec", "data"), &member(report, "args", "data")}) {
        if (!data->is_array()) continue;
        for (const result_json& source : *data) {
            if (whole_in(member(source, "turns")).value_or(1.0) > 1.0)
                refuse("conversations of several turns: their cached prompts are not in the table's columns");
            const result_json& buckets = member(source, "prefix_buckets");
            if ((!buckets.is_null() && !buckets.empty() && buckets != false) ||
                positive_in(member(source, "prefix_tokens")))
                refuse("prompts that share a prefix: cached prompts are not in the table's columns");
        }
    }
}

/// Requests that ended well, and whether others were cut off by the end of the run.
inline std::pair<std::optional<double>, bool> guidellm_requests(const result_json& benchmark,
                                                                const result_json& metrics) {
    const result_json& run_stats = member(benchmark, "run_stats");
    result_json early = result_json::object();
    for (const char* status : {"successful", "incomplete", "errored"})
        early[status] = member(run_stats, (std::string("total_") + status).c_str());
    for (const result_json* totals : {&member(metrics, "request_totals"), &member(benchmark, "total_count"),
                                      &member(benchmark, "scheduler_metrics", "requests_made"),
                                      &member(run_stats, "requests_made"), static_cast<const result_json*>(&early)}) {
        const auto done = whole_in(member(*totals, "successful"), 0.0);
        if (!done) continue;
        if (*done == 0.0) refuse("no request completed");
        const double errored = whole_in(member(*totals, "errored"), 0.0).value_or(0.0);
        if (errored > most_failed * (*done + errored)) refuse("more than 10% of the requests failed");
        return {done, whole_in(member(*totals, "incomplete")).has_value()};
    }
    return {};
}

inline std::string guidellm_model(const result_json& benchmark, const result_json& report) {
    for (const result_json* name :
         {&member(benchmark, "config", "backend", "model"), &member(benchmark, "worker", "backend_model"),
          &member(report, "config", "spec", "backend", "model"), &member(report, "args", "model"),
          &member(report, "args", "backend_kwargs", "model")})
        if (!text_of(*name).empty()) return text_of(*name);
    return {};
}

/// Times of the requests that ended well. Where others were cut off, their tokens count towards the throughput.
inline run_figures guidellm_figures(const result_json& metrics, bool cut) {
    run_figures all;
    for (const char* statistic : {"mean", "median"}) {
        const auto add = [&](const char* metric, const char* name, double to_ms) {
            const auto v = statistic_in(metrics, name, statistic);
            all.emplace_back(metric + std::string(statistic), v ? std::optional(*v * to_ms) : v);
        };
        add("ttft_", "time_to_first_token_ms", 1.0);
        add("itl_", "inter_token_latency_ms", 1.0);
        add("e2e_latency_", "request_latency", 1e3);
    }
    const auto every =
        cut ? statistic_in(metrics, "output_tokens_per_second", "mean", "total") : std::optional<double>{};
    all.emplace_back("output_throughput", every ? every : statistic_in(metrics, "output_tokens_per_second", "mean"));
    all.emplace_back("request_throughput", statistic_in(metrics, "requests_per_second", "mean"));
    return all;
}

/// The strategy as clients or as a rate. Rated strategies carry a limit of their own that seldom matters.
inline void read_guidellm_load(bench_run& run, const result_json& benchmark, const result_json& metrics) {
    const result_json& newer = member(benchmark, "config", "strategy");
    const result_json& strategy = newer.is_object() && !newer.empty() ? newer : member(benchmark, "args", "strategy");
    std::string kind = lower(text_of(member(strategy, "type_")));
    if (kind.empty()) kind = lower(text_of(member(strategy, "kind")));
    if (kind == "synchronous") {
        run.concurrency = "1";
    } else if (kind == "concurrent" || kind == "throughput") {
        const bool all_at_once = kind == "throughput";
        const auto clients = whole_in(member(strategy, all_at_once ? "max_concurrency" : "streams"));
        auto held = statistic_in(metrics, "request_concurrency", "mean", "total");
        if (!held) held = statistic_in(metrics, "request_concurrency", "mean");
        if (clients && held && *held < least_held * *clients)
            refuse("fewer than 70% of its clients were busy on average: no steady state");
        if (all_at_once) {
            run.notes.push_back("GuideLLM throughput");
            for (auto& [metric, value] : run.figures)
                if (metric.starts_with("ttft") || metric.starts_with("e2e")) value.reset();  // of the opening burst
        }
        run.concurrency = clients ? shortest_text(*clients) : all_at_once ? "max" : "";
    } else if (kind == "constant" || kind == "poisson") {
        if (const auto rate = positive_in(member(strategy, "rate")))
            run.request_rate = open_loop_rate(*rate, statistic_in(metrics, "requests_per_second", "mean"));
        if (kind == "constant") run.notes.push_back("evenly spaced, read as Poisson");
    } else {
        refuse("strategy not known: " + (kind.empty() ? "none stated" : kind));
    }
}

inline bench_run guidellm_run(const result_json& benchmark, const result_json& report, const std::string& where) {
    if (benchmark.is_object() && benchmark.contains("benchmarks") && !benchmark.contains("metrics"))
        refuse("a report of GuideLLM 0.1, whose times changed their unit between builds");
    refuse_shared_prompts(report);
    const result_json& metrics = member(benchmark, "metrics");
    const auto [done, cut] = guidellm_requests(benchmark, metrics);
    bench_run run{.where = where, .source = "guidellm", .model = guidellm_model(benchmark, report)};
    run.assumed_runtime = "vllm";
    for (const result_json* at : {&member(benchmark, "scheduler_metrics", "start_time"),
                                  &member(benchmark, "run_stats", "start_time"), &member(benchmark, "start_time")})
        if (run.date.empty()) run.date = day_of_seconds(*at);
    run.prompt = statistic_in(metrics, "prompt_token_count", "mean");
    run.output = statistic_in(metrics, "output_token_count", "mean");
    run.figures = guidellm_figures(metrics, cut);
    if (done) run.notes.push_back(shortest_text(*done) + " requests");
    const std::string version = text_of(member(report, "metadata", "guidellm_version"));
    if (!version.empty()) run.notes.push_back("GuideLLM " + version);
    read_guidellm_load(run, benchmark, metrics);
    return run;
}

/// Adds the rows of every benchmark of a report.
inline void add_guidellm_report(const result_json& report, const std::string& where, const stated& said,
                                measured_table& table) {
    std::size_t index = 0;
    for (const result_json& benchmark : member(report, "benchmarks")) {
        bench_run run;
        try {
            run = guidellm_run(benchmark, report, where + " benchmark " + std::to_string(++index));
        } catch (const refusal& why) {
            ++table.skipped["run: " + why.why];
            continue;
        }
        add_run(std::move(run), said, table);
    }
}
}  // namespace gambrel::detail
