// SPDX-License-Identifier: Apache-2.0
// What the distributions of a loaded deployment cost: the reference scenario (8B on an H100 as a straight law, prompts
// of 512 to 1536 tokens, outputs of 128 to 384, 256 slots), on one core.
#include <benchmark/benchmark.h>

#include <gambrel/serving/load/capacity.hpp>

using namespace gambrel;

namespace {
constexpr linear_step law{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};

load_model<linear_step> reference() {
    return {law, length::uniform(512, 1536), length::uniform(128, 384), {.scheduling = {.most_sequences = 256}}};
}

void load_model_of_a_workload(benchmark::State& state) {
    for (auto _ : state) benchmark::DoNotOptimize(reference());
}
BENCHMARK(load_model_of_a_workload)->Unit(benchmark::kMicrosecond);

/// Distributions of TTFT, TPOT, ITL and latency, and four percentiles of each; at shares of the greatest rate.
void percentiles_of_an_operating_point(benchmark::State& state) {
    const load_model<linear_step> m = reference();
    const request_rate<> rate = m.limit() * (static_cast<double>(state.range(0)) / 100.0);
    for (auto _ : state) {
        const load_prediction p = m.at(rate);
        double sum = 0.0;
        for (const latency_distribution* l : {&p.ttft, &p.tpot, &p.itl, &p.latency})
            for (const double share : {0.5, 0.9, 0.95, 0.99}) sum += l->quantile(share).value();
        benchmark::DoNotOptimize(sum);
    }
}
BENCHMARK(percentiles_of_an_operating_point)->Arg(15)->Arg(60)->Arg(92)->Unit(benchmark::kMicrosecond);

void most_rate_under_an_objective(benchmark::State& state) {
    const load_model<linear_step> m = reference();
    const service_level level{.limits = {.ttft = milliseconds(100), .tpot = milliseconds(30)}};
    for (auto _ : state) benchmark::DoNotOptimize(most_rate(m, level));
}
BENCHMARK(most_rate_under_an_objective)->Unit(benchmark::kMicrosecond);
}  // namespace
