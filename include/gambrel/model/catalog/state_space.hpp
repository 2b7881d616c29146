// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Models whose memory of the past is a fixed state, all or in part: Mamba, Mamba-2, Falcon Mamba, Codestral Mamba;
/// the hybrids Jamba, Granite 4 H, Falcon-H1 (attention and Mamba-2 side by side in one layer) and LFM2 (short
/// convolutions); RWKV-6 and -7; RetNet. Nemotron-H is in nvidia.hpp, Qwen3-Next in qwen.hpp.
///
/// Source: config.json of the repositories named (Mamba, Codestral and RWKV rebuilt from their essential fields).
/// Published total of mamba-2.8b: 2,768,345,600; the other totals in tests/model/catalog_test.cpp are recalled, and
/// Falcon-H1 has none. RetNet has no repository: dimensions recalled from arXiv 2307.08621, whose table of tokens is
/// not given (GPT-NeoX's 50304 rows assumed). Contexts of the recurrent models are what they were trained on,
/// recalled; nothing in them bounds it.

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

/// A layer of one state-space block behind one norm.
constexpr layer state_space_layer(count hidden, const state_space_block& block) {
    layer l;
    l.state_space = block;
    l.norms = 1;
    l.norm_parameters = hidden;
    return l;
}

inline constexpr architecture mamba_2_8b = decoder({.name = "state-spaces/mamba-2.8b-hf", .family = "mamba",
    .layers = 64, .hidden = 2560, .vocabulary = 50280, .most_context = 2048, .tied = true, .format = formats::fp32},
    state_space_layer(2560, {.inner = 5120, .state = 16, .time_rank = 160}));
/// 50277 tokens, padded to a multiple of 16.
inline constexpr architecture mamba2_2_7b = decoder({.name = "state-spaces/mamba2-2.7b", .family = "mamba2",
    .layers = 64, .hidden = 2560, .vocabulary = 50288, .most_context = 2048, .tied = true},
    state_space_layer(2560, {.inner = 5120, .kind = state_space_kind::mamba2, .state = 128, .heads = 80}));
inline constexpr architecture codestral_mamba_7b = decoder({.name = "mistralai/Mamba-Codestral-7B-v0.1",
    .family = "mamba2", .layers = 64, .hidden = 4096, .vocabulary = 32768, .most_context = 262144},
    state_space_layer(4096, {.inner = 8192, .kind = state_space_kind::mamba2, .state = 128, .heads = 128,
                             .groups = 8}));
inline constexpr architecture falcon_mamba_7b = decoder({.name = "tiiuae/falcon-mamba-7b", .family = "falcon_mamba",
    .layers = 64, .hidden = 4096, .vocabulary = 65024, .most_context = 8192},
    state_space_layer(4096, {.inner = 8192, .state = 16, .time_rank = 256}));

/// Of 32 layers 4 are attention without position embedding; every other layer has 16 experts, 2 run.
inline constexpr architecture jamba_1_5_mini = [] {
    const decoder_shape s{.name = "ai21labs/AI21-Jamba-1.5-Mini", .family = "jamba", .layers = 32, .hidden = 4096,
        .heads = 32, .kv_heads = 8, .width = 14336, .vocabulary = 65536, .most_context = 262144};
    layer attention = gated_layer(s);
    attention.attention.rotary_dim = 0;
    layer mamba = attention;
    mamba.attention = {};
    mamba.state_space = {.inner = 8192, .state = 16, .time_rank = 256, .parameter_norms = true};
    architecture m = without_layers(s);
    m.add(4, attention);
    m.add(12, mamba);
    m.add(16, with_experts(mamba, {.experts = 16, .top_k = 2, .width = s.width}));
    return m;
}();

/// Of 40 layers 4 are attention without position embedding; all have 64 experts, 6 run, beside a shared one.
inline constexpr architecture granite_4_h_tiny = [] {
    const decoder_shape s{.name = "ibm-granite/granite-4.0-h-tiny", .family = "granitemoehybrid", .layers = 40,
        .hidden = 1536, .heads = 12, .kv_heads = 4, .width = 512, .vocabulary = 100352, .most_context = 131072,
        .tied = true};
    layer attention = with_experts(gated_layer(s), {.experts = 64, .top_k = 6, .width = 512, .shared_width = 1024});
    attention.attention.rotary_dim = 0;
    layer mamba = attention;
    mamba.attention = {};
    mamba.state_space = {.inner = 3072, .kind = state_space_kind::mamba2, .state = 128, .heads = 48};
    architecture m = without_layers(s);
    m.add(4, attention);
    m.add(36, mamba);
    return m;
}();

inline constexpr architecture falcon_h1_7b = [] {
    const decoder_shape s{.name = "tiiuae/Falcon-H1-7B-Base", .family = "falcon_h1", .layers = 44, .hidden = 3072,
        .heads = 12, .kv_heads = 2, .head_dim = 128, .width = 12288, .vocabulary = 130048, .most_context = 262144};
    layer l = gated_layer(s);
    l.state_space = {.inner = 3072, .kind = state_space_kind::mamba2, .state = 256, .heads = 24, .gated_norm = false};
    return decoder(s, l);
}();

/// Of 30 layers 8 are attention, 22 gated convolutions over three tokens.
inline constexpr architecture lfm2_2_6b = [] {
    const decoder_shape s{.name = "LiquidAI/LFM2-2.6B", .family = "lfm2", .layers = 30, .hidden = 2048, .heads = 32,
        .kv_heads = 8, .width = 10752, .vocabulary = 65536, .most_context = 128000, .tied = true};
    layer attention = gated_layer(s);
    attention.attention.qk_norm = query_key_norm::per_head;
    layer convolution = gated_layer(s);
    convolution.attention = {};
    convolution.convolution = {.width = 2048};
    architecture m = without_layers(s);
    m.add(8, attention);
    m.add(22, convolution);
    return m;
}();

/// RWKV heads are 64 wide. Norms have biases; one more stands behind the embedding.
constexpr architecture rwkv(const decoder_shape& s, linear_attention_kind kind, const std::array<count, 4>& ranks) {
    const bool seventh = kind == linear_attention_kind::rwkv7;
    layer l;
    l.linear = {.value_heads = s.hidden / 64, .kind = kind, .key_heads = s.hidden / 64, .key_dim = 64,
                .value_dim = 64, .ranks = ranks};
    l.feed_forward = {.width = s.width, .gated = false, .receptance = !seventh};
    l.norm_parameters = 4 * s.hidden;
    layer first = l;
    first.linear.first_layer = seventh;
    architecture m = without_layers(s);
    m.add(1, first);
    m.add(s.layers - 1, l);
    m.embedding_norm_parameters = m.final_norm_parameters = 2 * s.hidden;
    return m;
}

inline constexpr architecture rwkv_6_7b = rwkv({.name = "RWKV/rwkv-6-world-7b", .family = "rwkv6", .layers = 32,
    .hidden = 4096, .width = 14336, .vocabulary = 65536, .most_context = 4096}, linear_attention_kind::rwkv6,
    {64, 128, 0, 0});
inline constexpr architecture rwkv_7_1_5b = rwkv({.name = "BlinkDL/rwkv-7-world-1.5b", .family = "rwkv7",
    .layers = 24, .hidden = 2048, .width = 8192, .vocabulary = 65536, .most_context = 4096},
    linear_attention_kind::rwkv7, {96, 96, 64, 256});
inline constexpr architecture rwkv_7_2_9b = rwkv({.name = "BlinkDL/rwkv-7-world-2.9b", .family = "rwkv7",
    .layers = 32, .hidden = 2560, .width = 10240, .vocabulary = 65536, .most_context = 4096},
    linear_attention_kind::rwkv7, {96, 96, 64, 320});

inline constexpr architecture retnet_6_7b = [] {
    const decoder_shape s{.name = "RetNet-6.7B", .family = "retnet", .layers = 32, .hidden = 4096, .width = 8192,
        .vocabulary = 50304, .most_context = 2048, .tied = true};
    layer l;
    l.linear = {.value_heads = 16, .kind = linear_attention_kind::retention, .key_heads = 16, .key_dim = 256,
                .value_dim = 512};
    l.feed_forward = {.width = s.width, .gated = false};
    l.norm_parameters = 4 * s.hidden;
    architecture m = decoder(s, l);
    m.final_norm_parameters = 2 * s.hidden;
    return m;
}();

}  // namespace gambrel::catalog
