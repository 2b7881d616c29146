// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every runtime of the catalog, and finding one by name. A program that needs one includes its file alone.
///
/// Names compare without regard to case, and '_' or ' ' stand for '-'; shorter spellings: `runtime_aliases`.

#include <array>
#include <gambrel/names.hpp>
#include <gambrel/runtime/catalog/deepspeed_inference.hpp>
#include <gambrel/runtime/catalog/llama_cpp.hpp>
#include <gambrel/runtime/catalog/lmdeploy.hpp>
#include <gambrel/runtime/catalog/mlc_llm.hpp>
#include <gambrel/runtime/catalog/neuron.hpp>
#include <gambrel/runtime/catalog/onnx_runtime.hpp>
#include <gambrel/runtime/catalog/sglang.hpp>
#include <gambrel/runtime/catalog/tensorrt_llm.hpp>
#include <gambrel/runtime/catalog/tgi.hpp>
#include <gambrel/runtime/catalog/transformers.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>
#include <string_view>

namespace gambrel {

inline constexpr std::array all_runtimes{
    &catalog::vllm, &catalog::vllm_0_14,
    &catalog::tensorrt_llm, &catalog::tensorrt_llm_batch_wait, &catalog::tensorrt_llm_engine,
    &catalog::sglang, &catalog::sglang_interval_30,
    &catalog::tgi,
    &catalog::lmdeploy,
    &catalog::llama_cpp, &catalog::llama_cpp_cuda_2024, &catalog::llama_cpp_cuda_2023, &catalog::llama_cpp_metal,
    &catalog::llama_cpp_vulkan, &catalog::llama_cpp_cpu,
    &catalog::mlc_llm,
    &catalog::onnx_runtime,
    &catalog::transformers,
    &catalog::deepspeed_inference,
    &catalog::neuron,
};

struct runtime_alias {
    std::string_view alias;
    std::string_view name;
};
inline constexpr std::array runtime_aliases{
    runtime_alias{"trtllm", "tensorrt-llm"}, runtime_alias{"trt-llm", "tensorrt-llm"},
    runtime_alias{"tensorrtllm", "tensorrt-llm"}, runtime_alias{"trt", "tensorrt-llm-engine"},
    runtime_alias{"text-generation-inference", "tgi"}, runtime_alias{"turbomind", "lmdeploy"},
    runtime_alias{"lmdeploy-turbomind", "lmdeploy"}, runtime_alias{"llamacpp", "llama.cpp"},
    runtime_alias{"llama-cpp", "llama.cpp"}, runtime_alias{"ggml", "llama.cpp"}, runtime_alias{"mlc", "mlc-llm"},
    runtime_alias{"onnx", "onnx-runtime"}, runtime_alias{"onnxruntime", "onnx-runtime"},
    runtime_alias{"ort", "onnx-runtime"}, runtime_alias{"hf", "transformers"},
    runtime_alias{"hf-transformers", "transformers"}, runtime_alias{"huggingface", "transformers"},
    runtime_alias{"deepspeed", "deepspeed-inference"}, runtime_alias{"optimum-neuron", "neuron"},
    runtime_alias{"transformers-neuronx", "neuron"}, runtime_alias{"vllm-neuron", "neuron"},
};

/// The names of all runtimes, in the order of `all_runtimes`.
inline constexpr auto runtime_names = [] {
    std::array<std::string_view, all_runtimes.size()> names;
    for (std::size_t i = 0; i < names.size(); ++i) names[i] = all_runtimes[i]->name;
    return names;
}();

namespace detail {
/// Place in `all_runtimes`, or its size. (An index, because GCC's sanitizers make a compare with null not constant.)
constexpr std::size_t place_of_runtime(std::string_view name) {
    for (const auto& alias : runtime_aliases)
        if (same_name(name, alias.alias)) name = alias.name;
    for (std::size_t i = 0; i < all_runtimes.size(); ++i)
        if (same_name(name, runtime_names[i])) return i;
    return all_runtimes.size();
}
}  // namespace detail

/// The runtime of that name or alias; null when there is none. Evidence: tests/runtime/catalog_test.cpp.
constexpr const runtime<>* find_runtime(std::string_view name) {
    const std::size_t place = detail::place_of_runtime(name);
    return place < all_runtimes.size() ? all_runtimes[place] : nullptr;
}

/// The runtime of that name or alias; an unknown one is an error naming the nearest.
/// Evidence: tests/runtime/catalog_test.cpp.
constexpr const runtime<>& runtime_named(std::string_view name) {
    const std::size_t place = detail::place_of_runtime(name);
    if (place < all_runtimes.size()) return *all_runtimes[place];
    fail_unknown("runtime", name, runtime_names);
}
}  // namespace gambrel
