// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the layers of a model weigh, one by one, as llama.cpp places them: the matrices of the feed-forward part, or of
/// the experts, may lie elsewhere than the rest of their layer.
///
///     movable = up + gate + down      of the experts, of the feed-forward part where there are none
///     rest    = attention, norms, router, shared experts
///
/// By the rules of a file type (model/gguf_mix.hpp) each layer has its own sum; formats that are averages of a file, as
/// its header gives them, are the same in all layers of a group. Layers stand in the order of their groups.
/// Evidence: tests/placement/placement_test.cpp.

#include <gambrel/model/gguf.hpp>
#include <vector>

namespace gambrel::placement {

struct layer_bytes {
    std::size_t group = 0;  ///< of the architecture
    bool mixture = false;
    double rest = 0, up = 0, gate = 0, down = 0;

    constexpr double movable() const { return up + gate + down; }
    constexpr double all() const { return rest + movable(); }
    /// Its largest tensor that a whole pass reads.
    constexpr double largest() const { return larger(up, larger(gate, down)); }
};

/// All weights of a model.
struct stored_model {
    std::vector<layer_bytes> layers{};
    double embedding = 0;  ///< stays in the host's memory
    double head = 0;       ///< read for each token; of a tied table, a copy of the embedding
    weight_formats formats{};
    bool tied = false;

    double file() const {
        double sum = embedding + (tied ? 0.0 : head);
        for (const layer_bytes& l : layers) sum += l.all();
        return sum;
    }
    bool mixture() const {
        for (const layer_bytes& l : layers)
            if (l.mixture) return true;
        return false;
    }
};

namespace detail {
/// Counts the tensors of one layer twice: for the formats of all, and for itself.
struct layer_sink {
    gambrel::detail::gguf::part_sums& all;
    layer_bytes& own;

    constexpr void put(weight_part p, double size, bool up_or_gate, bool halved) const {
        const bool moves = p == (own.mixture ? weight_part::experts : weight_part::feed_forward);
        if (!moves) own.rest += size;
        else if (!up_or_gate) own.down += size;
        else own.up += halved ? 0.5 * size : size, own.gate += halved ? 0.5 * size : 0.0;
    }
    constexpr void add(weight_part p, gguf_type t, count rows, count columns, count tensors = 1,
                       gguf_tensor which = gguf_tensor::query) const {
        const double before = all.total;
        all.add(p, t, rows, columns, tensors);
        put(p, all.total - before, which == gguf_tensor::gate_or_up, tensors == 2);
    }
    constexpr void add_vector(count elements) const { add(weight_part::other, gguf_type::f32, 1, elements); }
};
}  // namespace detail

/// `m` as a file of type `f`; a model whose tensors are not known is an error naming it (model/gguf.hpp).
inline stored_model stored_as(const architecture& m, gguf_file_type f, bool importance_matrix = false) {
    namespace g = gambrel::detail::gguf;
    if (!has_gguf_rules(m)) gguf_size(m, f);  // says so
    stored_model s{.tied = m.tied_embedding};
    g::part_sums sums;
    g::add_tables(sums, m, f);
    s.embedding = sums.embedding.bytes;
    s.head = (m.tied_embedding ? sums.embedding : sums.head).bytes + sums.other.bytes;
    s.layers.reserve(static_cast<std::size_t>(m.layers()));
    const bool fused = g::fuses_query_key_value(m);
    int index = 0;
    for (std::size_t i = 0; i < m.group_count; ++i) {
        const layer& l = m.groups[i].layer;
        gguf_place at = g::place_in(m, l, importance_matrix);
        for (count n = 0; n < m.groups[i].layers; ++n) {
            layer_bytes& own = s.layers.emplace_back(layer_bytes{.group = i, .mixture = l.experts.present()});
            detail::layer_sink sink{sums, own};
            at.layer = index++;
            g::layer_sums(sink, f, at, fused).add(l, m.hidden);
        }
    }
    s.formats = g::formats_of(sums, f);
    return s;
}

/// `m` with each part in its format: what a GGUF file holds, on average.
inline stored_model stored_in(const architecture& m, const weight_formats& formats) {
    stored_model s{.formats = formats, .tied = m.tied_embedding};
    s.embedding = formats.embedding.size(static_cast<double>(m.vocabulary), static_cast<double>(m.hidden)).value();
    const matrix head = head_matrix(m);
    s.head = m.tied_embedding
                 ? s.embedding
                 : formats.head.size(static_cast<double>(head.outputs), static_cast<double>(head.inputs)).value();
    for (std::size_t i = 0; i < m.group_count; ++i) {
        const layer& l = m.groups[i].layer;
        layer_bytes own{.group = i, .mixture = l.experts.present()};
        own.rest = formats.other.size(1.0, static_cast<double>(vector_parameters(l, m.hidden))).value();
        for_each_matrix(l, m.hidden, [&](const matrix& x) {
            const double size =
                formats.of(x.part).size(static_cast<double>(x.outputs), static_cast<double>(x.inputs)).value() *
                static_cast<double>(x.copies);
            const bool wide = x.role == matrix_role::gate_up || x.role == matrix_role::expert_gate_up;
            const bool halved = wide && (own.mixture ? l.experts.gated : l.feed_forward.gated);
            const bool moves = x.part == (own.mixture ? weight_part::experts : weight_part::feed_forward);
            if (!moves) own.rest += size;
            else if (!wide) own.down += size;
            else own.up += halved ? 0.5 * size : size, own.gate += halved ? 0.5 * size : 0.0;
        });
        s.layers.insert(s.layers.end(), static_cast<std::size_t>(m.groups[i].layers), own);
    }
    return s;
}
}  // namespace gambrel::placement
