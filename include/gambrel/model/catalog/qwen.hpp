// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Qwen2.5 (biases on query, key and value), Qwen3 (a norm per query and key head instead), Qwen3 mixtures, and the
/// hybrids Qwen3-Next and Qwen3.5: three gated-delta-net layers, then one of gated softmax attention.
///
/// Source: config.json of the repositories named (Qwen2.5-0.5B and 72B rebuilt from their essential fields;
/// Qwen2.5-32B recalled). Published totals: Qwen2.5-7B 7,615,616,512, Qwen3-32B 32,762,123,264, Qwen3-235B-A22B
/// 235,093,634,560, Qwen3-Next 81,324,862,720 with its prediction layer, Qwen3.5-27B 27,356,728,560 with vision.
/// The repositories of Qwen3-0.6B and 1.7B store the tied table twice; it is counted once here.

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

constexpr architecture qwen2(decoder_shape s) {
    s.family = "qwen2";
    layer l = gated_layer(s);
    l.attention.qkv_bias = true;
    return decoder(s, l);
}

constexpr layer qwen3_layer(const decoder_shape& s) {
    layer l = gated_layer(s);
    l.attention.qk_norm = query_key_norm::per_head;
    return l;
}

/// Every Qwen3 has 128-wide heads and a table of 151936 rows.
constexpr architecture qwen3(decoder_shape s, count experts = 0) {
    s.family = experts > 0 ? "qwen3_moe" : "qwen3";
    s.head_dim = 128;
    s.vocabulary = 151936;
    if (s.most_context == 0) s.most_context = 40960;
    layer l = qwen3_layer(s);
    if (experts > 0) l = with_experts(l, {.experts = experts, .top_k = 8, .width = s.width});
    return decoder(s, l);
}

/// Qwen3-Next and Qwen3.5: linear attention with 16 key heads and `value_heads` value heads of 128, and every
/// fourth layer attention with an output gate and a rotary embedding on a quarter of its 256-wide heads.
constexpr architecture qwen_hybrid(decoder_shape s, count value_heads, const experts_block& e = {}) {
    s.head_dim = 256;
    s.most_context = 262144;
    layer full = qwen3_layer(s);
    full.attention.output_gate = true;
    full.attention.rotary_dim = 64;
    if (e.present()) full = with_experts(full, e);
    layer linear = full;
    linear.attention = {};
    linear.linear = {.value_heads = value_heads, .kind = linear_attention_kind::gated_delta_net, .key_heads = 16,
                     .key_dim = 128, .value_dim = 128, .conv = 4};
    architecture m = without_layers(s);
    m.add(s.layers / 4 * 3, linear);
    m.add(s.layers / 4, full);
    m.mtp = {.modules = 1, .layer = full, .norm_parameters = 3 * s.hidden};
    return m;
}

constexpr experts_block qwen_experts(count experts, count top_k, count width) {
    return {.experts = experts, .top_k = top_k, .width = width, .shared_width = width, .shared_gate = true};
}

/// Qwen3.5 sees images through 27 layers of 1152; tokens are for its 48 x 48 table of positions, 4 patches a token.
/// Its patches span two frames.
constexpr architecture qwen3_5(decoder_shape s, count value_heads, const experts_block& e = {}) {
    s.family = e.present() ? "qwen3_5_moe" : "qwen3_5";
    s.vocabulary = 248320;
    architecture m = qwen_hybrid(s, value_heads, e);
    m.vision = {.layers = 27, .hidden = 1152, .width = 4304, .patch = 16, .image = 768, .tokens_per_image = 576,
                .embedding_parameters = (2 * 3 * 16 * 16 + 1 + 48 * 48 + 2) * 1152,  // patches, positions, norm
                .projector_parameters = (4608 + 1) * 4608 + (4608 + 1) * s.hidden};
    return m;
}

inline constexpr architecture qwen2_7b = qwen2({.name = "Qwen/Qwen2-7B", .layers = 28, .hidden = 3584, .heads = 28,
    .kv_heads = 4, .width = 18944, .vocabulary = 152064, .most_context = 32768});
inline constexpr architecture qwen2_5_0_5b = qwen2({.name = "Qwen/Qwen2.5-0.5B", .layers = 24, .hidden = 896,
    .heads = 14, .kv_heads = 2, .width = 4864, .vocabulary = 151936, .most_context = 32768, .tied = true});
inline constexpr architecture qwen2_5_1_5b = qwen2({.name = "Qwen/Qwen2.5-1.5B", .layers = 28, .hidden = 1536,
    .heads = 12, .kv_heads = 2, .width = 8960, .vocabulary = 151936, .most_context = 32768, .tied = true});
inline constexpr architecture qwen2_5_3b = qwen2({.name = "Qwen/Qwen2.5-3B", .layers = 36, .hidden = 2048,
    .heads = 16, .kv_heads = 2, .width = 11008, .vocabulary = 151936, .most_context = 32768, .tied = true});
inline constexpr architecture qwen2_5_7b = qwen2({.name = "Qwen/Qwen2.5-7B-Instruct", .layers = 28, .hidden = 3584,
    .heads = 28, .kv_heads = 4, .width = 18944, .vocabulary = 152064, .most_context = 32768});
inline constexpr architecture qwen2_5_14b = qwen2({.name = "Qwen/Qwen2.5-14B", .layers = 48, .hidden = 5120,
    .heads = 40, .kv_heads = 8, .width = 13824, .vocabulary = 152064, .most_context = 32768});
inline constexpr architecture qwen2_5_32b = qwen2({.name = "Qwen/Qwen2.5-32B", .layers = 64, .hidden = 5120,
    .heads = 40, .kv_heads = 8, .width = 27648, .vocabulary = 152064, .most_context = 131072});  // recalled
inline constexpr architecture qwen2_5_72b = qwen2({.name = "Qwen/Qwen2.5-72B", .layers = 80, .hidden = 8192,
    .heads = 64, .kv_heads = 8, .width = 29568, .vocabulary = 152064, .most_context = 131072});

inline constexpr architecture qwen3_0_6b = qwen3({.name = "Qwen/Qwen3-0.6B", .layers = 28, .hidden = 1024,
    .heads = 16, .kv_heads = 8, .width = 3072, .tied = true});
inline constexpr architecture qwen3_1_7b = qwen3({.name = "Qwen/Qwen3-1.7B", .layers = 28, .hidden = 2048,
    .heads = 16, .kv_heads = 8, .width = 6144, .tied = true});
inline constexpr architecture qwen3_4b = qwen3({.name = "Qwen/Qwen3-4B", .layers = 36, .hidden = 2560, .heads = 32,
    .kv_heads = 8, .width = 9728, .tied = true});
inline constexpr architecture qwen3_8b = qwen3({.name = "Qwen/Qwen3-8B", .layers = 36, .hidden = 4096, .heads = 32,
    .kv_heads = 8, .width = 12288});
inline constexpr architecture qwen3_14b = qwen3({.name = "Qwen/Qwen3-14B", .layers = 40, .hidden = 5120, .heads = 40,
    .kv_heads = 8, .width = 17408});
inline constexpr architecture qwen3_32b = qwen3({.name = "Qwen/Qwen3-32B", .layers = 64, .hidden = 5120, .heads = 64,
    .kv_heads = 8, .width = 25600});
inline constexpr architecture qwen3_30b_a3b = qwen3({.name = "Qwen/Qwen3-30B-A3B", .layers = 48, .hidden = 2048,
    .heads = 32, .kv_heads = 4, .width = 768}, 128);
inline constexpr architecture qwen3_235b_a22b = qwen3({.name = "Qwen/Qwen3-235B-A22B", .layers = 94, .hidden = 4096,
    .heads = 64, .kv_heads = 4, .width = 1536}, 128);
inline constexpr architecture qwen3_coder_480b_a35b = qwen3({.name = "Qwen/Qwen3-Coder-480B-A35B-Instruct",
    .layers = 62, .hidden = 6144, .heads = 96, .kv_heads = 8, .width = 2560, .most_context = 262144}, 160);

inline constexpr architecture qwen3_next_80b_a3b = qwen_hybrid({.name = "Qwen/Qwen3-Next-80B-A3B-Instruct",
    .family = "qwen3_next", .layers = 48, .hidden = 2048, .heads = 16, .kv_heads = 2, .vocabulary = 151936}, 32,
    qwen_experts(512, 10, 512));
inline constexpr architecture qwen3_5_27b = qwen3_5({.name = "Qwen/Qwen3.5-27B", .layers = 64, .hidden = 5120,
    .heads = 24, .kv_heads = 4, .width = 17408}, 48);
inline constexpr architecture qwen3_5_35b_a3b = qwen3_5({.name = "Qwen/Qwen3.5-35B-A3B", .layers = 40, .hidden = 2048,
    .heads = 16, .kv_heads = 2}, 32, qwen_experts(256, 8, 512));
inline constexpr architecture qwen3_5_122b_a10b = qwen3_5({.name = "Qwen/Qwen3.5-122B-A10B", .layers = 48,
    .hidden = 3072, .heads = 32, .kv_heads = 2}, 64, qwen_experts(256, 8, 1024));
inline constexpr architecture qwen3_5_397b_a17b = qwen3_5({.name = "Qwen/Qwen3.5-397B-A17B", .layers = 60,
    .hidden = 4096, .heads = 32, .kv_heads = 2}, 64, qwen_experts(512, 10, 1024));

}  // namespace gambrel::catalog
