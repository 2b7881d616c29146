// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The time of a step (one forward pass) as straight lines about an operating point: all that the closed form of
/// continuous batching uses of a step law, the function from what a pass carries to its seconds.
///
///     step of n decodes            = fixed + per_sequence n                             decodes at the mean context
///     step with prompts, beyond it = extra + the sum of its prompts' `prefill` seconds  extra: once a step
///     separate prefill:              a prompt's pass holds no decodes; extra = what its pass costs empty
///
/// per_sequence is a chord from 3/4 to 5/4 of the decodes, for laws with steps in them, and no steeper than the secant
/// from one decode where the chord would leave `fixed` below half of a lone step: a step of no decodes takes time too.
/// `prefill` is a prompt's share of what `prompts_per_step` prompts cost together, so that the mean is kept where the
/// cost is not proportional to their number (weights read once, prompt passes not captured as a graph).
/// Source: the step-recursion derivation in docs/models/serving-under-load.md.
/// Evidence: tests/serving/load/load_shape_test.cpp (a linear law comes back exactly).

#include <gambrel/numeric/math.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/serving/load/load_shape.hpp>
#include <gambrel/step/step_law.hpp>

namespace gambrel {

struct weighted_time {
    double seconds = 0;
    double weight = 0;  ///< probability; the weights of a distribution sum to 1
};

inline double mean_of(const std::vector<weighted_time>& times) {
    double sum = 0.0;
    for (const weighted_time& t : times) sum += t.weight * t.seconds;
    return sum;
}

struct linearised_step {
    double fixed = 0;               ///< seconds of a step of decodes, less per_sequence n
    double per_sequence = 0;        ///< seconds each decode adds, at the mean context
    double context_share = 0;       ///< what one more token of context adds to a decode, over per_sequence
    double extra = 0;               ///< seconds that a step with prompts takes beyond its decodes and its prefill times
    bool separate_prefill = false;  ///< prompts run in passes of their own
    /// By prompt length in the order of load_shape::prompts, for each as often by what the pass before left.
    std::vector<weighted_time> prefill{};

    double decode_step(double n) const { return fixed + per_sequence * n; }
    double mean_prefill() const { return mean_of(prefill); }
};

/// A pass of `decodes` decodes at the mean context and `number` prompts of `tokens` new tokens each behind `past` others.
inline pass_load load_of_pass(const load_shape& shape, double decodes, double number, double tokens, double past) {
    return {.decodes = decodes,
            .context = decodes * shape.context,
            .prompts = number,
            .prompt_tokens = number * tokens,
            .prompt_pairs = number * tokens * (past + 0.5 * (tokens + 1.0)),
            .finishing = number};
}
/// Its seconds, among its like.
template <step_law Law>
double pass_seconds(const Law& law, const load_shape& shape, double decodes, double number, double tokens,
                    double past) {
    return law.seconds(load_of_pass(shape, decodes, number, tokens, past));
}
/// Its seconds where `share` of the passes carry prompts and the others decodes only, by the pass before it: one with
/// prompts left its own demand of power, one of decodes what it found, faded meanwhile (power_state.hpp). One value where
/// the law has no limit or all passes carry prompts.
template <step_law Law> std::vector<weighted_time> seconds_by_pass_before(const Law& law, pass_load l, double share) {
    if (!(share < 1.0) || !(settling_of(law) > 0.0)) return {{law.seconds(l), 1.0}};
    const pass_load others{.decodes = l.decodes, .context = l.context};
    const powered_pass like = powered(law, l), decodes = powered(law, others);
    const double own = like.demand, other = decodes.demand, without = decodes.seconds, met = share * like.seconds,
                 with = met / (met + (1.0 - share) * without), mean = with * own + (1.0 - with) * other,
                 kept = math::exp(-without / settling_of(law));
    l.demand_before = own;
    const double after_prompts = law.seconds(l);
    l.demand_before = kept * mean + (1.0 - kept) * other;
    return {{after_prompts, with}, {law.seconds(l), 1.0 - with}};
}
/// The share of passes that carry prompts where `arrivals` requests come in a step of decodes and share a pass with
/// `together` - 1 others.
constexpr double share_with_prompts(double arrivals, double together, bool separate_prefill) {
    const double passes = arrivals / larger(1.0, together);
    return separate_prefill ? passes / (1.0 + passes) : smaller(1.0, passes);
}

/// What a prompt costs in all where `decodes` sequences run, `arrivals` prompts come in a step, and a step with prompts
/// carries `prompts_per_step` of them: the mean of linearised(...)'s prompts and of what they share of the step.
template <step_law Law>
double mean_prompt_cost(const Law& law, const load_shape& shape, bool separate_prefill, double decodes,
                        double prompts_per_step, double arrivals) {
    const double share = share_with_prompts(arrivals, prompts_per_step, separate_prefill);
    const double concurrent_decodes = separate_prefill ? 0.0 : decodes, k = larger(1.0, prompts_per_step);
    const double empty = separate_prefill ? 0.0 : pass_seconds(law, shape, decodes, 0.0, 0.0, 0.0);
    double sum = 0.0;
    for (const weighted_length& p : shape.prompts) {
        const double tokens = larger(1.0, shape.fresh_share * p.tokens);
        const double all = mean_of(
            seconds_by_pass_before(law, load_of_pass(shape, concurrent_decodes, k, tokens, p.tokens - tokens), share));
        sum += p.weight * larger(0.0, all - empty) / k;
    }
    return sum;
}

/// The lines of `law` where `decodes` sequences run, `arrivals` prompts come in a step and a step with prompts carries
/// `prompts_per_step` of them.
template <step_law Law>
linearised_step linearised(const Law& law, const load_shape& shape, bool separate_prefill, double decodes,
                           double prompts_per_step, double arrivals) {
    const double share = share_with_prompts(arrivals, prompts_per_step, separate_prefill);
    linearised_step t;
    t.separate_prefill = separate_prefill;
    const auto decode = [&](double n, double context) {
        return law.seconds(pass_load{.decodes = n, .context = n * context});
    };
    const double n = larger(1.0, decodes), low = 0.75 * n, high = 1.25 * n;  // a chord, for laws with steps in them
    constexpr double least_fixed = 0.5;  // of a lone step: a chord that leaves less crosses a jump of the law
    const double here = decode(n, shape.context), lone = smaller(here, decode(1.0, shape.context));
    t.per_sequence = larger(0.0, (decode(high, shape.context) - decode(low, shape.context)) / (high - low));
    if (here - t.per_sequence * n < least_fixed * lone)
        t.per_sequence = smaller(n > 1.0 ? (here - lone) / (n - 1.0) : 0.0, (here - least_fixed * lone) / n);
    t.fixed = here - t.per_sequence * n;
    const double longer = 0.1 * shape.context;  // chosen: far above rounding, small against a context
    const double by_context = (decode(n, shape.context + longer) - here) / (n * longer);
    t.context_share = t.per_sequence > 0.0 ? by_context / t.per_sequence : 0.0;

    const double concurrent_decodes = separate_prefill ? 0.0 : decodes, k = larger(1.0, prompts_per_step);
    // `number` whole prompts, each of `tokens` to compute after `past` cached ones: token i attends to past + i.
    const auto prompts = [&](double tokens, double past, double number) {
        return seconds_by_pass_before(law, load_of_pass(shape, concurrent_decodes, number, tokens, past), share);
    };
    const double empty = separate_prefill ? 0.0 : decode(decodes, shape.context);
    const double fresh = larger(1.0, shape.fresh_share * shape.prompt), past = shape.prompt - fresh;
    // What k prompts cost beyond k times the cost of one more belongs to the step.
    const double with_prompts = mean_of(prompts(fresh, past, k)),
                 another = mean_of(prompts(fresh, past, k + 1.0)) - with_prompts;
    t.extra = larger(0.0, with_prompts - k * another - empty);
    for (const weighted_length& p : shape.prompts) {
        const double tokens = larger(1.0, shape.fresh_share * p.tokens);
        for (const weighted_time& pass : prompts(tokens, p.tokens - tokens, k))
            t.prefill.push_back({larger(0.0, pass.seconds - empty), p.weight * pass.weight});
    }
    // Beyond `extra` a short prompt costs nothing and not less. Where `extra` is most of what prompts cost, the others
    // give that back, so that the mean is kept.
    const double all = t.mean_prefill(), most = 0.5 * all;
    const bool kept = t.extra > most;
    t.extra = smaller(t.extra, all);
    for (weighted_time& p : t.prefill) p.seconds = larger(0.0, p.seconds - t.extra);
    const double beyond = t.mean_prefill(), by = !kept ? 1.0 : beyond > 0.0 ? (all - t.extra) / beyond : 0.0;
    for (weighted_time& p : t.prefill) p.seconds *= by / k;
    return t;
}
}  // namespace gambrel
