// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How prompts share the token budget of a pass with the decodes in it.
///
///     room                      = max(1, token_budget - decodes)                  tokens left for prompts
///     passes_per_prompt         = ceil(tokens / room)                             chunked prefill; else 1
///     prompts_per_pass          = room passes_per_prompt / tokens                 chunked: each is in that many passes
///                                 max(1, floor(room / tokens))                    whole prompts only
///     prompts_finished_per_pass = prompts_per_pass / passes_per_prompt
///
/// `tokens`: of one prompt, without those found in the prefix cache. `decodes` are their tokens: one each, with speculation
/// as many as are checked. A runtime's limit on new prompts, `prompts_per_step`, bounds prompts_per_pass; a static batch
/// takes all its prompts in one pass, whatever the budget.
/// Assumptions: prompts of equal length; a prompt's chunks are equal. Evidence: tests/serving/prompt_packing_test.cpp.

#include <gambrel/numeric/math.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <limits>

namespace gambrel {

struct prompt_packing {
    double passes_per_prompt = 1;
    double prompts_per_pass = 1;           ///< at most; infinite for a static batch
    double prompts_finished_per_pass = 1;  ///< at most; below 1 where a prompt takes several passes

    constexpr prompt_packing(const scheduling& s, double tokens, double decodes) {
        if (s.batching == batching::fixed_batch) {
            prompts_per_pass = prompts_finished_per_pass = std::numeric_limits<double>::infinity();
            return;
        }
        const double room = larger(1.0, s.token_budget - decodes);
        if (s.chunked_prefill) {
            passes_per_prompt = math::pieces(tokens, room);
            prompts_per_pass = room * passes_per_prompt / tokens;
            prompts_finished_per_pass = room / tokens;
        } else {
            prompts_per_pass = prompts_finished_per_pass = larger(1.0, math::floor(room / tokens));
        }
        if (s.prompts_per_step > 0.0) {
            prompts_per_pass = smaller(prompts_per_pass, s.prompts_per_step);
            prompts_finished_per_pass = smaller(prompts_finished_per_pass, s.prompts_per_step / passes_per_prompt);
        }
    }
};

/// Prompts of a pass that carries any, where `mean` arrive per pass at random: E[N | N > 0], N ~ Poisson(mean).
constexpr double prompts_per_pass_given_any(double mean) {
    constexpr double short_series = 1e-3;  // below: 1 + mean / 2 + mean^2 / 12, whose next term is mean^4 / 720
    return mean < short_series ? 1.0 + mean * (0.5 + mean / 12.0) : mean / (1.0 - math::exp(-mean));
}
}  // namespace gambrel
