// SPDX-License-Identifier: Apache-2.0
#pragma once
/// llama.cpp: GGUF weights on nearly anything. What its kernels take depends on the backend, the year and the driver,
/// so each combination is a descriptor of its own; their constants, launches of a layer among them, are those of ggml's
/// law (roofline/calibration/ggml_law.hpp), so that no host time is left. No frontend: figures are those of
/// llama-bench.
///
///     CUDA     2023, 2024 (to the integer kernels of 2024-06), today       Vulkan   2025, today (RADV), AMDVLK
///     Metal    2024 (to 2024-09), today                                    SYCL     oneAPI
///     ROCm     2025 with hipBLASLt or rocBLAS, today                       CPU      llama.cpp, ik_llama.cpp
///
/// Settings: llama-server documentation (2048-token logical batch, computed 512 at a time: -ub; 4 slots); the KV cache
/// of the whole context is allocated at the start, and sizes are those of step/ggml_memory.hpp, by the era of the
/// builds: a name without a year stands for builds since the middle of 2026, whose graph computes the logits of one
/// token a batch (printed by build 11549 of 2026-10, on the CPU backend; the graph is the same for all). Builds from
/// 2025 to then keep those of a whole micro-batch, 250 MiB of Llama 3, and are the descriptors of 2025.
///
/// "llama.cpp" is what people type on any machine, and stands for the backend of the device (ask/runtime_file.hpp);
/// each other backend runs on the devices it is built for.

#include <gambrel/runtime/catalog/sources.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel::catalog {

inline constexpr runtime<> llama_cpp{
    .name = "llama.cpp",
    .title = "llama.cpp (CUDA)",
    .version = "builds from 2024-10 on",
    .scheduling = {.batching = batching::mixed,
                   .admission = admission::reserve_all,
                   .chunked_prefill = true,
                   .token_budget = 2048,
                   .most_sequences = 4},
    .kernels = kernel_library::ggml_cuda,
    .memory = {.basis = memory_basis::after_weights,
               .fraction = 1.0,
               .reserve = {mebibytes(400), cited_runtime::cuda_context},
               .block_tokens = 1,
               .micro_batch = 512,
               .outputs = ggml_outputs::last,
               .context_step = 256},
    .formats = {.fp8 = false, .gguf = true, .fp8_kv = false, .gguf_kv = true},
    .devices = {.nvidia = true, .amd = true, .intel = true, .apple = true, .cpu = true, .huawei = true},
    .host_sigma = 0.4,
    .step_sigma = 0.0,
};

/// Whose logits the graph of the builds that `kernels` stands for computes.
constexpr ggml_outputs ggml_outputs_of(kernel_library kernels) {
    switch (kernels) {
        case kernel_library::ggml_cuda_2023:
        case kernel_library::ggml_cuda_2024:
        case kernel_library::ggml_metal_2024:
        case kernel_library::ggml_sycl:
        case kernel_library::ik_cpu: return ggml_outputs::every_2024;
        case kernel_library::ggml_rocm_2025:
        case kernel_library::ggml_rocm_2025_rocblas:
        case kernel_library::ggml_vulkan_2025:
        case kernel_library::ggml_vulkan_amdvlk: return ggml_outputs::every_2025;
        default: return ggml_outputs::last;
    }
}
/// The devices that a backend is built for.
constexpr supported_devices ggml_devices_of(kernel_library kernels) {
    switch (kernels) {
        case kernel_library::ggml_metal:
        case kernel_library::ggml_metal_2024: return {.nvidia = false, .apple = true};
        case kernel_library::ggml_rocm:
        case kernel_library::ggml_rocm_2025:
        case kernel_library::ggml_rocm_2025_rocblas: return {.nvidia = false, .amd = true};
        case kernel_library::ggml_vulkan_amdvlk: return {.nvidia = false, .amd = true};  // AMD's own driver
        case kernel_library::ggml_vulkan:
        case kernel_library::ggml_vulkan_2025: return {.nvidia = true, .amd = true, .intel = true};
        case kernel_library::ggml_sycl: return {.nvidia = false, .intel = true};
        case kernel_library::ggml_cpu:
        case kernel_library::ik_cpu: return {.nvidia = false, .cpu = true};
        default: return {.nvidia = true};
    }
}

/// llama.cpp of another backend, year or driver.
constexpr runtime<> llama_cpp_variant(const char* name, const char* title, const char* version, kernel_library kernels) {
    runtime<> r = llama_cpp;
    r.name = name;
    r.title = title;
    r.version = version;
    r.kernels = kernels;
    r.memory.outputs = ggml_outputs_of(kernels);
    r.devices = ggml_devices_of(kernels);
    if (kernels == kernel_library::ggml_metal || kernels == kernel_library::ggml_metal_2024 ||
        kernels == kernel_library::ggml_cpu || kernels == kernel_library::ik_cpu)
        r.memory.reserve = {};  // no driver keeps a context for the process
    if (kernels != kernel_library::ggml_cuda_2024) r.graphs.decode = graph_use::none;  // CUDA graphs: 2024-05 on
    return r;
}
/// Flash attention was off until it became "auto" in 2025-08: scores of a micro-batch lie in the compute buffer.
constexpr runtime<> without_flash_attention(runtime<> r) {
    r.memory.stores_scores = true;
    return r;
}

inline constexpr runtime<> llama_cpp_cuda_2024 = without_flash_attention(llama_cpp_variant(
    "llama.cpp-cuda-2024", "llama.cpp (CUDA with graphs)", "builds of mid-2024", kernel_library::ggml_cuda_2024));
inline constexpr runtime<> llama_cpp_cuda_2023 = without_flash_attention(llama_cpp_variant(
    "llama.cpp-cuda-2023", "llama.cpp (CUDA)", "builds of 2023", kernel_library::ggml_cuda_2023));
inline constexpr runtime<> llama_cpp_metal =
    llama_cpp_variant("llama.cpp-metal", "llama.cpp (Metal)", "builds from 2024-10 on", kernel_library::ggml_metal);
inline constexpr runtime<> llama_cpp_metal_2024 = without_flash_attention(llama_cpp_variant(
    "llama.cpp-metal-2024", "llama.cpp (Metal)", "builds of 2023 to 2024-09", kernel_library::ggml_metal_2024));
inline constexpr runtime<> llama_cpp_rocm =
    llama_cpp_variant("llama.cpp-rocm", "llama.cpp (ROCm)", "builds of 2026", kernel_library::ggml_rocm);
inline constexpr runtime<> llama_cpp_rocm_2025 = llama_cpp_variant(
    "llama.cpp-rocm-2025", "llama.cpp (ROCm with hipBLASLt)", "builds of 2025", kernel_library::ggml_rocm_2025);
inline constexpr runtime<> llama_cpp_rocm_2025_rocblas =
    llama_cpp_variant("llama.cpp-rocm-2025-rocblas", "llama.cpp (ROCm with rocBLAS)", "builds of 2025",
                      kernel_library::ggml_rocm_2025_rocblas);
inline constexpr runtime<> llama_cpp_vulkan =
    llama_cpp_variant("llama.cpp-vulkan", "llama.cpp (Vulkan, RADV)", "builds of 2026", kernel_library::ggml_vulkan);
inline constexpr runtime<> llama_cpp_vulkan_2025 = llama_cpp_variant(
    "llama.cpp-vulkan-2025", "llama.cpp (Vulkan, RADV)", "builds of 2025", kernel_library::ggml_vulkan_2025);
inline constexpr runtime<> llama_cpp_vulkan_amdvlk =
    llama_cpp_variant("llama.cpp-vulkan-amdvlk", "llama.cpp (Vulkan, AMDVLK)", "builds of 2025",
                      kernel_library::ggml_vulkan_amdvlk);
inline constexpr runtime<> llama_cpp_sycl = without_flash_attention(
    llama_cpp_variant("llama.cpp-sycl", "llama.cpp (SYCL)", "builds of 2024", kernel_library::ggml_sycl));
inline constexpr runtime<> llama_cpp_cpu =
    llama_cpp_variant("llama.cpp-cpu", "llama.cpp (CPU)", "builds of 2023 to 2026", kernel_library::ggml_cpu);
/// Its own kernels for every type; its matrices are repacked or not, at much the same speed.
inline constexpr runtime<> ik_llama_cpp_cpu =
    llama_cpp_variant("ik-llama.cpp-cpu", "ik_llama.cpp (CPU)", "builds of 2024 and 2025", kernel_library::ik_cpu);
}  // namespace gambrel::catalog
