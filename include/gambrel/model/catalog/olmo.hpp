// SPDX-License-Identifier: Apache-2.0
#pragma once
/// OLMo 2 (norms after the blocks and over the full width of queries and keys), OLMo 3 (the same with a window in
/// three layers of four), OLMoE (64 experts, 8 run).
///
/// Source: config.json of the repositories named (OLMoE rebuilt from its essential fields). OLMo 2 is published in
/// fp32. Published totals: OLMo 2 7B 7,298,617,344, 13B 13,716,198,400; the others are recalled.

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

constexpr layer olmo_2_layer(const decoder_shape& s) {
    layer l = gated_layer(s);
    l.attention.qk_norm = query_key_norm::full_width;
    return l;
}

constexpr architecture olmo_2(decoder_shape s) {
    s.family = "olmo2";
    s.vocabulary = 100352;
    s.most_context = 4096;
    s.format = formats::fp32;
    return decoder(s, olmo_2_layer(s));
}

inline constexpr architecture olmo_2_7b =
    olmo_2({.name = "allenai/OLMo-2-1124-7B", .layers = 32, .hidden = 4096, .heads = 32, .width = 11008});
inline constexpr architecture olmo_2_13b =
    olmo_2({.name = "allenai/OLMo-2-1124-13B", .layers = 40, .hidden = 5120, .heads = 40, .width = 13824});
inline constexpr architecture olmo_2_32b = olmo_2({.name = "allenai/OLMo-2-0325-32B", .layers = 64, .hidden = 5120,
    .heads = 40, .kv_heads = 8, .width = 27648});

inline constexpr architecture olmo_3_7b = [] {
    const decoder_shape s{.name = "allenai/Olmo-3-1025-7B", .family = "olmo3", .layers = 32, .hidden = 4096,
        .heads = 32, .width = 11008, .vocabulary = 100278, .most_context = 8192};
    const layer l = olmo_2_layer(s);
    architecture m = without_layers(s);
    m.add(24, with_window(l, 4096));
    m.add(8, l);
    return m;
}();

inline constexpr architecture olmoe_7b = [] {
    const decoder_shape s{.name = "allenai/OLMoE-1B-7B-0924", .family = "olmoe", .layers = 16, .hidden = 2048,
        .heads = 16, .width = 1024, .vocabulary = 50304, .most_context = 4096};
    return decoder(s, with_experts(olmo_2_layer(s), {.experts = 64, .top_k = 8, .width = s.width}));
}();

}  // namespace gambrel::catalog
