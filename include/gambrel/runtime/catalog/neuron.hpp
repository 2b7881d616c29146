// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Neuron: vLLM or optimum-neuron over programs compiled ahead for Inferentia2 and Trainium. Prompts are encoded
/// whole and padded to a compiled length, then decode goes on; slots are compiled in, and KV for the longest length is
/// allocated at the start. One program per pass, so nothing is launched per layer.
///
/// Scheduling: awsdocs-neuron (continuous batching guides, compilation buckets). 32 slots stand for a usual compiled
/// batch (recalled), the step time is the a-priori guess of the GPU engines: no measurement behind it.

#include <gambrel/runtime/catalog/sources.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel::catalog {

inline constexpr runtime<> neuron{
    .name = "neuron",
    .title = "Neuron (vLLM, optimum-neuron)",
    .version = "Neuron SDK 2.20 to 2.29",
    .scheduling = {.batching = batching::prefill_first,
                   .admission = admission::reserve_all,
                   .chunked_prefill = false,
                   .token_budget = 8192,
                   .most_sequences = 32,
                   .prompts_per_step = 1},
    .host = {.per_step = {milliseconds(1), cited_runtime::a_priori},
             .per_request = {milliseconds(10), cited_runtime::like_vllm}},
    .graphs = {.decode = graph_use::whole, .prompts = graph_use::whole, .prompt_tokens = 1e9},
    .memory = {.basis = memory_basis::after_weights, .fraction = 1.0, .block_tokens = 1, .rolling_windows = false},
    .formats = {.int4 = false, .fp4 = false},
    .devices = {.nvidia = false, .aws = true},
    .host_sigma = 0.7,
};
}  // namespace gambrel::catalog
