// SPDX-License-Identifier: Apache-2.0
#pragma once
/// SGLang. Prompts run in steps of their own and decodes wait meanwhile; a prefill batch takes up to min(chunk,
/// max-prefill) tokens. Steps that carry a prompt run without a graph. A request is admitted when its prompt, its
/// output and new_token_ratio of the outputs to come fit (managers/schedule_policy.py).
///
/// Settings: SGLang 0.5 documentation and the InferenceX scripts (chunk 16384 and 32768, slots 256 and 512, static
/// share 0.82 to 0.85; 0.88 is AIConfigurator's fallback for an unset one). The static share holds weights and KV
/// alone: activations, graphs and libraries live in the rest, so they are not charged again here.
/// `sglang_interval_30` reads new requests every 30 decode steps, as InferenceX ran B200 from c = 16 up: + 15 steps of
/// TTFT on average.

#include <gambrel/runtime/catalog/sources.hpp>
#include <gambrel/runtime/catalog/with_fit.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel::catalog {

inline constexpr runtime<> sglang = with_fit({
    .name = "sglang",
    .title = "SGLang",
    .version = "0.5",
    .scheduling = {.batching = batching::prefill_first,
                   .admission = admission::estimated,
                   .chunked_prefill = true,
                   .token_budget = 16384,
                   .most_sequences = 512,
                   .async_scheduling = true},
    .host = {.per_message = {microseconds(51), cited_runtime::fastest_stream}},
    .kernels = kernel_library::sglang,
    .memory = {.basis = memory_basis::total,
               .fraction = 0.88,
               .communication = {megabytes(392), cited_runtime::nccl_memory},
               .block_tokens = 1,
               .activation_copies = 0.0},
    .formats = {.gguf = true},
    .devices = {.nvidia = true, .amd = true, .intel = true, .cpu = true, .huawei = true},
}, "sglang", "0.5");

inline constexpr runtime<> sglang_interval_30 = [] {
    runtime<> r = sglang;
    r.name = "sglang-interval-30";
    r.title = "SGLang, requests read every 30 decode steps";
    r.scheduling.poll_interval_steps = 30;
    return r;
}();
}  // namespace gambrel::catalog
