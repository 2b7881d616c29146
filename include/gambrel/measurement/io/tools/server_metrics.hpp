// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Two scrapes of `/metrics` of vLLM or SGLang as one observation: gauges of the later scrape, differences of the counters,
/// means and quantiles of what the histograms took in between. One scrape alone counts from the server's start.
///
///     vLLM     num_requests_{running,waiting} num_requests_waiting_by_reason{reason="capacity"} kv_cache_usage_perc
///              num_preemptions_total prefix_cache_{queries,hits}_total {prompt,generation}_tokens_total
///              request_success_total {time_to_first_token,inter_token_latency,request_queue_time,
///              e2e_request_latency}_seconds spec_decode_num_{drafts,accepted_tokens,draft_tokens}_total cache_config_info
///     SGLang   num_running_reqs num_queue_reqs token_usage {prompt,generation}_tokens_total num_requests_total
///              cached_tokens_total {time_to_first_token,inter_token_latency,queue_time,e2e_request_latency}_seconds
///
/// Older names (gpu_cache_usage_perc, time_per_output_token_seconds) are read as the later ones. Of several engines gauges
/// of requests are added; the cache's fill is the fullest one's. Quantiles lie between two bounds of buckets, linear
/// between them, as Prometheus' histogram_quantile; above the last finite bound there is none.
/// Source: vllm/v1/metrics/loggers.py (vllm-project/vllm); python/sglang/srt/metrics/collector.py (sgl-project/sglang).
/// Evidence: tests/measurement/io/profiles_test.cpp.

#include <gambrel/measurement/io/llama_bench_text.hpp>
#include <gambrel/measurement/io/observed_figure.hpp>
#include <gambrel/measurement/io/tools/prometheus_text.hpp>

namespace gambrel::detail {

inline bool is_server_series(std::string_view name) { return name.starts_with("vllm:") || name.starts_with("sglang:"); }

inline bool is_server_metrics(const std::string& head) {
    for (const std::string& line : lines_of(head)) {
        std::string what;
        if (const auto s = sample_in(without_blanks(line), what); s && is_server_series(s->name)) return true;
    }
    return false;
}

/// Differences and gauges of a pair of scrapes, by the names without "vllm:".
class scrape_pair {
public:
    scrape_pair(const prometheus_scrape& first, const prometheus_scrape& last, bool alone, const std::string& where)
        : first_(first), last_(last), alone_(alone), where_(where) {}

    /// The sum over all label sets of the first of `names` that there is.
    std::optional<double> gauge(std::initializer_list<std::string_view> names, bool most = false,
                                std::string_view reason = "") const {
        for (const std::string_view name : names) {
            std::optional<double> total;
            for (const auto& [key, s] : last_.samples)
                if (bare(s.name) == name && !std::isnan(s.value) && (reason.empty() || label(s, "reason") == reason))
                    total = most ? std::max(total.value_or(0.0), s.value) : total.value_or(0.0) + s.value;
            if (total) return total;
        }
        return {};
    }
    /// The growth of a counter.
    std::optional<double> growth(std::initializer_list<std::string_view> names) const {
        for (const std::string_view name : names) {
            std::optional<double> total;
            for (const auto& [key, s] : last_.samples) {
                if (bare(s.name) != name || std::isnan(s.value)) continue;
                const auto before = alone_ ? first_.samples.end() : first_.samples.find(key);
                const double from = before == first_.samples.end() ? 0.0 : before->second.value;
                if (s.value < from)
                    fail(where_ + ": " + s.name + " fell from " + general(from) + " to " + general(s.value) +
                         " between the scrapes: the server started anew, or they are in the wrong order");
                total = total.value_or(0.0) + s.value - from;
            }
            if (total) return total;
        }
        return {};
    }
    std::optional<double> mean(const std::string& histogram) const {
        const auto sum = growth({histogram + "_sum"}), count = growth({histogram + "_count"});
        return sum && count && *count > 0.0 ? std::optional(*sum / *count) : std::nullopt;
    }
    /// The quantiles of what came into a histogram.
    std::optional<double> quantile(const std::string& histogram, double q) const {
        std::map<double, double> below;  // upper bound -> samples
        for (const auto& [key, s] : last_.samples) {
            if (bare(s.name) != histogram + "_bucket" || std::isnan(s.value)) continue;
            const auto before = alone_ ? first_.samples.end() : first_.samples.find(key);
            const std::string le = label(s, "le");
            const auto bound = le == "+Inf" || le == "inf" ? std::optional(1e300) : number_of(result_json(le));
            if (bound) below[*bound] += s.value - (before == first_.samples.end() ? 0.0 : before->second.value);
        }
        if (below.empty() || !(below.rbegin()->second > 0.0)) return {};
        const double rank = q * below.rbegin()->second;
        double from = 0.0, count = 0.0;
        for (const auto& [bound, samples] : below) {
            if (samples >= rank && samples > count) {
                if (bound >= 1e300) return {};
                return from + (bound - from) * (rank - count) / (samples - count);
            }
            from = bound;
            count = samples;
        }
        return {};
    }
    static std::string label(const prometheus_sample& s, const char* name) {
        const auto at = s.labels.find(name);
        return at == s.labels.end() ? "" : at->second;
    }
    static std::string_view bare(std::string_view name) { return name.substr(name.find(':') + 1); }
    const prometheus_scrape& last() const { return last_; }

private:
    const prometheus_scrape &first_, &last_;
    bool alone_;
    std::string where_;
};

inline void observe_server_names(observation& o, const prometheus_scrape& last) {
    for (const auto& [key, s] : last.samples) {
        if (o.runtime.empty()) o.runtime = s.name.starts_with("vllm:") ? "vllm" : "sglang";
        if (o.model.empty()) o.model = printable(scrape_pair::label(s, "model_name").substr(0, 300));
        if (scrape_pair::bare(s.name) != "cache_config_info") continue;
        for (const char* setting :
             {"block_size", "num_gpu_blocks", "cache_dtype", "gpu_memory_utilization", "enable_prefix_caching"})
            if (const std::string v = scrape_pair::label(s, setting); !v.empty() && v != "None")
                o.settings[setting] = printable(v.substr(0, 100));
    }
}

/// The observation of two scrapes; `alone`: there is only `last`.
inline observation server_observation(const prometheus_scrape& first, const prometheus_scrape& last, bool alone,
                                      const std::string& where) {
    observation o;
    o.where = where;
    observe_server_names(o, last);
    o.tool = o.runtime == "vllm" ? "vLLM /metrics" : "SGLang /metrics";
    const scrape_pair p(first, last, alone, where);
    server_counters s;
    if (!alone && first.seconds && last.seconds && *last.seconds > *first.seconds)
        s.seconds = *last.seconds - *first.seconds;
    s.running = p.gauge({"num_requests_running", "num_running_reqs"});
    s.waiting = p.gauge({"num_requests_waiting", "num_queue_reqs"});
    s.waiting_for_capacity = p.gauge({"num_requests_waiting_by_reason"}, false, "capacity");
    s.kv_usage = p.gauge({"kv_cache_usage_perc", "gpu_cache_usage_perc", "token_usage"}, true);
    s.preemptions = p.growth({"num_preemptions_total", "num_preemptions", "num_retracted_requests_total"});
    s.prefix_queries = p.growth({"prefix_cache_queries_total", "gpu_prefix_cache_queries_total"});
    s.prefix_hits = p.growth({"prefix_cache_hits_total", "gpu_prefix_cache_hits_total", "cached_tokens_total"});
    s.prompt_tokens = p.growth({"prompt_tokens_total"});
    s.output_tokens = p.growth({"generation_tokens_total"});
    if (s.prefix_hits && !s.prefix_queries) s.prefix_queries = s.prompt_tokens;
    s.requests = p.growth({"request_success_total", "num_requests_total", "e2e_request_latency_seconds_count"});
    s.drafted_tokens = p.growth({"spec_decode_num_draft_tokens_total"});
    s.accepted_tokens = p.growth({"spec_decode_num_accepted_tokens_total"});
    if (const auto drafts = p.growth({"spec_decode_num_drafts_total"}); drafts && s.accepted_tokens && *drafts > 0.0)
        o.accepted_per_step = 1.0 + *s.accepted_tokens / *drafts;
    for (const auto& [metric, names] : {std::pair{"ttft", std::vector<std::string>{"time_to_first_token_seconds"}},
                                        {"itl", {"inter_token_latency_seconds", "time_per_output_token_seconds"}},
                                        {"tpot", {"request_time_per_output_token_seconds"}},
                                        {"e2e_latency", {"e2e_request_latency_seconds"}},
                                        {"queue_time", {"request_queue_time_seconds", "queue_time_seconds"}}})
        for (const std::string& name : names) {
            const auto mean = p.mean(name);
            if (!mean) continue;
            put(o, std::string(metric) + "_mean", mean);
            for (const auto& [statistic, q] : {std::pair{"_median", 0.5}, {"_p90", 0.9}, {"_p99", 0.99}})
                put(o, metric + std::string(statistic), p.quantile(name, q));
            break;
        }
    if (const auto q = o.figures.find("queue_time_mean"); q != o.figures.end()) s.queue_time_mean = q->second;
    o.prompt = p.mean("request_prompt_tokens");
    o.output = p.mean("request_generation_tokens");
    o.completed = s.requests;
    if (s.seconds) {
        o.duration = s.seconds;
        if (s.output_tokens) put(o, "output_throughput", *s.output_tokens / *s.seconds);
        if (s.requests) put(o, "request_throughput", *s.requests / *s.seconds);
    }
    o.server = s;
    o.notes.push_back(alone ? "one scrape: counters since the server's start"
                            : "percentiles from the bounds of buckets");
    return o;
}

inline void observe_server_metrics(std::istream& in, const std::string& where, std::vector<observation>& all) {
    const scrapes found = read_scrapes(in, where, is_server_series);
    if (!found.last || found.last->samples.empty()) fail(where + " has no series of vLLM or SGLang in its last scrape");
    all.push_back(server_observation(*found.first, *found.last, found.count < 2, where));
    if (found.count > 2)
        all.back().notes.push_back(std::to_string(found.count) + " scrapes, the first against the last");
}
}  // namespace gambrel::detail
