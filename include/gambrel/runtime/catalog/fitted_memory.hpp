// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Memory that vLLM keeps besides weights, activations and KV. Written by tools/fit_memory from data/memory; what it
/// leaves of each log: docs/calibration/memory.md.

#include <gambrel/runtime/memory_constants.hpp>

namespace gambrel::catalog {

inline constexpr memory_constants vllm_memory{
    .reserve = gibibytes(0.079),
    .communication = gibibytes(0.874),
    .amd_reserve = gibibytes(1.078),
    .state_workspace = gibibytes(0.815),
};
}  // namespace gambrel::catalog
