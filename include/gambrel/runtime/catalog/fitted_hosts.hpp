// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Host times of runtimes, fitted end to end: one line for each (runtime, first version). Written by `fit_software` on
/// serving_measured.csv; residuals: docs/calibration/software.md. Do not edit.

#include <array>
#include <gambrel/runtime/fitted_host.hpp>

namespace gambrel::catalog {

// clang-format off
inline constexpr std::array fitted_hosts{
    fitted_host{"vllm", "0.10", {"fitted: InferenceX and AIConfigurator runs, H100, H200, B200", "2026-11", evidence::derived},
                milliseconds(1.422), milliseconds(1.127), microseconds(0.6427), microseconds(39.11), milliseconds(12.75), microseconds(37.02), microseconds(7.083), 0.279, 0.114, 0.058, 771},
    fitted_host{"tensorrt-llm", "1.0", {"fitted: InferenceX and AIConfigurator runs, H100, H200, B200", "2026-11", evidence::derived},
                milliseconds(1.051), milliseconds(1.127), microseconds(0.6243), microseconds(4.4), milliseconds(2.636), microseconds(38.19), microseconds(2.722), 0.277, 0.100, 0.066, 798},
    fitted_host{"sglang", "0.5", {"fitted: AIConfigurator runs of Qwen3-32B (all) and Llama-3.1-8B (TPOT), median TTFT of DeepSeek-R1, H100, H200", "2026-11", evidence::derived},
                milliseconds(2.906), milliseconds(1.127), microseconds(0.6352), microseconds(4.4), milliseconds(25.44), microseconds(48.73), microseconds(2.174), 0.283, 0.099, 0.090, 223},
    fitted_host{"tensorrt-llm-engine", "0.12", {"fitted: static batches (trtllm-perf-static, trtllm-blogs), A100, H100, H200, one L40S", "2026-11", evidence::derived},
                milliseconds(0.1979), milliseconds(0), microseconds(3.94), microseconds(6.138), milliseconds(0.737), microseconds(0), microseconds(0), 0.860, 0.149, 0.153, 281},
    fitted_host{"lmdeploy", "0.2", {"fitted: lmdeploy-a100: 7B and 13B at 1 to 64 clients", "2026-11", evidence::derived},
                milliseconds(0.3197), milliseconds(0), microseconds(0.4175), microseconds(4.625), milliseconds(14.32), microseconds(0), microseconds(0), 0.596, 0.186, 0.000, 80},
};
// clang-format on
}  // namespace gambrel::catalog
