// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Host times of runtimes, fitted end to end.
/// Fitted 2026-11 by `fit_software DATA_DIR SOURCE_DIR` on serving_measured.csv; residuals: docs/calibration/software.md. Do not edit.

#include <gambrel/runtime/runtime.hpp>

namespace gambrel::catalog {

/// What a fit gives a runtime: times, the share of kernels' fixed time left, and the deviation of rows about it.
struct fitted_host {
    host_time<> times{};
    double kernel_start = 1.0;
    double sigma = 0.35;
    double step_sigma = 0.15;
    int rows = 0;
};

inline constexpr source vllm_source{"fitted: InferenceX and AIConfigurator runs, TPOT of gpt-oss included, H100, H200, B200", "2026-11", evidence::derived};
inline constexpr fitted_host vllm_host{
    .times = {.per_step = {milliseconds(0.491), vllm_source},
              .per_layer = {microseconds(25.75), vllm_source},
              .per_sequence = {microseconds(5.64), vllm_source},
              .per_request = {milliseconds(12.23), vllm_source}},
    .kernel_start = 0.390,
    .sigma = 0.139,
    .step_sigma = 0.128,
    .rows = 678,
};

inline constexpr source tensorrt_llm_source{"fitted: InferenceX and AIConfigurator runs, H100, H200, B200", "2026-11", evidence::derived};
inline constexpr fitted_host tensorrt_llm_host{
    .times = {.per_step = {milliseconds(1.675), tensorrt_llm_source},
              .per_layer = {microseconds(1.852), tensorrt_llm_source},
              .per_sequence = {microseconds(5.215), tensorrt_llm_source},
              .per_request = {milliseconds(21.54), tensorrt_llm_source}},
    .kernel_start = 0.447,
    .sigma = 0.112,
    .step_sigma = 0.105,
    .rows = 789,
};

inline constexpr source sglang_source{"fitted: AIConfigurator runs of Qwen3-32B (all) and Llama-3.1-8B (TPOT), H100, H200", "2026-11", evidence::derived};
inline constexpr fitted_host sglang_host{
    .times = {.per_step = {milliseconds(2.399), sglang_source},
              .per_layer = {microseconds(2.134), sglang_source},
              .per_sequence = {microseconds(22.54), sglang_source},
              .per_request = {milliseconds(13.87), sglang_source}},
    .kernel_start = 0.560,
    .sigma = 0.110,
    .step_sigma = 0.084,
    .rows = 214,
};

inline constexpr source tensorrt_llm_engine_source{"fitted: static batches (trtllm-perf-static, trtllm-blogs), A100, H100, H200, one L40S", "2026-11", evidence::derived};
inline constexpr fitted_host tensorrt_llm_engine_host{
    .times = {.per_step = {milliseconds(0.1995), tensorrt_llm_engine_source},
              .per_layer = {microseconds(56.95), tensorrt_llm_engine_source},
              .per_sequence = {microseconds(9.043), tensorrt_llm_engine_source},
              .per_request = {milliseconds(0.7911), tensorrt_llm_engine_source}},
    .kernel_start = 0.899,
    .sigma = 0.170,
    .step_sigma = 0.158,
    .rows = 281,
};

inline constexpr source lmdeploy_source{"fitted: lmdeploy-a100: 7B and 13B at 1 to 64 clients", "2026-11", evidence::derived};
inline constexpr fitted_host lmdeploy_host{
    .times = {.per_step = {milliseconds(0.3341), lmdeploy_source},
              .per_layer = {microseconds(2.773), lmdeploy_source},
              .per_sequence = {microseconds(4.662), lmdeploy_source},
              .per_request = {milliseconds(14.37), lmdeploy_source}},
    .kernel_start = 0.606,
    .sigma = 0.187,
    .step_sigma = 0.000,
    .rows = 80,
};
}  // namespace gambrel::catalog
