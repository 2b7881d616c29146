// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/predict.hpp>

#include "numbers.hpp"

using namespace gambrel;

namespace {
constexpr deployment<> known{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::vllm, {}, precision_in(formats::fp8)};
constexpr predictor<> ready_known(known);
constexpr prediction<> answer = ready_known.at({.prompt = 1024, .output = 128, .concurrency = 16});
static_assert(answer.ok() && answer.ttft.low < answer.ttft.value, "ready at compile time");
}  // namespace

static_assert(!std::is_constructible_v<predictor<>, deployment<>&&>, "it would refer to what is gone");

TEST_CASE("asked for many workloads in any order, it answers each as if it were the first") {
    const std::array loads{workload{.prompt = 2048, .output = 256, .concurrency = 64},
                           workload{.prompt = length::uniform(10, 5000), .output = 20, .concurrency = 1e4},
                           workload{.prompt = 1e6, .output = 1},
                           workload{.prompt = 2048, .output = 256, .rate = requests_per_second(2)},
                           workload{.prompt = 2048, .output = 256, .rate = requests_per_second(1e5)},
                           workload{.prompt = 512, .output = 64, .concurrency = 32, .images = 1},
                           workload{.prompt = 512,
                                    .output = 64,
                                    .concurrency = 32,
                                    .prefix_hit = 0.5,
                                    .protocol = protocol::serving_benchmark()}};
    for (const char* model : {"Llama-3.1-70B", "DeepSeek-V3", "mamba-2.8b"})
        for (const int tensor : {1, 7, 8}) {
            const deployment<> d{
                model_named(model), device_named("h200-sxm"), runtime_named("sglang"), {.tensor = tensor}};
            const predictor ready(d);
            for (int round = 0; round < 2; ++round)
                for (const workload& w : loads) CHECK(numbers_of(ready.at(w)) == numbers_of(predict(d, w)));
        }
}

TEST_CASE("a wrong descriptor is refused when it is made, a wrong workload when it is asked") {
    device<> none = device_named("h100-sxm");
    none.memory.bandwidth = {};
    const deployment<> wrong{model_named("Llama-3.1-8B"), none, runtime_named("vllm"), {}};
    CHECK_THROWS_WITH_AS(predictor{wrong}, "the device h100-sxm states no memory bandwidth", error);
    const deployment<> right{model_named("Llama-3.1-8B"), device_named("h100-sxm"), runtime_named("vllm"), {}};
    const predictor ready(right);
    CHECK_THROWS_WITH_AS(ready.at({.concurrency = 0}), "the concurrency is 0; it must be from 1 to 10000000", error);
}
