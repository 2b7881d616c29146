// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The layer that DeepSeek, Kimi K2 and GLM-5 share: multi-head latent attention, a few dense layers, then experts
/// with shared ones (arXiv 2405.04434, 2412.19437). A family gives its dimensions and names its models.

#include <gambrel/model/catalog/decoder.hpp>

namespace gambrel::catalog {

/// A model of `dense_layers` layers with an MLP of `s.width`, then layers of experts `e`.
constexpr architecture latent_decoder(const decoder_shape& s, const latent_attention_block& a, count dense_layers,
                                      const experts_block& e) {
    layer l;
    l.latent = a;
    l.feed_forward = {.width = s.width};
    l.norm_parameters = 2 * s.hidden;
    architecture m = without_layers(s);
    m.add(dense_layers, l);
    m.add(s.layers - dense_layers, with_experts(l, e));
    return m;
}

/// `a` attending to the 2048 tokens that an indexer of `heads` heads of 128 picks (arXiv 2512.02556).
constexpr latent_attention_block with_indexer(latent_attention_block a, count heads) {
    a.indexer_heads = heads;
    a.indexer_dim = 128;
    a.indexer_top_k = 2048;
    return a;
}

/// One prediction module of a layer like the model's last, behind two norms and before one.
constexpr architecture with_prediction_module(architecture m) {
    m.mtp = {.modules = 1, .layer = m.groups[m.group_count - 1].layer, .norm_parameters = 3 * m.hidden};
    return m;
}
}  // namespace gambrel::catalog
