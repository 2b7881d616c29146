// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What published tables call devices, runtimes, formats and models, and what the catalogs call them. A name that is
/// in no table is tried as a catalog name; hardware also without its maker and memory size ("NVIDIA L4 24GB" is l4).
/// `gambrel validate --aliases` prints these tables; docs/accuracy-aliases.md explains the doubtful ones.
///
/// Deliberately absent, because the catalog has no such thing: A800 with more than one device (slower links), H20-3e,
/// RTX 4090 D, Ascend 910B, SN40L, Max 1550; Deepspeed-MII, ExLlamaV2, MLX.

#include <array>
#include <gambrel/names.hpp>
#include <string>
#include <string_view>

namespace gambrel {

struct name_pair {
    std::string_view printed, ours;
};

// clang-format off
inline constexpr std::array hardware_aliases{
    name_pair{"A100-SXM-40GB(Polaris; verify)", "a100-sxm-40"},
    name_pair{"A100-SXM-40GB", "a100-sxm-40"},
    name_pair{"A100-SXM-80GB", "a100-sxm-80"},
    name_pair{"A100-PCIe-40GB", "a100-pcie-40"},
    name_pair{"A100-PCIe-80GB", "a100-pcie-80"},
    name_pair{"A100 SXM 80GB", "a100-sxm-80"},
    name_pair{"A100 PCIe 80GB", "a100-pcie-80"},
    name_pair{"A100 80GB", "a100-sxm-80"},
    name_pair{"A100 80GB HBM2e", "a100-sxm-80"},
    name_pair{"NVIDIA A800-SXM4-80GB 80GB", "a100-sxm-80"},  // one device only: the links are slower
    name_pair{"H100", "h100-sxm"},
    name_pair{"H200-SXM-141GB (CTS)", "h200-sxm"},
    name_pair{"Virtualized NVIDIA H200-SXM-141GB", "h200-sxm"},
    name_pair{"GB200-NVL72", "gb200"},
    name_pair{"GB300-NVL72", "gb300"},
    name_pair{"GH200-144GB", "gh200-144"},
    name_pair{"V100-SXM2-16GB", "v100-sxm2-16"},
    name_pair{"V100-SXM2-32GB", "v100-sxm2-32"},
    name_pair{"RTX-PRO-6000-96GB", "rtx-pro-6000-bse"},
    name_pair{"RTX-PRO-6000-Server-96GB", "rtx-pro-6000-bse"},
    name_pair{"RTX PRO 6000 Blackwell 96GB", "rtx-pro-6000-ws"},
    name_pair{"RTX 3080 10GB", "rtx-3080-10"},
    name_pair{"RTX 3060 12GB", "rtx-3060-12"},
    name_pair{"MI250-GCD", "mi250x-gcd"},
    name_pair{"DGX Spark GB10 128GB", "gb10"},
    name_pair{"Ryzen AI Max+ 395 (Radeon 8060S) 128GB LPDDR5X-8000", "strix-halo"},
    name_pair{"Ryzen 9 7950X (16c Zen4, 2ch DDR5)", "ryzen-7950x"},
    name_pair{"Core i9-13900K (DDR5)", "i9-13900k"},
    name_pair{"Core i9-13900K (2ch DDR5-6400)", "i9-13900k"},
    name_pair{"Apple M1 16GB", "apple-m1"},
    name_pair{"Apple M1 8-core GPU", "apple-m1"},
    name_pair{"Apple M1 Max 32-core GPU", "apple-m1-max"},
    name_pair{"Apple M1 Max 32-core GPU 32GB", "apple-m1-max"},
    name_pair{"Apple M1 Max 32-core GPU 64GB", "apple-m1-max"},
    name_pair{"Apple M2 10-core GPU", "apple-m2"},
    name_pair{"Apple M2 Ultra 76-core GPU", "apple-m2-ultra"},
    name_pair{"Apple M2 Ultra 76-core GPU 192GB", "apple-m2-ultra"},
    name_pair{"Apple M3 10-core GPU 16GB", "apple-m3"},
    name_pair{"Apple M3 Pro 18-core GPU", "apple-m3-pro"},
    name_pair{"Apple M4 10-core GPU", "apple-m4"},
    name_pair{"Apple M4 Pro 20-core GPU", "apple-m4-pro"},
    name_pair{"TPU-v5e", "tpu-v5e"},
    name_pair{"TPU-v6e", "tpu-v6e"},
    name_pair{"TPU-Ironwood", "tpu-v7"},
};
// clang-format on

/// TensorRT-LLM is read by its version: compiled engine before 0.20, PyTorch from there (read_serving.hpp).
// clang-format off
inline constexpr std::array framework_aliases{
    name_pair{"TensorRT-LLM(+Triton backend)", "tensorrt-llm"},
    name_pair{"trt", "tensorrt-llm"},
    name_pair{"trtllm", "tensorrt-llm"},
    name_pair{"vllm-rocm", "vllm"},
    name_pair{"vllm-tpu", "vllm"},
    name_pair{"lmdeploy-turbomind", "lmdeploy"},
    name_pair{"transformers-neuronx", "neuron"},
    name_pair{"optimum-neuron-vllm", "neuron"},
    name_pair{"Deepspeed", "deepspeed-inference"},
    name_pair{"FasterTransformer", "faster-transformer"},
    name_pair{"gpt-fast (torch.compile)", "gpt-fast"},
    name_pair{"optimum-habana (static batch)", "optimum-habana"},
    name_pair{"jetstream-pytorch", "jetstream"},
    name_pair{"jetstream-experimental-jax", "jetstream"},
};
// clang-format on

// clang-format off
inline constexpr std::array weight_aliases{
    name_pair{"fp16/bf16", "bf16"},      name_pair{"fp16", "bf16"},
    name_pair{"float16", "bf16"},        name_pair{"bfloat16", "bf16"},
    name_pair{"bf16", "bf16"},           name_pair{"fp8", "fp8"},
    name_pair{"fp8_block", "fp8_block"}, name_pair{"nvfp4", "nvfp4"},
    name_pair{"fp4", "nvfp4"},           name_pair{"mxfp4", "mxfp4"},
    name_pair{"gptq-int4", "int4"},      name_pair{"awq-int4", "int4"},
    name_pair{"int4", "int4"},           name_pair{"int4-g32-wo", "int4_g32"},
    name_pair{"int8-wo", "w8a16"},       name_pair{"gptq-int8", "w8a16"},
    name_pair{"int8", "w8a16"},  // int8: read_serving.hpp says for whom
};
// clang-format on

// clang-format off
inline constexpr std::array kv_aliases{
    name_pair{"fp16/bf16", "bf16"}, name_pair{"fp16", "bf16"}, name_pair{"float16", "bf16"}, name_pair{"bf16", "bf16"},
    name_pair{"bfloat16", "bf16"},  name_pair{"fp8", "fp8"},   name_pair{"int8", "int8"},    name_pair{"auto", "auto"},
};
// clang-format on

/// Names whose words the catalog does not answer to. `printed` is compared after spaces have become '-'.
// clang-format off
inline constexpr std::array model_aliases{
    name_pair{"llama2-7b", "llama-2-7b"},
    name_pair{"llama2-13b", "llama-2-13b"},
    name_pair{"llama2-70b", "llama-2-70b"},
    name_pair{"llama2-70b-99", "llama-2-70b"},
    name_pair{"llama2-70b-99.9", "llama-2-70b"},
    name_pair{"llama3.1-8b", "llama-3.1-8b"},
    name_pair{"llama3.1-405b", "llama-3.1-405b"},
    name_pair{"LLaMA-v4-Maverick", "llama-4-maverick"},
    name_pair{"Llama-4-Maverick", "llama-4-maverick"},
    name_pair{"LLaMA-v4-Scout", "llama-4-scout"},
    name_pair{"Deepseek-R1-0528", "deepseek-r1"},
    name_pair{"Qwen2-72B", "qwen2.5-72b"},  // the same shapes
    name_pair{"GPT-6.7B-(GPT-3-arch)", "gpt-3-6.7b"},
    name_pair{"GPT-89B-(GPT-3-arch)", "gpt-3-89b"},
    name_pair{"GPT-175B-(GPT-3-arch)", "gpt-3-175b"},
    name_pair{"Megatron-530B-(GPT-3-arch)", "mt-530b"},
    name_pair{"Llama-2---7B", "llama-2-7b"},
    name_pair{"Llama-2---13B", "llama-2-13b"},
    name_pair{"Llama-2---70B", "llama-2-70b"},
    name_pair{"Llama-3---8B", "llama-3-8b"},
    name_pair{"Llama-3---70B", "llama-3-70b"},
    name_pair{"Gemma---2B", "gemma-2b"},
    name_pair{"Gemma---7B", "gemma-7b"},
    name_pair{"NVIDIA-Nemotron-3-Nano", "nemotron-3-nano"},
    name_pair{"Qwen3-30B-A3B-Instruct-2507", "qwen3-30b-a3b"},
    name_pair{"Qwen3-30B-A3B-Thinking-2507", "qwen3-30b-a3b"},
    name_pair{"Qwen3-Coder-30B-A3B-Instruct", "qwen3-30b-a3b"},
    name_pair{"Qwen3-235B-A22B-Instruct-2507", "qwen3-235b-a22b"},
    name_pair{"Qwen3-235B-A22B-Thinking-2507", "qwen3-235b-a22b"},
};
// clang-format on

/// llama-bench's model types, as its tables print them.
// clang-format off
inline constexpr std::array gguf_model_aliases{
    name_pair{"llama 7B", "llama-2-7b"},  // LLaMA and Llama 2 have the same shapes
    name_pair{"llama 13B", "llama-2-13b"},
    name_pair{"llama 8B", "llama-3-8b"},
    name_pair{"llama 70B", "llama-3-70b"},
    name_pair{"codellama 7B", "llama-2-7b"},
    name_pair{"qwen2 7B", "qwen2.5-7b"},  // the same shapes
    name_pair{"qwen3moe 30B", "qwen3-30b-a3b"},
    name_pair{"qwen3moe 30B.A3B", "qwen3-30b-a3b"},
    name_pair{"qwen3moe 235B.A22B", "qwen3-235b-a22b"},
    name_pair{"qwen3next 80B.A3B", "qwen3-next-80b-a3b"},
    name_pair{"qwen35 27B", "qwen3.5-27b"},
    name_pair{"qwen35moe 35B.A3B", "qwen3.5-35b-a3b"},
    name_pair{"qwen35moe 122B.A10B", "qwen3.5-122b-a10b"},
    name_pair{"gemma3 4B", "gemma-3-4b"},
    name_pair{"gemma3 12B", "gemma-3-12b"},
    name_pair{"gemma3 27B", "gemma-3-27b"},
    name_pair{"llama4 17Bx16E (Scout)", "llama-4-scout"},
    name_pair{"glm4moe 106B.A12B", "glm-4.5-air"},
    name_pair{"minimax-m2 230B.A10B", "minimax-m2.5"},
    name_pair{"nemotron_h_moe 31B.A3.5B", "nemotron-3-nano"},
    name_pair{"nemotron_h_moe 120B.A12B", "nemotron-3-super"},
    name_pair{"mistral 7B", "mistral-7b"},
    name_pair{"mistral 7B v0.1", "mistral-7b"},
    name_pair{"mistral 7B v0.3", "mistral-7b-instruct-v0.3"},
    name_pair{"mistral nemo 12B", "mistral-nemo"},
};
// clang-format on

namespace detail {
/// Our name of `printed`, or nothing. Names compare without regard to case, and ' ' and '_' stand for '-'.
template <std::size_t N>
constexpr std::string_view ours(const std::array<name_pair, N>& names, std::string_view printed) {
    for (const name_pair& n : names)
        if (same_name(n.printed, printed)) return n.ours;
    return {};
}

/// Cuts "-80GB", " 80GB" and the maker's name: what is left may be a name of the catalog.
constexpr std::string_view bare_hardware(std::string_view name) {
    for (const std::string_view maker : {"NVIDIA ", "AMD ", "Intel ", "Google ", "AWS "})
        if (name.starts_with(maker)) name.remove_prefix(maker.size());
    if (name.ends_with("GB")) {
        std::size_t end = name.size() - 2;
        while (end > 0 && name[end - 1] >= '0' && name[end - 1] <= '9') --end;
        if (end > 1 && end < name.size() - 2 && (name[end - 1] == '-' || name[end - 1] == ' '))
            name = name.substr(0, end - 1);
    }
    return name;
}

/// Words at the end of a model's name that say how it was stored or when, not what it is.
constexpr std::array<std::string_view, 10> storage_endings{"-FP8", "-NVFP4", "-FP4", "-MXFP4", "-0528",
                                                           "-AWQ", "-GPTQ",  "-fp8", "-KV",    "-FP8-KV"};
inline std::string bare_model(std::string_view name) {
    for (bool cut = true; cut;) {
        cut = false;
        for (const std::string_view ending : storage_endings)
            if (name.size() > ending.size() && name.ends_with(ending)) {
                name.remove_suffix(ending.size());
                cut = true;
            }
    }
    return std::string(name);
}
}  // namespace detail
}  // namespace gambrel
