// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The kinds of training software that share fitted constants (fitted.hpp): Megatron of 2021 and 2022 with unfused
/// attention; eager PyTorch; compiled or fused kernels. A catalog entry starts from one and says what is different.
/// Evidence: tests/training/catalog_test.cpp.

#include <gambrel/training/catalog/fitted.hpp>

namespace gambrel::training::catalog {

constexpr stack<> fitted_as(stack<> s) { return with_traits(s, fitted, fit); }

/// Before FlashAttention: scores in memory, messages and launches in plain sight.
constexpr stack<> unfused_2021() {
    return fitted_as({.kind = software_kind::unfused_2021,
                        .attention = attention_kernels::unfused,
                        .memory = {.kept = {.scores = true, .log_sum_exp = false}, .reserve = gigabytes(3)}});
}
/// The same as bigscience ran it.
constexpr stack<> deepspeed_2022() {
    stack<> s = unfused_2021();
    s.kind = software_kind::deepspeed_2022;
    return fitted_as(s);
}
/// One kernel after the other, as written in Python.
constexpr stack<> eager() {
    return fitted_as({.kind = software_kind::eager,
                        .attention = attention_kernels::flash_2,
                        .fused_accumulation = false,
                        .early_stop = true,
                        .memory = {.kept = {.eager = true, .logit_bytes = 12}, .reserve = gibibytes(1)}});
}
/// Fused by hand or by a compiler.
constexpr stack<> fused() {
    stack<> s = eager();
    s.kind = software_kind::fused;
    s.memory.kept.eager = false;
    return fitted_as(s);
}
/// Messages of tensor ranks run beside products; layers with experts wait for their host.
constexpr stack<> overlapped() {
    stack<> s = fused();
    s.kind = software_kind::overlapped;
    s.hand_overs_beside = true;  // NeMo's and Megatron-Bridge's recipes: where stages are interleaved, not otherwise
    return fitted_as(s);
}
}  // namespace gambrel::training::catalog
