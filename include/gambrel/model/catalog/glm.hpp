// SPDX-License-Identifier: Apache-2.0
#pragma once
/// GLM-4.5 (grouped-query attention, biases on query, key and value, experts, one prediction module) and GLM-5
/// (latent attention with an indexer). In GLM-5.2 57 of 78 layers use the indexer of an earlier one.
///
/// Source: config.json of the repositories named (GLM-4.5 and Air rebuilt from their essential fields). Published
/// totals of the main model: GLM-4.5 352,797,829,024, Air 106,852,251,264, GLM-5 743,911,218,432; GLM-5.2 with its
/// prediction module 753,329,940,480.

#include <gambrel/model/catalog/latent.hpp>

namespace gambrel::catalog {

constexpr architecture glm_4_5_like(decoder_shape s, count dense_layers, count experts, count expert_width,
                                    query_key_norm qk_norm) {
    s.family = "glm4_moe";
    s.heads = 96;
    s.kv_heads = 8;
    s.head_dim = 128;
    s.vocabulary = 151552;
    s.most_context = 131072;
    layer l = gated_layer(s);
    l.attention.qkv_bias = true;
    l.attention.rotary_dim = 64;
    l.attention.qk_norm = qk_norm;
    architecture m = without_layers(s);
    m.add(dense_layers, l);
    m.add(s.layers - dense_layers, with_experts(l, {.experts = experts, .top_k = 8, .width = expert_width,
                                                    .router_bias = true, .shared_width = expert_width}));
    return with_prediction_module(m);
}

inline constexpr architecture glm_4_5 = glm_4_5_like({.name = "zai-org/GLM-4.5", .layers = 92, .hidden = 5120,
    .width = 12288}, 3, 160, 1536, query_key_norm::per_head);
inline constexpr architecture glm_4_5_air = glm_4_5_like({.name = "zai-org/GLM-4.5-Air", .layers = 46,
    .hidden = 4096, .width = 10944}, 1, 128, 1408, query_key_norm::none);

constexpr architecture glm_5_like(const char* name, count most_context) {
    return with_prediction_module(latent_decoder({.name = name, .family = "glm_moe_dsa", .layers = 78, .hidden = 6144,
        .width = 12288, .vocabulary = 154880, .most_context = most_context},
        with_indexer({.heads = 64, .query_rank = 2048, .kv_rank = 512, .nope_dim = 192, .rope_dim = 64,
                      .value_dim = 256}, 32), 3,
        {.experts = 256, .top_k = 8, .width = 2048, .router_bias = true, .shared_width = 2048}));
}

inline constexpr architecture glm_5 = glm_5_like("zai-org/GLM-5", 202752);
inline constexpr architecture glm_5_1 = glm_5_like("zai-org/GLM-5.1", 202752);  // the same config.json

inline constexpr architecture glm_5_2 = [] {
    architecture m = glm_5_like("zai-org/GLM-5.2", 1048576);
    layer shared = m.groups[1].layer;
    shared.latent.indexer_shared = true;
    m.groups[1].layers = 18;
    m.add(57, shared);
    return m;
}();

/// config.json recalled; the count is that which llama-bench prints: 29.94 billion.
inline constexpr architecture glm_4_7_flash = latent_decoder({.name = "zai-org/GLM-4.7-Flash",
    .family = "glm4_moe_lite", .layers = 47, .hidden = 2048, .width = 10240, .vocabulary = 154880,
    .most_context = 202752}, {.heads = 20, .query_rank = 768, .kv_rank = 512, .nope_dim = 192, .rope_dim = 64,
                              .value_dim = 256}, 1,
    {.experts = 64, .top_k = 4, .width = 1536, .router_bias = true, .shared_width = 1536});

}  // namespace gambrel::catalog
