// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The time of one pass as a function of its load, cheap enough to ask a million times a second: what queueing models
/// and the simulator see of a deployment. A load is a sum over the requests of the pass.
///
///     linear_step    T = fixed + per_token (decodes + prompt tokens) + per_context context
///
/// A law takes a `pass_load` and returns seconds as a plain number, because it is called in the innermost loops
/// (docs/rationale.md, "Where units end"). `context`: tokens attended to, summed over the decodes.

#include <concepts>
#include <initializer_list>

namespace gambrel {

struct pass_load {
    double decodes = 0;         ///< sequences that each add one token
    double context = 0;         ///< tokens attended to, summed over the decodes
    double prompts = 0;         ///< prompts, or pieces of prompts
    double prompt_tokens = 0;   ///< new tokens, summed over the prompts
    double prompt_pairs = 0;    ///< query-key pairs, summed over the prompts: s past + s (s + 1) / 2
    double finishing = 0;       ///< prompts whose last piece this is
    double mean_tokens = 0;     ///< new tokens of an attention copy, mean over those that share experts; 0: these
    double demand_before = -1;  ///< mean power wanted by the passes before (clock_law.hpp); negative: as by this one

    constexpr double tokens() const { return decodes + prompt_tokens; }

    /// One of two micro-batches of it: half of the sequences, or of a lone prompt's tokens (step_shape::half).
    constexpr pass_load half() const {
        const double pieces = prompts >= 2.0 ? 0.5 : 1.0;
        pass_load h = *this;
        for (double* x : {&h.decodes, &h.context, &h.prompt_tokens, &h.prompt_pairs, &h.mean_tokens}) *x *= 0.5;
        h.prompts *= pieces;
        h.finishing *= pieces;
        return h;
    }
};

template <class L> concept step_law = requires(const L& law, const pass_load& load) {
    { law.seconds(load) } -> std::convertible_to<double>;
};

/// Seconds of a pass, and the power that it wants of what the limit leaves (clock_law.hpp).
struct powered_pass {
    double seconds = 0, demand = 0;
};
/// Both of a pass of `l` under `law`, and the seconds in which the clock answers; no demand and 0 of laws without a limit.
template <step_law L> constexpr powered_pass powered(const L& law, const pass_load& l) {
    if constexpr (requires { law.powered(l); }) return law.powered(l);
    else return {law.seconds(l), 0.0};
}
template <step_law L> constexpr double settling_of(const L& law) {
    if constexpr (requires { law.settling(); }) return law.settling();
    else return 0.0;
}

/// The three-constant law of the continuous-batching literature.
struct linear_step {
    double fixed = 0;        ///< seconds per pass
    double per_token = 0;    ///< seconds per token of the pass
    double per_context = 0;  ///< seconds per token attended to by a decode

    constexpr double seconds(const pass_load& l) const {
        return fixed + per_token * (l.decodes + l.prompt_tokens) + per_context * l.context;
    }
};
static_assert(step_law<linear_step>);
}  // namespace gambrel
