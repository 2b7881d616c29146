// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a model weighs as a GGUF file, to the byte, and the formats that a prediction reads it in.
///
///     bytes = sum over tensors of the bytes of its blocks, each tensor padded to 32 bytes    (no metadata, ~1 to 8 MB)
///     bits of a part = 8 x bytes of its tensors / their elements
///
/// Query, key and value, gate and up are tensors of their own, experts one tensor per kind; vectors, biases and routers
/// are F32. Exact where all layers are alike; else layers are taken in the order of their groups. Not counted:
/// prediction modules, the vision tower (a file of its own), the 256 bytes of Llama 3.1's rotary table.
/// Evidence: tests/model/gguf_test.cpp, against published sizes. docs/models/gguf.md.

#include <gambrel/model/gguf_mix.hpp>
#include <gambrel/model/parameters.hpp>

namespace gambrel {

/// Whether the tensors of `m` are those that the rules are for: not latent attention, recurrent layers, learned
/// positions, nor Falcon, whose rules are its own.
constexpr bool has_gguf_rules(const architecture& m) {
    for (const layer_group& g : m) {
        const layer& l = g.layer;
        if (!l.attention.present() || l.latent.present() || l.state_space.present() || l.linear.present() ||
            l.convolution.present() || l.experts.latent > 0)
            return false;
    }
    return m.position_rows == 0 && m.extra_parameters == 0 && embedding_width(m) == m.hidden &&
           m.family.view() != "falcon";
}

namespace detail::gguf {
inline constexpr double alignment = 32.0;

struct tensor_sum {
    double bytes = 0, elements = 0;
};

/// Bytes and elements of every part, and of all.
struct part_sums : per_part<tensor_sum> {
    double total = 0;

    constexpr void add(weight_part p, gguf_type t, count rows, count columns, count tensors = 1,
                       gguf_tensor = gguf_tensor::query) {
        const auto n = static_cast<double>(tensors), r = static_cast<double>(rows), c = static_cast<double>(columns);
        const double size = n * alignment * math::pieces(bytes_in(t, r, c), alignment);
        of(p).bytes += size;
        of(p).elements += n * r * c;
        total += size;
    }
    constexpr void add_vector(count elements) { add(weight_part::other, gguf_type::f32, 1, elements); }
};

constexpr bool fuses_query_key_value(const architecture& m) {
    for (const std::string_view family : {"bloom", "dbrx", "gpt_neox", "mpt", "phi3"})
        if (m.family.view() == family) return true;
    return false;
}

constexpr int most_experts(const architecture& m) {
    count most = 0;
    for (const layer_group& g : m) most = std::max(most, g.layer.experts.experts);
    return static_cast<int>(most);
}

/// The tensors of one layer, each given to `Sums`: its part, type, rows, columns, how many alike, and which it is.
template <class Sums> class layer_sums {
public:
    constexpr layer_sums(Sums& sums, gguf_file_type f, gguf_place at, bool fused)
        : sums_(sums), file_(f), at_(at), fused_(fused) {}

    constexpr void add(const layer& l, count hidden) {
        sums_.add_vector(vector_parameters(l, hidden));
        for_each_matrix(l, hidden, [&](const matrix& x) {
            if (x.bias > 0) sums_.add_vector(x.bias * x.copies);
            switch (x.role) {
                case matrix_role::query_key_value: return query_key_value(x, l.attention);
                case matrix_role::attention_output: return tensor(x, gguf_tensor::attention_output, x.outputs);
                case matrix_role::gate_up: return halves(x, l.feed_forward.gated);
                case matrix_role::shared_gate_up:
                case matrix_role::expert_gate_up: return halves(x, l.experts.gated);
                case matrix_role::router: return sums_.add(x.part, gguf_type::f32, x.outputs, x.inputs);
                default: return tensor(x, gguf_tensor::down, x.outputs);
            }
        });
    }

private:
    constexpr void tensor(const matrix& x, gguf_tensor t, count outputs, count tensors = 1) {
        if (outputs == 0) return;
        gguf_place at = at_;
        at.expert_tensor = x.part == weight_part::experts;
        sums_.add(x.part, tensor_type(file_, t, at, x.inputs), outputs * x.copies, x.inputs, tensors, t);
    }
    constexpr void halves(const matrix& x, bool gated) {
        const count tensors = gated ? 2 : 1;
        tensor(x, gguf_tensor::gate_or_up, x.outputs / tensors, tensors);
    }
    constexpr void query_key_value(const matrix& x, const attention_block& a) {
        if (fused_) return tensor(x, gguf_tensor::fused_query_key_value, x.outputs);
        const count values = a.shares_kv || a.keys_as_values ? 0 : a.kv_heads * a.value_dim();
        tensor(x, gguf_tensor::query, x.outputs - x.kv_outputs);
        tensor(x, gguf_tensor::key, x.kv_outputs - values);
        tensor(x, gguf_tensor::value, values);
    }
    Sums& sums_;
    gguf_file_type file_;
    gguf_place at_;
    bool fused_;
};

/// Where layers like `l` of `m` are; which one is for the caller to say.
constexpr gguf_place place_in(const architecture& m, const layer& l, bool importance_matrix) {
    return {.layers = static_cast<int>(m.layers()),
            .queries_per_kv_head = static_cast<int>(l.attention.query_heads / l.attention.kv_heads),
            .experts = most_experts(m),
            .importance_matrix = importance_matrix};
}

/// What lies outside of the layers.
constexpr void add_tables(part_sums& sums, const architecture& m, gguf_file_type f) {
    const gguf_place nowhere;
    const gguf_tensor table = m.tied_embedding ? gguf_tensor::output : gguf_tensor::token_embedding;
    sums.add(weight_part::embedding, tensor_type(f, table, nowhere, m.hidden), m.vocabulary, m.hidden);
    if (!m.tied_embedding)
        sums.add(weight_part::head, tensor_type(f, gguf_tensor::output, nowhere, m.hidden), m.vocabulary, m.hidden);
    sums.add_vector((m.head_bias ? m.vocabulary : 0) + m.embedding_norm_parameters + m.final_norm_parameters);
}

constexpr part_sums sums_of(const architecture& m, gguf_file_type f, bool importance_matrix) {
    if (!has_gguf_rules(m))
        fail("the GGUF tensors of \"" + m.name.str() +
             "\" are not known; models of plain attention layers are (docs/models/gguf.md)");
    part_sums sums;
    add_tables(sums, m, f);
    int index = 0;
    for (const layer_group& g : m) {
        gguf_place at = place_in(m, g.layer, importance_matrix);
        for (count i = 0; i < g.layers; ++i) {
            at.layer = index++;
            layer_sums(sums, f, at, fuses_query_key_value(m)).add(g.layer, m.hidden);
        }
    }
    return sums;
}
}  // namespace detail::gguf

/// Bytes of all tensors of `m` in a file of type `f`, quantised with or without an importance matrix; a model whose
/// tensors are not known is an error naming it.
/// Evidence: tests/model/gguf_test.cpp.
constexpr bytes<> gguf_size(const architecture& m, gguf_file_type f, bool importance_matrix = false) {
    return bytes_of(detail::gguf::sums_of(m, f, importance_matrix).total);
}

namespace detail::gguf {
/// Each part at its average bits.
constexpr weight_formats formats_of(const part_sums& sums, gguf_file_type f) {
    const double file_bits = block_of(base_of(f)).format().bytes_per_element() * 8.0;  // of parts that it lacks
    weight_formats formats;
    for (const weight_part p : all_weight_parts) {
        const tensor_sum& s = sums.of(p);
        formats.of(p) = {.name = name_of(f), .bits = s.elements > 0.0 ? 8.0 * s.bytes / s.elements : file_bits};
        formats.of(p).gguf = true;
    }
    return formats;
}
}  // namespace detail::gguf

/// The formats of `m` in a file of type `f`, each part at its average bits; errors as `gguf_size`.
/// Evidence: tests/model/gguf_test.cpp.
constexpr weight_formats gguf_formats(const architecture& m, gguf_file_type f, bool importance_matrix = false) {
    return detail::gguf::formats_of(detail::gguf::sums_of(m, f, importance_matrix), f);
}
}  // namespace gambrel
