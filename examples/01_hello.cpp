// SPDX-License-Identifier: Apache-2.0
// One deployment, one workload, one answer; the compiler works it out, so a promise about it can be a static_assert.
// [hello]
#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>
#include <gambrel/units_io.hpp>
#include <iostream>
using namespace gambrel;
using namespace gambrel::literals;

constexpr precision fp8{.weights = linear_layers_in(formats::fp8), .kv = formats::fp8};
constexpr deployment setup{catalog::llama_3_1_70b, catalog::h100_sxm, catalog::vllm, {.tensor = 4}, fp8};
constexpr prediction<> p = predict(setup, {.prompt = 2048, .output = 256, .concurrency = 64});
static_assert(p.ok() && p.tpot.high < 60_ms);  // breaks the build the day it breaks the promise

int main() { std::cout << "TTFT " << p.ttft << "\nTPOT " << p.tpot << "\noutput " << p.output_throughput << '\n'; }
// [hello]
