// SPDX-License-Identifier: Apache-2.0
#pragma once
/// vLLM, V1 engine. A step packs the running decodes first, then pieces of prompts up to the budget, first come first
/// served; a sequence is admitted when the blocks of its first piece are free and evicted and recomputed when they run
/// out. From 2026-03 on (pull request 37307, `scheduler_reserve_full_isl`) those of its whole prompt must be: the
/// admission of newer ones is `on_demand`.
///
/// Settings: docs.vllm.ai (optimization and configuration pages, memory fraction 0.92 in 2026, 0.90 before); the
/// public InferenceX scripts run 0.90, 8192 tokens. 1024 slots and 16-token blocks are recalled defaults of large
/// GPUs. Graphs: decode whole, steps with a prompt piecewise (attention outside), counted here as not captured.

#include <gambrel/runtime/catalog/sources.hpp>
#include <gambrel/runtime/catalog/with_fit.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel::catalog {

inline constexpr runtime<> vllm = with_fit({
    .name = "vllm",
    .title = "vLLM (V1 engine)",
    .version = "0.10 to 0.21",
    .scheduling = {.batching = batching::mixed,
                   .admission = admission::first_chunk,
                   .chunked_prefill = true,
                   .token_budget = 8192,
                   .most_sequences = 1024},
    .host = {.per_message = {microseconds(51), cited_runtime::fastest_stream}},
    .kernels = kernel_library::vllm,
    .graphs = {.prompts = graph_use::pieces, .prompt_tokens = 512},
    .memory = {.basis = memory_basis::total,
               .fraction = 0.90,
               .reserve = {gigabytes(3.5), cited_runtime::other_memory},
               .communication = {megabytes(392), cited_runtime::nccl_memory},
               .block_tokens = 16},
    .formats = {.gguf = true},
    .devices = {.nvidia = true, .amd = true, .intel = true, .google = true, .aws = true, .cpu = true, .huawei = true},
}, "vllm", "0.10");

/// Plans one step ahead (asynchronous scheduling, vLLM pull request 19970; the default from 0.14, an option before): a
/// request that arrives while a step runs misses the next one too. Host times are those before: fitted on the runs there
/// are from 0.14 (few models) they predict a model left out worse than these do (docs/accuracy-online.md).
inline constexpr runtime<> vllm_0_14 = [] {
    runtime<> r = vllm;
    r.name = "vllm-0.14";
    r.title = "vLLM from 0.14, steps planned one ahead";
    r.version = "0.14 to 0.19";
    r.scheduling.async_scheduling = true;
    return r;
}();
}  // namespace gambrel::catalog
