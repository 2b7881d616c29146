// SPDX-License-Identifier: Apache-2.0
#pragma once
/// PyTorch's own ways: FSDP as llm-foundry and plain scripts use it (eager), torchtitan (compiled; with asynchronous tensor
/// messages as `torchtitan-async`), torchtune for one to eight devices, with and without compilation; InternEvo and
/// Colossal-AI, eager with ZeRO-1; DeepSpeed under plain PyTorch, ZeRO-1 to 3.
///
/// torchtitan sums gradients in fp32 (its `mixed_precision_reduce`). FSDP gathers 16-bit copies of fp32 shards; torchtune keeps everything in bf16. DeepSpeed and Colossal-AI: no run of
/// theirs was fitted, constants are those of their kind. Evidence: tests/training/catalog_test.cpp.

#include <gambrel/training/catalog/kinds.hpp>

namespace gambrel::training::catalog {

constexpr stack<> sharded(stack<> s) {
    s.states = states::fp32_shards;
    s.zero = zero_stage::weights;
    return s;
}
/// The same with gradients summed in fp32: in messages, and as a layer's copy before them.
constexpr stack<> summed_in_fp32(stack<> s) {
    s.reduce_bytes = 4;
    s.memory.workspace_bytes = 4;
    return s;
}
inline constexpr stack<> fsdp = [] {
    stack<> s = sharded(eager());
    s.name = "fsdp";
    s.title = "PyTorch FSDP, eager";
    s.version = "2.0 to 2.9";
    return s;
}();
inline constexpr stack<> llm_foundry = [] {
    stack<> s = sharded(eager());
    s.name = "llm-foundry";
    s.title = "llm-foundry (Composer, FSDP)";
    s.version = "2023 to 2024";
    return s;
}();
inline constexpr stack<> torchtitan_eager = [] {
    stack<> s = summed_in_fp32(sharded(eager()));
    s.name = "torchtitan-eager";
    s.title = "torchtitan, not compiled";
    s.version = "2024-12";
    s.attention = attention_kernels::flash_2;
    return s;
}();
inline constexpr stack<> torchtitan = [] {
    stack<> s = summed_in_fp32(sharded(fused()));
    s.name = "torchtitan";
    s.title = "torchtitan, compiled";
    s.version = "2024-12 to 2025-06";
    return s;
}();
inline constexpr stack<> torchtitan_async = [] {
    stack<> s = summed_in_fp32(sharded(overlapped()));
    s.name = "torchtitan-async";
    s.title = "torchtitan, compiled, asynchronous tensor messages";
    s.version = "2024-12 to 2025-06";
    return s;
}();
inline constexpr stack<> torchtune = [] {
    stack<> s = fused();
    s.name = "torchtune";
    s.title = "torchtune, compiled";
    s.version = "0.4 to 0.6";
    s.states = states::pure_bf16;
    s.zero = zero_stage::weights;
    s.memory_sigma = 0.12;  // of its own 17 peaks: 0.112, rounded up
    s.memory.reserve = {};  // its figures are of the allocator, without the device's context
    return s;
}();
inline constexpr stack<> torchtune_eager = [] {
    stack<> s = eager();
    s.name = "torchtune-eager";
    s.title = "torchtune, not compiled";
    s.version = "0.4 to 0.6";
    s.states = states::pure_bf16;
    s.zero = zero_stage::weights;
    s.memory_sigma = 0.12;  // of its own 17 peaks: 0.112, rounded up
    s.memory.reserve = {};  // its figures are of the allocator, without the device's context
    return s;
}();
inline constexpr stack<> internevo = [] {
    stack<> s = eager();
    s.name = "internevo";
    s.title = "InternEvo";
    s.version = "2023-11";
    s.states = states::mixed;
    s.zero = zero_stage::optimizer;
    s.per_owner = {seconds_of(fitted.per_owner), fit};
    return s;
}();
inline constexpr stack<> colossal_ai = [] {
    stack<> s = eager();
    s.name = "colossal-ai";
    s.title = "Colossal-AI";
    s.version = "0.3 to 0.5";
    s.states = states::mixed;
    s.zero = zero_stage::optimizer;
    return s;
}();
inline constexpr stack<> deepspeed = [] {
    stack<> s = eager();
    s.name = "deepspeed";
    s.title = "DeepSpeed ZeRO";
    s.version = "0.9 to 0.18";
    s.states = states::deepspeed;
    s.zero = zero_stage::weights;
    return s;
}();
}  // namespace gambrel::training::catalog
