// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A matrix multiply of M tokens on one rank.
///
///     flop  = 2 M N K
///     bytes = weights(N, K) + M K multiplied_bytes + M N 2,    before it M K conversion_bytes for a narrow multiply
///
/// N or K is cut over the tensor ranks; key and value columns are cut over at most kv_heads ranks and copied beyond.

#include <gambrel/model/matrices.hpp>
#include <gambrel/operators/operation.hpp>
#include <gambrel/operators/parallelism.hpp>
#include <gambrel/operators/precision.hpp>

namespace gambrel {

/// Weights narrower than the multiply they are widened for.
constexpr bool is_weight_only(const storage_format& f) { return f.bits < 16.0 && f.issue == multiply::as_16_bit; }

/// An 8-bit multiply whose operands have a scale per block: other kernels than those with one scale per row or tensor.
constexpr bool is_block_scaled(const storage_format& f) {
    return f.issue == multiply::as_8_bit_float && f.scale_bits > 0.0;
}

/// Outputs and inputs of `x` on one of `ranks` tensor ranks.
struct shard {
    double outputs = 0;
    double inputs = 0;
};
constexpr shard shard_of(const matrix& x, double ranks, double kv_heads) {
    const auto outputs = static_cast<double>(x.outputs), inputs = static_cast<double>(x.inputs);
    switch (x.split) {
        case split::outputs: {
            const auto kv = static_cast<double>(x.kv_outputs);
            return {(outputs - kv) / ranks + (kv > 0 ? kv / smaller(ranks, kv_heads) : 0.0), inputs};
        }
        case split::inputs: return {outputs, inputs / ranks};
        case split::experts_outputs: return {outputs / ranks, inputs};
        case split::experts_inputs: return {outputs, inputs / ranks};
        case split::none: break;
    }
    return {outputs, inputs};
}

/// `rows` tokens through `x`, and through each of its copies, on one of `ranks` ranks.
constexpr operation gemm(const matrix& x, double rows, double ranks, double kv_heads, const storage_format& format) {
    const shard s = shard_of(x, ranks, kv_heads);
    const auto copies = static_cast<double>(x.copies);
    return {.name = name_of(x.role),
            .kind = operator_class::gemm,
            .work = flop_of(2.0 * rows * s.outputs * s.inputs * copies),
            .weights = format.size(s.outputs, s.inputs) * copies,
            .activations =
                bytes_of(rows * (s.inputs * multiplied_bytes(format.issue) + s.outputs * activation_bytes) * copies),
            .conversion = bytes_of(rows * s.inputs * conversion_bytes(format.issue) * copies),
            .issue = format.issue,
            .weight_only = is_weight_only(format),
            .block_scaled = is_block_scaled(format),
            .blocks = block_type_of(format),
            .rows = rows,
            .outputs = s.outputs,
            .inputs = s.inputs,
            .kernels = conversion_bytes(format.issue) > 0.0 ? 2.0 : 1.0};
}
}  // namespace gambrel
