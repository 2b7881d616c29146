// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The time of an operation under ggml's kernels: the equations of calibration/ggml_law.hpp on a device's rates.
/// Evidence: tests/roofline/ggml_law_test.cpp.

#include <gambrel/operators/operation.hpp>
#include <gambrel/roofline/blend.hpp>
#include <gambrel/roofline/bound.hpp>
#include <gambrel/roofline/calibration/ggml_law.hpp>
#include <gambrel/roofline/operation_time.hpp>

namespace gambrel {

/// Rates of a device as ggml's law asks for them.
template <class Y> struct ggml_rates {
    flop_rate<Y> bits_16{};  ///< what `unit_16` and `unit_blocks` are multiples of
    flop_rate<Y> fp32{};
    byte_rate<Y> bandwidth{};
};

/// The rate of the unit that multiplies weights of `q`.
template <class Y> constexpr flop_rate<Y> unit_of(const ggml_law<Y>& l, block_type q, const flop_rate<Y>& bits_16) {
    return bits_16 *
           Y(q == block_type::bits_16 || q == block_type::bf16 || q == block_type::none ? l.unit_16 : l.unit_blocks);
}

/// The blocks that `op` multiplies: none of attention.
constexpr block_type multiplies_blocks(const operation& op) {
    return op.kind == operator_class::gemm || op.kind == operator_class::experts ? op.blocks : block_type::none;
}

namespace detail {
template <class Y> constexpr bool by_vectors(const ggml_law<Y>& l, const operation& op) {
    return !(op.rows > l.vector_rows);
}
/// A multiply: of some vectors, or of a matrix.
template <class Y>
constexpr operation_time<Y> ggml_product(const ggml_law<Y>& l, const operation& op, const ggml_rates<Y>& r) {
    const auto q = static_cast<std::size_t>(op.blocks == block_type::none ? block_type::bits_16 : op.blocks);
    const auto type = static_cast<block_type>(q);
    const Y weights = (op.weights / r.bandwidth).value() / l.memory[q];
    const bool mixture = op.kind == operator_class::experts;
    const seconds<Y> start = mixture ? l.expert_start : seconds<Y>{};
    operation_time<Y> t;
    t.fixed = start;
    if (by_vectors(l, op)) {
        const double further = op.rows > 1.0 ? (op.rows - 1.0) / op.rows : 0.0;
        const Y unpacked = l.rate[q] > 0.0 ? op.weights.value() / (r.fp32.value() * l.rate[q]) : Y(0.0);
        const Y more = (op.work / r.fp32).value() * further / l.per_row;
        t.memory = seconds<Y>::from_value(weights);
        t.compute = seconds<Y>::from_value(unpacked + more);
        t.total = seconds<Y>::from_value(p_norm(weights, unpacked, l.overlap) + more) + start;
        t.sigma = mixture ? l.expert_decode_sigma : l.decode_sigma;
    } else {
        const Y share = l.share[q] * (mixture ? l.experts / (1.0 + l.expert_rows / op.rows) : Y(1.0));
        const double padded = mixture ? 1.0 : math::pieces(op.rows, l.tile_rows) * l.tile_rows / op.rows;
        t.compute = (op.work / unit_of(l, type, r.bits_16)) * (Y(padded) / share);
        const bool widened = l.widens && type != block_type::bits_16 && type != block_type::bf16;
        const double written = widened ? op.weights.value() + 2.0 * op.outputs * op.inputs : 0.0;
        t.memory = seconds<Y>::from_value(weights);
        t.conversion = seconds<Y>::from_value(written / (r.bandwidth.value() * l.widening));
        t.total = t.compute + t.memory + t.conversion + start;
        t.sigma = mixture ? l.expert_prompt_sigma : l.prompt_sigma;
    }
    t.bound = t.compute < t.memory ? bound::memory : bound::compute;
    return t;
}
/// Attention and the start of its layer.
template <class Y>
constexpr operation_time<Y> ggml_attention(const ggml_law<Y>& l, const operation& op, const ggml_rates<Y>& r) {
    operation_time<Y> t;
    if (op.kind == operator_class::decode_attention) {
        t.memory = (op.cache / r.bandwidth) * (Y(1.0) / l.cache);
        t.compute = (op.work / r.fp32) * (Y(1.0) / l.cache_rate);
        t.fixed = l.decode_start;
        t.sigma = l.decode_sigma;
        t.total = seconds<Y>::from_value(p_norm(t.memory.value(), t.compute.value(), l.overlap)) + t.fixed;
    } else {
        const double all =
            op.scores > 0.0 ? op.work.value() * larger(1.0, op.score_cells / op.scores) : op.work.value();
        t.compute = seconds<Y>::from_value(all / (unit_of(l, block_type::bits_16, r.bits_16).value() * l.fused));
        const Y reads = l.fused_rows > 0.0 ? op.rows / l.fused_rows : Y(0.0);
        t.memory = seconds<Y>::from_value((op.score_cells * 4.0 * l.score_passes + op.cache.value() * reads) /
                                          (r.bandwidth.value() * l.widening));
        t.fixed = l.prompt_start;
        t.sigma = l.prompt_sigma;
        t.total = t.compute + t.memory + t.fixed;
    }
    t.bound = t.compute + t.memory < t.fixed ? bound::launch : t.compute < t.memory ? bound::memory : bound::compute;
    return t;
}
}  // namespace detail

/// Whether ggml's law says what `op` takes; messages and recurrences have laws of their own.
constexpr bool under_ggml(const operation& op) {
    return op.kind == operator_class::gemm || op.kind == operator_class::experts ||
           op.kind == operator_class::prefill_attention || op.kind == operator_class::decode_attention ||
           op.kind == operator_class::elementwise;
}
/// Time of `op`, one that is `under_ggml`.
template <class Y>
constexpr operation_time<Y> ggml_time(const ggml_law<Y>& l, const operation& op, const ggml_rates<Y>& r) {
    if (op.kind == operator_class::gemm || op.kind == operator_class::experts) return detail::ggml_product(l, op, r);
    if (op.kind != operator_class::elementwise) return detail::ggml_attention(l, op, r);
    operation_time<Y> t;  // beside a few vectors it is part of the start of a layer
    t.sigma = detail::by_vectors(l, op) ? l.decode_sigma : l.prompt_sigma;
    if (detail::by_vectors(l, op)) return t;
    t.memory = (op.streamed() / r.bandwidth) * (Y(1.0) / l.elementwise);
    t.total = t.memory;
    return t;
}
}  // namespace gambrel
