// SPDX-License-Identifier: Apache-2.0
// "No" is an answer: predict() returns why and by how much as values, and report/ says it in a sentence together
// with what would work. Only a wrong value (NaN, a concurrency of -3) is an error.
#include <fmt/format.h>
#include <gambrel/ask/answer.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>

using namespace gambrel;
using namespace gambrel::literals;

void show(const char* what, const deployment<>& d, const workload& load) {
    const ask::answer a = ask::answered({.what = d, .load = load, .others = all_runtimes});
    fmt::print("{}\n  {}\n", what, a.ok() ? "works" : a.verdict.reason);
    if (!a.verdict.suggestion.empty()) fmt::print("  {}\n", a.verdict.suggestion);
}

int main() {
    const architecture& llama = model_named("llama-3.1-70b");
    const device<>& h100 = device_named("h100-sxm");
    const runtime<>& vllm = runtime_named("vllm");
    const precision fp8{.weights = linear_layers_in(formats::fp8)};
    const workload chat{.prompt = 1500, .output = 300, .concurrency = 32};

    show("70B in bf16 on one H100?", {llama, h100, vllm, {.tensor = 1}}, chat);
    show("cut over three?", {llama, h100, vllm, {.tensor = 3}}, chat);
    show("in fp8 on four A100?", {llama, device_named("a100-sxm-80"), vllm, {.tensor = 4}, fp8}, chat);
    show("on four TPU v5p under LMDeploy?", {llama, device_named("tpu-v5p"), runtime_named("lmdeploy"), {.tensor = 4}},
         chat);
    workload busy = chat;
    busy.rate = 500_req_per_s;
    show("500 requests per second on four H100?", {llama, h100, vllm, {.tensor = 4}}, busy);

    // In a program that plans, the values are what counts.
    const prediction<> p = predict(deployment{llama, h100, vllm, {.tensor = 1}}, chat);
    if (p.verdict.what == obstacle::does_not_fit) fmt::print("\nmissing: {}\n", to_string(p.verdict.shortfall));

    try {
        predict(deployment{llama, h100, vllm, {.tensor = 4}}, {.concurrency = -3});
    } catch (const error& e) {
        fmt::print("error: {}\n", e.what());
    }
    try {
        device_named("h100-smx");
    } catch (const error& e) {
        fmt::print("error: {}\n", e.what());
    }
}
