// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Multi-head latent attention with experts: DeepSeek-V2, V3, R1, V3.1, V3.2, Kimi-K2, GLM-5, GLM-4.7-Flash,
/// and without experts in MiniCPM3.
///
///     H r_q + r_q a (d_n + d_r) + H (r + d_r) + r a (d_n + d_v) + a d_v H          (arXiv 2405.04434, 2412.19437)
///     + indexer r_q n_i d_i + H (d_i + n_i) where there is one                      (arXiv 2512.02556)
///
/// num_key_value_heads is not what is cached and is not read.

#include <gambrel/model/io/dialects/mixture.hpp>

namespace gambrel::hugging_face {

inline latent_attention_block latent_attention(const config_reader& c) {
    return {.heads = c.whole("num_attention_heads", head_counts),
            .query_rank = c.whole("q_lora_rank", widths, 0),
            .kv_rank = c.whole("kv_lora_rank", widths),
            .nope_dim = c.whole("qk_nope_head_dim", head_counts),
            .rope_dim = c.whole("qk_rope_head_dim", head_counts),
            .value_dim = c.whole("v_head_dim", head_counts)};
}

/// The correction bias of the router exists where topk_method is noaux_tc, as in every V3 and later.
inline bool has_router_bias(const config_reader& c) {
    const std::string method = c.text("topk_method", "");
    if (!method.empty()) return method == "noaux_tc";
    return c.text("model_type", "") != "deepseek_v2";
}

inline void read_deepseek_latent(const config_reader& c, draft& d) {
    const count layers = read_shape(c, d, false);
    layer l;
    l.latent = latent_attention(c);
    set_norms(l, 2, 1, d.model);
    if (c.has("index_n_heads")) {
        l.latent.indexer_heads = c.whole("index_n_heads", head_counts);
        l.latent.indexer_dim = c.whole("index_head_dim", head_counts, 128);
        l.latent.indexer_top_k = c.whole("index_topk", contexts, 2048);
        if (l.latent.query_rank == 0) fail(c.path("q_lora_rank") + " is missing; an indexer reads the query latent");
    }
    const bool mixture = expert_count(c) > 0;
    experts_block e = mixture ? routed_experts(c) : experts_block{};
    e.router_bias = mixture && has_router_bias(c);
    const auto sparse =
        mixture ? deepseek_sparse_layers(c, layers) : std::vector<bool>(static_cast<std::size_t>(layers));
    const auto indexers = c.texts_per_layer("indexer_types", layers);
    for (std::size_t i = 0; i < sparse.size(); ++i) {
        layer each = l;
        each.latent.indexer_shared = !indexers.empty() && indexers[i] == "shared";
        if (sparse[i]) each.experts = e;
        else each.feed_forward = {.width = c.whole("intermediate_size", widths)};
        d.layers.push_back(each);
    }
    layer next = l;
    next.experts = e;
    // GLM-4.7-Flash ships one prediction module whether or not its file says so.
    const count modules = c.text("model_type", "") == "glm4_moe_lite" ? 1 : 0;
    add_prediction_head(d, c.whole("num_nextn_predict_layers", {0, 64}, modules), next);
}

/// MiniCPM3: latent attention and a dense MLP; the value width is hidden / heads where it is not written.
inline void read_minicpm3(const config_reader& c, draft& d) {
    const count layers = read_shape(c, d, true);
    const count heads = c.whole("num_attention_heads", head_counts);
    layer l;
    l.latent = {.heads = heads,
                .query_rank = c.whole("q_lora_rank", widths, 0),
                .kv_rank = c.whole("kv_lora_rank", widths),
                .nope_dim = c.whole("qk_nope_head_dim", head_counts),
                .rope_dim = c.whole("qk_rope_head_dim", head_counts),
                .value_dim = c.whole("v_head_dim", head_counts, larger(d.model.hidden / heads, count{1}))};
    set_norms(l, 2, 1, d.model);
    l.feed_forward = {.width = c.whole("intermediate_size", widths)};
    d.layers.assign(static_cast<std::size_t>(layers), l);
}
}  // namespace gambrel::hugging_face
