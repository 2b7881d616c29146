// SPDX-License-Identifier: Apache-2.0
#pragma once
/// MLC LLM: compiled kernels for GPUs of every vendor, prompts and decodes in one step (prefill_mode hybrid, the
/// default since 2024-07; decodes waited before), paged KV. A prompt is let in by its chunk and two spare pages for
/// each decode; with fewer than one each, the latest request is evicted and computed again.
///
/// Scheduling, 16-token pages and 0.85 of the device: cpp/serve/config.h and engine_actions/ of mlc-ai/mlc-llm, commit
/// 79d603f0 (2026-07). 2048-token chunks and 80 sequences are recalled defaults of compiled models, all host times
/// a-priori guesses: no measurement behind them.

#include <gambrel/runtime/catalog/sources.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel::catalog {

inline constexpr runtime<> mlc_llm{
    .name = "mlc-llm",
    .title = "MLC LLM",
    .version = "0.1 to 0.20",
    .scheduling = {.batching = batching::mixed,
                   .admission = admission::first_chunk,
                   .chunked_prefill = true,
                   .token_budget = 2048,
                   .most_sequences = 80,
                   .spare_blocks = 1},
    .host = {.per_step = {milliseconds(1), cited_runtime::a_priori},
             .per_kernel = {microseconds(0.7), cited_runtime::a_priori},
             .per_request = {milliseconds(10), cited_runtime::like_vllm},
             .per_eager_kernel = {microseconds(2.6), cited_runtime::streamed_launch}},
    .memory = {.basis = memory_basis::total, .fraction = 0.85, .block_tokens = 16},
    .formats = {.int8 = false, .fp4 = false, .fp8_kv = false},
    .devices = {.nvidia = true, .amd = true, .intel = true, .apple = true},
    .host_sigma = 0.6,
};
}  // namespace gambrel::catalog
