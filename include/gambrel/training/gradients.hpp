// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The operations of the backward pass, made from those of the forward one. Y = X W^T of M tokens, [N, K] weights:
///
///     input gradient   dX = dY W       M x K, over N:   2 M N K flop, the weights read again
///     weight gradient  dW = dY^T X     N x K, over M:   2 M N K flop, dW read and written in fp32 where products add it
///                                                       up themselves, else written in 16 bit and added by a pass beside
///                                                       (added_up, from the second micro-batch on)
///     element-wise     1.5 x the bytes of forward        20 for 16 of the norms, 10 for 6 of a gated MLP
///     attention        a multiple of forward's time (stack.hpp): five products of the pairs for two. Two forward's flop are
///                      counted, as MFU counts them: what the kernel computes again for itself is no work
///
/// Products grouped by expert, M tokens each: those of a dense matrix x (1 + start / M), start 190 tokens forward and for
/// input gradients, 450 for weight gradients: SimuMax's B200 products timed for training (docs/models/training.md), met
/// within 7 % forward and 4 % for weight gradients up to M = 512; at 1024 they reach 15 % less than this says. The laws of
/// inference are of other kernels, made for few tokens. Tokens are brought in order and back by a pass each.
///
/// Narrow products quantise the gradient of their outputs on the way in, once for both.
/// Unfused attention writes its scores: full s x s products of few columns, and traffic of each score in 16 bit. Forward
/// 13 bytes: the product writes 2, scaled and masked softmax reads and writes 4, dropout 4 and a mask of 1, the second
/// product reads 2. Backward 19: dV reads 2, dP is written 2, dropout 4 and its mask 1, softmax reads two and writes one
/// 6, dQ and dK read 4. Heads whose width is no multiple of 8 values are multiplied
/// without the matrix unit, at the fp32 rate: bigscience's of 108 and 150 are 20 % slower for it. Evidence: tests/training/step_time_test.cpp.

#include <gambrel/operators/decoder.hpp>

namespace gambrel::training {

inline constexpr double elementwise_backward = 1.5;
inline constexpr double score_bytes_forward = 13.0, score_bytes_backward = 19.0;

/// Products of `op` beside each other: copies of a matrix.
constexpr double copies_of(const operation& op) {
    const double one = 2.0 * op.rows * op.outputs * op.inputs;
    return one > 0.0 ? op.work.value() / one : 1.0;
}

constexpr operation input_gradient(operation op) {
    const double copies = copies_of(op), m = op.rows, n = op.outputs, k = op.inputs;
    op.activations = bytes_of(m * (n * multiplied_bytes(op.issue) + k * activation_bytes) * copies);
    op.conversion = bytes_of(m * n * conversion_bytes(op.issue) * copies);
    op.outputs = k;
    op.inputs = n;
    return op;
}
/// `bytes_per_weight`: of the gradient's element, read and written.
constexpr operation weight_gradient(operation op, double bytes_per_weight) {
    const double copies = copies_of(op), m = op.rows, n = op.outputs, k = op.inputs;
    op.activations = bytes_of(m * (n + k) * multiplied_bytes(op.issue) * copies);
    op.weights = bytes_of(n * k * bytes_per_weight * copies);
    op.conversion = {};
    op.kernels = 1.0;
    op.rows = n;
    op.outputs = k;
    op.inputs = m;
    return op;
}

/// A 16-bit gradient of `n` parameters added to one that is kept, of `bytes` each, by a pass of its own.
constexpr operation added_up(double n, double bytes) {
    return {.name = "added up", .kind = operator_class::elementwise, .activations = bytes_of(n * (2.0 + 2.0 * bytes))};
}

/// `op` done `share` times, in what is counted of it: flop and bytes.
constexpr operation counted(operation op, double share) {
    op.work = op.work * share;
    op.weights = op.weights * share;
    op.activations = op.activations * share;
    op.cache = op.cache * share;
    op.conversion = op.conversion * share;
    return op;
}

inline constexpr double grouped_start = 190.0, grouped_start_weights = 450.0;

/// One of the two products of the experts of `op`, whose rows are those of one expert: gate and up, or down.
constexpr operation grouped_product(const operation& op, const experts_block& e, bool up,
                                    const storage_format& format) {
    const double gates = e.gated ? 2.0 : 1.0, width = op.outputs / gates, here = op.rows * width * op.inputs;
    const double distinct = here > 0.0 ? op.work.value() / (2.0 * here * (gates + 1.0)) : 0.0;
    const double n = up ? op.outputs : op.inputs, k = up ? op.inputs : width;
    return {.name = up ? "expert gate and up" : "expert down",
            .kind = operator_class::gemm,
            .repeats = op.repeats,
            .work = flop_of(2.0 * op.rows * n * k * distinct),
            .weights = format.size(n, k) * distinct,
            .activations = bytes_of(op.rows * (k * multiplied_bytes(format.issue) + n * activation_bytes) * distinct),
            .conversion = bytes_of(op.rows * k * conversion_bytes(format.issue) * distinct),
            .issue = format.issue,
            .block_scaled = is_block_scaled(format),
            .rows = op.rows,
            .outputs = n,
            .inputs = k,
            .kernels = 2.0};
}
/// The copies of the tokens brought into the order of the experts, and back.
constexpr operation reordering(const operation& op, const experts_block& e) {
    const double gates = e.gated ? 2.0 : 1.0, width = op.outputs / gates;
    const double copies = op.inputs > 0.0 ? op.work.value() / (2.0 * width * op.inputs * (gates + 1.0)) : 0.0;
    return {.name = "reordering",
            .kind = operator_class::elementwise,
            .repeats = op.repeats,
            .activations = bytes_of(4.0 * copies * op.inputs * activation_bytes),
            .rows = op.rows,
            .kernels = 4.0};
}

/// Products of unfused attention on one rank, `sequences` of `s` tokens; `products`: 2 forward, 4 backward.
constexpr operation score_products(const attention_heads& h, double sequences, double s, double products) {
    const double heads = h.query * sequences;
    return {.name = "attention products",
            .kind = operator_class::gemm,
            .work = flop_of(products * 2.0 * heads * s * s * 0.5 * (h.key_dim + h.value_dim)),
            .activations = bytes_of(products * heads * s * (h.key_dim + h.value_dim) * activation_bytes),
            .rows = s,
            .outputs = s,
            .inputs = h.key_dim,
            .kernels = products};
}
constexpr operation score_traffic(const attention_heads& h, double sequences, double s, double bytes_of_score) {
    return {.name = "scores",
            .kind = operator_class::elementwise,
            .activations = bytes_of(h.query * sequences * s * s * bytes_of_score),
            .rows = s,
            .kernels = 3.0};
}
}  // namespace gambrel::training
