// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Mistral and Mixtral: the Llama layer, with a sliding window in the first 7B only, and 8 experts of which 2 run.
///
/// Source: config.json of the repositories named (Mistral-Large-2407 and Small-2501 rebuilt from their essential
/// fields). Published totals: 7B 7,241,732,096, Nemo 12,247,782,400, Mixtral 8x7B 46,702,792,704, 8x22B
/// 140,620,634,112. Codestral Mamba is in state_space.hpp.

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

constexpr architecture mistral(decoder_shape s, count window = 0) {
    if (*s.family == '\0') s.family = "mistral";
    return decoder(s, with_window(gated_layer(s), window));
}

constexpr architecture mixtral(decoder_shape s) {
    s.family = "mixtral";
    return decoder(s, with_experts(gated_layer(s), {.experts = 8, .top_k = 2, .width = s.width}));
}

inline constexpr architecture mistral_7b = mistral({.name = "mistralai/Mistral-7B-v0.1", .layers = 32, .hidden = 4096,
    .heads = 32, .kv_heads = 8, .width = 14336, .vocabulary = 32000, .most_context = 32768}, 4096);
inline constexpr architecture mistral_7b_v0_3 = mistral({.name = "mistralai/Mistral-7B-Instruct-v0.3", .layers = 32,
    .hidden = 4096, .heads = 32, .kv_heads = 8, .width = 14336, .vocabulary = 32768, .most_context = 32768});
inline constexpr architecture mistral_nemo = mistral({.name = "mistralai/Mistral-Nemo-Instruct-2407", .layers = 40,
    .hidden = 5120, .heads = 32, .kv_heads = 8, .head_dim = 128, .width = 14336, .vocabulary = 131072,
    .most_context = 131072});
inline constexpr architecture mistral_small_24b = mistral({.name = "mistralai/Mistral-Small-24B-Instruct-2501",
    .layers = 40, .hidden = 5120, .heads = 32, .kv_heads = 8, .head_dim = 128, .width = 32768, .vocabulary = 131072,
    .most_context = 32768});
inline constexpr architecture mistral_large = mistral({.name = "mistralai/Mistral-Large-Instruct-2407", .layers = 88,
    .hidden = 12288, .heads = 96, .kv_heads = 8, .head_dim = 128, .width = 28672, .vocabulary = 32768,
    .most_context = 131072});
/// Published in fp8 with one scale per tensor.
inline constexpr architecture devstral_2 = mistral({.name = "mistralai/Devstral-2-123B-Instruct-2512",
    .family = "ministral3", .layers = 88, .hidden = 12288, .heads = 96, .kv_heads = 8, .head_dim = 128,
    .width = 28672, .vocabulary = 131072, .most_context = 262144, .format = formats::fp8});

/// Ministral 3, the language models alone; config.json recalled, the counts are those that llama-bench prints: 8.49 and
/// 13.51 billion. Published in fp8 with one scale per tensor.
inline constexpr architecture ministral_3_8b = mistral({.name = "mistralai/Ministral-3-8B-Instruct-2512",
    .family = "ministral3", .layers = 34, .hidden = 4096, .heads = 32, .kv_heads = 8, .head_dim = 128,
    .width = 14336, .vocabulary = 131072, .most_context = 262144, .format = formats::fp8});
inline constexpr architecture ministral_3_14b = mistral({.name = "mistralai/Ministral-3-14B-Instruct-2512",
    .family = "ministral3", .layers = 40, .hidden = 5120, .heads = 32, .kv_heads = 8, .head_dim = 128,
    .width = 16384, .vocabulary = 131072, .most_context = 262144, .format = formats::fp8});

inline constexpr architecture mixtral_8x7b = mixtral({.name = "mistralai/Mixtral-8x7B-v0.1", .layers = 32,
    .hidden = 4096, .heads = 32, .kv_heads = 8, .width = 14336, .vocabulary = 32000, .most_context = 32768});
inline constexpr architecture mixtral_8x22b = mixtral({.name = "mistralai/Mixtral-8x22B-v0.1", .layers = 56,
    .hidden = 6144, .heads = 48, .kv_heads = 8, .width = 16384, .vocabulary = 32000, .most_context = 65536});

}  // namespace gambrel::catalog
