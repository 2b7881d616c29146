// SPDX-License-Identifier: Apache-2.0
#pragma once
// The operations of one pass as a list, and sums over those that match.

#include <functional>
#include <gambrel/operators/decoder.hpp>
#include <vector>

namespace gambrel {

inline std::vector<operation> collected(const architecture& m, const parallelism& cut, const precision& formats,
                                        const step_shape& shape) {
    std::vector<operation> all;
    for_each_operation({m, cut, formats}, shape, [&](const operation& op) { all.push_back(op); });
    return all;
}

/// Repeats included, in flop or bytes.
struct sums {
    double work = 0, weights = 0, cache = 0, activations = 0, payload = 0, count = 0;
};
inline sums sum_of(const std::vector<operation>& all, const std::function<bool(const operation&)>& wanted) {
    sums s;
    for (const operation& op : all) {
        if (!wanted(op)) continue;
        s.work += op.work.value() * op.repeats;
        s.weights += op.weights.value() * op.repeats;
        s.cache += op.cache.value() * op.repeats;
        s.activations += op.activations.value() * op.repeats;
        s.payload += op.payload.value() * op.repeats;
        s.count += op.repeats;
    }
    return s;
}
inline auto named(std::string_view name) {
    return [name](const operation& op) { return op.name == name; };
}
inline auto of_class(operator_class c) {
    return [c](const operation& op) { return op.kind == c; };
}
inline bool multiplies_weights(const operation& op) {
    return op.kind == operator_class::gemm || op.kind == operator_class::experts;
}
}  // namespace gambrel
