// SPDX-License-Identifier: Apache-2.0
// What finding a descriptor by its name costs: the last of the catalog, another name of it, and a name with a suffix.
#include <benchmark/benchmark.h>

#include <gambrel/ask/names.hpp>

using namespace gambrel;

namespace {
void device_by_its_name(benchmark::State& state) {
    std::string_view name = all_devices.back()->name;
    for (auto _ : state) {
        benchmark::DoNotOptimize(name);
        benchmark::DoNotOptimize(find_device(name));
    }
}
BENCHMARK(device_by_its_name);

void device_by_what_its_driver_prints(benchmark::State& state) {
    std::string_view name = "NVIDIA H100 80GB HBM3";
    for (auto _ : state) {
        benchmark::DoNotOptimize(name);
        benchmark::DoNotOptimize(find_device(name));
    }
}
BENCHMARK(device_by_what_its_driver_prints);

void machine_of_a_cloud(benchmark::State& state) {
    std::string_view name = "p5.48xlarge";
    for (auto _ : state) {
        benchmark::DoNotOptimize(name);
        benchmark::DoNotOptimize(ask::device_rented(name));
    }
}
BENCHMARK(machine_of_a_cloud);

void model_by_its_id(benchmark::State& state) {
    std::string_view name = all_models.back()->name;
    for (auto _ : state) {
        benchmark::DoNotOptimize(name);
        benchmark::DoNotOptimize(find_model(name));
    }
}
BENCHMARK(model_by_its_id);

void model_by_a_short_name(benchmark::State& state) {
    std::string_view name = "llama-4-scout";
    for (auto _ : state) {
        benchmark::DoNotOptimize(name);
        benchmark::DoNotOptimize(find_model(name));
    }
}
BENCHMARK(model_by_a_short_name);

void model_and_format_of_a_checkpoint(benchmark::State& state) {
    const std::string name = "Qwen/Qwen3-8B-AWQ";
    for (auto _ : state) benchmark::DoNotOptimize(ask::model_served(name));
}
BENCHMARK(model_and_format_of_a_checkpoint);

void model_of_an_ollama_tag(benchmark::State& state) {
    const std::string name = "llama3.1:8b";
    for (auto _ : state) benchmark::DoNotOptimize(ask::model_served(name));
}
BENCHMARK(model_of_an_ollama_tag);
}  // namespace
