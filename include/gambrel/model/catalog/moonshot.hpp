// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Kimi K2 and K2.5: DeepSeek-V3's layer with 384 experts and 64 heads. K2 is published in fp8 blocks, K2.5 with its
/// routed experts in 4-bit integers (a scale per 32) and a vision tower.
///
/// Source: config.json of the repositories named. Published total of K2: 1,026,408,235,864, which holds 3416
/// elements (61 x 56) that no formula here explains. The tower's patches are 14 pixels on a 64 x 64 table of
/// positions, four to a token. K3 has operators of its own and is not here.

#include <gambrel/model/catalog/latent.hpp>

namespace gambrel::catalog {

constexpr architecture kimi(const char* name, const char* family, count most_context, const storage_format& format) {
    return latent_decoder({.name = name, .family = family, .layers = 61, .hidden = 7168, .width = 18432,
        .vocabulary = 163840, .most_context = most_context, .format = format},
        {.heads = 64, .query_rank = 1536, .kv_rank = 512, .nope_dim = 128, .rope_dim = 64, .value_dim = 128}, 1,
        {.experts = 384, .top_k = 8, .width = 2048, .router_bias = true, .shared_width = 2048});
}

inline constexpr architecture kimi_k2 = kimi("moonshotai/Kimi-K2-Instruct", "kimi_k2", 131072, formats::fp8_block);

inline constexpr architecture kimi_k2_5 = [] {
    architecture m = kimi("moonshotai/Kimi-K2.5", "kimi_k25", 262144, formats::bf16);
    m.stored.experts = formats::int4_g32;
    m.vision = {.layers = 27, .hidden = 1152, .width = 4304, .patch = 14, .image = 896, .tokens_per_image = 1024,
                .embedding_parameters = (3 * 14 * 14 + 1 + 64 * 64 + 2) * 1152,  // patches, positions, norm
                .projector_parameters = (4608 + 1) * 4608 + (4608 + 1) * 7168};
    return m;
}();
/// The same config.json (of the NVFP4 checkpoints) but for the token that ends a text.
inline constexpr architecture kimi_k2_6 = [] {
    architecture m = kimi_k2_5;
    m.name = "moonshotai/Kimi-K2.6";
    return m;
}();

}  // namespace gambrel::catalog
