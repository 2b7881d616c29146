// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One copy of the serving software as the simulator sees it: the runtime's scheduling, and what it manages.
///
///     vllm_style           mixed, chunked, on demand
///     tensorrt_llm_style   mixed, whole prompts, reserve all, prompts may be held back
///     sglang_style         prompts in passes of their own, requests read every few decode steps
///     orca_style           mixed, whole prompts, reserve all, no token budget          (Yu et al., OSDI 2022)
///     static_style         a batch starts together and ends together
///
/// Settings that `scheduling` lacks are members here: `balance_wait_steps` is TensorRT-LLM's
/// (documentation and py_executor, from memory).

#include <cmath>
#include <cstdint>
#include <gambrel/error.hpp>
#include <gambrel/operators/speculation.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/step/memory_fit.hpp>
#include <gambrel/units.hpp>
#include <limits>

namespace gambrel::simulation {

inline constexpr double unlimited = std::numeric_limits<double>::infinity();

struct server {
    gambrel::scheduling scheduling{};
    double blocks = unlimited;  ///< KV blocks of each rank
    double block_tokens = 16;
    seconds<> frontend{};           ///< of each request, before the scheduler sees it
    seconds<> frontend_work{};      ///< beside that, per prompt token: one request after another
    double balance_wait_steps = 0;  ///< prompts wait less than so many passes until every rank has one; 0: not
    int ranks = 1;                  ///< attention data parallel ranks: each its own slots and KV, passes in lockstep
    int stages = 1;                 ///< pipeline stages: as many batches under way, each with its share of slots and KV
    bool prefix_cache = false;      ///< blocks of finished prompts are kept while there is room
    bool prefill_only = false;      ///< hands requests over after their prompt (disaggregated prefill)
    gambrel::speculation speculation{};  ///< how many tokens a step makes; the step law has its time
    std::uint64_t seed = 1;              ///< of those draws
    double piece_tokens = 0;             ///< tokens that the prefix cache finds or misses together; 0: one block
};

using gambrel::checked;

/// Throws `error` naming the first setting out of range; returns `s` otherwise.
inline const server& checked(const server& s) {
    checked(s.scheduling.token_budget, 1.0, 1e9, "the token budget");
    checked(s.scheduling.most_sequences, 1.0, 1e7, "the number of slots");
    checked(s.scheduling.prompts_per_step, 0.0, 1e9, "the number of prompts per step");
    checked(s.scheduling.batch_wait_steps, 0.0, 1e6, "the number of steps prompts are held back");
    checked(s.scheduling.poll_interval_steps, 0.0, 1e6, "the interval of request polling in steps");
    if (s.blocks != unlimited) checked(s.blocks, 1.0, 1e15, "the number of KV blocks");
    checked(s.block_tokens, 1.0, 1e6, "the number of tokens in a KV block");
    if (s.block_tokens != std::floor(s.block_tokens)) fail("the number of tokens in a KV block must be whole");
    checked(s.frontend.value(), 0.0, 1e6, "the frontend time in seconds");
    checked(s.frontend_work.value(), 0.0, 1e3, "the frontend time per prompt token in seconds");
    checked(s.scheduling.batch_wait_share, 0.0, 1.0, "the share of the token budget that ends batch waiting");
    checked(s.balance_wait_steps, 0.0, 1e6, "the number of steps prompts wait for balance");
    checked(s.ranks, 1.0, 4096.0, "the number of attention ranks");
    checked(s.stages, 1.0, 1024.0, "the number of pipeline stages");
    checked(s.speculation);
    if (s.speculation.on() && s.scheduling.batching == batching::fixed_batch)
        fail("speculation in whole batches is not simulated: take 0 drafts or another batching");
    checked(s.piece_tokens, 0.0, 1e6, "the number of tokens in a piece of the prefix cache");
    if (std::fmod(s.piece_tokens, s.block_tokens) != 0.0)
        fail("a piece of the prefix cache must be a whole number of KV blocks");
    return s;
}

/// A server under `r`, with `blocks` KV blocks of the runtime's size and `copies` of the attention in step.
template <class Y> server server_of(const runtime<Y>& r, double blocks = unlimited, double copies = 1.0) {
    return {.scheduling = r.scheduling,
            .blocks = blocks,
            .block_tokens = r.memory.block_tokens,
            .frontend = seconds_of(math::plain(r.host.per_request.value.value())),
            .frontend_work =
                seconds_of(math::plain(r.host.per_prompt_token.value.value()) / r.frontend.processes_of(copies))};
}

/// KV blocks that `memory` holds: for_kv / kv_allocated requests of `request_tokens`, each of ceil(request_tokens /
/// block_tokens) blocks. Exact where every token takes the same; with windows, right for requests of about that length.
inline double blocks_that_fit(const memory_fit& memory, double request_tokens, double block_tokens) {
    if (!(memory.kv_allocated > bytes<>{})) return unlimited;
    return std::floor(memory.for_kv / memory.kv_allocated * math::pieces(request_tokens, block_tokens));
}

inline scheduling vllm_style(double slots, double budget) { return {.token_budget = budget, .most_sequences = slots}; }
inline scheduling tensorrt_llm_style(double slots, double budget) {
    return {
        .admission = admission::reserve_all, .chunked_prefill = false, .token_budget = budget, .most_sequences = slots};
}
inline scheduling sglang_style(double slots, double budget, double poll_interval = 1) {
    return {.batching = batching::prefill_first,
            .token_budget = budget,
            .most_sequences = slots,
            .poll_interval_steps = poll_interval};
}
inline scheduling orca_style(double slots) {
    return {
        .admission = admission::reserve_all, .chunked_prefill = false, .token_budget = 1e9, .most_sequences = slots};
}
inline scheduling static_style(double slots) {
    return {.batching = batching::fixed_batch,
            .admission = admission::reserve_all,
            .chunked_prefill = false,
            .token_budget = 1e9,
            .most_sequences = slots};
}
}  // namespace gambrel::simulation
