// SPDX-License-Identifier: Apache-2.0
#pragma once
/// DeepSeek-V2 to V3.2: latent attention, many small experts beside shared ones; from V3 on one prediction module and
/// fp8 weights with a scale per 128 x 128; V3.2 adds an indexer that picks 2048 tokens for each query.
///
/// Source: config.json of the repositories named (V2 rebuilt from its essential fields; V3.1 from its NVFP4 copy).
/// Published totals of the main model: V2 235,741,434,880, V3 and R1 671,026,419,200, V3.2 671,877,944,064; of the
/// prediction module of V3, without its copies of embedding and head: 11,610,068,224.
/// V4 has operators of its own and is not here.

#include <gambrel/model/catalog/latent.hpp>

namespace gambrel::catalog {

constexpr latent_attention_block deepseek_attention(count heads, count query_rank) {
    return {.heads = heads, .query_rank = query_rank, .kv_rank = 512, .nope_dim = 128, .rope_dim = 64,
            .value_dim = 128};
}

inline constexpr architecture deepseek_v2_lite = latent_decoder({.name = "deepseek-ai/DeepSeek-V2-Lite",
    .family = "deepseek_v2", .layers = 27, .hidden = 2048, .width = 10944, .vocabulary = 102400,
    .most_context = 163840}, deepseek_attention(16, 0), 1,
    {.experts = 64, .top_k = 6, .width = 1408, .shared_width = 2 * 1408});
inline constexpr architecture deepseek_v2 = latent_decoder({.name = "deepseek-ai/DeepSeek-V2",
    .family = "deepseek_v2", .layers = 60, .hidden = 5120, .width = 12288, .vocabulary = 102400,
    .most_context = 163840}, deepseek_attention(128, 1536), 1,
    {.experts = 160, .top_k = 6, .width = 1536, .shared_width = 2 * 1536, .groups = 8, .top_groups = 3});

constexpr architecture deepseek_v3_like(const char* name, const char* family, const latent_attention_block& a) {
    return with_prediction_module(latent_decoder({.name = name, .family = family, .layers = 61, .hidden = 7168,
        .width = 18432, .vocabulary = 129280, .most_context = 163840, .format = formats::fp8_block}, a, 3,
        {.experts = 256, .top_k = 8, .width = 2048, .router_bias = true, .shared_width = 2048, .groups = 8, .top_groups = 4}));
}

inline constexpr architecture deepseek_v3 =
    deepseek_v3_like("deepseek-ai/DeepSeek-V3", "deepseek_v3", deepseek_attention(128, 1536));
inline constexpr architecture deepseek_r1 =
    deepseek_v3_like("deepseek-ai/DeepSeek-R1", "deepseek_v3", deepseek_attention(128, 1536));
inline constexpr architecture deepseek_v3_1 =
    deepseek_v3_like("deepseek-ai/DeepSeek-V3.1", "deepseek_v3", deepseek_attention(128, 1536));
inline constexpr architecture deepseek_v3_2 = deepseek_v3_like("deepseek-ai/DeepSeek-V3.2", "deepseek_v32",
                                                               with_indexer(deepseek_attention(128, 1536), 64));

/// The first of the family: plain attention, 64 small experts beside two shared ones.
inline constexpr architecture deepseek_moe_16b = [] {
    const decoder_shape s{.name = "deepseek-ai/deepseek-moe-16b-base", .family = "deepseek", .layers = 28,
        .hidden = 2048, .heads = 16, .width = 10944, .vocabulary = 102400, .most_context = 4096};
    const layer l = gated_layer(s);
    architecture m = without_layers(s);
    m.add(1, l);
    m.add(27, with_experts(l, {.experts = 64, .top_k = 6, .width = 1408, .shared_width = 2 * 1408}));
    return m;
}();

}  // namespace gambrel::catalog
