// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Results of `vllm bench serve` and of the benchmark_serving.py that it came from, as runs.
///
/// Read from the tool's source: vllm/benchmarks/serve.py of 2025 (forks at neuralmagic/vllm 32f5573e and
/// igor-susic1/vllm-bench-standalone eb0d11ef), benchmarks/benchmark_serving.py (vllm-project/vllm 0049e29c), and
/// SGLang's descendant of it, whose lines name the latency `e2e_latency` and not `e2el`. Times are in ms, lists per
/// request in s. Evidence: tests/measurement/io/benchmark_results_test.cpp; python/tests/test_measured.py.

#include <gambrel/measurement/io/bench_run.hpp>
#include <numeric>

namespace gambrel::detail {

/// Keys that `--metadata KEY=VALUE` may have put into the file, by what they state.
struct metadata_keys {
    const char* what;
    std::array<const char*, 4> keys;
};
inline constexpr std::array vllm_metadata{
    metadata_keys{"device", {"device", "hardware", "gpu_type", "gpu"}},
    metadata_keys{"runtime_version", {"runtime_version", "version", "vllm_version", nullptr}},
    metadata_keys{"weights", {"weights", "weight_format", "quantization", "dtype"}},
    metadata_keys{"tp", {"tp", "tp_size", "tensor_parallel_size", nullptr}},
    metadata_keys{"pp", {"pp", "pp_size", "pipeline_parallel_size", nullptr}},
    metadata_keys{"dp", {"dp", "dp_size", "data_parallel_size", nullptr}},
    metadata_keys{"ep", {"ep", "ep_size", "expert_parallel_size", nullptr}}};

/// `--backend` chooses the request format. These name the server as well; "vllm" and "openai" are any server's.
inline constexpr std::array<std::pair<std::string_view, std::string_view>, 9> vllm_backends{
    {{"sglang", "sglang"},
     {"sglang-oai", "sglang"},
     {"sglang-oai-chat", "sglang"},
     {"sglang-native", "sglang"},
     {"tgi", "tgi"},
     {"tensorrt-llm", "tensorrt-llm"},
     {"trt", "tensorrt-llm"},
     {"lmdeploy", "lmdeploy"},
     {"deepspeed-mii", "deepspeed-mii"}}};

/// Whether `v` is one result of the serving benchmark: its throughputs or times beside its counts.
inline bool is_vllm_result(const result_json& v) {
    if (!v.is_object() || !(v.contains("completed") || v.contains("num_prompts"))) return false;
    for (const char* f : {"output_throughput", "mean_ttft_ms", "median_ttft_ms", "mean_tpot_ms", "request_throughput"})
        if (v.contains(f)) return true;
    return false;
}

inline std::string metadata_of(const result_json& r, std::string_view what) {
    for (const metadata_keys& m : vllm_metadata)
        if (m.what == what)
            for (const char* key : m.keys)
                if (key && !text_of(member(r, key)).empty()) return text_of(member(r, key));
    return {};
}

inline std::optional<double> completed_requests(const result_json& r) {
    const auto completed = whole_in(member(r, "completed"), 0.0), sent = whole_in(member(r, "num_prompts"));
    if (!completed) return sent;
    if (*completed == 0.0) refuse("no request completed");
    if (sent && *completed > *sent) refuse("contradictory: more requests completed than were sent");
    const double failed = whole_in(member(r, "failed"), 0.0).value_or(0.0);
    if (std::max(failed, sent.value_or(0.0) - *completed) > most_failed * (*completed + failed))
        refuse("more than 10% of the requests failed");
    return completed;
}

inline std::vector<double> positive_entries(const result_json& list) {
    std::vector<double> all;
    if (list.is_array())
        for (const auto& v : list)
            if (const auto n = positive_in(v)) all.push_back(*n);
    return all;
}
inline double mean_of(const std::vector<double>& v) {
    return static_cast<double>(std::accumulate(v.begin(), v.end(), 0.0L) / static_cast<long double>(v.size()));
}
inline double median_of(std::vector<double> v) {
    std::sort(v.begin(), v.end());
    return 0.5 * (v[(v.size() - 1) / 2] + v[v.size() / 2]);
}

/// Mean tokens of a request from the total; from the list of all requests where there is no total.
inline std::optional<double> mean_length(const result_json& r, const std::string& kind,
                                         std::optional<double> completed) {
    const auto total = positive_in(member(r, ("total_" + kind + "_tokens").c_str()));
    if (total && completed && *completed > 0.0) return *total / *completed;
    const auto listed = positive_entries(member(r, (kind + "_lens").c_str()));
    if (!listed.empty()) return mean_of(listed);
    return positive_in(member(r, ("random_" + kind + "_len").c_str()));
}

inline run_figures vllm_figures(const result_json& r) {
    run_figures all;
    const auto first_of = [&](std::initializer_list<std::string> keys) {
        for (const std::string& key : keys)
            if (const auto n = number_of(member(r, key.c_str()))) return n;
        return std::optional<double>{};
    };
    for (const std::string s : {"mean", "median"}) {
        all.emplace_back("ttft_" + s, first_of({s + "_ttft_ms"}));
        all.emplace_back("tpot_" + s, first_of({s + "_tpot_ms"}));
        all.emplace_back("itl_" + s, first_of({s + "_itl_ms"}));
        all.emplace_back("e2e_latency_" + s, first_of({s + "_e2el_ms", s + "_e2e_latency_ms"}));
    }
    // TTFT from the list of all requests (seconds; zero for failed ones) where --percentile-metrics left it out.
    auto *mean = figure_named(all, "ttft_mean"), *median = figure_named(all, "ttft_median");
    if (const auto listed = positive_entries(member(r, "ttfts")); !*mean && !*median && !listed.empty()) {
        *mean = 1e3 * mean_of(listed);
        *median = 1e3 * median_of(listed);
    }
    all.emplace_back("output_throughput", first_of({"output_throughput"}));
    all.emplace_back("request_throughput", first_of({"request_throughput"}));
    all.emplace_back("total_throughput", first_of({"total_token_throughput", "total_throughput"}));
    const auto tokens = positive_in(member(r, "total_output_tokens")), seconds = positive_in(member(r, "duration"));
    const auto said = first_of({"output_throughput"});
    if (tokens && seconds && said && *said != 0.0) {
        const double ratio = *said * *seconds / *tokens;
        if (!(ratio > 0.95 && ratio < 1.05))
            refuse("contradictory: output_throughput is not total_output_tokens / duration");
    }
    return all;
}

/// A limit on the requests in flight is a closed loop; a rate is an open one; neither is all requests at once.
inline void read_vllm_load(bench_run& run, const result_json& r, std::optional<double> completed) {
    const auto clients = whole_in(member(r, "max_concurrency")), rate = positive_in(member(r, "request_rate"));
    const std::string said = lower(text_of(member(r, "request_rate")));
    const bool at_once = said == "inf" || said == "infinity";
    const auto served = positive_in(member(r, "request_throughput"));
    if (rate) {
        if (clients && served && *served < 0.95 * *rate)
            refuse("a request rate and a limit on the requests in flight, which held the rate back");
        run.request_rate = open_loop_rate(*rate, served);
        const auto burstiness = positive_in(member(r, "burstiness"));
        if (burstiness && *burstiness != 1.0)
            run.notes.push_back("burstiness " + general(*burstiness) + ", read as Poisson");
    } else if (clients) {
        run.concurrency = closed_loop_clients(*clients, completed);
        run.request_rate = "inf";
    } else if (at_once && completed == 1.0) {
        run.concurrency = "1";
    } else if (at_once && completed && *completed >= least_saturating) {
        run.concurrency = "max";
        run.request_rate = "inf";
    } else if (at_once) {
        refuse("fewer than 1000 requests all at once: neither saturated nor a steady load");
    }
}

inline bench_run vllm_run(const result_json& r, const std::string& where, const conventions& c) {
    for (const auto& [key, v] : r.items())
        if (key.starts_with("spec_decode") || (key == "accept_length" && positive_in(v)))
            refuse("speculative decoding is not predicted");
    const result_json& ramp = member(r, "ramp_up_strategy");
    if (!text_of(ramp).empty() || (ramp.is_boolean() && ramp.get<bool>()) || (ramp.is_structured() && !ramp.empty()))
        refuse("a rate that rises during the run is not a steady load");
    const auto completed = completed_requests(r);
    std::string backend = lower(text_of(member(r, "backend")));
    if (backend.empty()) backend = lower(text_of(member(r, "endpoint_type")));
    if (contains(backend, "embedding") || contains(backend, "rerank")) refuse("embeddings are not predicted");
    bench_run run{.where = where,
                  .source = r.contains("total_output_tokens_retokenized") ? "sglang-bench" : "vllm-bench"};
    run.model = text_of(member(r, "model_id"));
    const result_json& server = member(r, "server_info");  // SGLang's own words
    if (!text_of(member(server, "model_path")).empty()) run.model = text_of(member(server, "model_path"));
    run.device = metadata_of(r, "device");
    for (const auto& [name, engine] : vllm_backends)
        if (name == backend) run.runtime = engine;
    run.assumed_runtime = "vllm";
    run.runtime_version = metadata_of(r, "runtime_version");
    if (run.runtime_version.empty()) run.runtime_version = text_of(member(server, "version"));
    const std::string weights = lower(metadata_of(r, "weights"));
    for (const auto& e : c.weights.entries())
        if (e.printed == weights) run.weights = weights;
    if (weights == "unstated") run.weights = weights;
    for (const char* what : {"tp", "pp", "dp", "ep"})
        if (const auto n = whole_in(metadata_of(r, what))) run.ranks[what] = shortest_text(*n);
    for (const auto& [rank, key] :
         {std::pair{"tp", "tp_size"}, {"pp", "pp_size"}, {"dp", "dp_size"}, {"ep", "ep_size"}})
        if (const auto n = whole_in(member(server, key))) run.ranks[rank] = shortest_text(*n);
    run.date = day_in(text_of(member(r, "date")));
    run.prompt = mean_length(r, "input", completed);
    run.output = mean_length(r, "output", completed);
    run.figures = vllm_figures(r);
    if (completed) run.notes.push_back(shortest_text(*completed) + " requests");
    read_vllm_load(run, r, completed);
    return run;
}

/// Adds the rows of one result.
inline void add_vllm_result(const result_json& r, const std::string& where, const stated& said, const conventions& c,
                            measured_table& table) {
    bench_run run;
    try {
        run = vllm_run(r, where, c);
    } catch (const refusal& why) {
        ++table.skipped["run: " + why.why];
        return;
    }
    add_run(std::move(run), said, table);
}
}  // namespace gambrel::detail
