// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The blocks that a layer is made of, as widths and counts: attention, latent attention, state space, linear
/// attention, convolution, feed-forward, experts. A block that a layer lacks has zero heads / width. Blocks compare
/// equal field by field, so equal layers can be grouped. Layers and models of them: architecture.hpp.
/// Evidence: tests/model/parameters_test.cpp, against published parameter counts.

#include <array>
#include <cstdint>

namespace gambrel {

using count = std::int64_t;

enum class query_key_norm : unsigned char { none, per_head, full_width };

/// Softmax attention with stored keys and values: MHA (kv_heads = query_heads), GQA, MQA (kv_heads = 1).
struct attention_block {
    count query_heads = 0;  ///< 0: the layer has none
    count kv_heads = 0;
    count head_dim = 0;
    count value_head_dim = 0;  ///< 0: as head_dim
    count window = 0;          ///< 0: attends to everything; else to the last `window` tokens
    bool chunked = false;      ///< the window is a fixed chunk (Llama 4), not sliding
    bool qkv_bias = false;
    bool output_bias = false;
    bool output_gate = false;  ///< the query projection is doubled to carry a gate (Qwen3-Next)
    query_key_norm qk_norm = query_key_norm::none;
    bool sinks = false;      ///< one learned logit per head (gpt-oss)
    count rotary_dim = 0;    ///< 0: no rotary embedding
    bool shares_kv = false;  ///< reads another layer's cache, writes none
    bool keys_as_values =
        false;  ///< values are the projected keys: no matrix of their own, the cache has both (Gemma 4)

    constexpr bool present() const { return query_heads > 0; }
    constexpr count value_dim() const { return value_head_dim > 0 ? value_head_dim : head_dim; }
    bool operator==(const attention_block&) const = default;
};

/// Multi-head latent attention (DeepSeek-V2 on): keys and values rebuilt from one cached latent per token.
struct latent_attention_block {
    count heads = 0;
    count query_rank = 0;  ///< 0: queries are projected directly
    count kv_rank = 0;
    count nope_dim = 0;
    count rope_dim = 0;
    count value_dim = 0;
    count indexer_heads = 0;  ///< sparse attention indexer (DeepSeek-V3.2); 0: attends to everything
    count indexer_dim = 0;
    count indexer_top_k = 0;
    bool indexer_shared = false;  ///< uses the indexer of another layer

    constexpr bool present() const { return heads > 0; }
    bool operator==(const latent_attention_block&) const = default;
};

enum class state_space_kind : unsigned char { mamba, mamba2 };

/// Selective state space: a fixed state per sequence instead of a cache.
struct state_space_block {
    count inner = 0;  ///< expanded width; 0: the layer has none
    state_space_kind kind = state_space_kind::mamba;
    count state = 0;      ///< N
    count conv = 4;       ///< K
    count time_rank = 0;  ///< Mamba: R
    count heads = 0;      ///< Mamba-2
    count groups = 1;     ///< Mamba-2
    bool conv_bias = true;
    bool projection_bias = false;
    bool gated_norm = true;        ///< Mamba-2: one norm of `inner` before the output projection
    bool parameter_norms = false;  ///< Jamba: learned norms on B, C and dt

    constexpr bool present() const { return inner > 0; }
    bool operator==(const state_space_block&) const = default;
};

enum class linear_attention_kind : unsigned char { gated_delta_net, retention, rwkv5, rwkv6, rwkv7 };

/// Linear attention with a matrix state per head.
struct linear_attention_block {
    count value_heads = 0;  ///< 0: the layer has none
    linear_attention_kind kind = linear_attention_kind::gated_delta_net;
    count key_heads = 0;
    count key_dim = 0;
    count value_dim = 0;
    count conv = 0;
    std::array<count, 4> ranks{};  ///< RWKV-6: mix, decay. RWKV-7: decay, in-context rate, value, gate
    bool first_layer = false;      ///< RWKV-7: layer 0 has no value rank

    constexpr bool present() const { return value_heads > 0; }
    bool operator==(const linear_attention_block&) const = default;
};

/// Gated short convolution (LFM2).
struct convolution_block {
    count width = 0;
    count taps = 3;
    bool bias = false;

    constexpr bool present() const { return width > 0; }
    bool operator==(const convolution_block&) const = default;
};

/// Dense multi-layer perceptron: gated has three matrices (SwiGLU, GeGLU), else two.
struct feed_forward_block {
    count width = 0;
    bool gated = true;
    bool bias = false;
    bool receptance = false;  ///< RWKV channel mixing: a third [hidden, hidden] matrix (versions 5 and 6)

    constexpr bool present() const { return width > 0; }
    bool operator==(const feed_forward_block&) const = default;
};

/// Mixture of experts: `top_k` of `experts` run for each token, shared experts always.
struct experts_block {
    count experts = 0;  ///< 0: the layer has none
    count top_k = 0;
    count width = 0;
    bool gated = true;
    bool bias = false;  ///< bias vectors on every expert matrix (gpt-oss)
    bool router_bias = false;
    count shared_width = 0;            ///< total width of the shared experts; 0: none
    bool shared_gate = false;          ///< a hidden -> 1 gate on the shared expert
    count groups = 0, top_groups = 0;  ///< experts lie in `groups`, a token's in `top_groups` of them; 0: anywhere
    count latent = 0;                  ///< experts act on this width between two projections (Nemotron 3 Super)
    /// How unevenly the router picks: standard deviation over mean of an expert's share of the tokens; 0: all alike.
    /// Of the values tried on served DeepSeek-R1 and gpt-oss, 0.8 has the least median error of TPOT
    /// (docs/calibration/software.md); 1.3 would be the bounded power law of exponent 1.01 that AIConfigurator matched
    /// to DeepSeek models.
    double routing_variation = 0.8;

    constexpr bool present() const { return experts > 0; }
    bool operator==(const experts_block&) const = default;
};
}  // namespace gambrel
