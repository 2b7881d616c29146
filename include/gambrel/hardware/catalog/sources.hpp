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
/// Not printed of a board, but of the one whose silicon it has.
inline constexpr source sister_silicon{"as the A100, whose silicon it is", "2026-11-30", evidence::derived};
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

// Sheets of the makers, line by line in tests/hardware/sheet_figures.csv; whether the sheet itself was read or a text
// that quotes it, and where: tests/hardware/sheets.csv.
inline constexpr std::string_view sheets_read_on = "2026-11-30";
inline constexpr source nvidia_a100{"NVIDIA, A100 data sheet and product page, as quoted", sheets_read_on};
inline constexpr source nvidia_a800{"NVIDIA, A800 data sheet, as quoted", sheets_read_on};
inline constexpr source nvidia_h100{"NVIDIA, H100 data sheet and product page, as quoted", sheets_read_on};
inline constexpr source nvidia_h100_pcie_brief{"NVIDIA, H100 PCIe product brief PB-11133-001_v02", sheets_read_on};
inline constexpr source nvidia_h100_pcie{"NVIDIA, H100 data sheet, column PCIe, as quoted", sheets_read_on};
inline constexpr source nvidia_h200{"NVIDIA, H200 data sheet and product page, as quoted", sheets_read_on};
inline constexpr source nvidia_mlperf_h200{
    "NVIDIA, system description H200-SXM-141GBx8 in MLPerf Inference 4.1", sheets_read_on};
inline constexpr source nvidia_blackwell{
    "NVIDIA, Blackwell data sheet and architecture brief V2.1, as quoted", sheets_read_on};
inline constexpr source nvidia_blackwell_ultra{
    "NVIDIA, Blackwell Ultra data sheet, October 2025, as quoted", sheets_read_on};
inline constexpr source nvidia_l40s{"NVIDIA, L40S product page and brief PB-11470-001_v02, as quoted", sheets_read_on};
inline constexpr source nvidia_a40{"NVIDIA, A40 data sheet, as quoted", sheets_read_on};
inline constexpr source nvidia_a6000{"NVIDIA, RTX A6000 data sheet, as quoted", sheets_read_on};
inline constexpr source nvidia_ga102{"NVIDIA, GA102 architecture white paper, as quoted", sheets_read_on};
inline constexpr source nvidia_geforce_compare{"NVIDIA, comparison of GeForce boards, as quoted", sheets_read_on};
inline constexpr source nvidia_ada{"NVIDIA, Ada architecture white paper v2.1, appendix A, as quoted", sheets_read_on};
inline constexpr source nvidia_rtx_blackwell{
    "NVIDIA, RTX Blackwell architecture white paper, table 3, as quoted", sheets_read_on};
inline constexpr source nvidia_rtx_pro{
    "NVIDIA, RTX Blackwell PRO architecture white paper v1.0, table 4, as quoted", sheets_read_on};
inline constexpr source nvidia_rtx_6000_ada{"NVIDIA, RTX 6000 Ada data sheet 2504660, as quoted", sheets_read_on};
inline constexpr source nvidia_rtx_5000_ada{"NVIDIA, RTX 5000 Ada data sheet, as quoted", sheets_read_on};
inline constexpr source nvidia_rtx_4000_ada{"NVIDIA, RTX 4000 Ada data sheet", sheets_read_on};
inline constexpr source nvidia_rtx_4000_ada_pny{
    "NVIDIA, RTX 4000 Ada data sheet of 2024-05, by PNY, as quoted", sheets_read_on};
inline constexpr source nvidia_rtx_pro_server{
    "NVIDIA, RTX PRO 6000 Blackwell Server Edition product page, as quoted", sheets_read_on};
inline constexpr source nvidia_spark{
    "NVIDIA, DGX Spark user guide, hardware overview, and product page, as quoted", sheets_read_on};
inline constexpr source rocm_mi300{"AMD, ROCm documentation, MI300 microarchitecture", sheets_read_on};
inline constexpr source rocm_boards{"AMD, ROCm documentation, hardware specifications", sheets_read_on};
inline constexpr source amd_mlperf_mi300x{"AMD, system description 8xMI300X in MLPerf Inference 4.1", sheets_read_on};
inline constexpr source amd_mlperf_mi355x{"AMD, system description MI355X in MLPerf Inference 6.0", sheets_read_on};
inline constexpr source amd_mi300x{"AMD, MI300X product page and data sheet, as quoted", sheets_read_on};
inline constexpr source amd_mi325x{"AMD, MI325X product page, as quoted", sheets_read_on};
inline constexpr source amd_mi355x{"AMD, MI355X data sheet LE-92703-00 and product page, as quoted", sheets_read_on};
inline constexpr source amd_mi210{"AMD, MI210 product page and CDNA 2 white paper, as quoted", sheets_read_on};
inline constexpr source amd_r9700{"AMD, Radeon AI PRO R9700 product page, as quoted", sheets_read_on};
inline constexpr source amd_rx_7900xt{"AMD, Radeon RX 7900 XT product page, as quoted", sheets_read_on};
inline constexpr source amd_ai_max{"AMD, Ryzen AI Max+ 395 product pages, as quoted", sheets_read_on};
inline constexpr source amd_7950x{"AMD, Ryzen 9 7950X product page, as quoted", sheets_read_on};
inline constexpr source apple_chips{"Apple, newsroom and technical specifications, as quoted", sheets_read_on};
inline constexpr source intel_258v{"Intel, ARK, Core Ultra 7 258V, as quoted", sheets_read_on};
inline constexpr source intel_13900k{"Intel, ARK, Core i9-13900K, as quoted", sheets_read_on};
inline constexpr source intel_gaudi{"Intel, Gaudi 3 against Gaudi 2, 2024, as quoted", sheets_read_on};
inline constexpr source neuron_inf2{"AWS, Neuron documentation, Inferentia2", sheets_read_on};
inline constexpr source tpu_v5e{"Google, Cloud TPU documentation, v5e", sheets_read_on};
inline constexpr source tpu_v5p{"Google, Cloud TPU documentation, v5p", sheets_read_on};
inline constexpr source nvidia_aiconfigurator{"NVIDIA, aiconfigurator, descriptions of its systems", sheets_read_on};
inline constexpr source nvidia_aiconfigurator_server{
    "NVIDIA, aiconfigurator, RTX PRO 6000 Server at the 2430 MHz that it shows", sheets_read_on};
inline constexpr source nvidia_aiconfigurator_h20{
    "NVIDIA, aiconfigurator, H20 with 141 GB, in a branch", sheets_read_on};
inline constexpr source nvidia_aiconfigurator_h20_3e{
    "NVIDIA, aiconfigurator, H20-3e, in a commit of October 2025", sheets_read_on};
inline constexpr source nvidia_mlperf_b200{
    "NVIDIA, system description B200-SXM-180GBx1 in MLPerf Inference 4.1", sheets_read_on};
inline constexpr source nvidia_playbooks{"NVIDIA, DGX Spark playbooks", sheets_read_on};
inline constexpr source nvidia_h800{"NVIDIA, H800 data sheet 2631447, as quoted", sheets_read_on};
inline constexpr source nvidia_rtx_pro_ws{
    "NVIDIA, RTX PRO 6000 Workstation Edition data sheet 3519208, as quoted", sheets_read_on};
inline constexpr source nvidia_ampere{
    "NVIDIA, A100 architecture white paper, tables 1 and 4, as quoted", sheets_read_on};
inline constexpr source intel_mlperf_gaudi2{
    "Intel, system description HLS-Gaudi2-PT in MLPerf Inference 4.0", sheets_read_on};
inline constexpr source nvidia_tensorrt_llm{"NVIDIA, TensorRT-LLM, table of devices", sheets_read_on};
inline constexpr source amd_tracelens{"AMD, TraceLens, descriptions of its devices", sheets_read_on};
}  // namespace gambrel::catalog::cited
