// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Models without softmax attention: Mamba, Mamba-2 (and Codestral), Falcon-Mamba, RWKV-5 to 7, RetNet.
///
/// Sources: arXiv 2312.00752, 2405.21060, 2404.05892, 2503.14456, 2307.08621; key names from the model classes of the
/// Transformers library, of mamba_ssm and of the RWKV and RetNet repositories.

#include <gambrel/model/io/draft.hpp>

namespace gambrel::hugging_face {

inline constexpr whole_range tap_counts{1, 64};

inline count rounded_up(count n, count multiple) { return (n + multiple - 1) / multiple * multiple; }

/// `heads` x `head_dim` must fill the inner width of a Mamba-2 layer.
inline state_space_block mamba2_block(count inner, count heads, count head_dim, count groups, count state, count conv) {
    if (heads * head_dim != inner)
        fail("the state-space heads, " + std::to_string(heads) + " of " + std::to_string(head_dim) +
             ", do not fill the inner width " + std::to_string(inner));
    if (heads % groups != 0)
        fail("the state-space heads, " + std::to_string(heads) + ", are not a multiple of the groups, " +
             std::to_string(groups));
    return {.inner = inner,
            .kind = state_space_kind::mamba2,
            .state = state,
            .conv = conv,
            .heads = heads,
            .groups = groups};
}

/// mamba_d_head as a number, or "auto": what fills the inner width.
inline count state_head_width(const config_reader& c, count automatic) {
    const json* v = c.find("mamba_d_head");
    return v && *v == "auto" ? automatic : c.whole("mamba_d_head", head_counts, automatic);
}

/// Mamba-2 of that inner width, from the keys mamba_* of Granite 4, Bamba and Falcon-H1.
inline state_space_block named_mamba2(const config_reader& c, count inner) {
    const count heads = c.whole("mamba_n_heads", head_counts, 128);
    state_space_block mamba =
        mamba2_block(inner, heads, state_head_width(c, inner / heads), c.whole("mamba_n_groups", head_counts, 1),
                     c.whole("mamba_d_state", head_counts, 256), c.whole("mamba_d_conv", tap_counts, 4));
    mamba.conv_bias = c.flag("mamba_conv_bias", true);
    mamba.projection_bias = c.flag("mamba_proj_bias", false);
    return mamba;
}

inline void state_space_layers(draft& d, count layers, const state_space_block& s) {
    layer l;
    l.state_space = s;
    set_norms(l, 1, 1, d.model);
    d.layers.assign(static_cast<std::size_t>(layers), l);
}

/// `time_step_rank` as a number, or "auto": a sixteenth of the hidden width.
inline count time_rank(const config_reader& c, const key& k, const architecture& m) {
    const json* v = c.find(k);
    const count automatic = (m.hidden + 15) / 16;
    return v && *v == "auto" ? automatic : c.whole(k, widths, automatic);
}

/// Mamba and Falcon-Mamba, whose intermediate_size wins over expand.
inline void read_mamba(const config_reader& c, draft& d) {
    const count layers = read_shape(c, d, true);
    state_space_layers(
        d, layers,
        {.inner = c.whole({"intermediate_size", "d_inner"}, widths, c.whole("expand", {1, 64}, 2) * d.model.hidden),
         .state = c.whole({"state_size", "d_state"}, head_counts, 16),
         .conv = c.whole({"conv_kernel", "d_conv"}, tap_counts, 4),
         .time_rank = time_rank(c, {"time_step_rank", "dt_rank"}, d.model),
         .conv_bias = c.flag("use_conv_bias", true),
         .projection_bias = c.flag("use_bias", false)});
}

inline void read_mamba2(const config_reader& c, draft& d) {
    const count layers = read_shape(c, d, true);
    const count inner = c.whole("expand", {1, 64}, 2) * d.model.hidden;
    const count head_dim = c.whole("head_dim", head_counts, 64);
    state_space_block s = mamba2_block(
        inner, c.whole("num_heads", head_counts, inner / head_dim), head_dim, c.whole("n_groups", head_counts, 8),
        c.whole({"state_size", "d_state"}, head_counts, 128), c.whole("conv_kernel", tap_counts, 4));
    s.conv_bias = c.flag("use_conv_bias", true);
    s.projection_bias = c.flag("use_bias", false);
    state_space_layers(d, layers, s);
}

/// The original mamba_ssm files: no model_type, an ssm_cfg with the library's own defaults, a padded vocabulary.
inline void read_mamba_ssm(const config_reader& c, draft& d) {
    if (!c.wholes("attn_layer_idx", {0, layer_counts.high}).empty())
        fail(c.path("attn_layer_idx") + " is not empty; mamba_ssm models with attention layers are not supported");
    if (c.whole("d_intermediate", widths_or_none, 0) != 0)
        fail(c.path("d_intermediate") + " is not 0; mamba_ssm models with an MLP are not supported");
    const count layers = read_shape(c, d, true);
    d.model.vocabulary = rounded_up(d.model.vocabulary, c.whole("pad_vocab_size_multiple", {1, 65536}, 8));
    const config_reader s = c.child("ssm_cfg");
    const count inner = s.whole("expand", {1, 64}, 2) * d.model.hidden, conv = s.whole("d_conv", tap_counts, 4);
    const std::string kind = s.text("layer", "Mamba1");
    if (kind == "Mamba2") {
        const count head_dim = s.whole("headdim", head_counts, 64);
        state_space_layers(d, layers,
                           mamba2_block(inner, inner / head_dim, head_dim, s.whole("ngroups", head_counts, 1),
                                        s.whole("d_state", head_counts, 128), conv));
    } else if (kind == "Mamba1") {
        state_space_layers(d, layers,
                           {.inner = inner,
                            .state = s.whole("d_state", head_counts, 16),
                            .conv = conv,
                            .time_rank = time_rank(s, "dt_rank", d.model)});
    } else {
        fail(s.path("layer") + " is " + shown(kind) + "; it must be Mamba1 or Mamba2");
    }
}

/// The shape that RWKV versions share: untied whatever the file says, LayerNorms, one more on the embedding.
inline count read_rwkv_shape(const config_reader& c, draft& d, layer& l, linear_attention_kind kind) {
    const count layers = read_shape(c, d, false, 2);
    d.model.tied_embedding = false;
    d.model.embedding_norm_parameters = 2 * d.model.hidden;
    set_norms(l, 2, 2, d.model);
    const count dim = c.whole({"head_size", "head_dim"}, head_counts, 64);
    if (c.whole("attention_hidden_size", widths, d.model.hidden) != d.model.hidden)
        fail(c.path("attention_hidden_size") + " differs from hidden_size, which is not supported");
    if (d.model.hidden % dim != 0) fail("hidden_size is not a multiple of head_size " + std::to_string(dim));
    l.linear = {.value_heads = d.model.hidden / dim,
                .kind = kind,
                .key_heads = d.model.hidden / dim,
                .key_dim = dim,
                .value_dim = dim};
    l.feed_forward.gated = false;
    return layers;
}
inline void read_rwkv5(const config_reader& c, draft& d) {
    layer l;
    const count layers = read_rwkv_shape(c, d, l, linear_attention_kind::rwkv5);
    l.feed_forward.width = c.whole("intermediate_size", widths, d.model.hidden * 7 / 2 / 32 * 32);
    l.feed_forward.receptance = true;
    d.layers.assign(static_cast<std::size_t>(layers), l);
}
inline void read_rwkv6(const config_reader& c, draft& d) {
    read_rwkv5(c, d);
    for (layer& l : d.layers) {
        l.linear.kind = linear_attention_kind::rwkv6;
        l.linear.ranks = {c.whole("time_mix_extra_dim", widths, d.model.hidden >= 4096 ? 64 : 32),
                          c.whole("time_decay_extra_dim", widths, d.model.hidden >= 4096 ? 128 : 64)};
    }
}
inline void read_rwkv7(const config_reader& c, draft& d) {
    layer l;
    const count layers = read_rwkv_shape(c, d, l, linear_attention_kind::rwkv7);
    l.feed_forward.width = c.whole("intermediate_size", widths, 4 * d.model.hidden);
    l.linear.ranks = {c.whole("decay_low_rank_dim", widths), c.whole("a_low_rank_dim", widths),
                      c.whole("v_low_rank_dim", widths), c.whole("gate_low_rank_dim", widths)};
    d.layers.assign(static_cast<std::size_t>(layers), l);
    d.layers.front().linear.first_layer = true;
}

/// RetNet: values twice as wide as keys, a swish gate, a two-matrix MLP of twice the hidden width.
inline void read_retnet(const config_reader& c, draft& d) {
    architecture& m = d.model;
    m.hidden = c.whole({"decoder_embed_dim", "hidden_size"}, widths);
    m.vocabulary = c.whole("vocab_size", vocabularies);
    m.tied_embedding = c.flag({"tie_word_embeddings", "share_decoder_input_output_embed"}, false);
    m.final_norm_parameters = m.hidden;
    const count layers = c.whole({"decoder_layers", "num_hidden_layers"}, layer_counts);
    const count heads = c.whole({"decoder_retention_heads", "num_heads"}, head_counts);
    const count values = c.whole("decoder_value_embed_dim", widths, 2 * m.hidden);
    if (m.hidden % heads != 0 || values % heads != 0)
        fail("the widths " + std::to_string(m.hidden) + " and " + std::to_string(values) +
             " must both be multiples of the retention heads " + std::to_string(heads));
    layer l;
    l.linear = {.value_heads = heads,
                .kind = linear_attention_kind::retention,
                .key_heads = heads,
                .key_dim = m.hidden / heads,
                .value_dim = values / heads};
    l.feed_forward = {.width = c.whole({"decoder_ffn_embed_dim", "intermediate_size"}, widths, 2 * m.hidden),
                      .gated = c.flag("use_glu", false)};
    set_norms(l, 2, 1, m);
    d.layers.assign(static_cast<std::size_t>(layers), l);
}
}  // namespace gambrel::hugging_face
