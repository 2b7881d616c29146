// SPDX-License-Identifier: Apache-2.0
#pragma once
// Every number of a prediction, with a name, so that a test can look at all of them.

#include <gambrel/serving/predict.hpp>
#include <string>
#include <utility>
#include <vector>

namespace gambrel {

inline std::vector<std::pair<std::string, double>> numbers_of(const prediction<>& p) {
    std::vector<std::pair<std::string, double>> all{{"have", p.verdict.have},
                                                    {"limit", p.verdict.limit},
                                                    {"suggestion", p.verdict.suggestion},
                                                    {"shortfall", p.verdict.shortfall.value()},
                                                    {"running", p.running},
                                                    {"waiting", p.waiting},
                                                    {"batch", p.batch},
                                                    {"mfu", p.mfu},
                                                    {"mbu", p.mbu},
                                                    {"utilisation", p.utilisation},
                                                    {"prompt share", p.prompt_share},
                                                    {"prefill passes", p.prefill_passes},
                                                    {"most sequences", p.memory.most_sequences},
                                                    {"longest context", p.memory.longest_context}};
    const auto figure = [&](const char* name, const auto& f) {
        for (const auto& x : {f.value, f.low, f.high}) all.emplace_back(name, x.value());
    };
    figure("ttft", p.ttft);
    figure("tpot", p.tpot);
    figure("latency", p.latency);
    figure("request throughput", p.request_throughput);
    figure("output throughput", p.output_throughput);
    figure("total throughput", p.total_throughput);
    figure("output per device", p.output_per_device);
    figure("output per user", p.output_per_user);
    const memory_fit& m = p.memory;
    for (const bytes<>& b : {m.capacity, m.usable, m.weights, m.activations, m.logits, m.graphs, m.communication,
                             m.reserve, m.for_kv, m.kv_per_token, m.kv_ideal, m.kv_allocated, m.shortfall})
        all.emplace_back("memory", b.value());
    for (const auto* t : {&p.decode, &p.prefill, &p.mean_step, &p.first_token}) {
        for (std::size_t i = 0; i < cost_class_count; ++i) all.emplace_back("time by class", t->by_class(i).value());
        for (std::size_t i = 0; i < bound_count; ++i)
            all.emplace_back("time by bound", t->by_bound(static_cast<bound>(i)).value());
        for (const double x : {t->total().value(), t->sigma(), t->work().value(), t->traffic().value(), t->kernels()})
            all.emplace_back("pass", x);
    }
    return all;
}
}  // namespace gambrel
