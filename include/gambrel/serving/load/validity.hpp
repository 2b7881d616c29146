// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Where a load model is outside what it was checked for, and the simulator should be asked instead. The thresholds are
/// chosen at the edge of the settings that tests/serving/load/load_against_simulation_test.cpp and
/// docs/models/serving-under-load.md ("Against the simulator") compare with the simulator, and by eye from
/// `tools/differential/differential.py promise` (seeds 5 to 7); none is fitted. Errors given are those of the closed form
/// against the simulator there. SCV: squared coefficient of variation. Evidence: tests/serving/load/validity_test.cpp.

#include <cmath>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/serving/load/load_point.hpp>

namespace gambrel {

namespace validity {
/// Utilisation, rate / limit: above, a few per cent of error in the step time move the queue, and percentiles of TTFT,
/// by far more (TTFT at 0.96 of the limit: 8 %; TPOT p99 of short outputs at 0.93: 22 to 29 %).
inline constexpr double near_limit = 0.88;
/// SCV of arrival gaps: above, bursts are larger than the geometric batches that stand for them; below, gaps are more
/// even than the batch formula can be (at SCV 16: TTFT p99 -1 to -9 %).
inline constexpr double most_arrival_scv = 16.0, least_arrival_scv = 0.3;
/// Prompt tokens of a step over the room that decodes leave in the token budget: above, prompts cut over several steps
/// are common, which the step recursion does not know (TTFT p99 -11 % at a budget of two prompts).
inline constexpr double budget_share = 0.3;
/// Share of the time that prompts take, below which few of them meet another, however long they are.
inline constexpr double meeting_prompts = 0.1;
/// Mean number of decodes in a step, below which, from this load on, the number is far from normal (TPOT and ITL tails
/// up to 50 % low).
inline constexpr double few_decodes = 8.0, few_decodes_load = 0.2;
/// Utilisation from which on heavy tails matter: below, those of one request in a hundred meet few others.
inline constexpr double heavy_utilisation = 0.3;
/// The same of prompts: share of the time that prompts take.
inline constexpr double heavy_prefill = 0.02;
/// SCV of output lengths: above, a few long requests hold most slots for long. Of prompts: above, a step with one of the
/// longest is most of what a percentile sees.
inline constexpr double most_output_scv = 2.0, most_prompt_scv = 2.0;
/// Mean output tokens: with fewer, prompts cluster more than the recursion's steps hold (TPOT 34 % low in
/// the case that was looked at).
inline constexpr double few_output_tokens = 17.0;
/// The same near the limit: TPOT p99 20 to 28 % short at 0.8 of it.
inline constexpr double short_output_tokens = 40.0, short_output_utilisation = 0.65;
/// Where KV memory binds: standard deviations of the KV of all that run that must be free, or the head of the line waits
/// for memory and everybody behind it (TTFT p99 35 times too short at 0.88 of the limit).
inline constexpr double kv_deviations = 3.0;
/// Utilisation of batches whose passes go together: above, whose prompts meet whose decodes matters more than the means
/// that stand for it (TPOT 11 to 25 % off in the median at 0.8, 3 to 4 % at 0.3).
inline constexpr double most_in_step = 0.4;
}  // namespace validity

/// Whether `prompts_per_step` prompts (at least one) take more than budget_share of what `decodes` leave of the budget.
inline bool fills_token_budget(const load_basis& b, const scheduling& s, double prompts_per_step, double decodes) {
    const double fresh = b.shape.fresh_share * b.shape.prompt;
    return fresh * larger(1.0, prompts_per_step) > validity::budget_share * (s.token_budget - decodes);
}

/// `in_step`: batches whose passes go together.
inline validity_warning warning_of(const load_basis& b, const scheduling& s, const load_prediction& p,
                                   const load_point& point, double in_step = 1.0) {
    if (p.utilisation > validity::near_limit) return validity_warning::near_limit;
    if (in_step > 1.0 && p.utilisation > validity::most_in_step) return validity_warning::batches_in_step;
    if (point.arrival_scv > validity::most_arrival_scv) return validity_warning::bursty_arrivals;
    if (point.arrival_scv < validity::least_arrival_scv) return validity_warning::even_arrivals;
    if (s.batch_wait_steps > 0.0 || (s.poll_interval_steps > 1.0 && p.load > validity::few_decodes_load))
        return validity_warning::held_prompts;
    const bool cut = b.shape.fresh_share * b.shape.prompt > s.token_budget - point.decodes;
    if (point.rate * point.prefill.mean > (cut ? 0.5 : 1.0) * validity::meeting_prompts &&
        fills_token_budget(b, s, point.occupancy.arrivals, point.decodes))
        return validity_warning::chunked_prompts;
    if (b.uncut_prompts) return validity_warning::whole_prompts;
    if (point.occupancy.decodes < validity::few_decodes && larger(p.load, p.utilisation) > validity::few_decodes_load)
        return validity_warning::few_decodes;
    if (b.shape.output < validity::few_output_tokens && b.shape.decode_steps() > 0.0 &&
        p.load > validity::few_decodes_load)
        return validity_warning::short_outputs;
    if (b.shape.output < validity::short_output_tokens && p.utilisation > validity::short_output_utilisation)
        return validity_warning::short_outputs;
    if (p.utilisation > validity::heavy_utilisation && b.output_scv > validity::most_output_scv)
        return validity_warning::uneven_outputs;
    if (point.rate * point.prefill.mean < validity::heavy_prefill) return validity_warning::none;
    if (b.shape.prompt_variance > validity::most_prompt_scv * b.shape.prompt * b.shape.prompt)
        return validity_warning::uneven_prompts;
    return validity_warning::none;
}
}  // namespace gambrel
