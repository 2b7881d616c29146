// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A result of `vllm bench serve`, or of SGLang's `bench_serving`, which descends from it, as an observation: every
/// statistic of TTFT, TPOT, ITL and latency, the counts, the load, and what SGLang's `server_info` says of the server.
///
/// Fields: vllm/benchmarks/serve.py (vllm-project/vllm) and python/sglang/bench_serving.py (sgl-project/sglang); a sweep
/// (vllm/benchmarks/sweep/serve.py) adds `run_number` and what it varied, which are kept as settings. Times are in ms.
/// SGLang writes `accept_length`, vLLM `spec_decode_acceptance_length`: tokens of a step, the target's own among them.
/// Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/observed_figure.hpp>
#include <gambrel/measurement/io/vllm_bench.hpp>

namespace gambrel::detail {

/// "p99_ttft_ms" as the statistic and the metric; both empty for a key that is none.
inline std::pair<std::string, std::string> serve_figure(const std::string& key) {
    if (!key.ends_with("_ms")) return {};
    const std::size_t at = key.find('_');
    const std::string statistic = statistic_named(std::string_view(key).substr(0, at));
    const std::string what = key.substr(at + 1, key.size() - at - 4);
    for (const auto& [theirs, ours] : {std::pair{"ttft", "ttft"},
                                       {"tpot", "tpot"},
                                       {"itl", "itl"},
                                       {"e2el", "e2e_latency"},
                                       {"e2e_latency", "e2e_latency"}})
        if (!statistic.empty() && what == theirs) return {statistic, ours};
    return {};
}

/// What SGLang's server says of itself (`/get_server_info`).
inline void observe_server_info(observation& o, const result_json& info) {
    if (!info.is_object()) return;
    const std::string path = text_of(member(info, "model_path"));
    if (!path.empty()) o.model = path;
    const std::string version = text_of(member(info, "version"));
    if (!version.empty()) o.runtime_version = version;
    for (const auto& [rank, key] :
         {std::pair{"tp", "tp_size"}, {"pp", "pp_size"}, {"dp", "dp_size"}, {"ep", "ep_size"}})
        set_rank(o, rank, member(info, key));
    const std::string weights = lower(text_of(member(info, "quantization"))),
                      kv = text_of(member(info, "kv_cache_dtype"));
    if (!weights.empty()) o.settings["quantization"] = weights;
    if (!kv.empty()) o.settings["kv_cache_dtype"] = kv;
    for (const char* key :
         {"mem_fraction_static", "max_running_requests", "chunked_prefill_size", "max_prefill_tokens",
          "max_total_tokens", "max_total_num_tokens", "schedule_policy", "disable_radix_cache", "disable_cuda_graph",
          "cuda_graph_max_bs", "attention_backend", "enable_dp_attention", "speculative_algorithm",
          "speculative_num_steps", "speculative_num_draft_tokens", "page_size", "dtype", "disaggregation_mode"})
        if (const std::string text = setting_text(member(info, key)); !text.empty()) o.settings[key] = text;
}

inline void observe_serve_load(observation& o, const result_json& r) {
    o.clients = whole_in(member(r, "max_concurrency"));
    o.offered_rate = positive_in(member(r, "request_rate"));
    const std::string rate = lower(text_of(member(r, "request_rate")));
    o.all_at_once = !o.clients && !o.offered_rate && (rate == "inf" || rate == "infinity");
    o.mean_concurrency = positive_in(member(r, "concurrency"));
    o.most_concurrency = positive_in(member(r, "max_concurrent_requests"));
    const auto burstiness = positive_in(member(r, "burstiness"));
    if (o.offered_rate && burstiness && *burstiness != 1.0) o.notes.push_back("burstiness " + general(*burstiness));
    const std::string ramp = text_of(member(r, "ramp_up_strategy"));
    if (!ramp.empty()) o.notes.push_back("the rate rises during the run (" + ramp + ")");
}

inline observation serve_observation(const result_json& r, const std::string& where) {
    observation o;
    o.where = where;
    const bool sglang = r.contains("total_output_tokens_retokenized") || r.contains("server_info");
    o.tool = sglang ? "SGLang bench_serving" : "vllm bench serve";
    o.model = text_of(member(r, "model_id"));
    o.device = metadata_of(r, "device");
    std::string backend = lower(text_of(member(r, "backend")));
    if (backend.empty()) backend = lower(text_of(member(r, "endpoint_type")));
    for (const auto& [name, server] : vllm_backends)
        if (name == backend) o.runtime = server;
    o.runtime_version = metadata_of(r, "runtime_version");
    o.weights = lower(metadata_of(r, "weights"));
    o.date = day_in(text_of(member(r, "date")));
    for (const char* what : {"tp", "pp", "dp", "ep"}) set_rank(o, what, result_json(metadata_of(r, what)));
    observe_server_info(o, member(r, "server_info"));
    o.duration = positive_in(member(r, "duration"));
    o.completed = whole_in(member(r, "completed"), 0.0);
    const auto sent = whole_in(member(r, "num_prompts"));
    o.failed = whole_in(member(r, "failed"), 0.0);
    if (!o.failed && sent && o.completed && *sent >= *o.completed) o.failed = *sent - *o.completed;
    if (!o.completed) o.completed = sent;
    o.prompt = mean_length(r, "input", o.completed);
    o.output = mean_length(r, "output", o.completed);
    observe_serve_load(o, r);
    for (const char* key : {"accept_length", "spec_decode_acceptance_length"})
        if (const auto n = positive_in(member(r, key))) o.accepted_per_step = n;
    for (const auto& [key, value] : r.items()) {
        const auto [statistic, metric] = serve_figure(key);
        if (metric.empty()) continue;
        const auto n = number_of(value);
        if (n) put(o, metric + "_" + statistic, *n * 1e-3);
    }
    if (const auto listed = positive_entries(member(r, "ttfts"));
        !listed.empty() && o.figures.find("ttft_mean") == o.figures.end()) {
        put(o, "ttft_mean", mean_of(listed));
        put(o, "ttft_median", median_of(listed));
    }
    put(o, "output_throughput", number_of(member(r, "output_throughput")));
    put(o, "request_throughput", number_of(member(r, "request_throughput")));
    for (const char* key : {"total_token_throughput", "total_throughput"})
        put(o, "total_throughput", number_of(member(r, key)));
    for (const char* key : {"max_num_seqs", "max_num_batched_tokens", "gpu_memory_utilization", "enforce_eager",
                            "run_number", "kv_cache_dtype", "enable_prefix_caching"})
        if (const std::string text = setting_text(member(r, key)); !text.empty()) o.settings[key] = text;
    return o;
}
inline void observe_serve_result(const result_json& r, const std::string& where, std::vector<observation>& all) {
    all.push_back(serve_observation(r, where));
}
}  // namespace gambrel::detail
