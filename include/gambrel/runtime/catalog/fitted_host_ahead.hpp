// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Host times of vLLM from 0.14, whose scheduler plans one step ahead, fitted end to end.
/// Fitted 2026-11 by `judge_online DATA_DIR SOURCE_DIR` on online/blis_training_*.csv; residuals: docs/accuracy-online.md. Do not edit.

#include <gambrel/runtime/catalog/fitted_host.hpp>

namespace gambrel::catalog {

inline constexpr source vllm_ahead_source{"fitted: inference-perf runs of BLIS on vLLM 0.15, H100", "2026-11", evidence::derived};
inline constexpr fitted_host vllm_ahead_host{
    .times = {.per_step = {milliseconds(0.8515), vllm_ahead_source},
              .per_layer = {microseconds(35.84), vllm_ahead_source},
              .per_sequence = {microseconds(6.352), vllm_ahead_source},
              .per_request = {milliseconds(7.796), vllm_ahead_source}},
    .kernel_start = vllm_host.kernel_start,
    .sigma = 0.147,
    .step_sigma = vllm_host.step_sigma,
    .rows = 42,
};
}  // namespace gambrel::catalog
