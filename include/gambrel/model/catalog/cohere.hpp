// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Command R and R+, Aya 23: attention and gated MLP in parallel behind one LayerNorm without bias, tied embeddings;
/// R+ norms every query and key head with weights of its own.
///
/// Source: config.json of the repositories named (Command R and R+ rebuilt from their essential fields), context
/// from model_max_length. Totals in tests/model/catalog_test.cpp are recalled.

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

constexpr architecture cohere(decoder_shape s, query_key_norm qk_norm = query_key_norm::none) {
    s.family = "cohere";
    s.vocabulary = 256000;
    s.tied = true;
    s.format = formats::fp16;
    layer l = gated_layer(s);
    l.attention.qk_norm = qk_norm;
    l.parallel = true;
    l.norms = 1;
    l.norm_parameters = s.hidden;
    return decoder(s, l);
}

inline constexpr architecture command_r = cohere({.name = "CohereForAI/c4ai-command-r-v01", .layers = 40,
    .hidden = 8192, .heads = 64, .width = 22528, .most_context = 131072});
inline constexpr architecture command_r_plus = cohere({.name = "CohereForAI/c4ai-command-r-plus", .layers = 64,
    .hidden = 12288, .heads = 96, .kv_heads = 8, .width = 33792, .most_context = 131072},
    query_key_norm::full_width);
inline constexpr architecture aya_23_8b = cohere({.name = "CohereForAI/aya-23-8B", .layers = 32, .hidden = 4096,
    .heads = 32, .kv_heads = 8, .width = 14336, .most_context = 8192});

}  // namespace gambrel::catalog
