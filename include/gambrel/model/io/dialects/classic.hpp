// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Decoders of the GPT-2 generation: LayerNorm, a two-matrix MLP, biases, learned positions or ALiBi.
///
/// Per layer: H (a + 2 g) d + a d H + 2 H F, norms and biases. F defaults to 4 H. Sources: the model classes of the
/// Transformers library, as collected in docs/models/config-loader.md.

#include <gambrel/model/io/draft.hpp>

namespace gambrel::hugging_face {

struct classic_traits {
    bool tied = true;
    count norm_width = 2;
    count norms = 2;
    bool parallel = false;
    bool attention_bias = true, mlp_bias = true, head_bias = false;
};

inline void classic_decoder(const config_reader& c, draft& d, const classic_traits& t) {
    const count layers = read_shape(c, d, t.tied, t.norm_width);
    d.model.head_bias = t.head_bias;
    layer l;
    l.attention = grouped_attention(c, d.model);
    l.attention.qkv_bias = l.attention.output_bias = t.attention_bias;
    l.feed_forward = {.width = c.whole(mlp_width, widths, 4 * d.model.hidden), .gated = false, .bias = t.mlp_bias};
    l.parallel = t.parallel;
    set_norms(l, t.norms, t.norm_width, d.model);
    d.layers.assign(static_cast<std::size_t>(layers), l);
}

inline void set_kv_heads(draft& d, count kv_heads) {
    for (layer& l : d.layers) {
        if (l.attention.query_heads % kv_heads != 0)
            fail("the number of query heads, " + std::to_string(l.attention.query_heads) +
                 ", is not a multiple of the key-value heads, " + std::to_string(kv_heads));
        l.attention.kv_heads = kv_heads;
    }
}
inline void no_rotary(draft& d) {
    for (layer& l : d.layers) l.attention.rotary_dim = 0;
}

inline void read_gpt2(const config_reader& c, draft& d) {
    classic_decoder(c, d, {});
    no_rotary(d);
    d.model.position_rows = c.whole({"n_positions", "n_ctx"}, contexts);
}
inline void read_gpt_bigcode(const config_reader& c, draft& d) {
    read_gpt2(c, d);
    if (c.flag("multi_query", true)) set_kv_heads(d, 1);
}
/// GPT-J: one norm for attention and MLP together, no biases in attention, one on the head.
inline void read_gptj(const config_reader& c, draft& d) {
    classic_decoder(c, d, {.tied = false, .norms = 1, .parallel = true, .attention_bias = false, .head_bias = true});
}
inline void read_gpt_neox(const config_reader& c, draft& d) {
    classic_decoder(c, d,
                    {.tied = false,
                     .parallel = c.flag("use_parallel_residual", true),
                     .attention_bias = c.flag("attention_bias", true)});
}
/// Phi-1, 1.5 and 2: one norm for attention and MLP together, biases everywhere.
inline void read_phi(const config_reader& c, draft& d) {
    if (c.flag("qk_layernorm", false)) fail(c.path("qk_layernorm") + " is true; this family is read without it only");
    classic_decoder(c, d, {.tied = false, .norms = 1, .parallel = true, .head_bias = true});
}
/// OPT: two more position rows than positions; the 350m embeds narrower than it computes and has no final norm.
inline void read_opt(const config_reader& c, draft& d) {
    const bool bias = c.flag("enable_bias", true);
    classic_decoder(c, d, {.attention_bias = bias, .mlp_bias = bias});
    no_rotary(d);
    d.model.position_rows = c.whole("max_position_embeddings", contexts) + 2;
    d.model.embedding_width = c.whole("word_embed_proj_dim", widths, d.model.hidden);
    if (!c.flag("do_layer_norm_before", true) || c.flag("_remove_final_layer_norm", false))
        d.model.final_norm_parameters = 0;
}
inline void read_bloom(const config_reader& c, draft& d) {
    classic_decoder(c, d, {});
    no_rotary(d);
    d.model.embedding_norm_parameters = 2 * d.model.hidden;
}
/// MPT: no biases at all when no_bias, the norms' included. learned_pos_emb counts only without ALiBi.
inline void read_mpt(const config_reader& c, draft& d) {
    const bool bias = !c.flag("no_bias", true);
    classic_decoder(c, d, {.norm_width = bias ? 2 : 1, .attention_bias = bias, .mlp_bias = bias});
    const config_reader attention = c.child("attn_config");
    const double ratio = c.number("expansion_ratio", 1.0, 64.0, 4.0);
    for (layer& l : d.layers) {
        l.feed_forward.width = static_cast<count>(ratio * static_cast<double>(d.model.hidden));
        if (attention.flag("qk_ln", false)) l.attention.qk_norm = query_key_norm::full_width;
    }
    set_kv_heads(d, attention.text("attn_type", "") == "multiquery_attention"
                        ? 1
                        : attention.whole("kv_n_heads", head_counts, d.layers.front().attention.query_heads));
    if (attention.flag("alibi", false)) no_rotary(d);
    else if (c.flag("learned_pos_emb", true) && !attention.flag("rope", false)) {
        d.model.position_rows = d.model.most_context;
        no_rotary(d);
    }
}
/// Falcon: one norm in the 7B, two in the new architecture; the head is a copy of the embedding.
inline void read_falcon(const config_reader& c, draft& d) {
    const bool bias = c.flag("bias", false), grouped = c.flag("new_decoder_architecture", false);
    const bool parallel = c.flag("parallel_attn", true) || grouped;
    const count norms = parallel ? c.whole("num_ln_in_parallel_attn", {1, 2}, grouped ? 2 : 1) : 2;
    classic_decoder(c, d, {.norms = norms, .parallel = parallel, .attention_bias = bias, .mlp_bias = bias});
    if (!grouped) set_kv_heads(d, c.flag("multi_query", true) ? 1 : d.layers.front().attention.query_heads);
    if (c.flag("alibi", false)) no_rotary(d);
}
inline void read_starcoder2(const config_reader& c, draft& d) {
    const bool bias = c.flag("use_bias", true);
    classic_decoder(c, d, {.attention_bias = bias, .mlp_bias = bias});
    apply_windows(c, d, effective_window(c, d.model), [](count) { return true; });
}
}  // namespace gambrel::hugging_face
