// SPDX-License-Identifier: Apache-2.0
#pragma once
/// ONNX Runtime with its generate() extension: a batch starts and ends together, KV for the longest length is
/// allocated at the start (shared past and present buffer, as its documentation describes), graphs are optional.
///
/// Host times are a-priori guesses: 1 ms per token loop, and 5 us for each node launched from C++ without a graph.

#include <gambrel/runtime/catalog/sources.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel::catalog {

inline constexpr runtime<> onnx_runtime{
    .name = "onnx-runtime",
    .title = "ONNX Runtime GenAI",
    .version = "0.5 to 0.10",
    .scheduling = {.batching = batching::fixed_batch,
                   .admission = admission::reserve_all,
                   .chunked_prefill = false,
                   .token_budget = 8192,
                   .most_sequences = 64},
    .host = {.per_step = {milliseconds(1), cited_runtime::a_priori},
             .per_kernel = {microseconds(0.7), cited_runtime::a_priori},
             .per_eager_kernel = {microseconds(5),
                                  {"a-priori guess: one graph node from C++", cited_runtime::read_on,
                                   evidence::recalled}}},
    .graphs = {.decode = graph_use::none},
    .memory = {.basis = memory_basis::after_weights, .fraction = 1.0, .block_tokens = 1},
    .formats = {.fp8 = false, .fp4 = false, .fp8_kv = false},
    .devices = {.nvidia = true, .amd = true, .intel = true, .cpu = true},
    .host_sigma = 0.6,
};
}  // namespace gambrel::catalog
