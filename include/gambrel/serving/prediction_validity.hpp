// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Where the closed form of `predict` is known to differ from the simulator by more than 10 % in throughput or TPOT,
/// and the simulator should be asked instead. Thresholds are chosen by eye from runs of
/// `tools/differential/differential.py closed` (seeds 11 and 21, about 1,300 deployments), none is fitted; what was seen
/// beyond one is given where it is known. Evidence: tests/serving/prediction_validity_test.cpp.

#include <gambrel/runtime/runtime.hpp>
#include <gambrel/serving/validity_warning.hpp>
#include <gambrel/workload/workload.hpp>

namespace gambrel {

namespace validity {
/// Squared coefficient of variation (SCV) of outputs or prompts from which on tails are heavy: then the means hold only
/// where KV memory is nearly empty and prompts take little of the time.
inline constexpr double most_mean_scv = 2.0;
inline constexpr double heavy_memory = 0.15, heavy_prompt_share = 0.4;
/// Equal outputs beside prompts that take this share of the time, and outputs of at most so many tokens: clients meet in
/// patterns of their own, TPOT up to 74 % off.
inline constexpr double wave_prompt_share = 0.5, wave_tokens = 32.0;
/// The same of clients that start together and need more than most_lock_step_rounds.
inline constexpr double staggered_prompt_share = 0.55;
/// Prompts held back for others (prompt_gathering.hpp) that take this share of the time, or outputs of fewer intervals.
inline constexpr double held_prompt_share = 0.3, held_intervals = 1.5;
/// Requests in flight over what KV memory holds, where lengths vary and nothing is reserved.
inline constexpr double full_memory = 0.9;
/// Even lengths with more clients than KV memory holds, where preemptions cost more than 10 % (of 1,100 drawn by
/// `differential.py pressure` 16 % are said, 3 % are beyond 10 % without a word). `growth` is output over the mean
/// context of a request.
inline constexpr double most_growth = 0.2;
/// Where the first chunk lets prompts in: prompts over the token budget and growth (up to 42 times the simulator's
/// throughput; vLLM's pull request 37307 measured such a storm); with spare blocks, their product.
inline constexpr double most_first_chunk = 0.75, first_chunk_growth = 0.005, most_spared = 0.3;
/// SGLang, whose preempted go to the end of the line: growth with so many clients for each request that fits.
inline constexpr double most_estimated_growth = 0.5, estimated_clients = 1.5, behind_growth = 0.05,
                        behind_clients = 5.0;
/// Share of a request's passes that its prompt queues for room: beyond, TPOT is up to 4 times too long.
inline constexpr double most_queued = 0.05;
/// Mean prompt of a static batch over the token budget: beyond, whether one or two fit is a matter of their lengths.
inline constexpr double whole_prompt = 0.5;
/// Few output tokens beside uneven prompts that take much of the time: the mean of each request's TPOT is not that of all
/// steps.
inline constexpr double few_tokens = 17.0, few_tokens_scv = 0.9, few_tokens_prompt_share = 0.7;
/// Few output tokens of groups whose passes go together, beside prompts that take this share of the time: whose prompts
/// meet is a pattern, not chance. Throughput up to 34 % off.
inline constexpr double few_tokens_in_step = 20.0, few_tokens_in_step_prompt_share = 0.25;
}  // namespace validity

/// What of a predicted point its validity depends on; of one rank group.
struct predicted_point {
    double clients = 1, running = 1;
    double groups = 1;        ///< batches that clients are spread over: of replicas, ranks and stages
    double in_step = 1;       ///< of these, whose passes go together
    double memory = 1;        ///< requests that KV memory is good for
    double prompt_share = 0;  ///< share of the time that prompts take
    double queued = 0;        ///< share of a request's passes that its prompt waits for room
    bool staggered = false;   ///< lock step in more rounds than stay together
};

constexpr double squared_variation(const length& l) { return l.variance() / (l.mean() * l.mean()); }

/// Whether a full KV memory preempts so often that the closed form, which has no preemptions, is off.
constexpr bool preempts(const workload& w, const scheduling& s, const predicted_point& p) {
    const double prompt = w.prompt.mean(), output = w.output.mean(), growth = output / (prompt + 0.5 * output);
    switch (s.admission) {
        case admission::reserve_all: return false;
        case admission::on_demand: return growth > validity::most_growth;
        case admission::first_chunk: {
            const double chunks = prompt * (1.0 - w.prefix_hit) / s.token_budget;
            const bool storm =
                s.spare_blocks > 0.0 ? growth * chunks > validity::most_spared : growth > validity::first_chunk_growth;
            return growth > validity::most_growth || (chunks > validity::most_first_chunk && storm);
        }
        case admission::estimated: {
            const double clients = p.clients / p.memory;
            return (growth > validity::most_estimated_growth && clients > validity::estimated_clients) ||
                   (growth > validity::behind_growth && clients > validity::behind_clients);
        }
    }
    return false;
}

constexpr validity_warning warning_of(const workload& w, const scheduling& s, const predicted_point& p) {
    const bool batch = s.batching == batching::fixed_batch, even = w.output.variance() == 0.0;
    const double beside = s.batching == batching::mixed ? p.running : 0.0;  // decodes in a prompt's pass
    if (!s.chunked_prefill && w.prompt.quantile(validity::whole_share) * (1.0 - w.prefix_hit) + beside > s.token_budget)
        return validity_warning::whole_prompts;
    if (p.running <= 1.0 && p.clients <= 1.0) return validity_warning::none;
    const bool run = w.protocol.burst_start && w.protocol.prompts_per_client > 0.0;  // too few requests for a mean
    if (batch || run || p.clients > validity::heavy_memory * p.memory ||
        p.prompt_share > validity::heavy_prompt_share) {
        if (squared_variation(w.output) > validity::most_mean_scv) return validity_warning::uneven_outputs;
        if (squared_variation(w.prompt) > validity::most_mean_scv) return validity_warning::uneven_prompts;
    }
    if (batch && w.prompt.variance() > 0.0 && w.prompt.mean() > validity::whole_prompt * s.token_budget)
        return validity_warning::chunked_prompts;
    const double held = larger(s.batch_wait_steps, s.poll_interval_steps > 1.0 ? s.poll_interval_steps : 0.0);
    if (!batch && held > 0.0 &&
        (s.prompts_per_step > 0.0 || p.prompt_share > validity::held_prompt_share ||
         w.output.mean() < validity::held_intervals * held))
        return validity_warning::held_prompts;
    // A batch ends together and its clients come back to any of the batches: some wait, others run half empty.
    if (batch && p.groups > 1.0 && p.clients * p.groups > 1.0) return validity_warning::batches_apart;
    if (batch && run && !even) return validity_warning::short_run;
    if (p.staggered && p.prompt_share > validity::staggered_prompt_share) return validity_warning::rounds;
    if (even && !batch && !w.open_loop() && !w.protocol.burst_start && w.output.mean() <= validity::wave_tokens &&
        p.prompt_share > validity::wave_prompt_share)
        return validity_warning::rounds;
    if (!even && p.queued > validity::most_queued) return validity_warning::chunked_prompts;
    if (!batch && !even && w.output.mean() < validity::few_tokens &&
        squared_variation(w.prompt) > validity::few_tokens_scv && p.prompt_share > validity::few_tokens_prompt_share)
        return validity_warning::short_outputs;
    if (!batch && p.in_step > 1.0 && w.output.mean() < validity::few_tokens_in_step &&
        p.prompt_share > validity::few_tokens_in_step_prompt_share)
        return validity_warning::short_outputs;
    if (!batch && s.admission != admission::reserve_all && p.clients > validity::full_memory * p.memory &&
        p.memory < s.most_sequences) {
        if (!even) return validity_warning::kv_pressure;
        if (p.clients > p.memory && preempts(w, s, p)) return validity_warning::preemptions;
    }
    return validity_warning::none;
}
}  // namespace gambrel
