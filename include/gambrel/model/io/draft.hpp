// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a dialect fills in, and the pieces that most dialects share: shape, grouped attention, MLP, experts, windows.
///
/// A dialect lists its layers one by one in a draft; equal layers become groups at the end, so a dialect never
/// counts an interleave.

#include <gambrel/model/io/config_reader.hpp>

namespace gambrel::hugging_face {

struct draft {
    architecture model{};
    std::vector<layer> layers{};
};

/// The draft with equal layers grouped, in the order in which each kind first appears.
inline architecture grouped(const draft& d) {
    architecture m = d.model;
    for (const layer& each : d.layers) {
        std::size_t i = 0;
        while (i < m.group_count && !(m.groups[i].layer == each)) ++i;
        if (i < m.group_count) ++m.groups[i].layers;
        else m.add(1, each);
    }
    return m;
}

/// Dimensions that a nested text_config may leave to its class. 0: must be written.
struct class_dimensions {
    count hidden = 0, layers = 0, heads = 0, kv_heads = 0, head_dim = 0, width = 0, vocabulary = 0;
};

/// A dimension that must be written at the top, and may be left to its class in a nested text_config.
inline count dimension(const config_reader& c, const key& k, whole_range r, count by_class) {
    return c.nested() && by_class > 0 ? c.whole(k, r, by_class, "the class's default in a nested part") : c.whole(k, r);
}

/// Hidden width, vocabulary, tie, context and final norm; returns the number of layers.
/// `norm_width`: learned elements of a norm per hidden element (RMSNorm 1, LayerNorm 2, none 0).
inline count read_shape(const config_reader& c, draft& d, bool tied_by_class, count norm_width = 1,
                        const class_dimensions& by_class = {}) {
    architecture& m = d.model;
    m.hidden = dimension(c, {"hidden_size", "n_embd", "n_embed", "d_model"}, widths, by_class.hidden);
    m.vocabulary = dimension(c, {"vocab_size", "padded_vocab_size"}, vocabularies, by_class.vocabulary);
    const key tie = {"tie_word_embeddings", "tie_embeddings", "tie_embedding"};
    m.tied_embedding = c.has(tie) ? c.flag(tie, tied_by_class) : c.outermost().flag(tie, tied_by_class);
    const key longest{"max_position_embeddings", "n_positions", "n_ctx", "max_seq_len", "seq_length", "context_length"};
    const count limit = c.has("model_max_length") ? c.whole("model_max_length", contexts) : 0;
    m.most_context =
        larger(limit, c.has(longest) || limit == 0 ? c.whole(longest, contexts, 0, "no longest context") : 0);
    m.final_norm_parameters = norm_width * m.hidden;
    return dimension(c, {"num_hidden_layers", "n_layer", "n_layers", "num_layers"}, layer_counts, by_class.layers);
}

/// Query heads, key-value heads and head width, without biases. Key-value heads default to the query heads.
inline attention_block grouped_attention(const config_reader& c, const architecture& m,
                                         const class_dimensions& by_class = {}) {
    attention_block a;
    a.query_heads = dimension(c, {"num_attention_heads", "n_head", "n_heads"}, head_counts, by_class.heads);
    const key kv = {"num_key_value_heads", "num_kv_heads", "n_head_kv"};
    const bool classed = c.nested() && by_class.kv_heads > 0;
    a.kv_heads = c.whole(kv, head_counts, classed ? by_class.kv_heads : a.query_heads,
                         classed ? "the class's default in a nested part" : "as many as num_attention_heads");
    const key dim = {"head_dim", "attention_head_dim", "kv_channels"};
    if (c.has(dim) || by_class.head_dim > 0) {
        a.head_dim = c.whole(dim, head_counts, by_class.head_dim);
    } else {
        if (m.hidden % a.query_heads != 0)
            fail("hidden_size " + std::to_string(m.hidden) + " is not a multiple of num_attention_heads " +
                 std::to_string(a.query_heads) + ", and head_dim is not given");
        a.head_dim = m.hidden / a.query_heads;
        c.assume(dim, std::to_string(a.head_dim), "hidden_size / num_attention_heads");
    }
    if (a.query_heads % a.kv_heads != 0)
        fail("num_attention_heads " + std::to_string(a.query_heads) + " is not a multiple of num_key_value_heads " +
             std::to_string(a.kv_heads));
    const key rotated{"partial_rotary_factor", "rotary_pct", "rope_pct"};
    const config_reader rope = c.child("rope_parameters");
    const bool inside = !c.has(rotated) && rope.has("partial_rotary_factor");
    const double share = inside ? rope.number("partial_rotary_factor", 0.0, 1.0, 1.0)
                                : c.number(rotated, 0.0, 1.0, 1.0, "the whole head is rotated");
    a.rotary_dim = c.whole("rotary_dim", {0, a.head_dim}, static_cast<count>(static_cast<double>(a.head_dim) * share),
                           "head_dim x partial_rotary_factor");
    return a;
}

inline void set_norms(layer& l, count norms, count norm_width, const architecture& m) {
    l.norms = norms;
    l.norm_parameters = norms * norm_width * m.hidden;
}

inline constexpr key mlp_width{"intermediate_size", "n_inner", "ffn_dim", "ffn_hidden_size"};

/// How many experts the config asks for; 0: a dense model.
inline count expert_count(const config_reader& c) {
    return c.whole({"num_local_experts", "num_experts", "n_routed_experts", "moe_num_experts"}, expert_counts, 0);
}

/// Routed experts of `moe_intermediate_size` (else of the MLP's width), and shared ones where the config has them.
inline experts_block routed_experts(const config_reader& c) {
    experts_block e;
    e.experts = expert_count(c);
    if (e.experts < 1) fail(c.path("num_experts") + " is missing or 0; a mixture of experts has at least one");
    e.top_k =
        c.whole({"num_experts_per_tok", "experts_per_token", "num_experts_per_token", "moe_top_k", "moe_topk", "moe_k"},
                {1, 1 << 14});
    if (e.top_k > e.experts)
        fail("num_experts_per_tok " + std::to_string(e.top_k) + " is more than the " + std::to_string(e.experts) +
             " experts there are");
    e.width =
        c.whole({"moe_intermediate_size", "expert_intermediate_size", "intermediate_size", "ffn_hidden_size"}, widths);
    const key shared = {"shared_expert_intermediate_size", "shared_intermediate_size"};
    e.shared_width =
        c.has(shared)
            ? c.whole(shared, widths_or_none)
            : c.whole({"n_shared_experts", "num_shared_experts", "moe_num_shared_experts"}, {0, 1024}, 0) * e.width;
    const count groups = c.whole("n_group", {0, 1 << 14}, 0), chosen = c.whole("topk_group", {0, 1 << 14}, 0);
    if (groups > e.experts || chosen > groups)
        fail(c.path("n_group") + " " + std::to_string(groups) + " and topk_group " + std::to_string(chosen) +
             ": there must be no more groups than the " + std::to_string(e.experts) +
             " experts, and no more chosen than there are");
    if (groups > chosen && chosen > 0) e.groups = groups, e.top_groups = chosen;
    return e;
}

/// The window that attention really has: `sliding_window` unless it is off or as long as the context.
inline count effective_window(const config_reader& c, const architecture& m, count by_class = 0) {
    if (!c.flag("use_sliding_window", true)) return 0;
    const count window = c.whole("sliding_window", {0, contexts.high}, by_class);
    return m.most_context > 0 && window >= m.most_context ? 0 : window;
}

/// Gives the window to every layer that `layer_types` calls sliding; without that list, to those where `rule(i)`.
template <class Rule> void apply_windows(const config_reader& c, draft& d, count window, Rule&& rule) {
    const auto kinds = c.texts_per_layer("layer_types", static_cast<count>(d.layers.size()));
    for (std::size_t i = 0; i < d.layers.size(); ++i) {
        bool sliding = rule(static_cast<count>(i));
        if (!kinds.empty()) {
            sliding = kinds[i] == "sliding_attention" || kinds[i] == "chunked_attention";
            if (!sliding && kinds[i] != "full_attention" && kinds[i] != "attention")
                fail(c.path("layer_types") + " holds " + shown(kinds[i]) +
                     "; this family has full_attention, sliding_attention and chunked_attention");
        }
        if (sliding) d.layers[i].attention.window = window;
    }
}

/// Multi-token-prediction modules: each one more layer like `like`, with norms on both inputs and before the head.
inline void add_prediction_head(draft& d, count modules, const layer& like) {
    if (modules > 0) d.model.mtp = {modules, like, 3 * d.model.hidden};
}
}  // namespace gambrel::hugging_face
