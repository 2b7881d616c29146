// SPDX-License-Identifier: Apache-2.0
// How many requests the simulator works off in a second: 8B on an H100, prompts 512-1536, outputs 128-384, KV blocks
// on.
#include <benchmark/benchmark.h>

#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>
#include <gambrel/serving/deployment.hpp>
#include <gambrel/simulation/run.hpp>
#include <gambrel/step/tabulated_step.hpp>

using namespace gambrel;
using namespace gambrel::simulation;

namespace {
/// The argument is the rate in hundredths of a request per second.
void simulated_requests(benchmark::State& state) {
    const linear_step law{6.7e-3, 2.08e-5, 4.9e-8};
    const server s{.scheduling = vllm_style(256, 8192), .blocks = 30000};
    const std::uint64_t count = 200'000;
    std::uint64_t passes = 0;
    for (auto _ : state) {
        const summary a = run(law, s,
                              open_source(arrivals::poisson(static_cast<double>(state.range(0)) / 100.0),
                                          length::uniform(512, 1536), length::uniform(128, 384), count, 1));
        benchmark::DoNotOptimize(a.ttft.mean());
        passes += a.passes;
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(count) * state.iterations());
    state.counters["passes/s"] = benchmark::Counter(static_cast<double>(passes), benchmark::Counter::kIsRate);
}
BENCHMARK(simulated_requests)->Arg(295)->Arg(1238)->Arg(1700)->Unit(benchmark::kMillisecond);

/// The same requests on the tabulated law of Llama-3.1-8B on an H100 under vLLM, at about the same load.
void simulated_requests_of_a_deployment(benchmark::State& state) {
    const deployment<> d{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::vllm, {}};
    const roof<> r = d.roof();
    const tabulated_step law({d.model, d.cut, d.formats}, r, d.runtime, 4096);
    const server s = server_of(d.runtime, 30000);
    const std::uint64_t count = 200'000;
    for (auto _ : state) {
        const summary a =
            run(law, s,
                open_source(arrivals::poisson(17), length::uniform(512, 1536), length::uniform(128, 384), count, 1));
        benchmark::DoNotOptimize(a.ttft.mean());
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(count) * state.iterations());
}
BENCHMARK(simulated_requests_of_a_deployment)->Unit(benchmark::kMillisecond);

/// One look-up of the table, of a pass with prompts and decodes.
void look_up(benchmark::State& state) {
    const deployment<> d{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::vllm, {}};
    const roof<> r = d.roof();
    const tabulated_step law({d.model, d.cut, d.formats}, r, d.runtime, 4096);
    pass_load l{.decodes = 100,
                .context = 120'000,
                .prompts = 2,
                .prompt_tokens = 2000,
                .prompt_pairs = 1'000'000,
                .finishing = 2};
    for (auto _ : state) {
        benchmark::DoNotOptimize(l);
        benchmark::DoNotOptimize(law.seconds(l));
    }
}
BENCHMARK(look_up);

void tabulation(benchmark::State& state) {
    const deployment<> d{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::vllm, {}};
    const roof<> r = d.roof();
    for (auto _ : state)
        benchmark::DoNotOptimize(
            tabulated_step({d.model, d.cut, d.formats}, r, d.runtime, 131072).seconds({.decodes = 1}));
}
BENCHMARK(tabulation)->Unit(benchmark::kMillisecond);
}  // namespace
