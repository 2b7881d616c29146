// SPDX-License-Identifier: Apache-2.0
// One deployment, one workload, one answer; the compiler works it out, so a promise about it can be a static_assert.
// [hello]
#include <iostream>
#include <ridgepoint/hardware/catalog/nvidia_datacenter.hpp>
#include <ridgepoint/model/catalog/llama.hpp>
#include <ridgepoint/ridgepoint.hpp>
#include <ridgepoint/runtime/catalog/vllm.hpp>
#include <ridgepoint/units_io.hpp>
using namespace ridgepoint;
using namespace ridgepoint::literals;

constexpr precision fp8{.weights = linear_layers_in(formats::fp8), .kv = formats::fp8};
constexpr deployment setup{catalog::llama_3_1_70b, catalog::h100_sxm, catalog::vllm, {.tensor = 4}, fp8};
constexpr prediction<> p = predict(setup, {.prompt = 2048, .output = 256, .concurrency = 64});
static_assert(p.ok() && p.tpot.high < 60_ms);  // breaks the build the day it breaks the promise

int main() { std::cout << "TTFT " << p.ttft << "\nTPOT " << p.tpot << "\noutput " << p.output_throughput << '\n'; }
// [hello]
