// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Host times of runtimes, fitted end to end: one line for each (runtime, first version). Written by `fit_software` on
/// serving_measured.csv; residuals: docs/calibration/software.md. Do not edit.

#include <array>
#include <gambrel/runtime/fitted_host.hpp>

namespace gambrel::catalog {

// clang-format off
inline constexpr std::array fitted_hosts{
    fitted_host{"vllm", "0.10", {"fitted: InferenceX and AIConfigurator runs, TPOT of gpt-oss included, H100, H200, B200", "2026-11", evidence::derived},
                milliseconds(1.751), microseconds(0.6914), microseconds(6.606), milliseconds(12.75), 0.180, 0.136, 0.122, 678},
    fitted_host{"tensorrt-llm", "1.0", {"fitted: InferenceX and AIConfigurator runs, H100, H200, B200", "2026-11", evidence::derived},
                milliseconds(1.577), microseconds(0.6659), microseconds(6.244), milliseconds(23.79), 0.181, 0.109, 0.104, 789},
    fitted_host{"sglang", "0.5", {"fitted: AIConfigurator runs of Qwen3-32B (all) and Llama-3.1-8B (TPOT), H100, H200", "2026-11", evidence::derived},
                milliseconds(2.516), microseconds(0.6744), microseconds(22.37), milliseconds(13.93), 0.183, 0.109, 0.083, 214},
    fitted_host{"tensorrt-llm-engine", "0.12", {"fitted: static batches (trtllm-perf-static, trtllm-blogs), A100, H100, H200, one L40S", "2026-11", evidence::derived},
                milliseconds(0.1959), microseconds(4.362), microseconds(8.57), milliseconds(0.7613), 0.831, 0.170, 0.160, 281},
    fitted_host{"lmdeploy", "0.2", {"fitted: lmdeploy-a100: 7B and 13B at 1 to 64 clients", "2026-11", evidence::derived},
                milliseconds(0.3222), microseconds(0.3864), microseconds(4.632), milliseconds(14.33), 0.598, 0.186, 0.000, 80},
};
// clang-format on
}  // namespace gambrel::catalog
