// SPDX-License-Identifier: Apache-2.0
#pragma once
/// LMDeploy, TurboMind engine: C++ from end to end, persistent batch, prompts and decodes in one iteration, least
/// recently used sequences evicted and recomputed when the KV pool is full; launches without graphs. A sequence starts
/// with the blocks of its whole prompt.
///
/// Scheduling: SequenceManager.cc and messages.py of InternLM/lmdeploy, v0.9.2: 8192 prefill tokens, 64-token blocks,
/// 0.8 of the memory the weights leave. 256 slots are recalled. Host times: fitted (fitted_hosts.hpp).

#include <gambrel/runtime/catalog/sources.hpp>
#include <gambrel/runtime/catalog/with_fit.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel::catalog {

inline constexpr runtime<> lmdeploy = with_fit({
    .name = "lmdeploy",
    .title = "LMDeploy (TurboMind)",
    .version = "0.2 to 0.10",
    .scheduling = {.batching = batching::mixed,
                   .admission = admission::on_demand,
                   .chunked_prefill = true,
                   .token_budget = 8192,
                   .most_sequences = 256},
    .host = {.per_eager_kernel = {microseconds(2.6), cited_runtime::streamed_launch}},
    .graphs = {.decode = graph_use::none},
    .memory = {.basis = memory_basis::after_weights,
               .fraction = 0.80,
               .reserve = {gigabytes(3.5), cited_runtime::other_memory},
               .communication = {megabytes(392), cited_runtime::nccl_memory},
               .block_tokens = 64},
    .formats = {.fp8_kv = false},
    .devices = {.nvidia = true, .huawei = true},
}, "lmdeploy", "0.2");
}  // namespace gambrel::catalog
