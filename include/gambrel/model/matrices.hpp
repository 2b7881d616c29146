// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The one list of what a layer multiplies by. Parameters, weight bytes and the work of a step are all sums over
/// it, so they cannot disagree: parameters = sum copies N K (+ bias), flop of M tokens = sum 2 M N K.
///
/// Matrices are visited in the order they run. Fused projections (QKV, gate with up, q_a with kv_a) are one entry,
/// as serving engines store them. Learned vectors (norms, biases, convolutions, decay terms) are counted by
/// `vector_parameters`. Formulas: docs/models/parameters.md; each is checked against published counts in
/// tests/model/parameters_test.cpp.

#include <gambrel/model/architecture.hpp>
#include <gambrel/model/matrix_role.hpp>

namespace gambrel {

/// How tensor parallelism cuts a matrix of a layer: its outputs, its inputs (then the results are summed over the
/// ranks), its copies (experts), or not at all.
enum class split : unsigned char { none, outputs, inputs, experts_outputs, experts_inputs };

struct matrix {
    matrix_role role;
    weight_part part;
    gambrel::split split;
    count outputs = 0;     ///< N
    count inputs = 0;      ///< K
    count copies = 1;      ///< experts
    count kv_outputs = 0;  ///< of N, those that belong to key and value heads (replicated when ranks > kv_heads)
    count bias = 0;        ///< learned elements beside the matrix, per copy

    constexpr count parameters() const { return copies * (outputs * inputs + bias); }
};

template <class Visit> constexpr void for_each_matrix(const attention_block& a, count hidden, Visit&& visit) {
    const count query = a.query_heads * a.head_dim * (a.output_gate ? 2 : 1);
    const count kv = a.shares_kv ? 0 : a.kv_heads * (a.head_dim + (a.keys_as_values ? 0 : a.value_dim()));
    visit(matrix{matrix_role::query_key_value, weight_part::attention, split::outputs, query + kv, hidden, 1, kv,
                 a.qkv_bias ? query + kv : 0});
    visit(matrix{matrix_role::attention_output, weight_part::attention, split::inputs, hidden,
                 a.query_heads * a.value_dim(), 1, 0, a.output_bias ? hidden : 0});
}

template <class Visit> constexpr void for_each_matrix(const latent_attention_block& a, count hidden, Visit&& visit) {
    const count query = a.heads * (a.nope_dim + a.rope_dim);
    const count latent = a.kv_rank + a.rope_dim;
    visit(matrix{matrix_role::latent_down, weight_part::attention, split::none, a.query_rank + latent, hidden});
    visit(matrix{matrix_role::latent_query_up, weight_part::attention, split::outputs, query,
                 a.query_rank > 0 ? a.query_rank : hidden});
    if (a.indexer_heads > 0 && !a.indexer_shared) {
        visit(matrix{matrix_role::indexer, weight_part::attention, split::none, a.indexer_heads * a.indexer_dim,
                     a.query_rank});
        visit(matrix{matrix_role::indexer, weight_part::attention, split::none, a.indexer_dim, hidden});
        // The weights of the indexer's heads: recipes leave them unconverted, as the published scale counts show.
        visit(matrix{matrix_role::indexer, weight_part::other, split::none, a.indexer_heads, hidden});
    }
    visit(matrix{matrix_role::latent_kv_up, weight_part::attention, split::outputs,
                 a.heads * (a.nope_dim + a.value_dim), a.kv_rank});
    visit(matrix{matrix_role::attention_output, weight_part::attention, split::inputs, hidden, a.heads * a.value_dim});
}

template <class Visit> constexpr void for_each_matrix(const state_space_block& s, count hidden, Visit&& visit) {
    const bool second = s.kind == state_space_kind::mamba2;
    const count in = second ? 2 * s.inner + 2 * s.groups * s.state + s.heads : 2 * s.inner;
    visit(matrix{matrix_role::state_in, weight_part::state, split::outputs, in, hidden, 1, 0,
                 s.projection_bias ? in : 0});
    if (!second) {
        visit(matrix{matrix_role::state_parameters, weight_part::state, split::inputs, s.time_rank + 2 * s.state,
                     s.inner});
        visit(matrix{matrix_role::state_time, weight_part::state, split::outputs, s.inner, s.time_rank, 1, 0, s.inner});
    }
    visit(matrix{matrix_role::state_out, weight_part::state, split::inputs, hidden, s.inner, 1, 0,
                 s.projection_bias ? hidden : 0});
}

template <class Visit> constexpr void for_each_matrix(const linear_attention_block& l, count hidden, Visit&& visit) {
    const count keys = l.key_heads * l.key_dim, values = l.value_heads * l.value_dim;
    const auto in = [&](count outputs) {
        visit(matrix{matrix_role::linear_in, weight_part::state, split::outputs, outputs, hidden});
    };
    const auto low_rank = [&](count rank, count copies = 1) {
        if (rank == 0) return;
        visit(matrix{matrix_role::linear_low_rank, weight_part::state, split::none, rank, hidden, copies});
        visit(matrix{matrix_role::linear_low_rank, weight_part::state, split::outputs, hidden, rank, copies});
    };
    switch (l.kind) {
        case linear_attention_kind::gated_delta_net:
            in(2 * keys + 2 * values);
            visit(matrix{matrix_role::linear_low_rank, weight_part::state, split::outputs, 2 * l.value_heads, hidden});
            break;
        case linear_attention_kind::retention: in(2 * keys + 2 * values); break;
        case linear_attention_kind::rwkv5: in(4 * hidden); break;
        case linear_attention_kind::rwkv6:
            in(4 * hidden);
            low_rank(l.ranks[0], 5);
            low_rank(l.ranks[1]);
            break;
        case linear_attention_kind::rwkv7:
            in(3 * hidden);
            low_rank(l.ranks[0]);
            low_rank(l.ranks[1]);
            low_rank(l.first_layer ? 0 : l.ranks[2]);
            low_rank(l.ranks[3]);
            break;
    }
    visit(matrix{matrix_role::linear_out, weight_part::state, split::inputs, hidden, values});
}

template <class Visit> constexpr void for_each_matrix(const convolution_block& c, count hidden, Visit&& visit) {
    visit(matrix{matrix_role::convolution_in, weight_part::state, split::outputs, 3 * c.width, hidden});
    visit(matrix{matrix_role::convolution_out, weight_part::state, split::inputs, hidden, c.width});
}

template <class Visit> constexpr void for_each_matrix(const feed_forward_block& f, count hidden, Visit&& visit) {
    const count up = (f.gated ? 2 : 1) * f.width;
    visit(matrix{matrix_role::gate_up, weight_part::feed_forward, split::outputs, up, hidden, 1, 0, f.bias ? up : 0});
    visit(matrix{matrix_role::down, weight_part::feed_forward, split::inputs, hidden, f.width, 1, 0,
                 f.bias ? hidden : 0});
    if (f.receptance) visit(matrix{matrix_role::receptance, weight_part::feed_forward, split::outputs, hidden, hidden});
}

template <class Visit> constexpr void for_each_matrix(const experts_block& e, count hidden, Visit&& visit) {
    visit(matrix{matrix_role::router, weight_part::router, split::none, e.experts, hidden, 1, 0,
                 e.router_bias ? e.experts : 0});
    const count gates = e.gated ? 2 : 1;
    if (e.shared_width > 0) {
        visit(matrix{matrix_role::shared_gate_up, weight_part::shared_experts, split::outputs, gates * e.shared_width,
                     hidden, 1, 0, e.shared_gate ? hidden : 0});
        visit(matrix{matrix_role::shared_down, weight_part::shared_experts, split::inputs, hidden, e.shared_width});
    }
    const count width_in = e.latent > 0 ? e.latent : hidden;
    if (e.latent > 0)
        visit(matrix{matrix_role::expert_latent_down, weight_part::shared_experts, split::none, e.latent, hidden});
    visit(matrix{matrix_role::expert_gate_up, weight_part::experts, split::experts_outputs, gates * e.width, width_in,
                 e.experts, 0, e.bias ? gates * e.width : 0});
    visit(matrix{matrix_role::expert_down, weight_part::experts, split::experts_inputs, width_in, e.width, e.experts, 0,
                 e.bias ? width_in : 0});
    if (e.latent > 0)
        visit(matrix{matrix_role::expert_latent_up, weight_part::shared_experts, split::none, hidden, e.latent});
}

/// Every matrix of one layer, in the order it runs.
template <class Visit> constexpr void for_each_matrix(const layer& l, count hidden, Visit&& visit) {
    if (l.attention.present()) for_each_matrix(l.attention, hidden, visit);
    if (l.latent.present()) for_each_matrix(l.latent, hidden, visit);
    if (l.state_space.present()) for_each_matrix(l.state_space, hidden, visit);
    if (l.linear.present()) for_each_matrix(l.linear, hidden, visit);
    if (l.convolution.present()) for_each_matrix(l.convolution, hidden, visit);
    if (l.feed_forward.present()) for_each_matrix(l.feed_forward, hidden, visit);
    if (l.experts.present()) for_each_matrix(l.experts, hidden, visit);
}

/// The language-model head [vocabulary, hidden]; a tied one is the embedding table read again.
constexpr matrix head_matrix(const architecture& m) {
    return {matrix_role::head,
            weight_part::head,
            split::outputs,
            m.vocabulary,
            m.embedding_width > 0 ? m.embedding_width : m.hidden,
            1,
            0,
            m.head_bias ? m.vocabulary : 0};
}

/// Learned elements of the norms of one layer, those on queries, keys and latents and the attention sinks included.
constexpr count norm_parameters(const layer& l) {
    count n = l.norm_parameters;
    if (const auto& a = l.attention; a.present()) {
        if (a.qk_norm == query_key_norm::per_head) n += 2 * a.head_dim;
        if (a.qk_norm == query_key_norm::full_width) n += (a.query_heads + a.kv_heads) * a.head_dim;
        if (a.sinks) n += a.query_heads;
    }
    if (const auto& a = l.latent; a.present()) {
        n += a.query_rank + a.kv_rank;
        if (a.indexer_heads > 0 && !a.indexer_shared) n += 2 * a.indexer_dim;
    }
    return n;
}

/// Learned elements beside the matrices of state-space, linear-attention and convolution layers: convolutions,
/// decays, token shifts, inner norms.
constexpr count state_vector_parameters(const layer& l, count hidden) {
    count n = 0;
    if (const auto& s = l.state_space; s.present()) {
        const count taps = s.conv + (s.conv_bias ? 1 : 0);
        if (s.kind == state_space_kind::mamba) {
            n += s.inner * taps + s.inner * s.state + s.inner;
            if (s.parameter_norms) n += s.time_rank + 2 * s.state;
        } else {
            n += (s.inner + 2 * s.groups * s.state) * taps + 3 * s.heads + (s.gated_norm ? s.inner : 0);
        }
    }
    if (const auto& r = l.linear; r.present()) {
        const count keys = r.key_heads * r.key_dim, values = r.value_heads * r.value_dim;
        switch (r.kind) {
            case linear_attention_kind::gated_delta_net:
                n += (2 * keys + values) * r.conv + 2 * r.value_heads + r.value_dim;
                break;
            case linear_attention_kind::retention: break;
            case linear_attention_kind::rwkv5: n += (8 + 2) * hidden; break;  // time mixing + channel mixing
            case linear_attention_kind::rwkv6: n += (10 + 2) * hidden; break;
            case linear_attention_kind::rwkv7: n += ((r.first_layer ? 13 : 14) + 1) * hidden; break;
        }
    }
    if (const auto& c = l.convolution; c.present()) n += c.width * (c.taps + (c.bias ? 1 : 0));
    return n;
}

/// Learned elements of one layer that are not matrices.
constexpr count vector_parameters(const layer& l, count hidden) {
    return norm_parameters(l) + state_vector_parameters(l, hidden);
}
}  // namespace gambrel
