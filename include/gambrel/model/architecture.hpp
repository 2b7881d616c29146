// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a decoder-only language model is made of, as counts: groups of equal layers, each layer a set of blocks
/// (attention, latent attention, state space, linear attention, convolution, feed-forward, experts), an embedding
/// and a head. A block that a layer lacks has zero heads / width. Cost does not depend on the order of layers, so
/// a local/global interleave is two groups.
///
/// Widths and counts only: bytes come from weight_format.hpp, work from operators/. Catalog: model/catalog.
/// From a config.json: model/io/hugging_face.hpp. Blocks compare equal field by field, so equal layers can be grouped.

#include <array>
#include <cstdint>
#include <gambrel/model/weight_format.hpp>
#include <gambrel/numeric/text.hpp>

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
    count shared_width = 0;    ///< total width of the shared experts; 0: none
    bool shared_gate = false;  ///< a hidden -> 1 gate on the shared expert
    count latent = 0;          ///< experts act on this width between two projections (Nemotron 3 Super)
    /// How unevenly the router picks: standard deviation over mean of an expert's share of the tokens; 0: all alike.
    /// Of the values tried on served DeepSeek-R1 and gpt-oss, 0.8 has the least median error of TPOT
    /// (docs/calibration/software.md); 1.3 would be the bounded power law of exponent 1.01 that AIConfigurator matched
    /// to DeepSeek models.
    double routing_variation = 0.8;

    constexpr bool present() const { return experts > 0; }
    bool operator==(const experts_block&) const = default;
};

struct layer {
    attention_block attention{};
    latent_attention_block latent{};
    state_space_block state_space{};
    linear_attention_block linear{};
    convolution_block convolution{};
    feed_forward_block feed_forward{};
    experts_block experts{};
    count norms = 2;            ///< normalisations of `hidden` per layer
    count norm_parameters = 0;  ///< learned elements in all of them together
    bool parallel = false;      ///< attention and MLP read the same input: one residual pass, one all-reduce
    bool operator==(const layer&) const = default;
};

struct layer_group {
    count layers = 0;
    gambrel::layer layer{};
};

/// Multi-token-prediction module: one more layer, a [2 hidden -> hidden] projection and norms; head and embedding
/// shared.
struct prediction_head {
    count modules = 0;
    gambrel::layer layer{};
    count norm_parameters = 0;
};

/// Vision encoder whose output tokens are put before the prompt (counted once per image).
struct vision_tower {
    count layers = 0;  ///< 0: none
    count hidden = 0;
    count width = 0;
    count patch = 0;
    count image = 0;  ///< pixels on a side, default
    count tokens_per_image = 0;
    bool gated = false;              ///< three matrices in the MLP (Pixtral)
    bool bias = true;                ///< biases and LayerNorm; without: no biases and RMSNorm (Pixtral)
    count embedding_parameters = 0;  ///< patch and position embeddings, class token, norms around the blocks
    count projector_parameters = 0;  ///< everything between the blocks and the language model

    constexpr bool present() const { return layers > 0; }
};

inline constexpr std::size_t most_layer_groups = 12;

struct architecture {
    name_text name{};    ///< "meta-llama/Llama-3.1-70B-Instruct"
    name_text family{};  ///< the config's model_type
    count hidden = 0;
    count vocabulary = 0;         ///< rows stored
    bool tied_embedding = false;  ///< one table serves as embedding and head
    bool head_bias = false;
    count position_rows = 0;    ///< learned position embeddings
    count embedding_width = 0;  ///< 0: hidden; OPT-350m embeds narrower and projects
    count embedding_norm_parameters = 0;
    count final_norm_parameters = 0;
    count extra_parameters = 0;  ///< anything else that is stored and read
    count most_context = 0;
    std::array<layer_group, most_layer_groups> groups{};
    std::size_t group_count = 0;
    prediction_head mtp{};
    vision_tower vision{};
    weight_formats stored{};    ///< as published
    storage_format kv_cache{};  ///< what the checkpoint asks the cache to be kept in; 16 bit if it does not say

    constexpr void add(count layers, const layer& l) {
        if (layers <= 0) return;
        if (group_count == most_layer_groups) fail("a model has more than 12 kinds of layers; merge equal ones");
        groups[group_count++] = {layers, l};
    }
    constexpr const layer_group* begin() const { return groups.data(); }
    constexpr const layer_group* end() const { return groups.data() + group_count; }
    constexpr count layers() const {
        count n = 0;
        for (const auto& g : *this) n += g.layers;
        return n;
    }
};

/// Throws `error` naming the first width or count that no model has; returns `m` otherwise. Absent blocks are zero.
constexpr const architecture& checked(const architecture& m) {
    const auto within = [](count n, count low, const char* what) {
        if (n < low || n > 100'000'000) out_of_range(static_cast<double>(n), static_cast<double>(low), 1e8, what);
    };
    within(m.hidden, 1, "the hidden size of a model");
    within(m.vocabulary, 1, "the vocabulary of a model");
    within(static_cast<count>(m.group_count), 1, "the number of layer groups of a model");
    within(m.most_context, 0, "the longest context of a model");
    for (const layer_group& g : m) {
        const layer& l = g.layer;
        within(g.layers, 1, "the number of layers in a group");
        within(l.attention.query_heads, 0, "the number of query heads");
        within(l.latent.heads, 0, "the number of latent attention heads");
        within(l.state_space.inner, 0, "the inner width of a state-space layer");
        within(l.linear.value_heads, 0, "the number of linear attention heads");
        within(l.convolution.width, 0, "the width of a convolution layer");
        within(l.feed_forward.width, 0, "the width of an MLP");
        within(l.experts.experts, 0, "the number of experts");
        if (l.attention.present()) {
            within(l.attention.kv_heads, 1, "the number of key-value heads");
            within(l.attention.head_dim, 1, "the head dimension");
            within(l.attention.window, 0, "the attention window");
        }
        if (l.latent.present()) {
            within(l.latent.kv_rank, 1, "the rank of the latent cache");
            within(l.latent.value_dim, 1, "the value dimension of latent attention");
        }
        if (l.experts.present()) {
            within(l.experts.top_k, 1, "the number of experts per token");
            within(l.experts.experts - l.experts.top_k, 0, "the number of experts beyond those of one token");
            within(l.experts.width, 1, "the width of an expert");
            checked(l.experts.routing_variation, 0.0, 20.0, "the routing variation of the experts");
        }
    }
    return m;
}

/// Low-rank adapters on the attention (and optionally MLP) matrices: r (N + K) extra parameters per matrix.
struct adapter {
    count rank = 0;  ///< 0: none
    bool on_feed_forward = false;
    count distinct_in_batch = 1;  ///< different adapters that requests of one pass use; all are held in memory
};
}  // namespace gambrel
