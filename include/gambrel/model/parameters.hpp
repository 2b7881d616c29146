// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How many parameters a model has, part by part, and what they weigh when stored.
///
///     count  = embedding + head + sum over layers (sum of copies (N K + bias) + learned vectors) + final norm
///     active = count - sum over layers (experts - top_k) x one expert
///     bytes  = sum over matrices copies x format(part).size(N, K) + everything else x the format of `other`
///
/// A tied head has no parameters of its own. Multi-token-prediction modules and the vision tower are counted beside
/// the language model, never in it. Exact; gate and up (and q, k, v) are one matrix, as engines store them, so block
/// scales are those of the fused matrix. Evidence: tests/model/parameters_test.cpp, against published counts.

#include <gambrel/model/matrices.hpp>

namespace gambrel {

struct parameter_parts : per_part<count> {  // `other`: what the config's extras add
    count position = 0;                     ///< learned positions, and OPT's projections around a narrow embedding
    count norms = 0;
    count mtp = 0;     ///< multi-token-prediction modules, without copies of embedding and head
    count vision = 0;  ///< encoder and projector

    constexpr count language_model() const {
        return embedding + position + head + attention + feed_forward + experts + shared_experts + router + state +
               norms + other;
    }
    constexpr count all() const { return language_model() + mtp + vision; }
};

constexpr count embedding_width(const architecture& m) { return m.embedding_width > 0 ? m.embedding_width : m.hidden; }

/// Learned elements of one layer.
constexpr count parameter_count(const layer& l, count hidden) {
    count n = vector_parameters(l, hidden);
    for_each_matrix(l, hidden, [&](const matrix& x) { n += x.parameters(); });
    return n;
}

constexpr count parameter_count(const prediction_head& p, count hidden) {
    return p.modules > 0 ? p.modules * (parameter_count(p.layer, hidden) + 2 * hidden * hidden + p.norm_parameters) : 0;
}

constexpr count parameter_count(const vision_tower& v) {
    if (!v.present()) return 0;
    const count h = v.hidden, f = v.width;
    const count block = 4 * h * h + (v.gated ? 3 : 2) * h * f + (v.bias ? 4 * h + f + h : 0) + (v.bias ? 4 : 2) * h;
    return v.layers * block + v.embedding_parameters + v.projector_parameters;
}

/// Every part of `m`. Evidence: tests/model/parameters_test.cpp.
constexpr parameter_parts parameters_by_part(const architecture& m) {
    parameter_parts parts;
    const count width = embedding_width(m);
    parts.embedding = m.vocabulary * width;
    parts.position = m.position_rows * m.hidden + (width != m.hidden ? 2 * width * m.hidden : 0);
    parts.head = (m.tied_embedding ? 0 : m.vocabulary * width) + (m.head_bias ? m.vocabulary : 0);
    parts.norms = m.embedding_norm_parameters + m.final_norm_parameters;
    parts.other = m.extra_parameters;
    for (const layer_group& g : m) {
        parts.norms += g.layers * norm_parameters(g.layer);
        parts.state += g.layers * state_vector_parameters(g.layer, m.hidden);
        for_each_matrix(g.layer, m.hidden, [&](const matrix& x) { parts.of(x.part) += g.layers * x.parameters(); });
    }
    parts.mtp = parameter_count(m.mtp, m.hidden);
    parts.vision = parameter_count(m.vision);
    return parts;
}

/// Parameters of the language model itself.
constexpr count parameter_count(const architecture& m) { return parameters_by_part(m).language_model(); }

/// Parameters that one token uses: all but the experts it is not routed to. The input embedding is included.
constexpr count active_parameters(const architecture& m) {
    count idle = 0;
    for (const layer_group& g : m) {
        if (!g.layer.experts.present()) continue;
        const experts_block& e = g.layer.experts;
        for_each_matrix(e, m.hidden, [&](const matrix& x) {
            if (x.part == weight_part::experts)
                idle += g.layers * (e.experts - e.top_k) * (x.outputs * x.inputs + x.bias);
        });
    }
    return parameter_count(m) - idle;
}

/// The same without an input embedding that is only looked up; a tied table is still multiplied by as the head.
constexpr count active_parameters_without_embedding(const architecture& m) {
    return active_parameters(m) - (m.tied_embedding ? 0 : m.vocabulary * embedding_width(m));
}

/// Matrix elements that one token is multiplied by, head included: linear flop per token is twice this.
constexpr count linear_parameters_per_token(const architecture& m) {
    const matrix head = head_matrix(m);
    count n = head.outputs * head.inputs + (embedding_width(m) != m.hidden ? 2 * embedding_width(m) * m.hidden : 0);
    for (const layer_group& g : m)
        for_each_matrix(g.layer, m.hidden, [&](const matrix& x) {
            const count used = x.part == weight_part::experts ? g.layer.experts.top_k : x.copies;
            n += g.layers * used * x.outputs * x.inputs;
        });
    return n;
}

struct weight_byte_parts : per_part<bytes<>> {  // `other`: norms, biases, convolutions, positions
    bytes<> mtp{}, vision{};

    constexpr bytes<> language_model() const {
        return embedding + head + attention + feed_forward + experts + shared_experts + router + state + other;
    }
};

/// Bytes of a [N, K] matrix and its copies, without bias.
constexpr bytes<> weight_bytes(const matrix& x, const storage_format& f) {
    return f.size(static_cast<double>(x.outputs), static_cast<double>(x.inputs)) * static_cast<double>(x.copies);
}
/// Bytes of `n` elements that carry no block scales.
constexpr bytes<> vector_bytes(count n, const storage_format& f) {
    return bytes_of(static_cast<double>(n) * f.bits / 8.0);
}

/// Bytes of every part of `m` stored in `f`. A vision tower is kept in the format of `other`.
constexpr weight_byte_parts weight_bytes_by_part(const architecture& m, const weight_formats& f) {
    weight_byte_parts parts;
    const count width = embedding_width(m);
    parts.embedding = f.embedding.size(static_cast<double>(m.vocabulary), static_cast<double>(width));
    if (!m.tied_embedding) parts.head = weight_bytes(head_matrix(m), f.head);
    const count positions = m.position_rows * m.hidden + (width != m.hidden ? 2 * width * m.hidden : 0);
    parts.other = vector_bytes((m.head_bias ? m.vocabulary : 0) + positions + m.embedding_norm_parameters +
                                   m.final_norm_parameters + m.extra_parameters,
                               f.other);
    for (const layer_group& g : m) {
        const auto layers = static_cast<double>(g.layers);
        parts.other += vector_bytes(vector_parameters(g.layer, m.hidden), f.other) * layers;
        for_each_matrix(g.layer, m.hidden, [&](const matrix& x) {
            parts.of(x.part) += weight_bytes(x, f.of(x.part)) * layers;
            parts.other += vector_bytes(x.bias * x.copies, f.other) * layers;
        });
    }
    if (m.mtp.modules > 0) {
        const auto hidden = static_cast<double>(m.hidden);
        // The projection that joins the two inputs stays unconverted, as the published scale counts show.
        bytes<> module = f.other.size(hidden, 2.0 * hidden) +
                         vector_bytes(vector_parameters(m.mtp.layer, m.hidden) + m.mtp.norm_parameters, f.other);
        for_each_matrix(m.mtp.layer, m.hidden, [&](const matrix& x) {
            module += weight_bytes(x, f.of(x.part)) + vector_bytes(x.bias * x.copies, f.other);
        });
        parts.mtp = module * static_cast<double>(m.mtp.modules);
    }
    parts.vision = vector_bytes(parameter_count(m.vision), f.other);
    return parts;
}

/// Bytes of the language model stored in `f`.
constexpr bytes<> weight_bytes(const architecture& m, const weight_formats& f) {
    return weight_bytes_by_part(m, f).language_model();
}
}  // namespace gambrel
