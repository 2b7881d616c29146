// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Reports of inference-perf: of the client (`stage_N_lifecycle_metrics.json`, `summary_lifecycle_metrics.json`) and what it
/// asked Prometheus of the server (`stage_N_prometheus_metrics.json`). Times are in s.
///
///     load_summary  count requested_rate achieved_rate send_duration schedule_delay{mean ...}
///     successes     count, latency.{request_latency, time_to_first_token, time_per_output_token, inter_token_latency},
///                   throughput.{requests,input_tokens,output_tokens,total_tokens}_per_sec, prompt_len, output_len
///     failures      count
///     server        queue_len kv_cache_usage_percentage (0 to 1) num_preemptions_total prefix_cache_hit_percent
///
/// A schedule delay that grows to seconds is the client's own: it could not send what was asked of it.
/// Source: kubernetes-sigs/inference-perf, inference_perf/reportgen and demos/kubecon-na-2025 (results of 2025).
/// Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/observed_figure.hpp>

namespace gambrel::detail {

inline bool is_inference_perf_report(const result_json& v) {
    return v.is_object() && v.contains("load_summary") && member(v, "successes").is_object();
}

inline void observe_inference_perf(const result_json& v, const std::string& where, std::vector<observation>& all) {
    observation o;
    o.where = where;
    const result_json &load = member(v, "load_summary"), &done = member(v, "successes");
    const bool client = member(done, "latency").is_object() || member(done, "throughput").is_object();
    o.tool = client ? "inference-perf" : "inference-perf, server's side";
    const result_json& times = client ? member(done, "latency") : done;
    for (const auto& [metric, key] : {std::pair{"ttft", "time_to_first_token"},
                                      {"tpot", "time_per_output_token"},
                                      {"itl", "inter_token_latency"},
                                      {"e2e_latency", "request_latency"}})
        put_distribution(o, metric, member(times, key), 1.0);
    o.completed = whole_in(member(done, "count"), 0.0);
    o.failed = whole_in(member(v, "failures", "count"), 0.0);
    if (client) {
        o.prompt = positive_in(member(done, "prompt_len", "mean"));
        o.output = positive_in(member(done, "output_len", "mean"));
        for (const auto& [figure, key] : {std::pair{"request_throughput", "requests_per_sec"},
                                          {"output_throughput", "output_tokens_per_sec"},
                                          {"total_throughput", "total_tokens_per_sec"}})
            put(o, figure, positive_in(member(done, "throughput", key)));
        o.offered_rate = positive_in(member(load, "requested_rate"));
        o.clients = whole_in(member(load, "concurrency"));
        if (o.clients) o.offered_rate.reset();
        put(o, "sent_rate", positive_in(member(load, "achieved_rate")));
        put_distribution(o, "schedule_delay", member(load, "schedule_delay"), 1.0);
        o.duration = positive_in(member(v, "benchmark_time_seconds"));
    } else {
        server_counters s;
        s.waiting = number_of(member(done, "queue_len", "mean"));
        s.running = number_of(member(done, "num_requests_running", "mean"));
        s.kv_usage = number_of(member(done, "kv_cache_usage_percentage", "mean"));
        s.preemptions = number_of(member(done, "num_preemptions_total", "mean"));
        s.requests = o.completed;
        s.queue_time_mean = number_of(member(done, "request_queue_time", "mean"));
        if (const auto hit = number_of(member(done, "prefix_cache_hit_percent", "mean"))) {
            s.prefix_hits = *hit;  // of a hundred
            s.prefix_queries = 100.0;
        }
        o.server = s;
        o.notes.push_back("gauges are means over the stage");
    }
    const std::string file = lower(where);
    if (file.find("summary_") != std::string::npos) o.notes.push_back("of all stages together");
    all.push_back(std::move(o));
}
}  // namespace gambrel::detail
