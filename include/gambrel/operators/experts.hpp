// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The grouped multiply of a mixture of experts, as the busiest rank sees it.
///
///     lambda   = -tokens ln(1 - top_k / experts)          mean picks of an expert, were all equally likely
///     distinct = experts (1 - e^(-f lambda) (1 + lambda v^2 / (1 - f))^(-(1 - f)^2 / v^2))   experts that are picked
///     factor   = (1 - spread / 9 + z sqrt(spread) / 3)^3          token copies of the busiest rank / mean
///                mean = tokens top_k / groups        spread = (v^2 groups / experts + 1 / mean) (1 - 1 / groups)
///     flop = 2 rows P / cut        bytes = distinct P / cut + rows activations + tokens top_k copies routed
///
/// `groups` ranks hold different experts, `cut` ranks share each expert of P parameters, `rows` are the token copies of
/// this rank. The probability that the router picks an expert is a constant share f of the mean (`least_share`) plus a
/// Gamma distributed rest whose coefficient of variation gives the whole v (experts_block::routing_variation);
/// averaging the chance of no pick over it gives `distinct`, and v -> 0 is the uniform experts (1 - (1 - top_k /
/// experts)^tokens). The copies of a rank vary by the popularity of its experts and by sampling: `spread` is their
/// squared coefficient of variation; the greatest of them is numeric/greatest_count.hpp's. Evidence:
/// tests/operators/experts_test.cpp; docs/calibration/experts.md (drawn loads). Source: uniform count as in Switch
/// (arXiv 2101.03961).

#include <gambrel/numeric/greatest_count.hpp>
#include <gambrel/operators/gemm.hpp>

namespace gambrel {

/// The least picked expert's share, relative to the mean: that of the bounded power laws (largest over smallest 200) of
/// exponent 1.01 (0.027) and 1.2 (0.036) that served models were matched with.
inline constexpr double least_share = 0.03;

/// Expected number of distinct experts that `tokens` tokens touch, each picking `top_k` different ones; `variation` is
/// the coefficient of variation of how often an expert is picked. Exact for 0.
/// Evidence: tests/operators/experts_test.cpp.
constexpr double distinct_experts(double experts, double top_k, double tokens, double variation = 0.0) {
    if (tokens <= 0.0) return 0.0;
    if (top_k >= experts) return experts;
    if (variation <= 0.0) return experts * (1.0 - math::pow(1.0 - top_k / experts, tokens));
    const double lambda = -tokens * math::log(1.0 - top_k / experts), v2 = variation * variation;
    constexpr double rest = 1.0 - least_share;
    const double none = math::exp(-least_share * lambda) * math::pow(1.0 + lambda * v2 / rest, -rest * rest / v2);
    const double touched = experts * (1.0 - none);
    return larger(touched, top_k * smaller(tokens, 1.0));  // a token picks top_k different experts
}

/// What the busiest rank of an expert group has to do.
struct expert_load {
    double rows = 0;      ///< token copies
    double distinct = 0;  ///< experts touched
};

/// Load of the busiest of `groups` ranks that share the experts out, `tokens` tokens being routed; with `balanced`, hot
/// experts are replicated until every rank has the mean. Evidence: tests/operators/experts_test.cpp.
constexpr expert_load busiest_load(double experts, double top_k, double tokens, double groups, double variation,
                                   bool balanced = false) {
    if (tokens <= 0.0) return {};
    const double mean = tokens * top_k / groups, here = experts / groups;
    double factor = 1.0;
    if (groups > 1.0 && !balanced) {
        const double spread = (variation * variation / here + 1.0 / mean) * (1.0 - 1.0 / groups);
        factor = greatest_over_mean(spread, greatest_quantile(groups));
    }
    const double rows =
        smaller(mean * factor, tokens * smaller(top_k, here));  // of a token, at most one for each expert here
    const double touched = distinct_experts(experts, top_k, tokens * rows / mean, variation) / groups;
    return {rows, smaller(touched, rows)};
}

/// All expert matrices of a layer as one operation: `load` on this rank of `ranks_per_expert` that share each expert,
/// `tokens` present on this rank, which the routing passes go over: all, or those that an exchange brought.
/// `hidden`: what a token's copy is wide.
constexpr operation expert_products(const experts_block& e, double hidden, const expert_load& load, double tokens,
                                    double ranks_per_expert, const storage_format& format) {
    const double width = static_cast<double>(e.width) / ranks_per_expert, gates = e.gated ? 2.0 : 1.0;
    const double in = input_bytes(format.issue), out = activation_bytes;
    return {.name = "experts",
            .kind = operator_class::experts,
            .work = flop_of(2.0 * load.rows * width * hidden * (gates + 1.0)),
            .weights = (format.size(gates * width, hidden) + format.size(hidden, width)) * load.distinct,
            .activations = bytes_of(load.rows * (hidden * in + gates * width * out + width * in + hidden * out)),
            .routed = bytes_of(tokens * static_cast<double>(e.top_k) * hidden * activation_bytes),
            .issue = format.issue,
            .weight_only = is_weight_only(format),
            .block_scaled = is_block_scaled(format),
            .format = expert_format_of(format),
            .blocks = block_type_of(format),
            .rows = load.distinct > 0.0 ? load.rows / load.distinct : 0.0,
            .outputs = gates * width,
            .inputs = hidden,
            // Two grouped products, gate and sum; inputs of both quantised where they are multiplied narrow.
            .kernels = conversion_bytes(format.issue) > 0.0 ? 6.0 : 4.0};
}
}  // namespace gambrel
