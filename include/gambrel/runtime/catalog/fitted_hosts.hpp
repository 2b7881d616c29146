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
                milliseconds(1.379), milliseconds(1.105), microseconds(0.6971), microseconds(38.97), milliseconds(12.74), microseconds(37.94), microseconds(8.099), 0.280, 0.115, 0.063, 771},
    fitted_host{"tensorrt-llm", "1.0", {"fitted: InferenceX and AIConfigurator runs, H100, H200, B200", "2026-11", evidence::derived},
                milliseconds(1.018), milliseconds(1.105), microseconds(0.6763), microseconds(4.4), milliseconds(3.875), microseconds(37.27), microseconds(4.639), 0.279, 0.091, 0.059, 798},
    fitted_host{"sglang", "0.5", {"fitted: AIConfigurator runs of Qwen3-32B (all) and Llama-3.1-8B (TPOT), median TTFT of DeepSeek-R1, H100, H200", "2026-11", evidence::derived},
                milliseconds(2.901), milliseconds(1.105), microseconds(0.688), microseconds(4.4), milliseconds(26.08), microseconds(48.54), microseconds(2.333), 0.284, 0.094, 0.081, 223},
    fitted_host{"tensorrt-llm-engine", "0.12", {"fitted: static batches (trtllm-perf-static, trtllm-blogs), A100, H100, H200, one L40S", "2026-11", evidence::derived},
                milliseconds(0.1956), milliseconds(0), microseconds(4.382), microseconds(8.552), milliseconds(0.7603), microseconds(0), microseconds(0), 0.827, 0.170, 0.191, 281},
    fitted_host{"lmdeploy", "0.2", {"fitted: lmdeploy-a100: 7B and 13B at 1 to 64 clients", "2026-11", evidence::derived},
                milliseconds(0.3197), milliseconds(0), microseconds(0.4175), microseconds(4.625), milliseconds(14.32), microseconds(0), microseconds(0), 0.596, 0.186, 0.000, 80},
};
// clang-format on
}  // namespace gambrel::catalog
