// SPDX-License-Identifier: Apache-2.0
#pragma once
/// DeepSpeed-Inference with injected kernels: a batch starts and ends together, KV workspace reserved at the start.
/// (DeepSpeed-FastGen, which batches continuously, is another engine.)
///
/// Fused layers, so fewer PyTorch operators than Transformers: 20 us per counted kernel, an a-priori guess.

#include <gambrel/runtime/catalog/sources.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel::catalog {

inline constexpr runtime<> deepspeed_inference{
    .name = "deepspeed-inference",
    .title = "DeepSpeed-Inference",
    .version = "0.8 to 0.17",
    .scheduling = {.batching = batching::fixed_batch,
                   .admission = admission::reserve_all,
                   .chunked_prefill = false,
                   .token_budget = 8192,
                   .most_sequences = 128},
    .host = {.per_step = {milliseconds(1), cited_runtime::a_priori},
             .per_eager_kernel = {microseconds(20),
                                  {"a-priori guess: two PyTorch operators for each counted kernel",
                                   cited_runtime::read_on, evidence::recalled}}},
    .graphs = {.decode = graph_use::none},
    .memory = {.basis = memory_basis::after_weights,
               .fraction = 1.0,
               .reserve = {gigabytes(3.5), cited_runtime::other_memory},
               .communication = {megabytes(392), cited_runtime::nccl_memory},
               .block_tokens = 1,
               .rolling_windows = false},
    .formats = {.fp8 = false, .int4 = false, .fp4 = false, .fp8_kv = false},
    .devices = {.nvidia = true, .amd = true, .intel = true},
    .host_sigma = 0.6,
};
}  // namespace gambrel::catalog
