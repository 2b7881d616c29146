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

/// Chunk of prefill by board: _handle_gpu_memory_settings of sglang/srt/server_args.py, 2025-10 to 2026-01.
inline constexpr std::array<board_settings, 4> sglang_by_board{{{.from = gibibytes(160), .token_budget = 16384},
                                                                {.from = gibibytes(60), .token_budget = 8192},
                                                                {.from = gibibytes(35), .token_budget = 4096},
                                                                {.token_budget = 2048}}};

/// 2025-10 to 2026-03: prompts without graphs.
inline constexpr runtime<> sglang_0_5 = with_fit({
    .name = "sglang@0.5",
    .title = "SGLang 0.5.0 to 0.5.9",
    .version = "0.5.0 to 0.5.9",
    .scheduling = {.batching = batching::prefill_first,
                   .admission = admission::estimated,
                   .chunked_prefill = true,
                   .token_budget = 16384,
                   .most_sequences = 512,
                   .async_scheduling = true},
    .host = {.per_message = {microseconds(51), cited_runtime::fastest_stream}},
    .kernels = kernel_library::sglang,
    .memory = {.basis = memory_basis::static_share,
               .fraction = 0.88,
               .reserve = {gibibytes(0.45), cited_runtime::sglang_free},
               .communication = {gibibytes(0.45), cited_runtime::sglang_free},
               .block_tokens = 1,
               .activation_copies = 0.0,
               .logit_copies = 0.0,
               .pads_weights = true},
    .formats = {.gguf = true, .widens_floats = true, .gguf_on_gpus = true},
    .devices = {.nvidia = true, .amd = true, .intel = true, .cpu = true, .huawei = true},
    .by_board = {sglang_by_board},
}, "sglang", "0.5");

inline constexpr std::array<board_settings, 2> sglang_0_4_by_board{
    {{.from = mebibytes(25000), .token_budget = 8192}, {.token_budget = 2048}}};

/// 2024-12 to 2025-08: the share by ranks, 0.88 on one; chunks of 8192 tokens on all large boards (server_args.py of 0.4.6). Host times are those of 0.5.
inline constexpr runtime<> sglang_0_4 = [] {
    runtime<> r = sglang_0_5;
    r.name = "sglang@0.4";
    r.title = "SGLang 0.4";
    r.version = "0.4";
    r.scheduling.token_budget = 8192;
    r.by_board = {.rows = sglang_0_4_by_board, .share_by_ranks = true};
    return r;
}();

/// From 2026-04 on (0.5.10): prompts from graphs of pieces up to the chunk, 2048 tokens with latent attention, on NVIDIA
/// alone and not with attention copies, pipeline stages, exchanges between expert ranks or flashinfer_trtllm experts
/// (_handle_piecewise_cuda_graph of server_args.py): those conditions are not looked at. No measured row is newer than
/// 0.5.9, so steps deviate by `unmeasured_era` more.
inline constexpr runtime<> sglang = [] {
    runtime<> r = sglang_0_5;
    r.name = "sglang";
    r.title = "SGLang from 0.5.10 on";
    r.version = "0.5.10 to 0.5.18";
    r.graphs.prompts = graph_use::pieces;
    r.graphs.prompt_tokens = 16384;
    r.graphs.latent_prompt_tokens = 2048;
    r.graphs.prompts_on_nvidia_alone = true;
    r.step_sigma = math::sqrt(r.step_sigma * r.step_sigma + unmeasured_era * unmeasured_era);
    return r;
}();

inline constexpr runtime<> sglang_interval_30 = [] {
    runtime<> r = sglang_0_5;
    r.name = "sglang-interval-30";
    r.title = "SGLang 0.5, requests read every 30 decode steps";
    r.scheduling.poll_interval_steps = 30;
    return r;
}();
}  // namespace gambrel::catalog
