// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog/tensorrt_llm.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::ceil;

void memory(worked& w) {
    w.text("Llama-3.1-70B in bf16 on 4 x H100 SXM under vLLM, requests of 2048 + 256 tokens: one of the devices.\n");
    const deployment<> d{catalog::llama_3_1_70b, catalog::h100_sxm, catalog::vllm, {.tensor = 4}};
    const memory_fit fit = fit_memory(d.model, d.device, d.runtime, d.cut, d.formats, 2304);
    const memory_policy& policy = d.runtime.memory;
    const scheduling& s = d.runtime.scheduling;

    const number ranks = w.given("ranks", 4, "");
    const number visible = w.given("visible", fit.visible / 1_GiB, "GiB", "of the device, as its driver shows it");
    const number fraction = w.given("fraction", policy.fraction, "", "--gpu-memory-utilization");
    const number budget = w.given("token_budget", s.token_budget, "", "--max-num-batched-tokens");
    const number slots = w.given("slots", s.most_sequences, "", "--max-num-seqs");
    const number copies = w.given("copies", policy.activation_copies, "", "activation_copies");
    const number logit_copies = w.given("logit_copies", policy.logit_copies, "", "of the sampler, in fp32");
    const number graphs = w.given("graphs", policy.graphs.value / 1_GiB, "GiB");
    const number communication = w.given("communication", policy.communication.value / 1_GiB, "GiB");
    const number reserve = w.given("reserve", policy.reserve.value / 1_GiB, "GiB");

    w.text("\nWeights in GiB (2^30 bytes): 80 layers of attention and MLP, cut; their norms, whole; both tables.");
    const number matrices = w.step(
        "matrices", 80 * (8192 * (64 + 2 * number(8)) * 128 + 64 * number(128) * 8192 + 3 * number(8192) * 28672),
        "parameters");
    const number tables = w.step("tables", 2 * number(128256) * 8192, "parameters");
    const number norms = w.step("norms", 80 * (2 * number(8192)) + 8192, "parameters");
    const number gib = 1073741824.0;
    const number weights = w.step("weights", 2 * ((matrices + tables) / ranks + norms) / gib, "GiB");
    w.library("weights", weights, fit.weights / 1_GiB, "GiB");

    w.text("\nWorking memory: the widest activation is gate and up on one rank, beside the hidden state.");
    const number widest = w.step("widest", 2 * number(28672) / ranks + 8192, "elements of a token");
    const number activations = w.step("activations", budget * widest * 2 * copies / gib, "GiB");
    const number sampler = w.step("sampler", logit_copies * slots * 128256 * 4 / gib, "GiB");
    w.text("The profiling run samples after its pass: the larger of the two counts, here the sampler's.");
    w.library("activations and logits", sampler, (fit.activations + fit.logits) / 1_GiB, "GiB");
    w.library("activations", activations, fit.activations / 1_GiB, "GiB");
    const number usable = w.step("usable", fraction * visible, "GiB");
    const number besides = w.step("besides", sampler + graphs + communication + reserve, "GiB");
    const number kv = w.step("KV", usable - weights - besides, "GiB");
    w.library("for keys and values", kv, fit.for_kv / 1_GiB, "GiB");

    w.text("\nA sequence: keys and values of 8 / 4 heads of 128 in 2 bytes, 80 layers; in blocks of 16 tokens.");
    const number per_token = w.step("per token", 80 * (8 / ranks * 2 * 128) * 2, "bytes");
    const number sequence = w.step("sequence", ceil(number(2304) / 16) * 16 * per_token / gib, "GiB");
    const number sequences = w.step("sequences", kv / sequence, "");
    w.library("sequences that fit", sequences, fit.most_sequences, "");

    w.text("\nTensorRT-LLM gives keys and values a fraction of what everything else leaves.");
    const memory_fit other = fit_memory(d.model, d.device, catalog::tensorrt_llm, d.cut, d.formats, 2304);
    const number part = w.given("fraction", catalog::tensorrt_llm.memory.fraction, "", "free_gpu_memory_fraction");
    const number all =
        w.given("besides", (other.weights + other.besides()) / 1_GiB, "GiB", "with its own budget and slots");
    w.library("for keys and values", w.step("KV", part * (visible - all), "GiB"), other.for_kv / 1_GiB, "GiB");
}
const pages::page memory_page("memory", memory);
}  // namespace
