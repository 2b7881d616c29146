// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Collectives fitted on kernels/nccl.csv and kernels/custom_allreduce.csv (AIConfigurator tables, 2026-08; of the
/// latter only graph replays). PCIe constants are those of the measured hosts. sigma: of a chip, on the held-out
/// quarters of the sizes; of a family, with the chip left out.
/// Fitted 2026-11 by `fit_kernels DATA_DIR SOURCE_DIR` (tools/fit_kernels/collectives.cpp). Do not edit.

#include <gambrel/hardware/interconnect.hpp>
#include <gambrel/roofline/calibration/collective_law.hpp>
#include <gambrel/roofline/calibration/fitted.hpp>

namespace gambrel::catalog {

inline constexpr std::array<fitted<chip, fabric, ring_law<>>, 7> ring_fits{{
    {chip::a100, kernel_library::other, fabric::nvlink,
        {microseconds(8.3537), microseconds(0.8952), 0.9344, 0.2277, 1.7633, 0.8333, 0.0000, 0.081, 252}},
    {chip::h100, kernel_library::other, fabric::nvlink,
        {microseconds(4.4888), microseconds(0.8236), 1.0548, 0.3119, 1.5640, 0.8899, 0.0000, 0.089, 252}},
    {chip::h200, kernel_library::other, fabric::nvlink,
        {microseconds(4.2995), microseconds(0.9219), 1.0584, 0.3038, 1.5021, 0.8820, 0.0000, 0.103, 252}},
    {chip::b200, kernel_library::other, fabric::nvlink,
        {microseconds(7.3503), microseconds(1.2871), 0.9911, 0.3293, 1.4210, 0.9499, 0.0000, 0.118, 252}},
    {chip::gb200, kernel_library::other, fabric::nvlink,
        {microseconds(8.0361), microseconds(1.2245), 0.9912, 0.3883, 1.1488, 0.8333, 0.0000, 0.112, 168}},
    {chip::l40s, kernel_library::other, fabric::pcie,
        {microseconds(4.4110), microseconds(0.9525), 0.8167, 0.1614, 1.0707, 0.8333, 2.0512, 0.163, 252}},
    {chip::rtx_pro_6000, kernel_library::other, fabric::pcie,
        {microseconds(3.5427), microseconds(1.4947), 0.7576, 0.2554, 1.2445, 0.8333, 0.4644, 0.132, 252}},
}};

inline constexpr std::array<fitted<chip_family, fabric, ring_law<>>, 4> ring_family_fits{{
    {chip_family::hbm, kernel_library::other, fabric::nvlink,
        {microseconds(7.3503), microseconds(0.9219), 0.9912, 0.3119, 1.5021, 0.8820, 0.0000, 0.297, 1176}},
    {chip_family::gddr, kernel_library::other, fabric::nvlink,
        {microseconds(7.3503), microseconds(0.9219), 0.9912, 0.3119, 1.5021, 0.8820, 0.0000, 0.297, 1176}},
    {chip_family::hbm, kernel_library::other, fabric::pcie,
        {microseconds(3.9531), microseconds(1.1932), 0.7866, 0.2031, 1.1544, 0.8333, 0.9760, 0.823, 504}},
    {chip_family::gddr, kernel_library::other, fabric::pcie,
        {microseconds(3.9531), microseconds(1.1932), 0.7866, 0.2031, 1.1544, 0.8333, 0.9760, 0.823, 504}},
}};

inline constexpr std::array<fitted<chip, fabric, direct_law<>>, 21> direct_fits{{
    {chip::a100, kernel_library::tensorrt_llm, fabric::nvlink,
        {microseconds(4.2347), microseconds(0.1791), 0.5061, microseconds(27.5626), 0.6016, bytes_of(1048576), 0.138, 69}},
    {chip::a100, kernel_library::vllm, fabric::nvlink,
        {microseconds(5.0000), microseconds(0.1396), 0.5856, microseconds(8.6681), 0.8239, bytes_of(4194304), 0.048, 69}},
    {chip::a100, kernel_library::sglang, fabric::nvlink,
        {microseconds(5.1226), microseconds(0.1136), 0.5749, microseconds(8.3018), 0.7819, bytes_of(8388608), 0.049, 69}},
    {chip::h100, kernel_library::tensorrt_llm, fabric::nvlink,
        {microseconds(2.7683), microseconds(0.0798), 0.6392, microseconds(19.9582), 0.4746, bytes_of(8388608), 0.062, 69}},
    {chip::h100, kernel_library::vllm, fabric::nvlink,
        {microseconds(4.3149), microseconds(0.0790), 0.5763, microseconds(4.6234), 0.7400, bytes_of(4194304), 0.056, 69}},
    {chip::h100, kernel_library::sglang, fabric::nvlink,
        {microseconds(2.5011), microseconds(0.1496), 0.6569, microseconds(4.2389), 0.6868, bytes_of(16777216), 0.057, 69}},
    {chip::h200, kernel_library::tensorrt_llm, fabric::nvlink,
        {microseconds(2.7288), microseconds(0.0879), 0.6723, microseconds(15.8021), 0.5224, bytes_of(8388608), 0.061, 69}},
    {chip::h200, kernel_library::vllm, fabric::nvlink,
        {microseconds(4.4188), microseconds(0.0565), 0.5656, microseconds(3.7095), 0.7241, bytes_of(8388608), 0.062, 69}},
    {chip::h200, kernel_library::sglang, fabric::nvlink,
        {microseconds(2.4695), microseconds(0.1416), 0.6492, microseconds(3.6801), 0.6915, bytes_of(16777216), 0.068, 69}},
    {chip::b200, kernel_library::tensorrt_llm, fabric::nvlink,
        {microseconds(4.8085), microseconds(0.0981), 0.6746, microseconds(19.9303), 0.5173, bytes_of(8388608), 0.076, 69}},
    {chip::b200, kernel_library::vllm, fabric::nvlink,
        {microseconds(6.7765), microseconds(0.0967), 0.2142, microseconds(10.0326), 0.5349, bytes_of(67108864), 0.134, 69}},
    {chip::b200, kernel_library::sglang, fabric::nvlink,
        {microseconds(4.1736), microseconds(0.1447), 0.5556, microseconds(7.5488), 0.7122, bytes_of(16777216), 0.081, 69}},
    {chip::gb200, kernel_library::tensorrt_llm, fabric::nvlink,
        {microseconds(4.1078), microseconds(0.2861), 0.6318, microseconds(13.9606), 0.4861, bytes_of(8388608), 0.074, 46}},
    {chip::gb200, kernel_library::vllm, fabric::nvlink,
        {microseconds(5.0780), microseconds(0.0673), 0.2373, microseconds(3.5813), 0.3615, bytes_of(8388608), 0.182, 46}},
    {chip::gb200, kernel_library::sglang, fabric::nvlink,
        {microseconds(3.9730), microseconds(0.1433), 0.5532, microseconds(6.9053), 0.6896, bytes_of(16777216), 0.057, 46}},
    {chip::l40s, kernel_library::tensorrt_llm, fabric::pcie,
        {microseconds(22.2751), microseconds(0.2547), 0.1621, microseconds(16.8894), 0.0537, bytes_of(67108864), 0.200, 69}},
    {chip::l40s, kernel_library::vllm, fabric::pcie,
        {microseconds(5.1060), microseconds(3.3204), 0.2698, microseconds(7.8981), 0.0869, bytes_of(16777216), 0.282, 69}},
    {chip::l40s, kernel_library::sglang, fabric::pcie,
        {microseconds(5.4613), microseconds(3.5567), 0.2760, microseconds(10.1478), 0.0966, bytes_of(8388608), 0.344, 69}},
    {chip::rtx_pro_6000, kernel_library::tensorrt_llm, fabric::pcie,
        {microseconds(7.0498), microseconds(3.5880), 0.3484, microseconds(27.3966), 0.3487, bytes_of(33554432), 0.104, 69}},
    {chip::rtx_pro_6000, kernel_library::vllm, fabric::pcie,
        {microseconds(4.3089), microseconds(5.0217), 0.5908, microseconds(28.8370), 0.3632, bytes_of(16777216), 0.075, 69}},
    {chip::rtx_pro_6000, kernel_library::sglang, fabric::pcie,
        {microseconds(4.5301), microseconds(12.2829), 0.6343, microseconds(12.2648), 0.3912, bytes_of(8388608), 0.082, 69}},
}};

inline constexpr std::array<fitted<chip_family, fabric, direct_law<>>, 12> direct_family_fits{{
    {chip_family::hbm, kernel_library::tensorrt_llm, fabric::nvlink,
        {microseconds(4.1078), microseconds(0.0981), 0.6392, microseconds(19.9303), 0.5173, bytes_of(8388608), 0.283, 322}},
    {chip_family::gddr, kernel_library::tensorrt_llm, fabric::nvlink,
        {microseconds(4.1078), microseconds(0.0981), 0.6392, microseconds(19.9303), 0.5173, bytes_of(8388608), 0.283, 322}},
    {chip_family::hbm, kernel_library::vllm, fabric::nvlink,
        {microseconds(5.0000), microseconds(0.0790), 0.5656, microseconds(4.6234), 0.7241, bytes_of(8388608), 0.260, 322}},
    {chip_family::gddr, kernel_library::vllm, fabric::nvlink,
        {microseconds(5.0000), microseconds(0.0790), 0.5656, microseconds(4.6234), 0.7241, bytes_of(8388608), 0.260, 322}},
    {chip_family::hbm, kernel_library::sglang, fabric::nvlink,
        {microseconds(3.9730), microseconds(0.1433), 0.5749, microseconds(6.9053), 0.6915, bytes_of(16777216), 0.298, 322}},
    {chip_family::gddr, kernel_library::sglang, fabric::nvlink,
        {microseconds(3.9730), microseconds(0.1433), 0.5749, microseconds(6.9053), 0.6915, bytes_of(16777216), 0.298, 322}},
    {chip_family::hbm, kernel_library::tensorrt_llm, fabric::pcie,
        {microseconds(12.5314), microseconds(0.9560), 0.2376, microseconds(21.5107), 0.1369, bytes_of(47453133), 0.304, 138}},
    {chip_family::gddr, kernel_library::tensorrt_llm, fabric::pcie,
        {microseconds(12.5314), microseconds(0.9560), 0.2376, microseconds(21.5107), 0.1369, bytes_of(47453133), 0.304, 138}},
    {chip_family::hbm, kernel_library::vllm, fabric::pcie,
        {microseconds(4.6906), microseconds(4.0834), 0.3992, microseconds(15.0916), 0.1776, bytes_of(16777216), 0.321, 138}},
    {chip_family::gddr, kernel_library::vllm, fabric::pcie,
        {microseconds(4.6906), microseconds(4.0834), 0.3992, microseconds(15.0916), 0.1776, bytes_of(16777216), 0.321, 138}},
    {chip_family::hbm, kernel_library::sglang, fabric::pcie,
        {microseconds(4.9740), microseconds(6.6096), 0.4184, microseconds(11.1562), 0.1944, bytes_of(8388608), 0.319, 138}},
    {chip_family::gddr, kernel_library::sglang, fabric::pcie,
        {microseconds(4.9740), microseconds(6.6096), 0.4184, microseconds(11.1562), 0.1944, bytes_of(8388608), 0.319, 138}},
}};
}  // namespace gambrel::catalog
