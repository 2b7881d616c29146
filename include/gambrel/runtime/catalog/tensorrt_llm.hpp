// SPDX-License-Identifier: Apache-2.0
#pragma once
/// TensorRT-LLM, PyTorch backend. A step packs running decodes, then whole prompts while they fit the budget (no
/// chunking by default); a request is admitted when KV for its prompt and longest output is free, so nothing is
/// ever evicted. Steps that carry a prompt run without a graph.
///
/// Settings: InferenceX scripts of 2025-10 (budget 16384, Llama-70B); KV fraction 0.9 of what the weights leave and
/// the no-evict policy: nvidia.github.io/TensorRT-LLM. 2048 slots and 32-token blocks are recalled defaults.
/// `tensorrt_llm_batch_wait` is what InferenceX ran at 1k/1k below 8 ranks: prompts are held up to 20 steps while
/// anything decodes, which adds 20 x TPOT to TTFT. `tensorrt_llm_engine` is the compiled-engine C++ runtime.

#include <gambrel/runtime/catalog/sources.hpp>
#include <gambrel/runtime/catalog/with_fit.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel::catalog {

inline constexpr runtime<> tensorrt_llm = with_fit({
    .name = "tensorrt-llm",
    .title = "TensorRT-LLM (PyTorch backend)",
    .version = "1.0 to 1.3",
    .scheduling = {.batching = batching::mixed,
                   .admission = admission::reserve_all,
                   .chunked_prefill = false,
                   .token_budget = 16384,
                   .most_sequences = 2048,
                   .async_scheduling = true},
    .host = {.per_message = {microseconds(51), cited_runtime::fastest_stream}},
    .kernels = kernel_library::tensorrt_llm,
    .memory = {.basis = memory_basis::after_weights,
               .fraction = 0.90,
               .reserve = {gigabytes(3.5), cited_runtime::other_memory},
               .communication = {megabytes(392), cited_runtime::nccl_memory},
               .block_tokens = 32,
               .pads_weights = true},
    .devices = {.nvidia = true},
}, "tensorrt-llm", "1.0");

inline constexpr runtime<> tensorrt_llm_batch_wait = [] {
    runtime<> r = tensorrt_llm;
    r.name = "tensorrt-llm-batch-wait";
    r.title = "TensorRT-LLM (PyTorch backend), prompts held up to 20 steps";
    r.scheduling.batch_wait_steps = 20;
    return r;
}();

/// Compiled engine and C++ scheduler (to 0.19): launches from C++, budget and slots as recalled defaults.
inline constexpr runtime<> tensorrt_llm_engine = [] {
    runtime<> r = tensorrt_llm;
    r.name = "tensorrt-llm-engine";
    r.title = "TensorRT-LLM (compiled engine, C++ runtime)";
    r.version = "0.12 to 0.19";
    r.scheduling.token_budget = 8192;
    r.scheduling.async_scheduling = false;
    r.host.per_eager_kernel = {microseconds(2.6), cited_runtime::streamed_launch};
    r.host.per_message = {};
    r.graphs.decode = graph_use::none;
    r.memory.block_tokens = 64;
    return with_fit(r, "tensorrt-llm-engine", "0.12");
}();
}  // namespace gambrel::catalog
