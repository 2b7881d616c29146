// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Engines of published tables that are not products to plan with, and so not in the catalog: research or vendor
/// harnesses that run one static batch. Each is a runtime of the catalog that works most alike, under its own name.
///
///     gpt-fast            PyTorch compiled to CUDA graphs, batch 1: no scheduler, no frontend
///     FasterTransformer   C++ kernels launched on a stream, no scheduler: TensorRT-LLM's predecessor
///     Optimum Habana      HPU graphs, static shapes and batches
///     JetStream           XLA programs compiled ahead, prompts on their own, insert, then decode
///
/// All host times are a-priori guesses like those of the catalog.

#include <gambrel/runtime/catalog.hpp>

namespace gambrel {

inline constexpr runtime<> gpt_fast = [] {
    runtime<> r = catalog::vllm;
    r.name = "gpt-fast";
    r.title = "gpt-fast (torch.compile, CUDA graphs)";
    r.version = "2023 to 2024";
    r.scheduling = {.batching = batching::fixed_batch,
                    .admission = admission::reserve_all,
                    .chunked_prefill = false,
                    .most_sequences = 1};
    r.host = {.per_step = {milliseconds(0.1),
                           {"a-priori guess: one graph replay and one sample", "2026-11", evidence::recalled}}};
    r.kernels = kernel_library::other;
    r.memory = catalog::transformers.memory;
    r.devices = {.nvidia = true, .amd = true};
    return r;
}();

inline constexpr runtime<> faster_transformer = [] {
    runtime<> r = catalog::tensorrt_llm_engine;
    r.name = "faster-transformer";
    r.title = "FasterTransformer";
    r.version = "5.0 to 5.3";
    r.scheduling.batching = batching::fixed_batch;
    r.host.per_request = {};
    r.kernels = kernel_library::other;
    r.formats = {.fp8 = false, .int4 = false, .fp4 = false, .fp8_kv = false};
    return r;
}();

inline constexpr runtime<> optimum_habana = [] {
    runtime<> r = catalog::neuron;
    r.name = "optimum-habana";
    r.title = "Optimum Habana (static batch)";
    r.version = "SynapseAI 1.18";
    r.scheduling.batching = batching::fixed_batch;
    r.scheduling.prompts_per_step = 0;
    r.devices = {.nvidia = false, .intel = true};
    r.host.per_request = {};
    return r;
}();

inline constexpr runtime<> jetstream = [] {
    runtime<> r = catalog::neuron;
    r.name = "jetstream";
    r.title = "JetStream (PyTorch/XLA, JAX)";
    r.version = "2024";
    r.scheduling.most_sequences = 96;
    r.devices = {.nvidia = false, .google = true};
    return r;
}();

/// The runtime of that name, of the catalog or of this file; null when there is none.
constexpr const runtime<>* find_measured_runtime(std::string_view name) {
    for (const runtime<>* r : {&gpt_fast, &faster_transformer, &optimum_habana, &jetstream})
        if (same_name(r->name.view(), name)) return r;
    return find_runtime(name);
}
}  // namespace gambrel
