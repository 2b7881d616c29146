// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What one forward pass is given: running sequences that each add a token, and (pieces of) prompts. Counts are
/// doubles because they are means; a pass of 8.9 prompts costs what the law says between 8 and 9.
///
/// Counts are those of ONE attention rank group (data = 1), the fullest; experts see `data` times tokens_to_experts().

namespace gambrel {

struct step_shape {
    double decodes = 0;            ///< sequences in decode
    double context = 0;            ///< mean tokens each of them attends to
    double tokens_per_decode = 1;  ///< 1; with speculation 1 + drafts verified
    double prompts = 0;            ///< prompts, or pieces of prompts, in this pass
    double prompt_tokens = 0;      ///< new tokens of each
    double prompt_past = 0;        ///< tokens before them that are already cached
    double images = 0;             ///< encoded in this pass
    double finishing = 1;          ///< share of these pieces that end their prompt and so need a logit row
    double mean_tokens = 0;        ///< tokens of a rank group, mean over those that share experts; 0: tokens()

    /// Tokens that each rank group brings to the experts, on average.
    constexpr double tokens_to_experts() const { return mean_tokens > 0.0 ? mean_tokens : tokens(); }
    constexpr double decode_tokens() const { return decodes * tokens_per_decode; }
    constexpr double tokens() const { return decode_tokens() + prompts * prompt_tokens; }
    constexpr double logit_rows() const { return decode_tokens() + prompts * finishing; }
    constexpr double sequences() const { return decodes + prompts; }

    /// One of two micro-batches of it: half of the sequences, or of a lone prompt's tokens (its second half sees the first).
    constexpr step_shape half() const {
        step_shape h = *this;
        h.decodes *= 0.5;
        h.images *= 0.5;
        h.mean_tokens *= 0.5;
        if (prompts >= 2.0) {
            h.prompts *= 0.5;
        } else {
            h.prompt_tokens *= 0.5;
            h.prompt_past += 0.25 * prompt_tokens;
        }
        return h;
    }
    /// `sequences` decodes at `context`.
    static constexpr step_shape decode(double sequences, double context) {
        return {.decodes = sequences, .context = context};
    }
    /// `prompts` whole prompts of `tokens` new tokens after `past` cached ones.
    static constexpr step_shape prefill(double prompts, double tokens, double past = 0) {
        return {.prompts = prompts, .prompt_tokens = tokens, .prompt_past = past};
    }
};
}  // namespace gambrel
