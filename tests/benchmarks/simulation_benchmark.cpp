// SPDX-License-Identifier: Apache-2.0
// How many requests the simulator works off in a second: 8B on an H100, prompts 512-1536, outputs 128-384, KV blocks on.
#include <benchmark/benchmark.h>

#include <ridgepoint/simulation/run.hpp>

using namespace ridgepoint;
using namespace ridgepoint::simulation;

namespace {
/// The argument is the rate in hundredths of a request per second.
void simulated_requests(benchmark::State& state) {
    const linear_step law{6.7e-3, 2.08e-5, 4.9e-8};
    const server s{.scheduling = vllm_style(256, 8192), .blocks = 30000};
    const std::uint64_t count = 200'000;
    std::uint64_t passes = 0;
    for (auto _ : state) {
        const summary a = run(law, s, open_source(arrivals::poisson(static_cast<double>(state.range(0)) / 100.0),
                                                  length::uniform(512, 1536), length::uniform(128, 384), count, 1));
        benchmark::DoNotOptimize(a.ttft.mean());
        passes += a.passes;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(count) * state.iterations());
    state.counters["passes/s"] = benchmark::Counter(static_cast<double>(passes), benchmark::Counter::kIsRate);
}
BENCHMARK(simulated_requests)->Arg(295)->Arg(1238)->Arg(1700)->Unit(benchmark::kMillisecond);
}  // namespace
