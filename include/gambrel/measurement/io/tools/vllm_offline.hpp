// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Results of vLLM's offline benchmarks: `vllm bench throughput --output-json` (every request at once) and `vllm bench
/// latency --output-json` (one batch, over and over). And SGLang's `bench_one_batch` and `bench_one_batch_server`.
///
///     throughput   elapsed_time num_requests total_num_tokens requests_per_second tokens_per_second: prompts and
///                  outputs together; neither model nor lengths are written
///     latency      avg_latency std_latency percentiles{"50": s}: of the whole batch, in s; neither its size nor its
///                  lengths nor the model are written
///     one batch    run_name batch_size input_len output_len prefill_latency median_decode_latency total_latency in s,
///                  prefill_throughput overall_throughput; of the server variant latency ttft (or last_ttft)
///                  output_throughput, acc_length
///
/// Source: vllm/benchmarks/throughput.py and latency.py (vllm-project/vllm); python/sglang/bench_one_batch.py and
/// bench_one_batch_server.py (sgl-project/sglang). Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/observed_figure.hpp>

namespace gambrel::detail {

inline bool is_throughput_result(const result_json& v) {
    return v.is_object() && v.contains("elapsed_time") && v.contains("requests_per_second") &&
           v.contains("tokens_per_second");
}
inline void observe_throughput(const result_json& v, const std::string& where, std::vector<observation>& all) {
    observation o;
    o.where = where;
    o.tool = "vllm bench throughput";
    o.runtime = "vllm";
    o.all_at_once = true;
    o.duration = positive_in(member(v, "elapsed_time"));
    o.completed = whole_in(member(v, "num_requests"));
    put(o, "request_throughput", positive_in(member(v, "requests_per_second")));
    put(o, "total_throughput", positive_in(member(v, "tokens_per_second")));
    if (o.completed)
        if (const auto tokens = positive_in(member(v, "total_num_tokens")))
            o.notes.push_back("prompt and output together " + general(*tokens / *o.completed) + " tokens a request");
    all.push_back(std::move(o));
}

inline bool is_latency_result(const result_json& v) {
    return v.is_object() && v.contains("avg_latency") && member(v, "percentiles").is_object();
}
inline void observe_latency(const result_json& v, const std::string& where, std::vector<observation>& all) {
    observation o;
    o.where = where;
    o.tool = "vllm bench latency";
    o.static_batch = true;
    o.runtime = "vllm";
    put(o, "e2e_latency_mean", positive_in(member(v, "avg_latency")));
    if (o.figures.empty() && member(v, "latencies").is_array()) return;
    put(o, "e2e_latency_std", number_of(member(v, "std_latency")));
    for (const auto& [key, value] : member(v, "percentiles").items())
        if (const std::string s = statistic_named("p" + key); !s.empty()) put(o, "e2e_latency_" + s, number_of(value));
    if (const result_json& list = member(v, "latencies"); list.is_array())
        o.completed = static_cast<double>(list.size());
    o.notes.push_back("latency of a whole batch; the file does not say how large it was");
    all.push_back(std::move(o));
}

inline bool is_one_batch_result(const result_json& v) {
    return v.is_object() && v.contains("batch_size") && v.contains("input_len") && v.contains("output_len") &&
           (v.contains("prefill_latency") || (v.contains("latency") && v.contains("output_throughput")));
}
inline void observe_one_batch(const result_json& v, const std::string& where, std::vector<observation>& all) {
    observation o;
    o.where = where;
    const bool server = !v.contains("prefill_latency");
    o.tool = server ? "SGLang bench_one_batch_server" : "SGLang bench_one_batch";
    o.runtime = "sglang";
    o.clients = whole_in(member(v, "batch_size"));
    o.static_batch = !server;
    o.prompt = positive_in(member(v, "input_len"));
    o.output = positive_in(member(v, "output_len"));
    for (const auto& [figure, key] : {std::pair{"ttft_mean", "prefill_latency"},
                                      {"ttft_mean", "last_ttft"},
                                      {"ttft_mean", "ttft"},
                                      {"tpot_median", "median_decode_latency"},
                                      {"e2e_latency_mean", "total_latency"},
                                      {"e2e_latency_mean", "latency"},
                                      {"prompt_throughput", "prefill_throughput"},
                                      {"prompt_throughput", "input_throughput"},
                                      {"output_throughput", "output_throughput"},
                                      {"decode_throughput", "median_decode_throughput"},
                                      {"total_throughput", "overall_throughput"}})
        put(o, figure, positive_in(member(v, key)));
    o.accepted_per_step = positive_in(member(v, "acc_length"));
    const std::string name = text_of(member(v, "run_name"));
    if (!name.empty()) o.notes.push_back("run " + name.substr(0, 100));
    o.notes.push_back("one batch, every request with the same beginning and end");
    all.push_back(std::move(o));
}
}  // namespace gambrel::detail
