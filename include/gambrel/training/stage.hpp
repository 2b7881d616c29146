// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Learned elements on one rank of a pipeline stage.
///
///     dense   = layers of the stage x (each matrix as the tensor ranks cut it + vectors whole)
///               + table / tensor on the first stage + head / tensor on the last, whose tied one is the table again
///     experts = layers of the stage x experts / expert x one expert / expert_tensor
///
/// Vectors outside the layers (the last norm) are shared out evenly over the stages, learned positions lie on the first.
/// Where stages do not divide the layers, embedding and head count as a layer each (layout.hpp). Exact otherwise.
/// Evidence: tests/training/memory_test.cpp, against Megatron-LM's own count.

#include <gambrel/model/parameters.hpp>
#include <gambrel/operators/adapters.hpp>
#include <gambrel/training/layout.hpp>

namespace gambrel::training {

struct rank_parameters {
    double dense = 0;    ///< cut by tensor and pipeline ranks
    double experts = 0;  ///< cut by expert ranks too
    double largest = 0;  ///< of the layer, table or head with the most, on this rank
    double largest_matrix = 0;
    double tables = 0;  ///< of `dense`: table and head
    double adapters = 0;

    constexpr double all() const { return dense + experts; }
};

/// Layers on stage `stage` of `l.pipeline`.
constexpr double layers_on_stage(const architecture& m, const layout& l, int stage) {
    const count layers = m.layers(), own = detail::layers_of_stage(layers, l.pipeline);
    if (layers % l.pipeline == 0) return static_cast<double>(own);
    return static_cast<double>(own) - (stage == 0 ? 1.0 : 0.0) - (stage == l.pipeline - 1 ? 1.0 : 0.0);
}

/// What the rank of one layer holds.
constexpr rank_parameters of_layer(const layer& x, count hidden, const layout& l, const adapter& a = {}) {
    rank_parameters r;
    r.dense = static_cast<double>(vector_parameters(x, hidden));
    const auto kv = static_cast<double>(x.attention.present() ? x.attention.kv_heads : 1);
    for_each_matrix(x, hidden, [&](const matrix& w) {
        const bool expert = w.part == weight_part::experts;
        const shard s = shard_of(w, static_cast<double>(expert ? l.expert_tensor : l.tensor), kv);
        const double bias =
            static_cast<double>(w.bias) * (w.split == split::outputs || w.split == split::experts_outputs
                                               ? s.outputs / static_cast<double>(w.outputs)
                                               : 1.0);
        const double each = s.outputs * s.inputs + bias;
        r.largest_matrix = larger(r.largest_matrix, s.outputs * s.inputs);
        if (expert) r.experts += each * static_cast<double>(w.copies) / static_cast<double>(l.expert);
        else r.dense += each * static_cast<double>(w.copies);
        if (gambrel::adapts(a, w))
            r.adapters += static_cast<double>(a.rank) * (s.outputs + s.inputs) * static_cast<double>(w.copies);
    });
    r.largest = r.all();
    return r;
}

/// What one stage holds on a rank. Evidence: tests/training/memory_test.cpp.
constexpr rank_parameters on_stage(const architecture& m, const layout& l, int stage, const adapter& a = {}) {
    rank_parameters r;
    const double share = layers_on_stage(m, l, stage) / static_cast<double>(m.layers());
    for (const layer_group& g : m) {
        const rank_parameters one = of_layer(g.layer, m.hidden, l, a);
        const double layers = static_cast<double>(g.layers) * share;
        r.dense += one.dense * layers;
        r.experts += one.experts * layers;
        r.adapters += one.adapters * layers;
        r.largest = larger(r.largest, one.largest);
        r.largest_matrix = larger(r.largest_matrix, one.largest_matrix);
    }
    const count width = embedding_width(m);
    const double table = static_cast<double>(m.vocabulary * width) / static_cast<double>(l.tensor);
    const bool first = stage == 0, last = stage == l.pipeline - 1;
    r.tables = (first ? table : 0.0) + (last && !(m.tied_embedding && first) ? table : 0.0);
    r.dense += r.tables;
    if (first) r.dense += static_cast<double>(m.position_rows * m.hidden + m.embedding_norm_parameters);
    if (first && width != m.hidden) r.dense += 2.0 * static_cast<double>(width * m.hidden);
    if (last && m.head_bias) r.dense += static_cast<double>(m.vocabulary) / static_cast<double>(l.tensor);
    if (first || last) {
        r.largest = larger(r.largest, table);
        r.largest_matrix = larger(r.largest_matrix, table);
    }
    r.dense += static_cast<double>(m.final_norm_parameters + m.extra_parameters) / static_cast<double>(l.pipeline);
    return r;
}

/// What a rank of stage `stage` holds: under DualPipe the stage that mirrors it too.
/// Evidence: tests/training/memory_test.cpp.
constexpr rank_parameters on_rank(const architecture& m, const layout& l, int stage, const adapter& a = {}) {
    rank_parameters r = on_stage(m, l, stage, a);
    if (l.stages_held() == 1) return r;
    const rank_parameters other = on_stage(m, l, l.pipeline - 1 - stage, a);
    return {r.dense + other.dense,
            r.experts + other.experts,
            larger(r.largest, other.largest),
            larger(r.largest_matrix, other.largest_matrix),
            r.tables + other.tables,
            r.adapters + other.adapters};
}
}  // namespace gambrel::training
