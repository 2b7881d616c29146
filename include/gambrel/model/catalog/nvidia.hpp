// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Nemotron-H and Nemotron 3: each block is a layer with one norm, in the order of a pattern: Mamba-2, attention
/// without position embedding, a squared-ReLU MLP of two matrices, or experts of the same. In Nemotron 3 Super and
/// Ultra the experts act on a narrower latent width.
///
/// Source: config.json of the repositories named (Nemotron-H-8B rebuilt from its essential fields; Super from the
/// FP8 repository, whose dimensions are the same). Published totals: Nano 31,577,937,344, Super 123,611,012,096
/// with its prediction module of 2,942,324,736. The routers' correction bias is in neither and not counted.

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

/// How many layers of each kind the pattern has.
struct nemotron_pattern {
    count mamba = 0;
    count attention = 0;
    count mlp = 0;
    count experts = 0;
};

constexpr architecture nemotron_h(decoder_shape s, const nemotron_pattern& p, count mamba_heads, count state,
                                  const experts_block& e = {}) {
    s.family = "nemotron_h";
    s.head_dim = 128;
    s.vocabulary = 131072;
    layer one_norm;
    one_norm.norms = 1;
    one_norm.norm_parameters = s.hidden;

    layer mamba = one_norm, attention = one_norm, mlp = one_norm, experts = one_norm;
    mamba.state_space = {.inner = mamba_heads * 64, .kind = state_space_kind::mamba2, .state = state,
                         .heads = mamba_heads, .groups = 8};
    attention.attention = attention_of(s);
    attention.attention.rotary_dim = 0;
    mlp.feed_forward = {.width = s.width, .gated = false};
    experts.experts = e;

    architecture m = without_layers(s);
    m.add(p.mamba, mamba);
    m.add(p.attention, attention);
    m.add(p.mlp, mlp);
    m.add(p.experts, experts);
    return m;
}

/// One prediction module: an attention layer and a layer of experts, taken as one with two norms.
constexpr architecture with_nemotron_prediction_module(architecture m) {
    layer l = m.groups[1].layer;
    l.experts = m.groups[2].layer.experts;
    l.norms = 2;
    l.norm_parameters = 2 * m.hidden;
    m.mtp = {.modules = 1, .layer = l, .norm_parameters = 3 * m.hidden};
    return m;
}

inline constexpr architecture nemotron_h_8b = nemotron_h({.name = "nvidia/Nemotron-H-8B-Base-8K", .hidden = 4096,
    .heads = 32, .kv_heads = 8, .width = 21504, .most_context = 8192}, {.mamba = 24, .attention = 4, .mlp = 24}, 128,
    128);
inline constexpr architecture nemotron_h_56b = nemotron_h({.name = "nvidia/Nemotron-H-56B-Base-8K", .hidden = 8192,
    .heads = 64, .kv_heads = 8, .width = 32768, .most_context = 8192}, {.mamba = 54, .attention = 10, .mlp = 54}, 256,
    256);
inline constexpr architecture nemotron_3_nano = nemotron_h({.name = "nvidia/NVIDIA-Nemotron-3-Nano-30B-A3B-BF16",
    .hidden = 2688, .heads = 32, .kv_heads = 2, .most_context = 262144},
    {.mamba = 23, .attention = 6, .experts = 23}, 64, 128,
    {.experts = 128, .top_k = 6, .width = 1856, .gated = false, .shared_width = 3712});
inline constexpr architecture nemotron_3_super = with_nemotron_prediction_module(nemotron_h(
    {.name = "nvidia/NVIDIA-Nemotron-3-Super-120B-A12B-BF16", .hidden = 4096, .heads = 32, .kv_heads = 2,
     .most_context = 262144}, {.mamba = 40, .attention = 8, .experts = 40}, 128, 128,
    {.experts = 512, .top_k = 22, .width = 2688, .gated = false, .shared_width = 5376, .latent = 1024}));
inline constexpr architecture nemotron_3_ultra = with_nemotron_prediction_module(nemotron_h(
    {.name = "nvidia/NVIDIA-Nemotron-3-Ultra-550B-A55B-BF16", .hidden = 8192, .heads = 64, .kv_heads = 2,
     .most_context = 262144}, {.mamba = 48, .attention = 12, .experts = 48}, 256, 128,
    {.experts = 512, .top_k = 22, .width = 5120, .gated = false, .shared_width = 10240, .latent = 2048}));

}  // namespace gambrel::catalog
