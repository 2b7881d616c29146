// SPDX-License-Identifier: Apache-2.0
#pragma once
/// llama.cpp: GGUF weights on nearly anything. Its decode time is bytes / bandwidth plus a time per layer that depends
/// on the backend and the year, so each combination is a descriptor of its own:
///
///     | fitted time per layer beyond the bytes | CUDA 2023 100 us, 2024-05 80 us, 2025 40 to 50 us | Metal 150 us |
///
/// The roofline charges 20 us of that to the kernels themselves (five of 4 us), so the host is given the rest.
/// There is no step time: the fit has none. On HBM cards expect 25 to 50 us more per layer; on CPUs bytes alone
/// explain decode within 2.5 %, so that backend adds nothing. No frontend: figures are those of llama-bench.
/// Settings: llama-server documentation (2048-token logical batch, computed 512 at a time: -ub; 4 slots); KV is allocated
/// at the start. Compute buffer with flash attention (the default of 2025): the logits of one micro-batch and their
/// inputs in fp32.

#include <gambrel/runtime/catalog/sources.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel::catalog {

/// Kernels counted in a layer of Llama, by which times fitted per layer are spread (tests/operators/kernels_test.cpp).
inline constexpr double llama_layer_kernels = 11.0;

inline constexpr runtime<> llama_cpp{
    .name = "llama.cpp",
    .title = "llama.cpp (CUDA)",
    .version = "builds of 2025",
    .scheduling = {.batching = batching::mixed,
                   .admission = admission::reserve_all,
                   .chunked_prefill = true,
                   .token_budget = 2048,
                   .most_sequences = 4},
    .host = {.per_kernel = {microseconds(25.0 / llama_layer_kernels), cited_runtime::llama_layers},
             .per_eager_kernel = {microseconds(2.6), cited_runtime::streamed_launch}},
    .memory = {.basis = memory_basis::after_weights, .fraction = 1.0, .block_tokens = 1, .sampler_after_pass = true, .micro_batch = 512},
    .formats = {.fp8 = false, .gguf = true, .fp8_kv = false, .gguf_kv = true},
    .devices = {.nvidia = true, .amd = true, .intel = true, .apple = true, .cpu = true, .huawei = true},
    .host_sigma = 0.4,
};

/// llama.cpp of another backend or year: the same but for its name and its time per layer.
constexpr runtime<> llama_cpp_variant(const char* name, const char* title, const char* version, double layer_us) {
    runtime<> r = llama_cpp;
    r.name = name;
    r.title = title;
    r.version = version;
    r.host.per_kernel = {microseconds(layer_us / llama_layer_kernels), cited_runtime::llama_layers};
    return r;
}
/// Flash attention was off until it became "auto" in 2025-08: scores of a micro-batch lie in the compute buffer.
constexpr runtime<> without_flash_attention(runtime<> r) {
    r.memory.stores_scores = true;
    return r;
}

inline constexpr runtime<> llama_cpp_cuda_2024 = without_flash_attention(
    llama_cpp_variant("llama.cpp-cuda-2024", "llama.cpp (CUDA with graphs)", "builds of mid-2024", 60));
inline constexpr runtime<> llama_cpp_cuda_2023 = [] {
    runtime<> r = without_flash_attention(
        llama_cpp_variant("llama.cpp-cuda-2023", "llama.cpp (CUDA)", "builds of 2023", 80));
    r.graphs.decode = graph_use::none;
    return r;
}();
inline constexpr runtime<> llama_cpp_metal = [] {
    runtime<> r = llama_cpp_variant("llama.cpp-metal", "llama.cpp (Metal)", "builds of 2023 to 2025", 130);
    r.host.per_eager_kernel = {};
    r.graphs.decode = graph_use::none;
    return r;
}();
/// RADV drivers, 50 to 70 us fitted.
inline constexpr runtime<> llama_cpp_vulkan = [] {
    runtime<> r = llama_cpp_variant("llama.cpp-vulkan", "llama.cpp (Vulkan, RADV)", "builds of 2025", 40);
    r.host.per_eager_kernel = {};
    r.graphs.decode = graph_use::none;
    return r;
}();
inline constexpr runtime<> llama_cpp_cpu = [] {
    runtime<> r = llama_cpp;
    r.name = "llama.cpp-cpu";
    r.title = "llama.cpp (CPU)";
    r.host = {};
    r.graphs.decode = graph_use::none;
    return r;
}();
}  // namespace gambrel::catalog
