// SPDX-License-Identifier: Apache-2.0
#pragma once
/// MLC LLM: compiled kernels for GPUs of every vendor, prompts first, paged KV.
///
/// All settings (2048-token chunks, 80 sequences, 16-token pages, 0.85 of the device) are recalled defaults of its
/// server, all host times a-priori guesses: no measurement behind them.

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
             .per_layer = {microseconds(8), cited_runtime::a_priori},
             .per_request = {milliseconds(10), cited_runtime::like_vllm},
             .per_eager_kernel = {microseconds(2.6), cited_runtime::streamed_launch}},
    .graphs = {.decode = true, .prefill = false},
    .memory = {.basis = memory_basis::total, .fraction = 0.85, .block_tokens = 16},
    .formats = {.int8 = false, .fp4 = false, .fp8_kv = false},
    .devices = {.nvidia = true, .amd = true, .intel = true, .apple = true},
    .host_sigma = 0.6,
};
}  // namespace gambrel::catalog
