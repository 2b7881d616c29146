// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Mixtures of experts with ordinary attention: Mixtral, Qwen-MoE, OLMoE, Granite, DBRX, PhiMoE, GLM-4.5, MiniMax-M2,
/// gpt-oss, Llama 4, the first DeepSeek.
///
/// Per MoE layer: E H (router) + E x 3 H I_m + shared experts. Which layers are dense is the family's own rule.

#include <gambrel/model/io/dialects/llama_like.hpp>

namespace gambrel::hugging_face {

/// Layers like `l`: with experts `e` where `sparse(i)`, with the dense MLP elsewhere.
template <class Sparse>
void sparse_layers(const config_reader& c, draft& d, const decoder_traits& t, count layers, const layer& l,
                   const experts_block& e, Sparse&& sparse) {
    for (count i = 0; i < layers; ++i) {
        layer each = l;
        if (sparse(i)) each.experts = e;
        else each.feed_forward = gated_feed_forward(c, t);
        d.layers.push_back(each);
    }
}
inline void every_layer_sparse(const config_reader& c, draft& d, const decoder_traits& t, const experts_block& e) {
    count layers = 0;
    layer l = decoder_layer(c, d, t, layers);
    l.experts = e;
    d.layers.assign(static_cast<std::size_t>(layers), l);
}

inline void read_mixtral(const config_reader& c, draft& d) {
    every_layer_sparse(c, d, {.by_class = {4096, 32, 32, 8, 0, 14336, 32000}}, routed_experts(c));
    apply_windows(c, d, effective_window(c, d.model), every_layer);
}
inline void read_granitemoe(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    every_layer_sparse(c, d, {.qkv_bias = bias, .output_bias = bias}, routed_experts(c));
}
inline void read_olmoe(const config_reader& c, draft& d) {
    every_layer_sparse(c, d, {.qk_norm = query_key_norm::full_width}, routed_experts(c));
}
inline void read_phimoe(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    every_layer_sparse(
        c, d, {.norm_width = 2, .qkv_bias = bias, .output_bias = bias, .head_bias = c.flag("lm_head_bias", false)},
        routed_experts(c));
    apply_windows(c, d, effective_window(c, d.model), every_layer);
}
inline void read_dbrx(const config_reader& c, draft& d) {
    every_layer_sparse(c, d, {}, routed_experts(c.child("ffn_config")));
    const count kv = c.child("attn_config").whole("kv_n_heads", head_counts, 1);
    for (layer& l : d.layers) {
        if (l.attention.query_heads % kv != 0) fail("n_heads is not a multiple of attn_config.kv_n_heads");
        l.attention.kv_heads = kv;
    }
}

/// Qwen: a layer has experts unless mlp_only_layers names it or decoder_sparse_step skips it.
inline std::vector<bool> qwen_sparse_layers(const config_reader& c, count layers) {
    const count step = c.whole("decoder_sparse_step", {1, layer_counts.high}, 1);
    std::vector<bool> sparse(static_cast<std::size_t>(layers));
    for (std::size_t i = 0; i < sparse.size(); ++i) sparse[i] = (static_cast<count>(i) + 1) % step == 0;
    for (count i : c.wholes("mlp_only_layers", {0, layers - 1})) sparse[static_cast<std::size_t>(i)] = false;
    return sparse;
}
inline void qwen_mixture(const config_reader& c, draft& d, const decoder_traits& t, experts_block e) {
    e.shared_gate = e.shared_width > 0;
    count layers = 0;
    const layer l = decoder_layer(c, d, t, layers);
    const auto sparse = qwen_sparse_layers(c, layers);
    sparse_layers(c, d, t, layers, l, e, [&](count i) { return sparse[static_cast<std::size_t>(i)]; });
    apply_qwen_windows(c, d);
}
inline void read_qwen2_moe(const config_reader& c, draft& d) {
    qwen_mixture(c, d, {.qkv_bias = c.flag("qkv_bias", true)}, routed_experts(c));
}
inline void read_qwen3_moe(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    qwen_mixture(c, d, {.qkv_bias = bias, .output_bias = bias, .qk_norm = query_key_norm::per_head}, routed_experts(c));
}

/// DeepSeek and GLM: the first layers are dense, then every moe_layer_freq-th has experts; or a list says it.
inline std::vector<bool> deepseek_sparse_layers(const config_reader& c, count layers) {
    std::vector<bool> sparse(static_cast<std::size_t>(layers));
    const auto kinds = c.texts_per_layer("mlp_layer_types", layers);
    const json* frequency = c.find("moe_layer_freq");
    const bool listed = frequency && frequency->is_array();
    const auto list = listed ? c.wholes_per_layer("moe_layer_freq", {0, 1}, layers) : std::vector<count>{};
    const count every = listed ? 1 : c.whole("moe_layer_freq", {1, layer_counts.high}, 1);
    const count dense = c.whole("first_k_dense_replace", {0, layer_counts.high}, 0);
    for (count i = 0; i < layers; ++i) {
        const auto at = static_cast<std::size_t>(i);
        if (!kinds.empty()) sparse[at] = kinds[at] == "sparse";
        else if (!list.empty()) sparse[at] = list[at] == 1;
        else sparse[at] = i >= dense && i % every == 0;
    }
    return sparse;
}
inline void read_deepseek(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    const decoder_traits t{.qkv_bias = bias, .output_bias = bias};
    count layers = 0;
    const layer l = decoder_layer(c, d, t, layers);
    const auto sparse = deepseek_sparse_layers(c, layers);
    sparse_layers(c, d, t, layers, l, routed_experts(c), [&](count i) { return sparse[static_cast<std::size_t>(i)]; });
}
/// GLM-4.5: attention_bias means q, k, v only; a correction bias on the router; one prediction layer.
inline void read_glm4_moe(const config_reader& c, draft& d) {
    const decoder_traits t{.qkv_bias = c.flag("attention_bias", false),
                           .qk_norm = c.flag("use_qk_norm", false) ? query_key_norm::per_head : query_key_norm::none};
    count layers = 0;
    const layer l = decoder_layer(c, d, t, layers);
    experts_block e = routed_experts(c);
    e.router_bias = true;
    const auto sparse = deepseek_sparse_layers(c, layers);
    sparse_layers(c, d, t, layers, l, e, [&](count i) { return sparse[static_cast<std::size_t>(i)]; });
    layer next = l;
    next.experts = e;
    add_prediction_head(d, c.whole("num_nextn_predict_layers", {0, 64}, 0), next);
}

/// ERNIE 4.5: experts on every moe_layer_interval-th layer from moe_layer_start_index to moe_layer_end_index.
inline void read_ernie_moe(const config_reader& c, draft& d) {
    const bool bias = c.flag("use_bias", false);
    const decoder_traits t{.tied = true, .qkv_bias = bias, .output_bias = bias, .mlp_bias = bias};
    count layers = 0;
    const layer l = decoder_layer(c, d, t, layers);
    experts_block e = routed_experts(c);
    e.router_bias = true;
    const count first = c.whole("moe_layer_start_index", {0, layer_counts.high}, 1);
    const count every = c.whole("moe_layer_interval", layer_counts, 1);
    const json* written = c.find("moe_layer_end_index");
    const bool to_the_end = !written || *written == -1;
    const count last = to_the_end ? layers - 1 : c.whole("moe_layer_end_index", {0, layer_counts.high});
    sparse_layers(c, d, t, layers, l, e, [&](count i) { return (i + 1) % every == 0 && i >= first && i <= last; });
}

/// MiMo-V2: window layers (hybrid_layer_pattern 1) with heads, widths and sinks of their own, written as swa_*.
inline void read_mimo_v2(const config_reader& c, draft& d) {
    const decoder_traits t{.qkv_bias = c.flag("attention_bias", false)};
    count layers = 0;
    layer global = decoder_layer(c, d, t, layers);
    global.attention.value_head_dim = c.whole("v_head_dim", head_counts, global.attention.head_dim);
    global.attention.sinks = c.flag("add_full_attention_sink_bias", false);
    layer local = global;
    attention_block& a = local.attention;
    a.query_heads = c.whole("swa_num_attention_heads", head_counts, a.query_heads);
    a.kv_heads = c.whole("swa_num_key_value_heads", head_counts, a.kv_heads);
    a.head_dim = c.whole("swa_head_dim", head_counts, a.head_dim);
    a.value_head_dim = c.whole("swa_v_head_dim", head_counts, a.value_head_dim);
    a.sinks = c.flag("add_swa_attention_sink_bias", false);
    a.window = effective_window(c, d.model);
    if (a.query_heads % a.kv_heads != 0)
        fail(c.path("swa_num_attention_heads") + " is not a multiple of swa_num_key_value_heads");
    experts_block e = routed_experts(c);
    e.router_bias = c.text("topk_method", "") == "noaux_tc";
    const auto windows = c.wholes_per_layer("hybrid_layer_pattern", {0, 1}, layers);
    if (windows.empty()) fail(c.path("hybrid_layer_pattern") + " is missing; it must say 0 or 1 for each layer");
    const auto sparse = deepseek_sparse_layers(c, layers);
    for (std::size_t i = 0; i < sparse.size(); ++i) {
        layer each = windows[i] == 1 ? local : global;
        if (sparse[i]) each.experts = e;
        else each.feed_forward = gated_feed_forward(c, t);
        d.layers.push_back(each);
    }
}

/// MiniMax-M2: query and key norms over the full width. Its prediction modules are announced but not shipped.
inline void read_minimax_m2(const config_reader& c, draft& d) {
    for (count kind : c.wholes("attn_type_list", {0, 1}))
        if (kind == 0) fail(c.path("attn_type_list") + " holds 0 (lightning attention), which is not supported");
    experts_block e = routed_experts(c);
    e.router_bias = c.flag("use_routing_bias", false);
    const auto norm =
        c.text("qk_norm_type", "per_layer") == "per_layer" ? query_key_norm::full_width : query_key_norm::per_head;
    every_layer_sparse(c, d, {.qk_norm = c.flag("use_qk_norm", false) ? norm : query_key_norm::none}, e);
    apply_windows(c, d, effective_window(c, d.model), every_layer);
}

/// gpt-oss: biases on every projection, sinks, a window of 128 on every second layer.
inline void read_gpt_oss(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", true);
    experts_block e = routed_experts(c);
    e.bias = e.router_bias = true;
    every_layer_sparse(c, d, {.qkv_bias = bias, .output_bias = bias}, e);
    for (layer& l : d.layers) l.attention.sinks = true;
    apply_windows(c, d, effective_window(c, d.model, 128), [](count i) { return i % 2 == 0; });
}

/// Llama 4: three layers of four attend inside chunks; every interleave_moe_layer_step-th layer has experts and one
/// shared expert of the same width. Query-key norms have no parameters.
inline void read_llama4(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    const decoder_traits t{.qkv_bias = bias, .output_bias = bias};
    count layers = 0;
    const layer l = decoder_layer(c, d, t, layers);
    experts_block e = routed_experts(c);
    e.shared_width = e.width;
    std::vector<bool> sparse(static_cast<std::size_t>(layers));
    const count step = c.whole("interleave_moe_layer_step", {1, layer_counts.high}, 1);
    for (std::size_t i = 0; i < sparse.size(); ++i)
        sparse[i] = !c.has("moe_layers") && (static_cast<count>(i) + 1) % step == 0;
    for (count i : c.wholes("moe_layers", {0, layers - 1})) sparse[static_cast<std::size_t>(i)] = true;
    const count dense_width = c.whole("intermediate_size_mlp", widths, 16384);
    const auto rotary = c.wholes_per_layer("no_rope_layers", {0, 1}, layers);
    count chunk = c.whole("attention_chunk_size", {1, contexts.high}, 0);
    if (d.model.most_context > 0 && chunk >= d.model.most_context) chunk = 0;
    for (std::size_t i = 0; i < sparse.size(); ++i) {
        layer each = l;
        if (sparse[i]) each.experts = e;
        else each.feed_forward = {.width = dense_width};
        const bool local = rotary.empty() ? (i + 1) % 4 != 0 : rotary[i] == 1;
        each.attention.chunked = local && chunk > 0;
        each.attention.window = local ? chunk : 0;
        if (!local) each.attention.rotary_dim = 0;
        d.layers.push_back(each);
    }
}
}  // namespace gambrel::hugging_face
