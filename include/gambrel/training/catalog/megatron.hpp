// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Megatron-LM and what is built on it, by era: the papers' of 2021 and 2022, bigscience's with DeepSpeed, NeMo, and
/// Megatron-core under Megatron-Bridge. Gradients are added up in fp32; recomputation redoes whole layers.
///
/// Sources: Narayanan et al. (arXiv 2104.04473), Korthikanti et al. (2205.05198), NeMo and Megatron-Bridge performance
/// summaries. Evidence: tests/training/catalog_test.cpp.

#include <gambrel/training/catalog/kinds.hpp>

namespace gambrel::training::catalog {

inline constexpr stack<> megatron_lm_2021 = [] {
    stack<> s = unfused_2021();
    s.name = "megatron-lm@2021";
    s.title = "Megatron-LM";
    s.version = "2021 to 2022";
    s.zero = zero_stage::none;
    return s;
}();
inline constexpr stack<> megatron_deepspeed = [] {
    stack<> s = deepspeed_2022();
    s.name = "megatron-deepspeed";
    s.title = "Megatron-DeepSpeed";
    s.version = "2022";
    s.states = states::deepspeed;
    return s;
}();
inline constexpr stack<> megatron_core = [] {
    stack<> s = overlapped();
    s.name = "megatron-core";
    s.title = "Megatron-core";
    s.version = "0.9 to 0.15";
    s.attention = attention_kernels::newest;
    s.fused_accumulation = true;
    s.early_stop = false;
    return s;
}();
inline constexpr stack<> nemo = [] {
    stack<> s = megatron_core;
    s.name = "nemo@24.09";
    s.title = "NeMo";
    s.version = "24.09";
    s.exchange_era = exchange_era::until_2025;
    return fitted_as(s);
}();
inline constexpr stack<> megatron_bridge = [] {
    stack<> s = megatron_core;
    s.name = "megatron-bridge";
    s.title = "Megatron-Bridge";
    s.version = "26.06 to 26.08";
    return s;
}();
inline constexpr stack<> megatron_bridge_26_02 = [] {
    stack<> s = megatron_bridge;
    s.name = "megatron-bridge@26.02";
    s.version = "26.02 to 26.04";
    s.exchange_era = exchange_era::early_2026;
    return fitted_as(s);
}();
inline constexpr stack<> megatron_bridge_25_09 = [] {
    stack<> s = megatron_bridge;
    s.name = "megatron-bridge@25.09";
    s.version = "25.09 to 25.11";
    s.exchange_era = exchange_era::until_2025;
    return fitted_as(s);
}();
}  // namespace gambrel::training::catalog
