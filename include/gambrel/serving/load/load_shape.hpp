// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A workload's lengths as weighted points: expectations over prompts and outputs become short sums.
///
///     E f(length) = sum of weight f(tokens)
///
/// Points: quantiles of the length at Gauss-Legendre nodes of pieces of [0, 1] that get shorter towards the tail, then
/// stretched about the mean so that mean and standard deviation are exact (unless a point falls below 1 token).
/// Evidence: tests/serving/load/load_shape_test.cpp (moments of the four kinds of length).

#include <array>
#include <cmath>
#include <gambrel/units.hpp>
#include <gambrel/workload/length.hpp>
#include <vector>

namespace gambrel {

struct weighted_length {
    double tokens = 0;
    double weight = 0;
};

namespace detail {
struct probability_piece {
    double low, high;
};
/// Five-point Gauss-Legendre rule on [0, 1] (Abramowitz & Stegun 25.4.30).
inline constexpr std::array<weighted_length, 5> gauss_five{{{0.046910077030668, 0.118463442528095},
                                                            {0.230765344947158, 0.239314335249683},
                                                            {0.5, 0.284444444444444},
                                                            {0.769234655052842, 0.239314335249683},
                                                            {0.953089922969332, 0.118463442528095}}};
}  // namespace detail

/// Weighted points of `l`, at least 1 token each: one for a fixed length, 10 for a uniform one, 15 otherwise.
inline std::vector<weighted_length> points_of(const length& l) {
    if (l.variance() == 0.0) return {{larger(1.0, l.mean()), 1.0}};
    // Chosen: quantiles of a uniform length are a straight line; others have a tail, cut at 1e-4 and made up for by the
    // stretch.
    std::vector<detail::probability_piece> pieces{{0.0, 0.5}, {0.5, 1.0}};
    if (l.kind() != length_kind::uniform) pieces = {{0.0, 0.8}, {0.8, 0.98}, {0.98, 0.9999}};
    std::vector<weighted_length> points;
    double mean = 0.0, weights = 0.0;
    for (const detail::probability_piece& piece : pieces)
        for (const weighted_length& node : detail::gauss_five) {
            const double wide = piece.high - piece.low;
            points.push_back({l.quantile(piece.low + wide * node.tokens), wide * node.weight});
            weights += points.back().weight;
        }
    for (weighted_length& p : points) mean += (p.weight /= weights) * p.tokens;
    double variance = 0.0;
    for (const weighted_length& p : points) variance += p.weight * (p.tokens - mean) * (p.tokens - mean);
    const double stretch = std::sqrt(l.variance() / variance);
    for (weighted_length& p : points) p.tokens = larger(1.0, l.mean() + stretch * (p.tokens - mean));
    return points;
}

struct load_shape {
    std::vector<weighted_length> prompts, outputs;
    double fresh_share = 1.0;       ///< of a prompt's tokens, not found in the prefix cache
    double prompt = 0, output = 0;  ///< means, in tokens
    double prompt_variance = 0;
    double tokens_per_pass = 1;  ///< of a decode: outputs are in passes
    double context = 0;          ///< mean tokens a decode attends to: prompt + E output^2 / (2 E output), length-biased

    load_shape(const length& prompt_length, const length& output_length, double prefix_hit = 0.0,
               double tokens_of_a_pass = 1.0)
        : prompts(points_of(prompt_length)),
          outputs(points_of(output_length)),
          fresh_share(1.0 - checked(prefix_hit, 0.0, 1.0, "the prefix hit share")),
          tokens_per_pass(tokens_of_a_pass) {
        for (const weighted_length& p : prompts) prompt += p.weight * p.tokens;
        for (const weighted_length& p : prompts)
            prompt_variance += p.weight * (p.tokens - prompt) * (p.tokens - prompt);
        double squares = 0.0;
        for (const weighted_length& o : outputs) {
            output += o.weight * o.tokens;
            squares += o.weight * o.tokens * o.tokens;
        }
        context = prompt + 0.5 * squares / output * tokens_per_pass;
    }
    /// Mean decode steps of a request: its first token comes out of its prompt's step.
    double decode_steps() const { return output > 1.0 ? output - 1.0 : 0.0; }
};
}  // namespace gambrel
