// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The sources the device catalog cites. The date says when the source was read, the commit which state of it.
/// Two names joined by "and": the figures stand in both, or the second completes the first.
/// Known weaknesses of each source and the choices made between them: docs/catalog-hardware.md.

#include <gambrel/numeric/sourced.hpp>

namespace gambrel::catalog::cited {

inline constexpr std::string_view read_on = "2026-11-20";

/// Not read again for this catalog; wants a second source.
inline constexpr source recalled{"vendor datasheet, recalled", read_on, evidence::recalled};
inline constexpr source recalled_price{"launch list price, recalled", read_on, evidence::recalled};

/// What the CUDA or HIP runtime reports as a device's whole memory (data/memory/start_logs.csv, and the threads named
/// in docs/catalog-hardware.md); of several logs the median. Error correction takes 6 to 9 % of a GDDR board.
inline constexpr source start_logs{"whole memory in start-up logs of servers (data/memory)", "2026-11",
                                   evidence::measured};
/// A sister board with the same memory and error correction.
inline constexpr source sister_board{"as a board with the same memory (data/memory)", "2026-11", evidence::derived};
/// The memory of a board that carries the same stacks.
inline constexpr source sister_memory{"as the B200, whose memory it carries", "2026-11-30", evidence::derived};
/// Printed by nvidia-smi or the framework; not read again for this catalog.
inline constexpr source driver_recalled{"size that the driver prints, recalled", "2026-11", evidence::recalled};

/// Units x FLOP per clock and unit x boost clock (units and clock from techpowerup).
inline constexpr source arithmetic{
    "units x FLOP per clock x boost clock; clocks: reox007/RightNow-GPU-Database @77fae38", read_on, evidence::derived};
/// GeForce alone sums fp16 products in fp32 at half the rate of fp16 sums; other boards have one rate.
inline constexpr source geforce_fp16{
    "twice the rate with fp32 sums: NVIDIA's white papers of Turing (RTX 2080 Ti 107.6 and 53.8), GA102 (RTX 3080 119 and "
    "59.5), Ada (RTX 4090 330.3 and 165.2) and RTX Blackwell (RTX 5090 419 and 209.5), recalled",
    "2026-11", evidence::recalled};
inline constexpr source apple_clock{"GPU cores x 256 FLOP per clock x clock; clocks: hmc-tech.com", read_on,
                                    evidence::derived};
inline constexpr source pcie_lanes{"lanes x raw rate of the PCI Express generation, before encoding (1, 2, 4, 8 GB/s)",
                                   read_on, evidence::derived};

inline constexpr source aiconfigurator{"ai-dynamo/aiconfigurator systems yaml @095f58a", read_on};
inline constexpr source aiconfigurator_and_llm_analysis{
    "ai-dynamo/aiconfigurator systems yaml @095f58a; cli99/llm-analysis gpu_configs @d841e40", read_on};
inline constexpr source aiconfigurator_and_ml_engineering{
    "ai-dynamo/aiconfigurator systems yaml @095f58a; "
    "stas00/ml-engineering accelerator tables @744d01e (which link vendor pages)", read_on};
inline constexpr source aiconfigurator_and_techpowerup{
    "ai-dynamo/aiconfigurator systems yaml @095f58a; "
    "reox007/RightNow-GPU-Database @77fae38 (derived from TechPowerUp)", read_on};
inline constexpr source inferencex_and_aiconfigurator{
    "SemiAnalysisAI/InferenceX-app gpu-specs.ts @77ca49a; ai-dynamo/aiconfigurator systems yaml @095f58a", read_on};
inline constexpr source infersim{"alibaba/InferSim hardware/gpu.py @f2293da", read_on};
inline constexpr source infersim_and_techpowerup{
    "alibaba/InferSim hardware/gpu.py @f2293da; "
    "reox007/RightNow-GPU-Database @77fae38 (derived from TechPowerUp)", read_on};
inline constexpr source llamacpp_apple{"ggml-org/llama.cpp pull request 1642 (Apple bandwidths)", read_on};
inline constexpr source llm_analysis{"cli99/llm-analysis gpu_configs @d841e40", read_on};
inline constexpr source llm_analysis_and_llm_viewer{
    "cli99/llm-analysis gpu_configs @d841e40; hahnyuan/LLM-Viewer hardware_params.py", read_on};
inline constexpr source llm_analysis_and_ml_engineering{
    "cli99/llm-analysis gpu_configs @d841e40; "
    "stas00/ml-engineering accelerator tables @744d01e (which link vendor pages)", read_on};
inline constexpr source llm_analysis_and_techpowerup{
    "cli99/llm-analysis gpu_configs @d841e40; "
    "reox007/RightNow-GPU-Database @77fae38 (derived from TechPowerUp)", read_on};
inline constexpr source llm_viewer{"hahnyuan/LLM-Viewer hardware_params.py", read_on};
inline constexpr source llm_viewer_and_techpowerup{
    "hahnyuan/LLM-Viewer hardware_params.py; "
    "reox007/RightNow-GPU-Database @77fae38 (derived from TechPowerUp)", read_on};
inline constexpr source llmservingsim_and_aiconfigurator{
    "LLMServingSim @5daddb2; ai-dynamo/aiconfigurator systems yaml @095f58a", read_on};
inline constexpr source ml_engineering{
    "stas00/ml-engineering accelerator tables @744d01e (which link vendor pages)", read_on};
inline constexpr source ml_engineering_and_inferencex{
    "stas00/ml-engineering accelerator tables @744d01e (which link vendor pages); "
    "SemiAnalysisAI/InferenceX-app gpu-specs.ts @77ca49a", read_on};
inline constexpr source ml_engineering_and_scaling_book{
    "stas00/ml-engineering accelerator tables @744d01e (which link vendor pages); "
    "jax-ml/scaling-book tpus.md @0819a7d", read_on};
inline constexpr source ml_engineering_and_techpowerup{
    "stas00/ml-engineering accelerator tables @744d01e (which link vendor pages); "
    "reox007/RightNow-GPU-Database @77fae38 (derived from TechPowerUp)", read_on};
inline constexpr source neuron_docs{"aws-neuron-sdk about-neuron/arch @81ce03a", read_on};
inline constexpr source neuron_docs_and_ml_engineering{
    "aws-neuron-sdk about-neuron/arch @81ce03a; "
    "stas00/ml-engineering accelerator tables @744d01e (which link vendor pages)", read_on};
inline constexpr source strix_halo_testing{"lhl/strix-halo-testing @5ee14b5", read_on};
inline constexpr source techpowerup{"reox007/RightNow-GPU-Database @77fae38 (derived from TechPowerUp)", read_on};
inline constexpr source tpu_docs{"docs.cloud.google.com/tpu/docs", "2026-11-30"};
inline constexpr source tpu_docs_and_ml_engineering{
    "docs.cloud.google.com/tpu/docs; "
    "stas00/ml-engineering accelerator tables @744d01e (which link vendor pages)", read_on};

// Links.
inline constexpr source network_tables{"stas00/ml-engineering network README @744d01e", read_on};
inline constexpr source a40_bridge{"cli99/llm-analysis gpu_configs @d841e40 (112.5 GB/s both ways)", read_on};
}  // namespace gambrel::catalog::cited
