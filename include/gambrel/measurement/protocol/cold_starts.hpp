// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the opening burst of an InferenceX run waits for compilation, by recipe.
/// Fitted 2026-11 by `fit_software DATA_DIR SOURCE_DIR` on serving_measured.csv; residuals:
/// docs/calibration/software.md. Do not edit.

#include <array>
#include <string_view>

namespace gambrel {

struct cold_start_fit {
    std::string_view runtime, family, device;
    double seconds;
    int rows;
};

inline constexpr std::array cold_starts{
    cold_start_fit{"sglang", "deepseek_v3", "b200-sxm", 1.425, 15},
    cold_start_fit{"sglang", "deepseek_v3", "h200-sxm", 1.556, 20},
    cold_start_fit{"tensorrt-llm", "deepseek_v3", "b200-sxm", 1.181, 64},
    cold_start_fit{"tensorrt-llm", "deepseek_v3", "h200-sxm", 2.489, 16},
    cold_start_fit{"tensorrt-llm", "gpt_oss", "h200-sxm", 0.484, 62},
    cold_start_fit{"tensorrt-llm", "llama", "b200-sxm", 0.102, 144},
    cold_start_fit{"tensorrt-llm", "llama", "h200-sxm", 0.148, 72},
    cold_start_fit{"vllm", "gpt_oss", "h100-sxm", 0.142, 56},
    cold_start_fit{"vllm", "gpt_oss", "h200-sxm", 0.174, 63},
    cold_start_fit{"vllm", "llama", "b200-sxm", 0.549, 120},
    cold_start_fit{"vllm", "llama", "h100-sxm", 0.014, 45},
    cold_start_fit{"vllm", "llama", "h200-sxm", 0.098, 60},
};
}  // namespace gambrel
