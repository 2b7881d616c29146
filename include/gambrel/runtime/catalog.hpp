// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every runtime of the catalog, and finding one by name. A program that needs one includes its file alone.
///
/// "vllm@0.12" and "vllm@2025-12" are eras (catalog/eras.hpp); "vllm" is the newest.
///
/// Names compare without regard to case, and '_' or ' ' stand for '-'; shorter spellings: `runtime_aliases`.

#include <array>
#include <gambrel/names.hpp>
#include <gambrel/runtime/catalog/deepspeed_inference.hpp>
#include <gambrel/runtime/catalog/eras.hpp>
#include <gambrel/runtime/catalog/llama_cpp.hpp>
#include <gambrel/runtime/catalog/lmdeploy.hpp>
#include <gambrel/runtime/catalog/mlc_llm.hpp>
#include <gambrel/runtime/catalog/neuron.hpp>
#include <gambrel/runtime/catalog/onnx_runtime.hpp>
#include <gambrel/runtime/catalog/runtime_aliases.hpp>
#include <gambrel/runtime/catalog/sglang.hpp>
#include <gambrel/runtime/catalog/tensorrt_llm.hpp>
#include <gambrel/runtime/catalog/tgi.hpp>
#include <gambrel/runtime/catalog/transformers.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>
#include <string_view>

namespace gambrel {

inline constexpr std::array all_runtimes{
    &catalog::vllm, &catalog::vllm_0_14, &catalog::vllm_0_11, &catalog::vllm_0_8, &catalog::vllm_0_6,
    &catalog::tensorrt_llm, &catalog::tensorrt_llm_batch_wait, &catalog::tensorrt_llm_engine,
    &catalog::sglang, &catalog::sglang_0_5, &catalog::sglang_interval_30, &catalog::sglang_0_4,
    &catalog::tgi,
    &catalog::lmdeploy,
    &catalog::llama_cpp, &catalog::llama_cpp_cuda_2024, &catalog::llama_cpp_cuda_2023, &catalog::llama_cpp_metal,
    &catalog::llama_cpp_metal_2024, &catalog::llama_cpp_rocm, &catalog::llama_cpp_rocm_2025,
    &catalog::llama_cpp_rocm_2025_rocblas, &catalog::llama_cpp_vulkan, &catalog::llama_cpp_vulkan_2025,
    &catalog::llama_cpp_vulkan_amdvlk, &catalog::llama_cpp_sycl, &catalog::llama_cpp_cpu, &catalog::ik_llama_cpp_cpu,
    &catalog::mlc_llm,
    &catalog::onnx_runtime,
    &catalog::transformers,
    &catalog::deepspeed_inference,
    &catalog::neuron,
};

/// The names of all runtimes, in the order of `all_runtimes`.
inline constexpr std::array runtime_names = names_of_entries(all_runtimes);

namespace detail {
/// Place in `all_runtimes`, or its size. (An index, because GCC's sanitizers make a compare with null not constant.)
constexpr std::size_t place_of_runtime(std::string_view name) {
    return place_of_name(name, runtime_names, runtime_aliases);
}
}  // namespace detail

/// The runtime of that name or alias; null when there is none. Evidence: tests/runtime/catalog_test.cpp.
constexpr const runtime<>* find_runtime(std::string_view name) {
    const std::size_t place = detail::place_of_runtime(name);
    if (place < all_runtimes.size()) return all_runtimes[place];
    const std::size_t at = name.find('@');
    if (at == std::string_view::npos) return nullptr;
    const std::size_t whose = detail::place_of_runtime(name.substr(0, at));
    return whose < all_runtimes.size() ? find_era(all_runtimes[whose]->name, name.substr(at + 1)) : nullptr;
}

/// The runtime of that name or alias; an unknown one is an error naming the nearest.
/// Evidence: tests/runtime/catalog_test.cpp.
constexpr const runtime<>& runtime_named(std::string_view name) {
    if (const runtime<>* found = find_runtime(name)) return *found;
    fail_unknown("runtime", name, runtime_names);
}
}  // namespace gambrel
