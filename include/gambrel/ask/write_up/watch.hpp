// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What to watch for a day after a change: expressions of Prometheus over a server's own counters, with thresholds from the
/// prediction. The names are those of vLLM's /metrics (vllm/v1/metrics/loggers.py); of other servers the counters are said in
/// words. Evidence: tests/ask/write_up_test.cpp.

#include <cmath>
#include <fmt/core.h>
#include <gambrel/ask/answer.hpp>
#include <string>
#include <vector>

namespace gambrel::ask {

struct watched {
    std::string what{}, expression{}, means{};
};

inline std::vector<watched> watch_of(const question& q, const answer& a) {
    const prediction<>& p = a.predicted;
    const auto seconds_of = [](const auto& t) { return fmt::format("{:.4g}", t.value()); };
    const bool vllm = q.what.runtime.name.view().starts_with("vllm");
    const auto name = [&](const char* counter, const char* words) {
        return vllm ? std::string("vllm:") + counter : std::string("<") + words + ">";
    };
    const std::string ttft = name("time_to_first_token_seconds", "time to first token"),
                      itl = name("inter_token_latency_seconds", "time between tokens");
    std::vector<watched> all;
    const auto mean = [](const std::string& n) {
        return fmt::format("sum(rate({0}_sum[10m])) / sum(rate({0}_count[10m]))", n);
    };
    all.push_back({"TTFT above the range that is predicted", mean(ttft) + " > " + seconds_of(p.ttft.high),
                   "prompts wait: load, slots or a slower pass"});
    if (p.has_tpot())
        all.push_back({"time between tokens above the range that is predicted",
                       mean(itl) + " > " + seconds_of(p.tpot.high),
                       "steps are slower than they should be: clocks, kernels, prompts in the steps"});
    all.push_back({"requests that wait",
                   fmt::format("sum({}) > {:.0f}", name("num_requests_waiting", "requests waiting"),
                               std::fmax(1.0, 2.0 * p.waiting)),
                   "slots or memory for the cache are short"});
    all.push_back({"the cache nearly full",
                   "max(" + name("kv_cache_usage_perc", "share of the cache in use") + ") > 0.95",
                   "requests will be held back or evicted"});
    all.push_back({"evictions", "sum(increase(" + name("num_preemptions_total", "requests evicted") + "[10m])) > 0",
                   "the cache is short: work is done twice"});
    if (!q.load.open_loop())
        all.push_back({"fewer tokens than predicted under full load",
                       fmt::format("sum(rate({}[10m])) < {:.4g}", name("generation_tokens_total", "output tokens"),
                                   p.output_throughput.low.value()),
                       "look at TTFT and the time between tokens; without load it says nothing"});
    if (q.load.prefix_hit > 0.0)
        all.push_back(
            {"fewer prefix hits than assumed",
             fmt::format("sum(rate({}[1h])) / sum(rate({}[1h])) < {:.3g}",
                         name("prefix_cache_hits_total", "prompt tokens found"),
                         name("prefix_cache_queries_total", "prompt tokens looked for"), 0.8 * q.load.prefix_hit),
             "the gain that rests on them is gone"});
    return all;
}
}  // namespace gambrel::ask
