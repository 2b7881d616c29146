// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The starting points that most model families share, so that a family's header says only what is different:
/// a gated layer (RMSNorm, grouped-query attention, SwiGLU, no biases; Llama) and a biased layer (LayerNorm with
/// bias, multi-head attention, two-matrix MLP, biases everywhere; GPT-2). A family makes one, changes it, and adds it.
///
/// All figures of the catalog are the fields of the named Hugging Face config.json, retrieved by 2026-11, unless
/// the line says "recalled". Checked against published parameter counts in tests/model/catalog_test.cpp.

#include <gambrel/model/architecture.hpp>

namespace gambrel::catalog {

/// The counts that most config.json files state.
struct decoder_shape {
    const char* name = "";
    const char* family = "";
    count layers = 0;
    count hidden = 0;
    count heads = 0;
    count kv_heads = 0;  ///< 0: as heads
    count head_dim = 0;  ///< 0: hidden / heads
    count width = 0;     ///< of the MLP, or of one expert
    count vocabulary = 0;
    count most_context = 0;
    bool tied = false;
    storage_format format = formats::bf16;
};

/// Grouped-query attention with a full rotary embedding and no biases.
constexpr attention_block attention_of(const decoder_shape& s) {
    const count dim = s.head_dim > 0 ? s.head_dim : s.hidden / s.heads;
    return {.query_heads = s.heads, .kv_heads = s.kv_heads > 0 ? s.kv_heads : s.heads, .head_dim = dim,
            .rotary_dim = dim};
}

/// Two RMSNorms, attention, SwiGLU.
constexpr layer gated_layer(const decoder_shape& s) {
    layer l;
    l.attention = attention_of(s);
    l.feed_forward = {.width = s.width};
    l.norm_parameters = 2 * s.hidden;
    return l;
}

/// Two LayerNorms with bias, attention without rotary embedding, two-matrix MLP, a bias on every matrix.
constexpr layer biased_layer(const decoder_shape& s) {
    layer l;
    l.attention = attention_of(s);
    l.attention.rotary_dim = 0;
    l.attention.qkv_bias = l.attention.output_bias = true;
    l.feed_forward = {.width = s.width, .gated = false, .bias = true};
    l.norm_parameters = 4 * s.hidden;
    return l;
}

/// `l` with its MLP replaced by `e`.
constexpr layer with_experts(layer l, const experts_block& e) {
    l.feed_forward = {};
    l.experts = e;
    return l;
}

/// `l` seeing only the last `window` tokens.
constexpr layer with_window(layer l, count window) {
    l.attention.window = window;
    return l;
}

/// Everything but the layers: embedding, head, one final RMSNorm (half of a LayerNorm's elements).
constexpr architecture without_layers(const decoder_shape& s) {
    architecture m;
    m.name = s.name;
    m.family = s.family;
    m.hidden = s.hidden;
    m.vocabulary = s.vocabulary;
    m.tied_embedding = s.tied;
    m.final_norm_parameters = s.hidden;
    m.most_context = s.most_context;
    m.stored = linear_layers_in(s.format);
    return m;
}

/// A model of equal layers `l`.
constexpr architecture decoder(const decoder_shape& s, const layer& l) {
    architecture m = without_layers(s);
    m.add(s.layers, l);
    return m;
}
}  // namespace gambrel::catalog
