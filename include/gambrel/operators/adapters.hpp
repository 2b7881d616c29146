// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Low-rank adapters (LoRA) that are not merged: beside each adapted matrix [N, K], two thin products of rank r.
///
///     flop  = 2 M r (N + K)            bytes = distinct r (N + K) 2 + M (K + 2 r + N) 2
///     parameters of one adapter = sum over adapted matrices of r (N + K)
///
/// Merged adapters cost nothing: leave them out. Sources: LoRA (arXiv 2106.09685), Punica (2310.18547) and S-LoRA
/// (2311.03285) for several adapters in one batch. Evidence: tests/operators/adapters_test.cpp.

#include <gambrel/model/adapter.hpp>
#include <gambrel/operators/gemm.hpp>

namespace gambrel {

/// Whether `a` has a part beside `x`.
constexpr bool adapts(const adapter& a, const matrix& x) {
    return a.rank > 0 &&
           (x.part == weight_part::attention || (a.on_feed_forward && x.part == weight_part::feed_forward));
}

/// Learned elements of one adapter for `m`.
constexpr count parameter_count(const adapter& a, const architecture& m) {
    count n = 0;
    for (const layer_group& g : m)
        for_each_matrix(g.layer, m.hidden, [&](const matrix& x) {
            if (adapts(a, x)) n += g.layers * x.copies * a.rank * (x.outputs + x.inputs);
        });
    return n;
}

/// Both thin products beside `x` for `rows` tokens, on one of `ranks` ranks.
constexpr operation adapter_products(const adapter& a, const matrix& x, double rows, double ranks, double kv_heads) {
    const shard s = shard_of(x, ranks, kv_heads);
    const auto r = static_cast<double>(a.rank), distinct = static_cast<double>(a.distinct_in_batch);
    const auto copies = static_cast<double>(x.copies);
    return {.name = "adapters",
            .kind = operator_class::gemm,
            .work = flop_of(2.0 * rows * r * (s.outputs + s.inputs) * copies),
            .weights =
                bytes_of(smaller(distinct, larger(1.0, rows)) * r * (s.outputs + s.inputs) * copies * activation_bytes),
            .activations = bytes_of(rows * (s.inputs + 2.0 * r + s.outputs) * activation_bytes * copies),
            .rows = rows,
            .outputs = s.outputs,
            .inputs = s.inputs,
            .kernels = 2.0};
}
}  // namespace gambrel
