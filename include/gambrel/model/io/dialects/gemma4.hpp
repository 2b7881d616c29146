// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Gemma 4 without per-layer inputs (31B, 26B-A4B): window layers, and full ones with heads of another width and number
/// whose keys are also their values.
///
///     window layer    H (a + 2 g) d + a d H                heads of num_key_value_heads, head_dim
///     full layer      H (a + g) d + a d H                  of num_global_key_value_heads, global_head_dim
///     MLP             3 H F, beside it E experts of 3 H Fe where enable_moe_block: an expert that always runs
///     norms           4 of H and one scalar, with experts 7 of H, the router's scale H and one per expert
///
/// Sources: config.json of google/gemma-4-26B-A4B and nvidia/Gemma-4-31B-IT-NVFP4 as copied in
/// ai-dynamo/aiconfigurator; tensor names of the checkpoint (self_attn without v_proj in full layers, mlp beside
/// experts, seven norms) in public loaders, read 2026-11. Counted by llama.cpp in its files: 30.70 and 25.23 billion.
/// Evidence: tests/model/io/gemma4_test.cpp.

#include <gambrel/model/io/draft.hpp>
#include <utility>

namespace gambrel::hugging_face {

inline void read_gemma4(const config_reader& c, draft& d) {
    // The class's defaults of these are not 0, so that they must be written.
    for (const auto& [name, what] : {std::pair{"hidden_size_per_layer_input", "per-layer inputs"},
                                     std::pair{"num_kv_shared_layers", "layers that share keys and values"}})
        if (!c.has(name) || c.whole(name, widths_or_none) != 0)
            fail(c.path(name) + (c.has(name) ? " is not 0" : " is missing") +
                 ": Gemma-4 of that kind is not supported; it has " + what);
    if (c.flag("use_double_wide_mlp", false)) fail(c.path("use_double_wide_mlp") + " is true, which is not supported");
    const count layers = read_shape(c, d, true);
    layer window;
    window.attention = grouped_attention(c, d.model);
    window.attention.qk_norm = query_key_norm::per_head;
    const bool bias = c.flag("attention_bias", false), mixture = c.flag("enable_moe_block", false);
    window.attention.qkv_bias = window.attention.output_bias = bias;
    set_norms(window, mixture ? 7 : 4, 1, d.model);
    window.norm_parameters += 1;
    if (mixture) {
        experts_block e;
        e.experts = c.whole("num_experts", {1, 1 << 14});
        e.top_k = c.whole({"top_k_experts", "num_experts_per_tok"}, {1, e.experts});
        e.width = c.whole({"moe_intermediate_size", "expert_intermediate_size"}, widths);
        e.shared_width = c.whole(mlp_width, widths);
        window.experts = e;
        window.norm_parameters += d.model.hidden + e.experts;
    } else {
        window.feed_forward = {.width = c.whole(mlp_width, widths)};
    }
    layer full = window;
    attention_block& a = full.attention;
    a.head_dim = c.whole("global_head_dim", head_counts, a.head_dim, "as head_dim");
    a.kv_heads = c.whole("num_global_key_value_heads", head_counts, a.kv_heads, "as num_key_value_heads");
    if (a.query_heads % a.kv_heads != 0)
        fail("num_attention_heads " + std::to_string(a.query_heads) +
             " is not a multiple of num_global_key_value_heads " + std::to_string(a.kv_heads));
    a.keys_as_values = c.flag("attention_k_eq_v", false);
    a.rotary_dim = a.head_dim;
    window.attention.window = effective_window(c, d.model, 512);
    const auto kinds = c.texts_per_layer("layer_types", layers);
    for (count i = 0; i < layers; ++i) {
        const std::string& kind = kinds.empty() ? "" : kinds[static_cast<std::size_t>(i)];
        const bool slides = kinds.empty() ? (i + 1) % 6 != 0 && i + 1 < layers : kind == "sliding_attention";
        if (!kinds.empty() && !slides && kind != "full_attention")
            fail(c.path("layer_types") + " holds " + shown(kind) +
                 "; Gemma-4 has full_attention and sliding_attention");
        d.layers.push_back(slides ? window : full);
    }
}
}  // namespace gambrel::hugging_face
