// SPDX-License-Identifier: Apache-2.0
// What one prediction costs: Llama-3.1-70B, fp8, four H100, vLLM, 64 clients, on one core.
#include <benchmark/benchmark.h>

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/numeric/dual.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>

using namespace gambrel;

namespace {
const precision fp8{.weights = linear_layers_in(formats::fp8), .kv = formats::fp8};

deployment<> asked(int tensor) {
    return {catalog::llama_3_1_70b, catalog::h100_sxm, catalog::vllm, {.tensor = tensor}, fp8};
}
workload load(double clients) { return {.prompt = 2048, .output = 256, .concurrency = clients}; }

/// The whole answer: figures with ranges, time by class and by bound, memory, bottleneck.
void prediction_of_a_known_deployment(benchmark::State& state) {
    const deployment<> d = asked(4);
    workload w = load(64);
    for (auto _ : state) {
        benchmark::DoNotOptimize(w);
        benchmark::DoNotOptimize(predict(d, w));
    }
}
BENCHMARK(prediction_of_a_known_deployment);

/// The same with the table of every operation of both kinds of passes.
void prediction_with_operator_tables(benchmark::State& state) {
    const deployment<> d = asked(4);
    workload w = load(64);
    for (auto _ : state) {
        benchmark::DoNotOptimize(w);
        const prediction<> p = predict(d, w);
        const roof<> r = d.roof();
        const pass_inputs terms{d.model, d.cut, d.formats};
        benchmark::DoNotOptimize(operators_of(terms, step_shape::decode(p.batch, 2176), r));
        benchmark::DoNotOptimize(operators_of(terms, step_shape::prefill(1, 2048), r));
        benchmark::DoNotOptimize(p.tpot_bound());
    }
}
BENCHMARK(prediction_with_operator_tables);

/// A planner's loop: a million deployments and loads, each built from its parts.
void a_million_configurations(benchmark::State& state) {
    for (auto _ : state) {
        double sum = 0.0;
        for (int i = 0; i < 1'000'000; ++i) {
            const prediction<> p = predict(asked(1 << (i % 4)), load(1 + i % 256));
            if (p.ok()) sum += p.output_throughput.value.value();
        }
        benchmark::DoNotOptimize(sum);
    }
}
BENCHMARK(a_million_configurations)->Unit(benchmark::kMillisecond)->Iterations(1);

/// An open loop solves for the number in flight.
void open_loop(benchmark::State& state) {
    const deployment<> d = asked(4);
    workload w{.prompt = 2048, .output = 256, .rate = requests_per_second(3)};
    for (auto _ : state) {
        benchmark::DoNotOptimize(w);
        benchmark::DoNotOptimize(predict(d, w));
    }
}
BENCHMARK(open_loop);

/// A sensitivity: the same kernel on a dual scalar.
void prediction_with_two_derivatives(benchmark::State& state) {
    const deployment<> plain = asked(4);
    device<dual<2>> hardware = as<dual<2>>(catalog::h100_sxm);
    hardware.memory.bandwidth.value =
        make<byte_rate<dual<2>>>(variable<2>(hardware.memory.bandwidth.value.value().value, 0));
    const runtime<dual<2>> software = as<dual<2>>(catalog::vllm);
    const deployment<dual<2>> d{catalog::llama_3_1_70b, hardware, software,
                                {.tensor = 4},          fp8,      as<dual<2>>(plain.constants)};
    workload w = load(64);
    for (auto _ : state) {
        benchmark::DoNotOptimize(w);
        benchmark::DoNotOptimize(predict(d, w));
    }
}
BENCHMARK(prediction_with_two_derivatives);
}  // namespace
