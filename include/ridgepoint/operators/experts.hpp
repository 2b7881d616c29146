// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The grouped multiply of a mixture of experts.
///
///     distinct(T) = E (1 - (1 - k/E)^T)      experts that T tokens touch, each picking k distinct ones uniformly
///     flop  = 2 T k P_expert / ranks         bytes = distinct P_expert / ranks + T k activations / ranks
///
/// Exact for uniform routing; skewed routing touches fewer. Sources: the miss probability of one expert is
/// 1 - k/E per token (Switch, arXiv 2101.03961, has the same count); test vectors E=256, k=8 in tests/operators.

#include <ridgepoint/operators/gemm.hpp>

namespace ridgepoint {

/// Expected number of distinct experts that `tokens` tokens touch.
constexpr double distinct_experts(double experts, double top_k, double tokens) {
    if (tokens <= 0.0) return 0.0;
    if (top_k >= experts) return experts;
    return experts * (1.0 - math::pow(1.0 - top_k / experts, tokens));
}

/// One expert matrix over all experts, for `tokens` tokens of the whole expert group.
constexpr operation expert_gemm(const matrix& x, const experts_block& e, double tokens, double touched,
                                const parallelism& p, const storage_format& format) {
    const auto top_k = static_cast<double>(e.top_k);
    const shard s = shard_of(x, static_cast<double>(p.ranks_per_expert()), 1.0);
    const double groups = static_cast<double>(p.expert);
    const double rows = tokens * top_k / groups;      // token copies on this rank
    const double here = touched / groups;             // distinct experts on this rank
    return {.name = name_of(x.role),
            .kind = operator_class::experts,
            .work = flop_of(2.0 * rows * s.outputs * s.inputs),
            .weights = format.size(s.outputs, s.inputs) * here,
            .activations = bytes_of(rows * (s.inputs * input_bytes(format.issue) + s.outputs * activation_bytes)),
            .issue = format.issue,
            .weight_only = is_weight_only(format),
            .rows = here > 0.0 ? rows / here : 0.0,
            .outputs = s.outputs,
            .inputs = s.inputs};
}
}  // namespace ridgepoint
