// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Families and keys whose operators the library does not have. They are refused by name: reading such a file as a
/// plain decoder would give a wrong answer without a word.

#include <gambrel/model/io/config_reader.hpp>

namespace gambrel::hugging_face {

struct unsupported_family {
    std::string_view model_type;
    std::string_view model;
    std::string_view reason;
};

inline constexpr std::array unsupported_families{
    unsupported_family{"deepseek_v4", "DeepSeek-V4", "compressed attention and hyper-connections"},
    unsupported_family{"deepseek_ref", "DeepSeek-V4", "compressed attention and hyper-connections"},
    unsupported_family{"kimi_k3", "Kimi-K3", "gated latent attention mixed with delta attention"},
    unsupported_family{"kimi_linear", "Kimi-Linear", "gated latent attention mixed with delta attention"},
    unsupported_family{"gemma3n", "Gemma-3n", "per-layer inputs and shared key-value layers"},
    unsupported_family{"gemma3n_text", "Gemma-3n", "per-layer inputs and shared key-value layers"},
    unsupported_family{"minimax_m3", "MiniMax-M3", "block-sparse attention"},
    unsupported_family{"minimax_text_01", "MiniMax-Text-01", "lightning attention"},
    unsupported_family{"step3p7", "Step-3.7", "its own attention and expert layout"},
    unsupported_family{"nemotron-nas", "Nemotron-NAS (DeciLM)", "a different block in every layer"},
};

struct unsupported_key {
    const char* name;
    std::string_view meaning;
};

/// Keys that change the operators. Absent, null, false, 0 and empty mean that the model does without.
inline constexpr std::array unsupported_keys{
    unsupported_key{"compress_ratios", "compressed attention"},
    unsupported_key{"hc_mult", "hyper-connections"},
    unsupported_key{"o_lora_rank", "a low-rank attention output"},
    unsupported_key{"num_hash_layers", "hash-routed layers"},
    unsupported_key{"sparse_attention_config", "block-sparse attention"},
    unsupported_key{"block_configs", "a different block in every layer"},
    unsupported_key{"linear_attn_config", "delta attention with its own layout"},
    unsupported_key{"attn_res_block_size", "attention over earlier layers"},
    unsupported_key{"hidden_size_per_layer_input", "per-layer inputs"},
    unsupported_key{"num_kv_shared_layers", "layers that share keys and values"},
    unsupported_key{"attention_k_eq_v", "keys that serve as values"},
    unsupported_key{"num_global_key_value_heads", "key-value heads that differ by layer"},
    unsupported_key{"global_head_dim", "head widths that differ by layer"},
    unsupported_key{"hybrid_layer_pattern", "window layers with heads of their own"},
    unsupported_key{"swa_num_key_value_heads", "window layers with heads of their own"},
    unsupported_key{"altup_num_inputs", "alternating updates"},
    unsupported_key{"cross_attention_layers", "cross-attention to an image"},
};

inline bool switched_on(const json& v) {
    if (v.is_null()) return false;
    if (v.is_boolean()) return v.get<bool>();
    if (v.is_number()) return v.get<double>() != 0.0;
    return !v.empty();
}

/// Throws when `c` belongs to a family, or switches on an operator, that is not supported.
inline void refuse_unsupported(const config_reader& c) {
    const std::string family = c.text("model_type", "");
    for (const unsupported_family& each : unsupported_families)
        if (family == each.model_type)
            fail("model_type " + shown(family) + ": " + std::string(each.model) + " is not supported; it has " +
                 std::string(each.reason));
    // Dialects that read these keys themselves.
    if (family == "mimo_v2_flash" || family == "gemma4" || family == "gemma4_text") return;
    for (const unsupported_key& each : unsupported_keys)
        if (const json* v = c.find(each.name); v && switched_on(*v))
            fail(c.path(each.name) + " asks for " + std::string(each.meaning) + ", which is not supported");
}
}  // namespace gambrel::hugging_face
