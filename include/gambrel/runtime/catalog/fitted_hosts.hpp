// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Host times of runtimes, fitted end to end: one line for each (runtime, first version). Written by `fit_software` on
/// serving_measured.csv (residuals: docs/calibration/software.md) and by `judge_online` on online/blis_training_*.csv
/// (docs/accuracy-online.md), each its own lines. Do not edit.

#include <array>
#include <gambrel/runtime/fitted_host.hpp>

namespace gambrel::catalog {

// clang-format off
inline constexpr std::array fitted_hosts{
    fitted_host{"vllm", "0.10", {"fitted: InferenceX and AIConfigurator runs, TPOT of gpt-oss included, H100, H200, B200", "2026-11", evidence::derived},
                milliseconds(0.491), microseconds(25.75), microseconds(5.64), milliseconds(12.23), 0.390, 0.139, 0.128, 678},
    fitted_host{"vllm", "0.14", {"fitted: inference-perf runs of BLIS on vLLM 0.15, H100", "2026-11", evidence::derived},
                milliseconds(0.8515), microseconds(35.84), microseconds(6.352), milliseconds(7.796), 0.390, 0.147, 0.128, 42},
    fitted_host{"tensorrt-llm", "1.0", {"fitted: InferenceX and AIConfigurator runs, H100, H200, B200", "2026-11", evidence::derived},
                milliseconds(1.675), microseconds(1.852), microseconds(5.215), milliseconds(21.54), 0.447, 0.112, 0.105, 789},
    fitted_host{"sglang", "0.5", {"fitted: AIConfigurator runs of Qwen3-32B (all) and Llama-3.1-8B (TPOT), H100, H200", "2026-11", evidence::derived},
                milliseconds(2.399), microseconds(2.134), microseconds(22.54), milliseconds(13.87), 0.560, 0.110, 0.084, 214},
    fitted_host{"tensorrt-llm-engine", "0.12", {"fitted: static batches (trtllm-perf-static, trtllm-blogs), A100, H100, H200, one L40S", "2026-11", evidence::derived},
                milliseconds(0.1995), microseconds(56.95), microseconds(9.043), milliseconds(0.7911), 0.899, 0.170, 0.158, 281},
    fitted_host{"lmdeploy", "0.2", {"fitted: lmdeploy-a100: 7B and 13B at 1 to 64 clients", "2026-11", evidence::derived},
                milliseconds(0.3341), microseconds(2.773), microseconds(4.662), milliseconds(14.37), 0.606, 0.187, 0.000, 80},
};
// clang-format on
}  // namespace gambrel::catalog
