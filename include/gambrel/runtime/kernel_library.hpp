// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whose kernels a runtime launches. Evidence: tests/roofline/defaults_test.cpp, tests/roofline/ggml_law_test.cpp.

#include <gambrel/numeric/enum_table.hpp>

namespace gambrel {

/// Whose kernels a runtime launches: the measured efficiency laws differ by library on one device.
/// Those of llama.cpp (ggml) by backend, era and driver: calibration/ggml_fits.hpp says which is which.
enum class kernel_library : unsigned char {
    other,
    tensorrt_llm,
    vllm,
    sglang,
    ggml_cuda_2023,
    ggml_cuda_2024,
    ggml_cuda,
    ggml_metal_2024,
    ggml_metal,
    ggml_rocm_2025,
    ggml_rocm_2025_rocblas,
    ggml_rocm,
    ggml_vulkan_2025,
    ggml_vulkan,
    ggml_vulkan_amdvlk,
    ggml_sycl,
    ggml_cpu,
    ik_cpu
};
// clang-format off
template <> inline constexpr std::array<enum_row<kernel_library>, 18> enum_table<kernel_library>{{
    {kernel_library::other, "other", "other"},
    {kernel_library::tensorrt_llm, "tensorrt_llm", "TensorRT-LLM"},
    {kernel_library::vllm, "vllm", "vLLM"},
    {kernel_library::sglang, "sglang", "SGLang"},
    {kernel_library::ggml_cuda_2023, "ggml_cuda_2023", "ggml CUDA to 2024-04"},
    {kernel_library::ggml_cuda_2024, "ggml_cuda_2024", "ggml CUDA of 2024-05"},
    {kernel_library::ggml_cuda, "ggml_cuda", "ggml CUDA"},
    {kernel_library::ggml_metal_2024, "ggml_metal_2024", "ggml Metal to 2024-09"},
    {kernel_library::ggml_metal, "ggml_metal", "ggml Metal"},
    {kernel_library::ggml_rocm_2025, "ggml_rocm_2025", "ggml ROCm of 2025 with hipBLASLt"},
    {kernel_library::ggml_rocm_2025_rocblas, "ggml_rocm_2025_rocblas", "ggml ROCm of 2025 with rocBLAS"},
    {kernel_library::ggml_rocm, "ggml_rocm", "ggml ROCm"},
    {kernel_library::ggml_vulkan_2025, "ggml_vulkan_2025", "ggml Vulkan of 2025"},
    {kernel_library::ggml_vulkan, "ggml_vulkan", "ggml Vulkan"},
    {kernel_library::ggml_vulkan_amdvlk, "ggml_vulkan_amdvlk", "ggml Vulkan under AMDVLK"},
    {kernel_library::ggml_sycl, "ggml_sycl", "ggml SYCL"},
    {kernel_library::ggml_cpu, "ggml_cpu", "ggml on processors"},
    {kernel_library::ik_cpu, "ik_cpu", "ik_llama.cpp on processors"},
}};
// clang-format on
inline constexpr std::size_t kernel_library_count = enum_count<kernel_library>;
constexpr bool is_ggml(kernel_library k) { return k >= kernel_library::ggml_cuda_2023; }
constexpr bool is_ggml_cuda(kernel_library k) {
    return k >= kernel_library::ggml_cuda_2023 && k <= kernel_library::ggml_cuda;
}
}  // namespace gambrel
