// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Text Generation Inference. Waiting prompts are prefilled in a batch of their own while decodes wait; they are held
/// up to 20 decode steps unless they amount to 0.3 of the running batch.
///
/// The rule of waiting: backends/v3/src/backend.rs of huggingface/text-generation-inference, commit 1d0847a (2024).
/// Settings recalled from the launcher's documentation: 4096 prefill tokens, 20 waiting steps, ratio 0.3, 0.95 of what
/// the warm-up leaves free. Host times are the a-priori guesses of the other GPU engines; no measurement.

#include <gambrel/runtime/catalog/sources.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel::catalog {

inline constexpr runtime<> tgi{
    .name = "tgi",
    .title = "Text Generation Inference",
    .version = "2.0 to 3.3",
    .scheduling = {.batching = batching::prefill_first,
                   .admission = admission::reserve_all,
                   .chunked_prefill = false,
                   .token_budget = 4096,
                   .most_sequences = 512,
                   .batch_wait_steps = 20,
                   .waiting_served_ratio = 0.3},
    .host = {.per_step = {milliseconds(1), cited_runtime::a_priori},
             .per_kernel = {microseconds(0.7), cited_runtime::a_priori},
             .per_request = {milliseconds(10), cited_runtime::like_vllm},
             .per_eager_kernel = {microseconds(38), cited_runtime::python_launch}},
    .memory = {.basis = memory_basis::after_weights,
               .fraction = 0.95,
               .reserve = {gigabytes(3.5), cited_runtime::other_memory},
               .communication = {megabytes(392), cited_runtime::nccl_memory}},
    .formats = {.fp4 = false, .widens_floats = true},
    .devices = {.nvidia = true, .amd = true, .intel = true, .google = true, .aws = true, .cpu = true},
    .host_sigma = 0.5,
};
}  // namespace gambrel::catalog
