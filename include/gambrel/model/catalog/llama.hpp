// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Llama 2, 3, 3.1, 3.2, 3.3, Code Llama and Llama 4, and the models that copy the Llama layer: Yi, TinyLlama,
/// Granite 3.1, SmolLM3 (no rotary embedding in every fourth layer).
///
/// Source: config.json of the repositories named. Llama-2-13b and SmolLM3 were rebuilt from their essential fields;
/// Llama 3.3 has the dimensions of 3.1. Published totals: Llama 2 7B 6,738,415,616, 3.1 8B 8,030,261,248,
/// 70B 70,553,706,496, 405B 405,853,388,800; all are in tests/model/catalog_test.cpp.
///
/// Llama 4: three layers of four attend inside fixed chunks of 8192 with rotary embedding, the fourth to everything
/// without. One expert of 16 or 128 runs beside one shared expert; Maverick has a dense MLP of 16384 in every other
/// layer. The vision encoder's dimensions are recalled; with its adapter and projector they add up to
/// the published 871,932,416.

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

constexpr architecture llama(decoder_shape s) {
    if (*s.family == '\0') s.family = "llama";
    return decoder(s, gated_layer(s));
}

inline constexpr architecture llama_2_7b = llama({.name = "meta-llama/Llama-2-7b-hf", .layers = 32, .hidden = 4096,
    .heads = 32, .width = 11008, .vocabulary = 32000, .most_context = 4096, .format = formats::fp16});
inline constexpr architecture llama_2_13b = llama({.name = "meta-llama/Llama-2-13b-hf", .layers = 40, .hidden = 5120,
    .heads = 40, .width = 13824, .vocabulary = 32000, .most_context = 4096, .format = formats::fp16});
inline constexpr architecture llama_2_70b = llama({.name = "meta-llama/Llama-2-70b-hf", .layers = 80, .hidden = 8192,
    .heads = 64, .kv_heads = 8, .width = 28672, .vocabulary = 32000, .most_context = 4096, .format = formats::fp16});
/// The first LLaMA's two larger sizes; config.json recalled, the counts are those that llama-bench prints: 32.53 and
/// 65.29 billion.
inline constexpr architecture llama_30b = llama({.name = "huggyllama/llama-30b", .layers = 60, .hidden = 6656,
    .heads = 52, .width = 17920, .vocabulary = 32000, .most_context = 2048, .format = formats::fp16});
inline constexpr architecture llama_65b = llama({.name = "huggyllama/llama-65b", .layers = 80, .hidden = 8192,
    .heads = 64, .width = 22016, .vocabulary = 32000, .most_context = 2048, .format = formats::fp16});
inline constexpr architecture code_llama_34b = llama({.name = "codellama/CodeLlama-34b-Instruct-hf", .layers = 48,
    .hidden = 8192, .heads = 64, .kv_heads = 8, .width = 22016, .vocabulary = 32000, .most_context = 16384});

inline constexpr architecture llama_3_8b = llama({.name = "meta-llama/Meta-Llama-3-8B", .layers = 32, .hidden = 4096,
    .heads = 32, .kv_heads = 8, .width = 14336, .vocabulary = 128256, .most_context = 8192});
inline constexpr architecture llama_3_70b = llama({.name = "meta-llama/Meta-Llama-3-70B", .layers = 80, .hidden = 8192,
    .heads = 64, .kv_heads = 8, .width = 28672, .vocabulary = 128256, .most_context = 8192});
inline constexpr architecture llama_3_1_8b = llama({.name = "meta-llama/Llama-3.1-8B-Instruct", .layers = 32,
    .hidden = 4096, .heads = 32, .kv_heads = 8, .width = 14336, .vocabulary = 128256, .most_context = 131072});
inline constexpr architecture llama_3_1_70b = llama({.name = "meta-llama/Llama-3.1-70B-Instruct", .layers = 80,
    .hidden = 8192, .heads = 64, .kv_heads = 8, .width = 28672, .vocabulary = 128256, .most_context = 131072});
inline constexpr architecture llama_3_1_405b = llama({.name = "meta-llama/Llama-3.1-405B", .layers = 126,
    .hidden = 16384, .heads = 128, .kv_heads = 8, .width = 53248, .vocabulary = 128256, .most_context = 131072});
inline constexpr architecture llama_3_2_1b = llama({.name = "meta-llama/Llama-3.2-1B", .layers = 16, .hidden = 2048,
    .heads = 32, .kv_heads = 8, .width = 8192, .vocabulary = 128256, .most_context = 131072, .tied = true});
inline constexpr architecture llama_3_2_3b = llama({.name = "meta-llama/Llama-3.2-3B", .layers = 28, .hidden = 3072,
    .heads = 24, .kv_heads = 8, .width = 8192, .vocabulary = 128256, .most_context = 131072, .tied = true});
inline constexpr architecture llama_3_3_70b = llama({.name = "meta-llama/Llama-3.3-70B-Instruct", .layers = 80,
    .hidden = 8192, .heads = 64, .kv_heads = 8, .width = 28672, .vocabulary = 128256, .most_context = 131072});

inline constexpr architecture yi_34b = llama({.name = "01-ai/Yi-34B", .layers = 60, .hidden = 7168, .heads = 56,
    .kv_heads = 8, .width = 20480, .vocabulary = 64000, .most_context = 4096});
inline constexpr architecture tinyllama_1_1b = llama({.name = "TinyLlama/TinyLlama-1.1B-Chat-v1.0", .layers = 22,
    .hidden = 2048, .heads = 32, .kv_heads = 4, .width = 5632, .vocabulary = 32000, .most_context = 2048});
inline constexpr architecture granite_3_1_8b = llama({.name = "ibm-granite/granite-3.1-8b-instruct",
    .family = "granite", .layers = 40, .hidden = 4096, .heads = 32, .kv_heads = 8, .width = 12800,
    .vocabulary = 49155, .most_context = 131072, .tied = true});

inline constexpr architecture smollm3_3b = [] {
    const decoder_shape s{.name = "HuggingFaceTB/SmolLM3-3B-Base", .family = "smollm3", .layers = 36, .hidden = 2048,
        .heads = 16, .kv_heads = 4, .width = 11008, .vocabulary = 128256, .most_context = 65536, .tied = true};
    architecture m = without_layers(s);
    layer l = gated_layer(s);
    m.add(27, l);
    l.attention.rotary_dim = 0;
    m.add(9, l);
    return m;
}();

constexpr architecture llama_4(const char* name, count experts, count dense_layers, count most_context) {
    const decoder_shape s{.name = name, .family = "llama4", .layers = 48, .hidden = 5120, .heads = 40, .kv_heads = 8,
        .head_dim = 128, .width = 16384, .vocabulary = 202048, .most_context = most_context};
    const layer everything = gated_layer(s);
    layer chunked = with_window(everything, 8192);
    chunked.attention.chunked = true;
    layer global = everything;
    global.attention.rotary_dim = 0;
    const experts_block e{.experts = experts, .top_k = 1, .width = 8192, .shared_width = 8192};

    architecture m = without_layers(s);
    m.add(36 - dense_layers, with_experts(chunked, e));
    m.add(dense_layers, chunked);
    m.add(12, with_experts(global, e));
    m.vision = {.layers = 34, .hidden = 1408, .width = 5632, .patch = 14, .image = 336, .tokens_per_image = 144,
                .embedding_parameters = (3 * 14 * 14 + 1 + 24 * 24 + 1 + 4) * 1408,  // patches, class, positions, norms
                .projector_parameters = 5632 * 4096 + 4096 * 4096 + 4096 * 5120};
    return m;
}

inline constexpr architecture llama_4_scout = llama_4("meta-llama/Llama-4-Scout-17B-16E-Instruct", 16, 0, 10485760);
inline constexpr architecture llama_4_maverick =
    llama_4("meta-llama/Llama-4-Maverick-17B-128E-Instruct", 128, 24, 1048576);

}  // namespace gambrel::catalog
