// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a decoder-only language model is made of, as counts: groups of equal layers, each layer a set of blocks
/// (model/blocks.hpp), an embedding and a head. Cost does not depend on the order of layers, so a local/global
/// interleave is two groups.
///
/// Widths and counts only: bytes come from weight_format.hpp, work from operators/. Catalog: model/catalog.
/// From a config.json: model/io/hugging_face.hpp.
/// Evidence: tests/model/parameters_test.cpp, against published parameter counts.

#include <array>
#include <gambrel/error.hpp>
#include <gambrel/model/blocks.hpp>
#include <gambrel/model/weight_format.hpp>
#include <gambrel/numeric/range.hpp>
#include <gambrel/numeric/text.hpp>

namespace gambrel {

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
    /// Whether any layer has latent attention (MLA).
    constexpr bool has_latent() const {
        for (std::size_t i = 0; i < group_count; ++i)
            if (groups[i].layer.latent.present()) return true;
        return false;
    }
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
}  // namespace gambrel
