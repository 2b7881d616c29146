// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Models that mix attention with state-space, linear-attention or convolution layers: Jamba, Nemotron-H, Granite 4,
/// Falcon-H1, LFM2, Qwen3-Next and Qwen3.5.
///
/// Sources: arXiv 2403.19887 (Jamba), 2504.03624 (Nemotron-H), 2412.06464 (gated delta net); key names from the model
/// classes of the Transformers library.

#include <gambrel/model/io/dialects/mixture.hpp>
#include <gambrel/model/io/dialects/recurrent.hpp>

namespace gambrel::hugging_face {

/// Jamba: attention every attn_layer_period, experts every expert_layer_period, Mamba elsewhere.
inline void read_jamba(const config_reader& c, draft& d) {
    const count layers = read_shape(c, d, false);
    const count attention_period = c.whole("attn_layer_period", layer_counts, 8);
    const count attention_offset = c.whole("attn_layer_offset", {0, layer_counts.high}, 4);
    const count expert_period = c.whole("expert_layer_period", layer_counts, 2);
    const count expert_offset = c.whole("expert_layer_offset", {0, layer_counts.high}, 1);
    const attention_block attention = grouped_attention(c, d.model);
    const state_space_block mamba{.inner = c.whole("mamba_expand", {1, 64}, 2) * d.model.hidden,
                                  .state = c.whole("mamba_d_state", head_counts, 16),
                                  .conv = c.whole("mamba_d_conv", tap_counts, 4),
                                  .time_rank = time_rank(c, "mamba_dt_rank", d.model),
                                  .conv_bias = c.flag("mamba_conv_bias", true),
                                  .projection_bias = c.flag("mamba_proj_bias", false),
                                  .parameter_norms = true};
    const bool mixture = expert_count(c) > 1;
    const experts_block experts = mixture ? routed_experts(c) : experts_block{};
    const feed_forward_block dense{.width = c.whole("intermediate_size", widths)};
    for (count i = 0; i < layers; ++i) {
        layer l;
        if (i % attention_period == attention_offset) l.attention = attention;
        else l.state_space = mamba;
        if (mixture && i % expert_period == expert_offset) l.experts = experts;
        else l.feed_forward = dense;
        set_norms(l, 2, 1, d.model);
        l.attention.rotary_dim = 0;
        d.layers.push_back(l);
    }
}

/// Nemotron-H: one block per layer, named by a pattern (M Mamba-2, * attention, - MLP, E experts) or a list.
class nemotron_blocks {
public:
    nemotron_blocks(const config_reader& c, const architecture& m) : hidden_(m.hidden), kv_(grouped_attention(c, m)) {
        kv_.qkv_bias = kv_.output_bias = c.flag("attention_bias", false);
        const count heads = c.whole("mamba_num_heads", head_counts), dim = c.whole("mamba_head_dim", head_counts);
        mamba_ = mamba2_block(heads * dim, heads, dim, c.whole("n_groups", head_counts, 8),
                              c.whole("ssm_state_size", head_counts, 128), c.whole("conv_kernel", tap_counts, 4));
        mamba_.conv_bias = c.flag("use_conv_bias", true);
        mamba_.projection_bias = c.flag({"mamba_proj_bias", "use_bias"}, false);
        const bool gated = c.text("mlp_hidden_act", "relu2") != "relu2";
        mlp_ = {.width = c.whole("intermediate_size", widths), .gated = gated, .bias = c.flag("mlp_bias", false)};
        if (expert_count(c) > 0) {
            experts_ = routed_experts(c);
            experts_.gated = gated;
            experts_.latent = c.whole("moe_latent_size", widths, 0);
            experts_.shared_width = c.whole("n_shared_experts", {0, 1024}, 0) *
                                    c.whole("moe_shared_expert_intermediate_size", widths_or_none, experts_.width);
        }
    }
    /// Adds the block named `kind` to `l`.
    void add(layer& l, std::string_view kind) const {
        if (kind == "M" || kind == "mamba") l.state_space = mamba_;
        else if (kind == "*" || kind == "attention") l.attention = kv_;
        else if (kind == "-" || kind == "mlp") l.feed_forward = mlp_;
        else if ((kind == "E" || kind == "moe") && experts_.present()) l.experts = experts_;
        else
            fail("the layer pattern holds " + shown(kind) +
                 "; it may hold M or mamba, * or attention, - or mlp, and E or moe where there are experts");
        ++l.norms;
        l.norm_parameters += hidden_;
    }
    static std::vector<std::string> kinds(const config_reader& c, const char* pattern, const char* list) {
        std::vector<std::string> all = c.texts(list);
        if (all.empty())
            for (char each : c.text(pattern, "")) all.emplace_back(1, each);
        return all;
    }

private:
    count hidden_;
    attention_block kv_;
    state_space_block mamba_{};
    feed_forward_block mlp_{};
    experts_block experts_{};
};

inline void read_nemotron_h(const config_reader& c, draft& d) {
    const auto kinds = nemotron_blocks::kinds(c, "hybrid_override_pattern", "layers_block_type");
    const auto layers = static_cast<count>(kinds.size());
    if (layers < 1 || layers > layer_counts.high)
        fail("hybrid_override_pattern or layers_block_type has " + std::to_string(layers) +
             " entries; it must name 1 to 1000 layers");
    architecture& m = d.model;
    m.hidden = c.whole("hidden_size", widths);
    m.vocabulary = c.whole("vocab_size", vocabularies);
    m.tied_embedding = c.flag("tie_word_embeddings", false);
    m.most_context = c.whole("max_position_embeddings", contexts, 0);
    m.final_norm_parameters = m.hidden;
    if (c.whole("num_hidden_layers", layer_counts, layers) != layers)
        fail("num_hidden_layers differs from the " + std::to_string(layers) + " layers of the pattern");
    const nemotron_blocks blocks(c, m);
    for (const std::string& kind : kinds) {
        layer l;
        l.norms = 0;
        blocks.add(l, kind);
        d.layers.push_back(l);
    }
    layer next;  // attention and experts, each with its norm, are one prediction module
    next.norms = 0;
    const auto mtp = nemotron_blocks::kinds(c, "mtp_hybrid_override_pattern", "mtp_layers_block_type");
    if (mtp.empty()) return;
    if (mtp.size() > 4) fail("the layer pattern of the prediction module has more than 4 entries");
    for (const std::string& kind : mtp) blocks.add(next, kind);
    add_prediction_head(d, c.whole("num_nextn_predict_layers", {0, 64}, 0), next);
}

/// Granite 4: Mamba-2 or attention in each layer, then experts and a shared MLP (or the shared MLP alone).
inline void read_granitemoehybrid(const config_reader& c, draft& d) {
    const count layers = read_shape(c, d, false);
    const auto kinds = c.texts_per_layer("layer_types", layers);
    const count inner = c.whole("mamba_expand", {1, 64}, 2) * d.model.hidden;
    const state_space_block mamba = named_mamba2(c, inner);
    const attention_block attention = grouped_attention(c, d.model);
    for (std::size_t i = 0; i < static_cast<std::size_t>(layers); ++i) {
        layer l;
        const std::string kind = kinds.empty() ? "mamba" : kinds[i];
        if (kind == "mamba") l.state_space = mamba;
        else if (kind == "attention") l.attention = attention;
        else fail(c.path("layer_types") + " holds " + shown(kind) + "; this family has mamba and attention");
        if (expert_count(c) > 0) l.experts = routed_experts(c);
        else l.feed_forward = {.width = c.whole("shared_intermediate_size", widths)};
        set_norms(l, 2, 1, d.model);
        d.layers.push_back(l);
    }
}

/// Bamba: attention on the layers of attn_layer_indices, Mamba-2 on the others, an MLP in each.
inline void read_bamba(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    const decoder_traits t{.qkv_bias = bias, .output_bias = bias, .mlp_bias = c.flag("mlp_bias", false)};
    dense_decoder(c, d, t);
    const count inner = c.whole("mamba_expand", {1, 64}, 2) * d.model.hidden;
    const state_space_block mamba = named_mamba2(c, inner);
    std::vector<bool> attends(d.layers.size());
    const auto layers = static_cast<count>(d.layers.size());
    for (count i : c.wholes("attn_layer_indices", {0, layers - 1})) attends[static_cast<std::size_t>(i)] = true;
    for (std::size_t i = 0; i < d.layers.size(); ++i) {
        if (attends[i]) continue;
        d.layers[i].attention = {};
        d.layers[i].state_space = mamba;
    }
}

/// Falcon-H1: attention and Mamba-2 side by side in every layer; mamba_d_ssm wins over mamba_expand.
inline void read_falcon_h1(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    const decoder_traits t{.qkv_bias = bias, .output_bias = bias, .mlp_bias = c.flag("mlp_bias", false)};
    dense_decoder(c, d, t);
    const count inner = c.whole("mamba_d_ssm", widths, c.whole("mamba_expand", {1, 64}, 2) * d.model.hidden);
    state_space_block mamba = named_mamba2(c, inner);
    mamba.gated_norm = c.flag("mamba_rms_norm", false);
    for (layer& l : d.layers) l.state_space = mamba;
}

/// LFM2: gated short convolutions or attention; the MLP width is two thirds of what is written, rounded up. With
/// experts (lfm2_moe): the width as written in the first num_dense_layers, experts from there on.
inline void read_lfm2(const config_reader& c, draft& d) {
    const count layers = read_shape(c, d, true);
    const auto kinds = c.texts_per_layer("layer_types", layers);
    if (kinds.empty()) fail(c.path("layer_types") + " is missing; it must say conv or full_attention for each layer");
    count width = c.whole({"block_ff_dim", "intermediate_size"}, widths);
    const bool mixture = c.text("model_type", "") == "lfm2_moe";
    if (c.flag("block_auto_adjust_ff_dim", !mixture)) {
        const double multiplier = c.number("block_ffn_dim_multiplier", 0.01, 100.0, 1.0);
        // NOLINTNEXTLINE(bugprone-integer-division): as the architecture's own code has it
        width = rounded_up(static_cast<count>(multiplier * static_cast<double>(2 * width / 3)),
                           c.whole("block_multiple_of", widths, 256));
    }
    attention_block attention = grouped_attention(c, d.model);
    attention.qk_norm = query_key_norm::per_head;
    const convolution_block convolution{.width = c.whole("conv_dim", widths, d.model.hidden),
                                        .taps = c.whole("conv_L_cache", tap_counts, 3),
                                        .bias = c.flag("conv_bias", false)};
    experts_block experts;
    if (mixture) experts = routed_experts(c);
    experts.router_bias = mixture && c.flag("use_expert_bias", true);
    const count dense = mixture ? c.whole("num_dense_layers", {0, layer_counts.high}, 2) : layers;
    for (const std::string& kind : kinds) {
        layer l;
        if (kind == "conv") l.convolution = convolution;
        else if (kind == "full_attention") l.attention = attention;
        else fail(c.path("layer_types") + " holds " + shown(kind) + "; this family has conv and full_attention");
        if (static_cast<count>(d.layers.size()) < dense) l.feed_forward = {.width = width};
        else l.experts = experts;
        set_norms(l, 2, 1, d.model);
        d.layers.push_back(l);
    }
}

/// Qwen3-Next and Qwen3.5: gated delta net in three layers of four, gated attention in the fourth.
inline void read_qwen3_next(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false), mixture = expert_count(c) > 0;
    const decoder_traits t{
        .qkv_bias = bias, .output_bias = bias, .qk_norm = query_key_norm::per_head, .by_class = {.head_dim = 256}};
    count layers = 0;
    layer global = decoder_layer(c, d, t, layers);
    global.attention.output_gate = c.flag("attn_output_gate", true);
    layer local = global;
    local.attention = {};
    local.linear = {.value_heads = c.whole("linear_num_value_heads", head_counts, 32),
                    .kind = linear_attention_kind::gated_delta_net,
                    .key_heads = c.whole("linear_num_key_heads", head_counts, 16),
                    .key_dim = c.whole("linear_key_head_dim", head_counts, 128),
                    .value_dim = c.whole("linear_value_head_dim", head_counts, 128),
                    .conv = c.whole("linear_conv_kernel_dim", tap_counts, 4)};
    experts_block experts;
    if (mixture) experts = routed_experts(c);
    experts.shared_gate = experts.shared_width > 0;
    const auto sparse = mixture ? qwen_sparse_layers(c, layers) : std::vector<bool>(static_cast<std::size_t>(layers));
    const auto kinds = c.texts_per_layer("layer_types", layers);
    const count every = c.whole("full_attention_interval", layer_counts, 4);
    for (std::size_t i = 0; i < sparse.size(); ++i) {
        const bool full = kinds.empty() ? (static_cast<count>(i) + 1) % every == 0 : kinds[i] == "full_attention";
        if (!kinds.empty() && !full && kinds[i] != "linear_attention")
            fail(c.path("layer_types") + " holds " + shown(kinds[i]) +
                 "; this family has full_attention and linear_attention");
        layer l = full ? global : local;
        if (sparse[i]) l.experts = experts;
        else l.feed_forward = gated_feed_forward(c, t);
        d.layers.push_back(l);
    }
    // Qwen3-Next ships one prediction module without saying so; Qwen3.5 says how many.
    const count modules = c.whole("mtp_num_hidden_layers", {0, 64}, c.text("model_type", "") == "qwen3_next" ? 1 : 0);
    layer next = global;
    if (mixture) next.experts = experts;
    else next.feed_forward = gated_feed_forward(c, t);
    add_prediction_head(d, modules, next);
}
}  // namespace gambrel::hugging_face
