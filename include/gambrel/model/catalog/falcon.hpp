// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Falcon: attention and a two-matrix MLP in parallel, no biases; one KV head and one LayerNorm (7B), or eight KV
/// heads and two LayerNorms (40B, 180B). Falcon Mamba and Falcon-H1 are in state_space.hpp.
///
/// Source: config.json of the repositories named (falcon-7b rebuilt from its essential fields), context 2048 from the
/// model cards (recalled). The config ties the table, the repositories store the head as well: published 7,217,189,760
/// for 7B is 6,921,720,704 and a copy of 65024 x 4544.

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

constexpr architecture falcon(decoder_shape s, count norms) {
    s.family = "falcon";
    s.head_dim = 64;
    s.width = 4 * s.hidden;
    s.vocabulary = 65024;
    s.most_context = 2048;
    s.tied = true;
    layer l = gated_layer(s);
    l.feed_forward.gated = false;
    l.parallel = true;
    l.norms = norms;
    l.norm_parameters = norms * 2 * s.hidden;
    architecture m = decoder(s, l);
    m.final_norm_parameters = 2 * s.hidden;
    return m;
}

inline constexpr architecture falcon_7b =
    falcon({.name = "tiiuae/falcon-7b", .layers = 32, .hidden = 4544, .heads = 71, .kv_heads = 1}, 1);
inline constexpr architecture falcon_40b =
    falcon({.name = "tiiuae/falcon-40b", .layers = 60, .hidden = 8192, .heads = 128, .kv_heads = 8}, 2);
inline constexpr architecture falcon_180b =
    falcon({.name = "tiiuae/falcon-180B-chat", .layers = 80, .hidden = 14848, .heads = 232, .kv_heads = 8}, 2);

}  // namespace gambrel::catalog
