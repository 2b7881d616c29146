// SPDX-License-Identifier: Apache-2.0
#pragma once
/// MiniMax M2.5: experts in every layer, norms over the full width of queries and keys, half of each head rotated.
/// Published in fp8 blocks. The prediction modules its config names are not in the repository.
///
/// Source: config.json of MiniMaxAI/MiniMax-M2.5. Published total without scales: 228,689,764,864. M3 has sparse
/// attention of its own and is not here.

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

inline constexpr architecture minimax_m2_5 = [] {
    const decoder_shape s{.name = "MiniMaxAI/MiniMax-M2.5", .family = "minimax_m2", .layers = 62, .hidden = 3072,
        .heads = 48, .kv_heads = 8, .head_dim = 128, .width = 1536, .vocabulary = 200064, .most_context = 196608,
        .format = formats::fp8_block};
    layer l = with_experts(gated_layer(s), {.experts = 256, .top_k = 8, .width = s.width, .router_bias = true});
    l.attention.qk_norm = query_key_norm::full_width;
    l.attention.rotary_dim = 64;
    return decoder(s, l);
}();

}  // namespace gambrel::catalog
