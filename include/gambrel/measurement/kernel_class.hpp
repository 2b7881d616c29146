// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What work a kernel does, told by its name: the first class, in the order of `kernel_words`, of which the name holds a
/// word, in any case; a name that holds none is element-wise.
///
/// Names of libraries that say nothing of the work are taken out before ("flashinfer::norm::RMSNormKernel" is no
/// attention), and writing keys and values into the cache ("reshape_and_cache_flash") is a copy whatever it is called.
/// Limits: a name is what its author chose. Source of the words: names of kernels in vLLM, SGLang, FlashAttention,
/// FlashInfer, TensorRT-LLM, cuBLAS ("nvjet", "xmma"), CUTLASS, Marlin, hipBLASLt ("Cijk_"), llama.cpp and NCCL.
/// Evidence: tests/measurement/io/profiles_test.cpp.

#include <array>
#include <gambrel/measurement/observation.hpp>
#include <string_view>

namespace gambrel {

namespace detail {
struct kernel_words {
    kernel_kind kind;
    std::array<std::string_view, 14> words;
};
inline constexpr std::array all_kernel_words{
    kernel_words{kernel_kind::copy, {"reshape_and_cache", "concat_and_cache", "store_kvcache", "append_paged"}},
    kernel_words{kernel_kind::collective,
                 {"nccl", "allreduce", "all_reduce", "cross_device_reduce", "allgather", "all_gather", "reducescatter",
                  "reduce_scatter", "deep_ep"}},
    kernel_words{kernel_kind::experts, {"moe", "expert", "grouped"}},
    kernel_words{kernel_kind::prefill_attention, {"prefill", "context_attention", "contextattention"}},
    kernel_words{kernel_kind::decode_attention,
                 {"splitkv", "decode", "paged_attention", "pagedattention", "flash_attn_ext_vec", "mmha"}},
    kernel_words{kernel_kind::attention, {"flash", "fmha", "attn", "attention", "mla", "paged"}},
    kernel_words{kernel_kind::dequantisation, {"dequant", "unpack_int4", "convert_fp8"}},
    kernel_words{kernel_kind::gemm,
                 {"gemm", "gemv", "nvjet", "cutlass", "xmma", "marlin", "cublas", "cijk_", "matmul", "mul_mat",
                  "splitkreduce", "machete", "wgrad", "dot_kernel"}},
    kernel_words{kernel_kind::copy, {"memcpy", "memset", "copy"}}};
/// Libraries and types whose names hold a word of a class.
inline constexpr std::array<std::string_view, 5> words_of_no_work{"flashinfer::", "flashinfer", "namespace",
                                                                  "at::native::", "tensorrt_llm::kernels::"};
}  // namespace detail

inline kernel_kind kind_of_kernel(std::string_view name) {
    std::string small;
    for (const char c : name.substr(0, 4000)) small += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    for (const std::string_view word : detail::words_of_no_work)
        for (std::size_t at = 0; (at = small.find(word, at)) != std::string::npos;) small.erase(at, word.size());
    for (const detail::kernel_words& each : detail::all_kernel_words)
        for (const std::string_view word : each.words)
            if (!word.empty() && small.find(word) != std::string::npos) return each.kind;
    return kernel_kind::elementwise;
}

}  // namespace gambrel
