// SPDX-License-Identifier: Apache-2.0
#pragma once
/// StarCoder2 (rotary GPT with four KV heads, a window of 4096 and biases; only 15B has a head of its own) and DBRX
/// (16 experts, 4 run, LayerNorm without bias).
///
/// Source: config.json of bigcode/starcoder2-7b, -15b (rebuilt from its essential fields) and databricks/dbrx-base.
/// Totals in tests/model/catalog_test.cpp are recalled.

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

constexpr architecture starcoder2(decoder_shape s) {
    s.family = "starcoder2";
    s.kv_heads = 4;
    s.width = 4 * s.hidden;
    s.vocabulary = 49152;
    s.most_context = 16384;
    layer l = with_window(biased_layer(s), 4096);
    l.attention.rotary_dim = l.attention.head_dim;
    architecture m = decoder(s, l);
    m.final_norm_parameters = 2 * s.hidden;
    return m;
}

inline constexpr architecture starcoder2_7b =
    starcoder2({.name = "bigcode/starcoder2-7b", .layers = 32, .hidden = 4608, .heads = 36, .tied = true});
inline constexpr architecture starcoder2_15b =
    starcoder2({.name = "bigcode/starcoder2-15b", .layers = 40, .hidden = 6144, .heads = 48});

inline constexpr architecture dbrx = [] {
    const decoder_shape s{.name = "databricks/dbrx-base", .family = "dbrx", .layers = 40, .hidden = 6144, .heads = 48,
        .kv_heads = 8, .width = 10752, .vocabulary = 100352, .most_context = 32768};
    return decoder(s, with_experts(gated_layer(s), {.experts = 16, .top_k = 4, .width = s.width}));
}();

}  // namespace gambrel::catalog
