// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Mixtures of makers with one model here: dots.llm1 of rednote, Hunyuan-A13B of Tencent. config.json recalled; the counts
/// are those that llama-bench prints, 142.774 and 80.393 billion. Queries and keys are normalised.

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

inline constexpr architecture dots_llm1 = [] {
    const decoder_shape s{.name = "rednote-hilab/dots.llm1.inst", .family = "dots1", .layers = 62, .hidden = 4096,
        .heads = 32, .head_dim = 128, .width = 10944, .vocabulary = 152064, .most_context = 32768};
    layer l = gated_layer(s);
    l.attention.qk_norm = query_key_norm::per_head;
    architecture m = without_layers(s);
    m.add(1, l);
    m.add(61, with_experts(l, {.experts = 128, .top_k = 6, .width = 1408, .router_bias = true, .shared_width = 2816}));
    return m;
}();

inline constexpr architecture hunyuan_a13b = [] {
    const decoder_shape s{.name = "tencent/Hunyuan-A13B-Instruct", .family = "hunyuan_v1_moe", .layers = 32,
        .hidden = 4096, .heads = 32, .kv_heads = 8, .head_dim = 128, .width = 3072, .vocabulary = 128167,
        .most_context = 262144, .tied = true};
    layer l = gated_layer(s);
    l.attention.qk_norm = query_key_norm::per_head;
    architecture m = without_layers(s);
    m.add(32, with_experts(l, {.experts = 64, .top_k = 8, .width = 3072, .shared_width = 3072}));
    return m;
}();
}  // namespace gambrel::catalog
