// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Other names of runtimes.
/// Written by scripts/name-tables.py from data/names.csv, which has the source of each.

#include <array>
#include <gambrel/names.hpp>

namespace gambrel {

// clang-format off
inline constexpr std::array<name_alias, 24> runtime_aliases{{
    {"deepspeed", "deepspeed-inference"},
    {"ggml", "llama.cpp"},
    {"hf", "transformers"},
    {"hf-transformers", "transformers"},
    {"huggingface", "transformers"},
    {"llama-cpp", "llama.cpp"},
    {"llama-server", "llama.cpp"},
    {"llamacpp", "llama.cpp"},
    {"lmdeploy-turbomind", "lmdeploy"},
    {"mlc", "mlc-llm"},
    {"onnx", "onnx-runtime"},
    {"onnxruntime", "onnx-runtime"},
    {"optimum-neuron", "neuron"},
    {"ort", "onnx-runtime"},
    {"tensorrtllm", "tensorrt-llm"},
    {"text-generation-inference", "tgi"},
    {"transformers-neuronx", "neuron"},
    {"trt", "tensorrt-llm-engine"},
    {"trt-llm", "tensorrt-llm"},
    {"trtllm", "tensorrt-llm"},
    {"trtllm-serve", "tensorrt-llm"},
    {"turbomind", "lmdeploy"},
    {"vllm-0.14", "vllm@0.14"},
    {"vllm-neuron", "neuron"},
}};
static_assert(sorted_by_name(runtime_aliases), "written by scripts/name-tables.py");
// clang-format on
}  // namespace gambrel
