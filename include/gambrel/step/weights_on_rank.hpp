// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Weight bytes of the fullest rank, as stored and as loaded.
///
///     stored = layers / stages (rounded up) x (every matrix as the operators cut it + vectors whole)
///              + embedding and head on the stage that has them (the larger of the two with several stages)
///              + vision tower / ranks + what the configuration adds
///     loaded = stored, but for mxfp4 experts, whose kernels want hidden and width padded, and for latent attention,
///              whose up-projection is kept in 16 bit beside the one that is stored
///
/// Exact where nothing is padded. Padding: vllm/model_executor/layers/quantization/mxfp4.py (2025-08 to 2026); the
/// absorbed copies (W_UK_T, W_UV): vllm/v1/attention/backends/mla/common.py, process_weights_after_loading.
/// Evidence: tests/step/memory_fit_test.cpp; docs/calibration/memory.md.

#include <gambrel/model/parameters.hpp>
#include <gambrel/operators/gemm.hpp>
#include <gambrel/operators/parallelism.hpp>
#include <gambrel/step/drafter_cut.hpp>

namespace gambrel {

/// What a loader makes larger than it is stored. Multiples of 1: nothing.
struct loaded_padding {
    double expert_hidden = 1;      ///< mxfp4 experts: the hidden side is padded to a multiple of this
    double expert_width = 1;       ///< and their width on a rank to a multiple of this
    bool absorbed_latent = false;  ///< the up-projection of latent attention is kept a second time, in 16 bit
    bool prediction_head =
        false;  ///< multi-token-prediction modules are loaded too: speculative decoding asks for them
};

/// Elements of an expert matrix on one rank as loaded: gate and up are padded each by itself.
constexpr double padded_elements(const matrix& x, const shard& s, const experts_block& e, const loaded_padding& pad) {
    const double gates = x.role == matrix_role::expert_gate_up && e.gated ? 2.0 : 1.0;
    const bool widens = x.split == split::experts_outputs;
    const double width = (widens ? s.outputs : s.inputs) / (widens ? gates : 1.0),
                 hidden = widens ? s.inputs : s.outputs;
    return (widens ? gates : 1.0) * math::pieces(width, pad.expert_width) * pad.expert_width *
           math::pieces(hidden, pad.expert_hidden) * pad.expert_hidden;
}

/// Weight bytes of the fullest rank.
constexpr bytes<> weights_on_rank(const architecture& m, const parallelism& cut, const weight_formats& f,
                                  const loaded_padding& pad = {}) {
    const auto ranks = static_cast<double>(cut.tensor);
    double layers = 0.0;
    for (const layer_group& g : m) layers += static_cast<double>(g.layers);
    const double stage = layers > 0.0 ? math::pieces(layers, static_cast<double>(cut.pipeline)) / layers : 1.0;
    double sum = 0.0;
    for (const layer_group& g : m) {
        const double kv_heads = g.layer.attention.present() ? static_cast<double>(g.layer.attention.kv_heads) : 1.0;
        double per_layer = static_cast<double>(vector_parameters(g.layer, m.hidden)) * f.other.bytes_per_element();
        for_each_matrix(g.layer, m.hidden, [&](const matrix& x) {
            const bool expert = x.split == split::experts_outputs || x.split == split::experts_inputs;
            const shard s = shard_of(x, expert ? static_cast<double>(cut.ranks_per_expert()) : ranks, kv_heads);
            const double copies = static_cast<double>(x.copies) / (expert ? static_cast<double>(cut.expert) : 1.0);
            const storage_format& format = f.of(x.part);
            const bool padded = x.part == weight_part::experts && format.name == formats::mxfp4.name;
            const double matrix_bytes = padded
                                            ? padded_elements(x, s, g.layer.experts, pad) * format.bytes_per_element()
                                            : format.size(s.outputs, s.inputs).value();
            per_layer += copies * (matrix_bytes + static_cast<double>(x.bias) * f.other.bytes_per_element());
            if (pad.absorbed_latent && x.role == matrix_role::latent_kv_up)
                per_layer += s.outputs * s.inputs * activation_bytes;
        });
        sum += per_layer * static_cast<double>(g.layers) * stage;
    }
    const auto width = static_cast<double>(m.embedding_width > 0 ? m.embedding_width : m.hidden);
    const double rows = static_cast<double>(m.vocabulary) / ranks;
    const double table = f.embedding.size(rows, width).value(), head = f.head.size(rows, width).value();
    const bool one_stage = cut.pipeline == 1;
    sum += m.tied_embedding ? table : one_stage ? table + head : larger(table, head);
    if (pad.prediction_head) sum += weight_bytes_by_part(m, f).mtp.value() / ranks;
    sum += static_cast<double>(parameter_count(m.vision)) / ranks * f.other.bytes_per_element();
    sum += static_cast<double>((m.head_bias ? m.vocabulary : 0) + m.position_rows * m.hidden +
                               m.embedding_norm_parameters + m.final_norm_parameters + m.extra_parameters) *
           f.other.bytes_per_element();
    return bytes_of(sum);
}

/// Those of the drafter of `s` beside a model cut as `cut`: without embedding and head where these are the model's.
constexpr bytes<> drafter_weights(const speculation& s, const parallelism& cut) {
    if (s.drafter == nullptr) return {};
    architecture alone = *s.drafter;
    if (shares_tables(s.by)) alone.vocabulary = 0;
    return weights_on_rank(alone, drafter_cut(*s.drafter, cut), s.formats.weights);
}
}  // namespace gambrel
