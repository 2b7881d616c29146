// SPDX-License-Identifier: Apache-2.0
#pragma once
/// vLLM, V1 engine. A step packs the running decodes first, then pieces of prompts up to the budget, first come first
/// served; a sequence is admitted when the blocks of its first piece are free and evicted and recomputed when they run
/// out. From 2026-03 on (pull request 37307, `scheduler_reserve_full_isl`) those of its whole prompt must be: the
/// admission of newer ones is `on_demand`.
///
/// Settings: docs.vllm.ai (optimization and configuration pages, memory fraction 0.92 in 2026, 0.90 before); the
/// public InferenceX scripts run 0.90, 8192 tokens. Budget and slots by board: `get_batch_defaults` of
/// vllm/engine/arg_utils.py (0.10 to 0.23), for the API server: 8192 and 1024 from 70 GiB on, boards called A100
/// excepted, else 2048 and 256. Graphs: decode whole, steps with a prompt piecewise (attention outside), counted here as
/// not captured.
///
/// Formats: fp8 and nvfp4 weights without such a multiply go through Marlin, from Turing on (docs of 0.14, "supported
/// hardware"; pull requests 18000 and 38728); GGUF runs on NVIDIA and AMD GPUs alone (the same page).
///
/// Memory: KV = fraction x whole memory - weights - peak of a profiling run - what lies outside PyTorch's allocator
/// (determine_available_memory, vllm/v1/worker/gpu_worker.py; memory_profiling, vllm/utils/mem_utils.py). The run is a
/// pass of the token budget and then the sampler on min(slots, budget) rows, in turn. The sampler's copies: logits in 16
/// bit and fp32, the sorted ones, their 8-byte indices, and what segmented_sort_pairs_by_full_sort of PyTorch
/// (aten/src/ATen/native/cuda/Sort.cu) allocates, two arrays of 8 bytes and one of 4 with its workspace:
/// 2 + 4 + 4 + 8 + 16 + 4 = 38 bytes, 9.5 times 4; logs whose peak is the sampler's say 9.4 to 9.9. Latent attention lifts
/// up to 65,536 tokens of its cache at once, and the run allocates that (chunked_prefill_workspace_size,
/// vllm/v1/attention/backends/mla).

#include <gambrel/runtime/catalog/fitted_memory.hpp>
#include <gambrel/runtime/catalog/sources.hpp>
#include <gambrel/runtime/catalog/with_fit.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel::catalog {

inline constexpr std::array<board_settings, 2> vllm_by_board{
    {{.from = gibibytes(70), .token_budget = 8192, .most_sequences = 1024, .except = "a100"},
     {.token_budget = 2048, .most_sequences = 256}}};

/// 2025-10 to 2025-12: full graphs of decodes, graphs of pieces with prompts.
inline constexpr runtime<> vllm_0_11 = with_fit({
    .name = "vllm@0.11",
    .title = "vLLM 0.11 to 0.13",
    .version = "0.11 to 0.13",
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
               .reserve = {vllm_memory.reserve, cited_runtime::memory_fit},
               .communication = {vllm_memory.communication, cited_runtime::memory_fit},
               .block_tokens = 16,
               .logit_copies = 9.5,
               .sampler_after_pass = true,
               .amd_reserve = {vllm_memory.amd_reserve, cited_runtime::memory_fit},
               .state_workspace = {vllm_memory.state_workspace, cited_runtime::memory_fit},
               .lifted_tokens = 65536,
               .pads_weights = true},
    .formats = {.gguf = true, .widens_floats = true, .gguf_on_gpus = true},
    .devices = {.nvidia = true, .amd = true, .intel = true, .google = true, .aws = true, .cpu = true, .huawei = true},
    .by_board = {vllm_by_board},
}, "vllm", "0.10");

/// 2024-09 to 2025-02, V0 engine: prompts in steps of their own, 256 slots (vllm/engine/arg_utils.py and
/// core/scheduler.py of v0.6.6; whole up to the model's length, here cut above 8192 tokens). Its host times are those of 0.11: no rows tell them apart.
inline constexpr runtime<> vllm_0_6 = [] {
    runtime<> r = vllm_0_11;
    r.name = "vllm@0.6";
    r.title = "vLLM 0.6 to 0.7 (V0 engine)";
    r.version = "0.6 to 0.7";
    r.scheduling.batching = batching::prefill_first;
    r.scheduling.admission = admission::on_demand;
    r.scheduling.most_sequences = 256;
    r.graphs = {};
    r.by_board = {};  // the same on every board
    return r;
}();

/// 2025-03 to 2025-09, V1 engine: all steps from graphs of pieces (CUDAGraphMode.PIECEWISE, vllm/config of v0.10.2).
inline constexpr runtime<> vllm_0_8 = [] {
    runtime<> r = vllm_0_11;
    r.name = "vllm@0.8";
    r.title = "vLLM 0.8 to 0.10";
    r.version = "0.8 to 0.10";
    r.graphs.decode = graph_use::pieces;
    return r;
}();

/// 2026-01 to 2026-04. Plans one step ahead (asynchronous scheduling, pull request 19970; the default from 0.14, an option
/// before): a request that arrives while a step runs misses the next one too, and planning is hidden under the step. Its
/// frontend is that of runs under a rate, which leave no room for work per prompt token: those of 0.10 and 0.11 that
/// show it are of another client (docs/accuracy-online.md).
inline constexpr runtime<> vllm_0_14 = [] {
    runtime<> r = vllm_0_11;
    r.name = "vllm@0.14";
    r.title = "vLLM 0.14 to 0.19";
    r.version = "0.14 to 0.19";
    r.scheduling.async_scheduling = true;
    r.host.per_request = {milliseconds(9), cited_runtime::vllm_frontend};
    r.host.per_prompt_token = {};
    return r;
}();

/// From 2026-04 on: blocks for the whole prompt at admission (0.19, pull request 37307), 0.92 of memory (0.20). Newer than
/// any measured row, so steps deviate by `unmeasured_era` more.
inline constexpr runtime<> vllm = [] {
    runtime<> r = vllm_0_14;
    r.name = "vllm";
    r.frontend.per_copy = true;  // vllm/entrypoints/cli/serve.py of 0.16; that of 0.12 has one
    r.title = "vLLM from 0.20 on";
    r.version = "0.20 to 0.27";
    r.scheduling.admission = admission::on_demand;
    r.memory.fraction = 0.92;
    r.memory.graphs = {gibibytes(0.3), cited_runtime::memory_fit};  // estimated before the cache is sized, from 0.21 on
    r.step_sigma = math::sqrt(r.step_sigma * r.step_sigma + unmeasured_era * unmeasured_era);
    return r;
}();
}  // namespace gambrel::catalog
