// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Summaries of LLMPerf (`*_summary.json` of token_benchmark_ray.py): every statistic as a key of its own, in s.
///
///     model num_concurrent_requests mean_input_tokens mean_output_tokens
///     results_{ttft,inter_token_latency,end_to_end_latency}_s_{mean,stddev,min,max,quantiles_pNN}
///     results_number_{input,output}_tokens_mean results_num_completed_requests results_number_errors
///     results_mean_output_throughput_token_per_s results_num_completed_requests_per_min
///
/// Its inter_token_latency counts the first token's wait in (the sum of all waits over the tokens of the request): it is
/// kept as `latency_per_token`, and is no ITL. Source: ray-project/llmperf, token_benchmark_ray.py and
/// src/llmperf/ray_clients/openai_chat_completions_client.py. Evidence: tests/measurement/io/observations_test.cpp.

#include <gambrel/measurement/io/observed_figure.hpp>

namespace gambrel::detail {

inline bool is_llmperf_summary(const result_json& v) {
    return v.is_object() && v.contains("num_concurrent_requests") &&
           (v.contains("results_ttft_s_mean") || v.contains("results_end_to_end_latency_s_mean"));
}

inline void observe_llmperf(const result_json& v, const std::string& where, std::vector<observation>& all) {
    observation o;
    o.where = where;
    o.tool = "LLMPerf";
    o.model = text_of(member(v, "model"));
    o.clients = whole_in(member(v, "num_concurrent_requests"));
    for (const auto& [metric, key] : {std::pair{"ttft", "results_ttft_s_"},
                                      {"latency_per_token", "results_inter_token_latency_s_"},
                                      {"e2e_latency", "results_end_to_end_latency_s_"}})
        for (const auto& [name, value] : v.items()) {
            if (!name.starts_with(key)) continue;
            std::string_view word = std::string_view(name).substr(std::string_view(key).size());
            if (word.starts_with("quantiles_")) word.remove_prefix(10);
            const std::string statistic = statistic_named(word);
            if (!statistic.empty()) put(o, std::string(metric) + "_" + statistic, number_of(value));
        }
    o.prompt = positive_in(member(v, "results_number_input_tokens_mean"));
    if (!o.prompt) o.prompt = positive_in(member(v, "mean_input_tokens"));
    o.output = positive_in(member(v, "results_number_output_tokens_mean"));
    if (!o.output) o.output = positive_in(member(v, "mean_output_tokens"));
    o.completed = whole_in(member(v, "results_num_completed_requests"), 0.0);
    o.failed = whole_in(member(v, "results_number_errors"), 0.0);
    put(o, "output_throughput", positive_in(member(v, "results_mean_output_throughput_token_per_s")));
    if (const auto minute = positive_in(member(v, "results_num_completed_requests_per_min")))
        put(o, "request_throughput", *minute / 60.0);
    o.date = day_of_seconds(member(v, "timestamp"));
    all.push_back(std::move(o));
}
}  // namespace gambrel::detail
