// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Pre-norm or post-norm decoders with grouped attention and a gated MLP: Llama and everything that differs from it
/// only in biases, query-key norms, the kind of norm, and which layers have a window.
///
/// Per layer: H (a + 2 g) d + a d H + 3 H F, norms, and the biases below. Sources: the model classes of the
/// Transformers library, as collected in docs/models/config-loader.md.

#include <gambrel/model/io/draft.hpp>

namespace gambrel::hugging_face {

/// What distinguishes one Llama-like family from another.
struct decoder_traits {
    bool tied = false;     ///< when the config does not say
    count norm_width = 1;  ///< RMSNorm 1, LayerNorm 2, without parameters 0
    count norms = 2;
    bool parallel = false;  ///< attention and MLP read the same input
    bool qkv_bias = false, output_bias = false, mlp_bias = false, head_bias = false;
    query_key_norm qk_norm = query_key_norm::none;
    class_dimensions by_class{};
};

/// One layer of the family, and the shape around it.
inline layer decoder_layer(const config_reader& c, draft& d, const decoder_traits& t, count& layers) {
    layers = read_shape(c, d, t.tied, t.norm_width, t.by_class);
    d.model.head_bias = t.head_bias;
    layer l;
    l.attention = grouped_attention(c, d.model, t.by_class);
    l.attention.qkv_bias = t.qkv_bias;
    l.attention.output_bias = t.output_bias;
    l.attention.qk_norm = t.qk_norm;
    l.parallel = t.parallel;
    set_norms(l, t.norms, t.norm_width, d.model);
    return l;
}

inline feed_forward_block gated_feed_forward(const config_reader& c, const decoder_traits& t) {
    return {.width = dimension(c, mlp_width, widths, t.by_class.width), .bias = t.mlp_bias};
}

/// A dense model of equal layers.
inline void dense_decoder(const config_reader& c, draft& d, const decoder_traits& t) {
    count layers = 0;
    layer l = decoder_layer(c, d, t, layers);
    l.feed_forward = gated_feed_forward(c, t);
    d.layers.assign(static_cast<std::size_t>(layers), l);
}

inline bool every_layer(count) { return true; }

/// attention_bias adds biases to all four projections, mlp_bias to the three of the MLP.
inline void read_llama(const config_reader& c, draft& d) {
    const bool bias = c.flag({"attention_bias", "bias"}, false);
    dense_decoder(c, d,
                  {.qkv_bias = bias,
                   .output_bias = bias,
                   .mlp_bias = c.flag("mlp_bias", false),
                   .by_class = {4096, 32, 32, 0, 0, 11008, 32000}});
}
inline void read_smollm3(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    dense_decoder(c, d, {.tied = true, .qkv_bias = bias, .output_bias = bias, .mlp_bias = c.flag("mlp_bias", false)});
}
inline void read_mistral(const config_reader& c, draft& d) {
    dense_decoder(c, d, {.by_class = {4096, 32, 32, 8, 0, 14336, 32000}});
    apply_windows(c, d, effective_window(c, d.model), every_layer);
}
inline void read_orion(const config_reader& c, draft& d) { dense_decoder(c, d, {.norm_width = 2}); }

/// Qwen2: biases on q, k, v whatever attention_bias says; a window on the layers from max_window_layers on.
inline void apply_qwen_windows(const config_reader& c, draft& d) {
    const count first = c.whole("max_window_layers", {0, layer_counts.high}, 28);
    const count window = c.flag("use_sliding_window", false) ? effective_window(c, d.model, 4096) : 0;
    apply_windows(c, d, window, [&](count i) { return i >= first; });
}
inline void read_qwen2(const config_reader& c, draft& d) {
    dense_decoder(c, d, {.qkv_bias = true});
    apply_qwen_windows(c, d);
}
inline void read_qwen3(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    dense_decoder(
        c, d,
        {.qkv_bias = bias, .output_bias = bias, .qk_norm = query_key_norm::per_head, .by_class = {.head_dim = 128}});
    apply_qwen_windows(c, d);
}
/// MiMo-7B: Qwen2 with multi-token-prediction layers.
inline void read_mimo(const config_reader& c, draft& d) {
    dense_decoder(c, d, {.qkv_bias = c.flag("attention_bias", true)});
    apply_qwen_windows(c, d);
    add_prediction_head(d, c.whole("num_nextn_predict_layers", {0, 64}, 0), d.layers.back());
}
/// Qwen (the first): intermediate_size is twice the width of each matrix.
inline void read_qwen(const config_reader& c, draft& d) {
    dense_decoder(c, d, {.qkv_bias = true});
    for (layer& l : d.layers) l.feed_forward.width /= 2;
}

inline void read_phi3(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    dense_decoder(c, d, {.qkv_bias = bias, .output_bias = bias, .head_bias = c.flag("lm_head_bias", false)});
    apply_windows(c, d, effective_window(c, d.model), every_layer);
}

/// OLMo: norms without parameters. OLMo 2 and 3: norms after the blocks, query and key norms over the full width.
inline void read_olmo(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    dense_decoder(c, d, {.norm_width = 0, .qkv_bias = bias, .output_bias = bias});
}
inline void read_olmo2(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    dense_decoder(c, d, {.qkv_bias = bias, .output_bias = bias, .qk_norm = query_key_norm::full_width});
}
inline void read_olmo3(const config_reader& c, draft& d) {
    read_olmo2(c, d);
    apply_windows(c, d, effective_window(c, d.model, 4096), [](count i) { return (i + 1) % 4 != 0; });
}

/// EXAONE 4: OLMo 2's norms after the blocks, query and key norms per head, a window on three layers of four where
/// there is one.
inline void read_exaone4(const config_reader& c, draft& d) {
    dense_decoder(c, d, {.qk_norm = query_key_norm::per_head});
    apply_windows(c, d, effective_window(c, d.model), [](count i) { return (i + 1) % 4 != 0; });
}
/// Seed-OSS: attention_bias means q, k, v; attention_out_bias the output.
inline void read_seed_oss(const config_reader& c, draft& d) {
    dense_decoder(c, d,
                  {.qkv_bias = c.flag("attention_bias", true),
                   .output_bias = c.flag("attention_out_bias", false),
                   .mlp_bias = c.flag("mlp_bias", false),
                   .by_class = {.head_dim = 128}});
}
/// GLM-4 (9B and the 0414 series): biases on q, k, v only; the 0414 series has norms after the blocks too.
inline void read_glm(const config_reader& c, draft& d) {
    const bool after = c.text("model_type", "") == "glm4";
    dense_decoder(c, d, {.norms = after ? 4 : 2, .qkv_bias = c.flag("attention_bias", false)});
    if (!c.has("partial_rotary_factor") && !c.child("rope_parameters").has("partial_rotary_factor"))
        for (layer& l : d.layers) l.attention.rotary_dim = l.attention.head_dim / 2;
}
/// ERNIE 4.5, dense: tied, one bias switch for every projection.
inline void read_ernie(const config_reader& c, draft& d) {
    const bool bias = c.flag("use_bias", false);
    dense_decoder(c, d, {.tied = true, .qkv_bias = bias, .output_bias = bias, .mlp_bias = bias});
}
/// Hunyuan, dense: tied, query and key norms per head.
inline void read_hunyuan(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    const auto norm = c.flag("use_qk_norm", true) ? query_key_norm::per_head : query_key_norm::none;
    dense_decoder(c, d, {.tied = true, .qkv_bias = bias, .output_bias = bias, .qk_norm = norm});
}

/// Command-R: one LayerNorm without bias for attention and MLP together.
inline void read_cohere(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    dense_decoder(c, d,
                  {.tied = true,
                   .norms = 1,
                   .parallel = true,
                   .qkv_bias = bias,
                   .output_bias = bias,
                   .qk_norm = c.flag("use_qk_norm", false) ? query_key_norm::full_width : query_key_norm::none});
}
inline void read_cohere2(const config_reader& c, draft& d) {
    read_cohere(c, d);
    const count every = c.whole({"sliding_window_pattern", "_sliding_window_pattern"}, {1, layer_counts.high}, 4);
    apply_windows(c, d, effective_window(c, d.model, 4096), [&](count i) { return (i + 1) % every != 0; });
}

inline void read_stablelm(const config_reader& c, draft& d) {
    const bool parallel = c.flag("use_parallel_residual", false);
    dense_decoder(c, d,
                  {.norm_width = 2,
                   .norms = parallel ? 1 : 2,
                   .parallel = parallel,
                   .qkv_bias = c.flag("use_qkv_bias", false),
                   .qk_norm = c.flag("qk_layernorm", false) ? query_key_norm::full_width : query_key_norm::none});
}

/// Gemma: tied, wide heads. Gemma 2: four norms, a window on every second layer. Gemma 3: query-key norms, a window
/// on five layers of six; a multimodal file leaves dimensions to the class.
inline void read_gemma(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    dense_decoder(c, d, {.tied = true, .qkv_bias = bias, .output_bias = bias, .by_class = {.head_dim = 256}});
}
inline void read_gemma2(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    dense_decoder(c, d,
                  {.tied = true, .norms = 4, .qkv_bias = bias, .output_bias = bias, .by_class = {.head_dim = 256}});
    apply_windows(c, d, effective_window(c, d.model, 4096), [](count i) { return i % 2 == 0; });
}
inline void read_gemma3(const config_reader& c, draft& d) {
    const bool bias = c.flag("attention_bias", false);
    dense_decoder(c, d,
                  {.tied = true,
                   .norms = 4,
                   .qkv_bias = bias,
                   .output_bias = bias,
                   .qk_norm = query_key_norm::per_head,
                   .by_class = {2304, 26, 8, 4, 256, 9216, 262208}});
    const count every = c.whole({"sliding_window_pattern", "_sliding_window_pattern"}, {1, layer_counts.high}, 6);
    apply_windows(c, d, effective_window(c, d.model, 4096), [&](count i) { return (i + 1) % every != 0; });
}

/// ChatGLM: multi_query_group_num key-value heads when multi_query_attention is on.
inline void read_chatglm(const config_reader& c, draft& d) {
    const bool all = c.flag("add_bias_linear", false);
    dense_decoder(c, d,
                  {.norm_width = c.flag("rmsnorm", true) ? 1 : 2,
                   .qkv_bias = all || c.flag("add_qkv_bias", false),
                   .output_bias = all,
                   .mlp_bias = all});
    for (layer& l : d.layers) {
        if (c.flag("multi_query_attention", false))
            l.attention.kv_heads = c.whole("multi_query_group_num", {1, l.attention.query_heads});
        if (l.attention.query_heads % l.attention.kv_heads != 0)
            fail("num_attention_heads is not a multiple of multi_query_group_num " +
                 std::to_string(l.attention.kv_heads));
    }
}

/// MiniCPM: Llama, with experts when num_experts is given.
inline void read_minicpm(const config_reader& c, draft& d) {
    dense_decoder(c, d, {.tied = true});
    if (expert_count(c) == 0) return;
    for (layer& l : d.layers) {
        l.feed_forward = {};
        l.experts = routed_experts(c);
    }
}
}  // namespace gambrel::hugging_face
