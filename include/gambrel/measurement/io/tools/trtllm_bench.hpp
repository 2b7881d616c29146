// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Reports of `trtllm-bench throughput|latency --report_json`.
///
///     engine             model model_path version backend dtype quantization kv_cache_dtype
///     world_info         tp_size pp_size ep_size max_batch_size max_num_tokens scheduling_policy kv_cache_percentage
///     request_info       num_requests avg_num_concurrent_requests avg_input_length avg_output_length
///     performance        total_latency_ms request_throughput_req_s system_{output,total}_throughput_tok_s
///                        avg_request_latency_ms request_latency_percentiles_ms
///     streaming_metrics  avg_ttft_ms avg_tpot_ms ttft_percentiles tpot_percentiles, in ms (with --streaming)
///     decoding_stats     acceptance_length_percentiles (speculative decoding)
///
/// It says how many requests were under way on average, not the limit (`--concurrency`): without one all were sent at
/// once. Source: tensorrt_llm/bench/dataclasses/reporting.py (NVIDIA/TensorRT-LLM).
/// Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/observed_figure.hpp>

namespace gambrel::detail {

inline bool is_trtllm_report(const result_json& v) {
    return member(v, "engine").is_object() && member(v, "world_info").is_object() &&
           member(v, "performance").is_object();
}

inline void observe_trtllm(const result_json& v, const std::string& where, std::vector<observation>& all) {
    observation o;
    o.where = where;
    o.tool = "trtllm-bench";
    o.runtime = "tensorrt-llm";
    const result_json &engine = member(v, "engine"), &world = member(v, "world_info"),
                      &requests = member(v, "request_info"), &speed = member(v, "performance"),
                      &stream = member(v, "streaming_metrics");
    o.model = text_of(member(engine, "model"));
    o.runtime_version = text_of(member(engine, "version"));
    for (const auto& [rank, key] : {std::pair{"tp", "tp_size"}, {"pp", "pp_size"}, {"ep", "ep_size"}})
        set_rank(o, rank, member(world, key));
    for (const auto& [where_in, keys] :
         {std::pair{&engine, std::vector{"backend", "dtype", "quantization", "kv_cache_dtype", "max_sequence_length"}},
          {&world,
           std::vector{"max_batch_size", "max_num_tokens", "scheduling_policy", "kv_cache_percentage", "world_size"}}})
        for (const char* key : keys)
            if (const std::string text = setting_text(member(*where_in, key)); !text.empty()) o.settings[key] = text;
    o.prompt = positive_in(member(requests, "avg_input_length"));
    o.output = positive_in(member(requests, "avg_output_length"));
    o.completed = whole_in(member(requests, "num_requests"));
    o.mean_concurrency = positive_in(member(requests, "avg_num_concurrent_requests"));
    if (const auto ms = positive_in(member(speed, "total_latency_ms"))) o.duration = *ms * 1e-3;
    put(o, "request_throughput", positive_in(member(speed, "request_throughput_req_s")));
    put(o, "output_throughput", positive_in(member(speed, "system_output_throughput_tok_s")));
    put(o, "total_throughput", positive_in(member(speed, "system_total_throughput_tok_s")));
    put_distribution(o, "e2e_latency", member(speed, "request_latency_percentiles_ms"), 1e-3);
    put_distribution(o, "ttft", member(stream, "ttft_percentiles"), 1e-3);
    put_distribution(o, "tpot", member(stream, "tpot_percentiles"), 1e-3);
    for (const auto& [figure, in, key] : {std::tuple{"e2e_latency_mean", &speed, "avg_request_latency_ms"},
                                          {"ttft_mean", &stream, "avg_ttft_ms"},
                                          {"tpot_mean", &stream, "avg_tpot_ms"}})
        if (const auto ms = positive_in(member(*in, key))) put(o, figure, *ms * 1e-3);
    o.accepted_per_step = positive_in(member(v, "decoding_stats", "acceptance_length_percentiles", "average"));
    all.push_back(std::move(o));
}
}  // namespace gambrel::detail
