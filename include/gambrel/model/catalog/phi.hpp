// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Phi-1.5 and Phi-2: attention and MLP in parallel behind one LayerNorm, biases everywhere, also on the head.
/// Phi-3 and Phi-4: the Llama layer; the 4k variants with a window of 2047. Phi-3.5-MoE: 16 experts, 2 run.
///
/// Source: config.json of the repositories named (Phi-3-medium, Phi-3.5-MoE and Phi-4 rebuilt from their essential
/// fields). Published totals: Phi-2 2,779,683,840, Phi-3-mini 3,821,079,552, Phi-4 14,659,507,200.

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

constexpr architecture phi_1_or_2(decoder_shape s) {
    s.family = "phi";
    s.vocabulary = 51200;
    s.most_context = 2048;
    s.format = formats::fp16;
    layer l = biased_layer(s);
    l.attention.rotary_dim = 32;
    l.parallel = true;
    l.norms = 1;
    l.norm_parameters = 2 * s.hidden;
    architecture m = decoder(s, l);
    m.final_norm_parameters = 2 * s.hidden;
    m.head_bias = true;
    return m;
}

constexpr architecture phi_3(decoder_shape s, count window = 0) {
    s.family = "phi3";
    return decoder(s, with_window(gated_layer(s), window));
}

inline constexpr architecture phi_1_5 =
    phi_1_or_2({.name = "microsoft/phi-1_5", .layers = 24, .hidden = 2048, .heads = 32, .width = 8192});
inline constexpr architecture phi_2 =
    phi_1_or_2({.name = "microsoft/phi-2", .layers = 32, .hidden = 2560, .heads = 32, .width = 10240});
inline constexpr architecture phi_3_mini_4k = phi_3({.name = "microsoft/Phi-3-mini-4k-instruct", .layers = 32,
    .hidden = 3072, .heads = 32, .width = 8192, .vocabulary = 32064, .most_context = 4096}, 2047);
inline constexpr architecture phi_3_medium_4k = phi_3({.name = "microsoft/Phi-3-medium-4k-instruct", .layers = 40,
    .hidden = 5120, .heads = 40, .kv_heads = 10, .width = 17920, .vocabulary = 32064, .most_context = 4096}, 2047);
inline constexpr architecture phi_3_5_mini = phi_3({.name = "microsoft/Phi-3.5-mini-instruct", .layers = 32,
    .hidden = 3072, .heads = 32, .width = 8192, .vocabulary = 32064, .most_context = 131072});
inline constexpr architecture phi_4 = phi_3({.name = "microsoft/phi-4", .layers = 40, .hidden = 5120, .heads = 40,
    .kv_heads = 10, .width = 17920, .vocabulary = 100352, .most_context = 16384});

/// Three quarters of each head are rotated.
inline constexpr architecture phi_4_mini = [] {
    const decoder_shape s{.name = "microsoft/Phi-4-mini-instruct", .family = "phi3", .layers = 32, .hidden = 3072,
        .heads = 24, .kv_heads = 8, .width = 8192, .vocabulary = 200064, .most_context = 131072, .tied = true};
    layer l = gated_layer(s);
    l.attention.rotary_dim = 96;
    return decoder(s, l);
}();

inline constexpr architecture phi_3_5_moe = [] {
    const decoder_shape s{.name = "microsoft/Phi-3.5-MoE-instruct", .family = "phimoe", .layers = 32, .hidden = 4096,
        .heads = 32, .kv_heads = 8, .width = 6400, .vocabulary = 32064, .most_context = 131072};
    layer l = with_experts(gated_layer(s), {.experts = 16, .top_k = 2, .width = s.width});
    l.attention.qkv_bias = l.attention.output_bias = true;
    l.norm_parameters = 4 * s.hidden;
    architecture m = decoder(s, l);
    m.final_norm_parameters = 2 * s.hidden;
    m.head_bias = true;
    return m;
}();

}  // namespace gambrel::catalog
