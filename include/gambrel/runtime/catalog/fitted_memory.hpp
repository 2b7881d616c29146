// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Memory that vLLM keeps besides weights, activations and KV. Written by tools/fit_memory from data/memory; what it
/// leaves of each log: docs/calibration/memory.md.

#include <gambrel/runtime/memory_constants.hpp>

namespace gambrel::catalog {

inline constexpr memory_constants vllm_memory{
    .reserve = gibibytes(0.081),
    .communication = gibibytes(0.762),
    .amd_reserve = gibibytes(1.188),
    .state_workspace = gibibytes(0.879),
};
}  // namespace gambrel::catalog
