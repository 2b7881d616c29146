// SPDX-License-Identifier: Apache-2.0
// What a row of a sweep costs on one core, all columns: configurations per second are `items_per_second`.
#include <benchmark/benchmark.h>

#include <Eigen/Core>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/deepseek.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/planning/sweep.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>

using namespace gambrel;

namespace {
/// A catalog entry as a shared pointer that owns nothing.
template <class T> std::shared_ptr<const T> borrowed(const T& entry) { return {std::shared_ptr<void>{}, &entry}; }

precision fp8(const architecture&) { return {.weights = linear_layers_in(formats::fp8), .kv = formats::fp8}; }

std::vector<load_level> clients(int most) {
    std::vector<load_level> all;
    for (int i = 1; i <= most; ++i) all.push_back(load_level::closed(i));
    return all;
}

/// Llama-3.1-70B on two boards, cut over 2, 4 and 8, two formats, three prompts, 512 concurrencies: 18,432 rows.
sweep_axes typical() {
    return {.models = {borrowed(catalog::llama_3_1_70b)},
            .devices = {borrowed(catalog::h100_sxm), borrowed(catalog::h200_sxm)},
            .runtimes = {borrowed(catalog::vllm)},
            .cuts = {{.tensor = 2}, {.tensor = 4}, {.tensor = 8}},
            .precisions = {stored_precision, fp8},
            .prompts = {512.0, 2048.0, 8192.0},
            .outputs = {256.0},
            .loads = clients(512)};
}

/// All columns of all rows of `axes` on one thread.
void all_columns(benchmark::State& state, const sweep_axes& axes) {
    const sweep_plan plan(axes);
    const auto rows = static_cast<Eigen::Index>(plan.rows());
    Eigen::ArrayXXd figures(rows, sweep_column_count);
    Eigen::Array<std::int32_t, Eigen::Dynamic, Eigen::Dynamic> codes(rows, sweep_code_count);
    std::vector<sweep_column> figure_names;
    for (std::size_t i = 0; i < sweep_column_count; ++i) figure_names.push_back(static_cast<sweep_column>(i));
    std::vector<sweep_code> code_names;
    for (std::size_t i = 0; i < sweep_code_count; ++i) code_names.push_back(static_cast<sweep_code>(i));
    for (auto _ : state)
        fill_columns(plan, 0, plan.rows(),
                     {figure_names,
                      {figures.data(), rows, figures.cols(), Eigen::OuterStride<>(rows)},
                      code_names,
                      {codes.data(), rows, codes.cols(), Eigen::OuterStride<>(rows)}},
                     {.threads = 1});
    state.SetItemsProcessed(static_cast<std::int64_t>(plan.rows()) * state.iterations());
}

void sweep_of_concurrencies(benchmark::State& state) { all_columns(state, typical()); }
BENCHMARK(sweep_of_concurrencies)->Unit(benchmark::kMillisecond);

/// The same with no two rows alike: 1 to 512 clients of a small model, none of whom waits.
void sweep_without_waiting(benchmark::State& state) {
    sweep_axes axes = typical();
    axes.models = {borrowed(catalog::llama_3_1_8b)};
    axes.cuts = {{.tensor = 2}, {.tensor = 4}, {.tensor = 8}};
    axes.prompts = {256.0, 512.0, 768.0};
    all_columns(state, axes);
}
BENCHMARK(sweep_without_waiting)->Unit(benchmark::kMillisecond);

/// A new deployment every row: what cuts and formats cost beside loads.
void sweep_of_deployments(benchmark::State& state) {
    sweep_axes axes = typical();
    axes.loads = {load_level::closed(64)};
    axes.prompts = {2048.0};
    axes.cuts.clear();
    for (int replicas = 1; replicas <= 512; ++replicas) axes.cuts.push_back({.tensor = 4, .replicas = replicas});
    all_columns(state, axes);
}
BENCHMARK(sweep_of_deployments)->Unit(benchmark::kMillisecond);

/// Many operations in a pass: latent attention and experts.
void sweep_of_a_mixture_of_experts(benchmark::State& state) {
    sweep_axes axes = typical();
    axes.models = {borrowed(catalog::deepseek_v3)};
    axes.devices = {borrowed(catalog::h200_sxm)};
    axes.precisions = {stored_precision};
    axes.cuts = {{.tensor = 8}, {.tensor = 8, .expert = 8}};
    all_columns(state, axes);
}
BENCHMARK(sweep_of_a_mixture_of_experts)->Unit(benchmark::kMillisecond);

/// An open loop solves for the number in flight, row by row.
void sweep_of_rates(benchmark::State& state) {
    sweep_axes axes = typical();
    axes.loads.clear();
    for (int i = 1; i <= 64; ++i) axes.loads.push_back(load_level::open(0.05 * i));
    all_columns(state, axes);
}
BENCHMARK(sweep_of_rates)->Unit(benchmark::kMillisecond);
}  // namespace
