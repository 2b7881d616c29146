// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Hugging Face Transformers, generate() in eager PyTorch: a batch starts and ends together and KV grows as it goes.
///
/// The host is the bottleneck of small batches: one sequence of a 7B model takes about 25 ms per token on any fast
/// GPU (recalled), which over 32 layers of eleven counted kernels is 68 us each (a counted kernel stands for several
/// PyTorch operators). The pass takes the longer of device time and these launches.

#include <gambrel/runtime/catalog/sources.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel::catalog {

inline constexpr runtime<> transformers{
    .name = "transformers",
    .title = "Hugging Face Transformers (eager)",
    .version = "4.40 to 4.57",
    .scheduling = {.batching = batching::fixed_batch,
                   .admission = admission::on_demand,
                   .chunked_prefill = false,
                   .token_budget = 8192,
                   .most_sequences = 64},
    .host = {.per_step = {milliseconds(1), cited_runtime::a_priori},
             .per_eager_kernel = {microseconds(68),
                                  {"recalled: about 25 ms per token of a 7B model, eager, on any fast GPU; over 32 "
                                   "layers of eleven counted kernels",
                                   cited_runtime::read_on, evidence::recalled}}},
    .graphs = {.decode = graph_use::none},
    .memory = {.basis = memory_basis::after_weights, .fraction = 1.0, .block_tokens = 1},
    .formats = {.fp8_kv = false},
    .devices = {.nvidia = true, .amd = true, .intel = true, .google = true, .aws = true, .apple = true, .cpu = true,
                .huawei = true},
    .host_sigma = 0.6,
};
}  // namespace gambrel::catalog
