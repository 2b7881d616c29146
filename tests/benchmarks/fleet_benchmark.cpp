// SPDX-License-Identifier: Apache-2.0
// What a plan costs on one core: every device of the catalog, five cuts, three formats.
#include <benchmark/benchmark.h>

#include <gambrel/economics/price_catalog.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/planning/fleet_planner.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>

using namespace gambrel;

namespace {
template <class T> std::shared_ptr<const T> borrowed(const T& entry) { return {std::shared_ptr<void>{}, &entry}; }

fleet_question whole_catalog() {
    fleet_question q;
    q.model = borrowed(catalog::llama_3_1_70b);
    for (const device<>* d : all_devices) {
        const auto typical = typical_price(*d);
        q.supplies.push_back(
            {.device = borrowed(*d), .rent = typical ? std::optional(typical->value) : std::nullopt, .per_server = 8});
    }
    q.runtimes = {borrowed(catalog::vllm)};
    for (const int tensor : {1, 2, 4, 8, 16}) q.cuts.push_back({.tensor = tensor});
    const precision stored{.weights = as_served(q.model->stored), .kv = q.model->kv_cache};
    for (const storage_format* f : {&formats::bf16, &formats::fp8, &formats::int4_g128}) {
        q.formats.push_back(stored);
        q.formats.back().weights = linear_layers_in(*f);
    }
    q.load = {.prompt = 2048, .output = 256, .rate = requests_per_second(20)};
    q.limits.level.limits = {.ttft = seconds_of(1.0), .tpot = seconds_of(0.05)};
    return q;
}

/// Candidates a second are `items_per_second`.
void plan_of_the_catalog(benchmark::State& state) {
    fleet_question q = whole_catalog();
    q.decides = state.range(0) == 0 ? range_end::value : range_end::high;
    std::size_t candidates = 0;
    for (auto _ : state) {
        const fleet_plan p = plan_fleet(q);
        candidates += p.candidates.size();
        benchmark::DoNotOptimize(p.counted);
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(candidates));
}
BENCHMARK(plan_of_the_catalog)->Arg(0)->Arg(1)->ArgName("bad end")->Unit(benchmark::kMillisecond);

void bound_of_a_candidate(benchmark::State& state) {
    const fleet_question q = whole_catalog();
    const fleet_deployment d(q, {.supply = 0, .cut = 3, .format = 1});
    for (auto _ : state) benchmark::DoNotOptimize(bound_by_means(d.what, q.load, q.limits.level));
}
BENCHMARK(bound_of_a_candidate);
}  // namespace
