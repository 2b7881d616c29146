// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How long a runtime holds new prompts back while it decodes, so that several share a pass. Passes are counted;
/// arrivals come `rate` per pass; decodes run in a pass.
///
/// Batch waiting, mixed (TensorRT-LLM batch_wait_timeout_iters): from the first one's arrival on prompts wait
/// held passes, or once decodes and whole prompts fill a share of the token budget:
///
///     enough   = ceil((batch_wait_share token_budget - decodes) / tokens of a prompt)   prompts that end it
///     held     = min(batch_wait_steps, (enough - 1) / rate), 0 where one is enough
///                batch_wait_steps where a pass has no room for so many (a share of 1 is hardly met by whole prompts)
///     gathered = 1 + rate held                                  wait = held (1 + rate held / 2) / gathered
///     turn     = held + 1                                       passes from one with prompts to the next, at least
///
/// With a limit on new prompts (prompts_per_step: attention copies that wait for each other) each waits `held` passes, and
/// none gathers: a stand-in for that rule, flagged (prediction_validity.hpp).
///
/// Batch waiting, prefill-first (TGI max_waiting_tokens, waiting_served_ratio): prompts start once they are
/// waiting_served_ratio of the decodes, or `batch_wait_steps` passes after the last prompts; a lone one that comes later
/// starts at once.
///
///     enough = floor(waiting_served_ratio decodes)              held = min(batch_wait_steps - 1, enough / rate); at
///                                                               most one is enough: 0
///     gathered = rate held + e^{-rate held}                     wait = rate held^2 / 2 / gathered
///
/// Reading arrivals every `poll_interval_steps` passes (SGLang scheduler_recv_interval), and when nothing decodes. In a
/// closed loop requests start at a read and are back at one:
///
///     interval = min(poll_interval_steps, E[longest output of the batch] - 1)
///     wait     = interval E[ceil(output / interval)] - output          open loop: (poll_interval_steps - 1) / 2
///     gathered = rate interval                                  at least E[N | N > 0] of a pass, everywhere
///
/// Assumptions: Poisson arrivals; the mean stands for the time until `enough` have come. Sources: the servers' own rules,
/// as simulation/schedulers.hpp and inbox.hpp have them. Evidence: tests/serving/prompt_gathering_test.cpp.

#include <gambrel/serving/arrival_pattern.hpp>
#include <gambrel/serving/prompt_packing.hpp>
#include <gambrel/serving/request_shape.hpp>

namespace gambrel {

struct prompt_gathering {
    double wait = 0;      ///< passes that a prompt is held back, on average
    double gathered = 1;  ///< prompts that start together, at least one
    double turn = 1;      ///< passes from one with prompts to the next, at least
    bool dry = false;     ///< every read finds the engine empty: all requests start, and end, together

    constexpr prompt_gathering(const scheduling& s, const request_shape& r, double batch, double decodes, double rate,
                               const arrival_pattern& arrivals) {
        gathered = prompts_per_pass_given_any(rate);
        if (batch <= 1.0) return;
        if (s.batch_wait_steps > 0.0 && s.batching != batching::fixed_batch) wait_for_more(s, r, decodes, rate);
        if (s.poll_interval_steps > 1.0 && s.batching == batching::prefill_first) poll(s, r, batch, rate, arrivals);
    }

private:
    constexpr void wait_for_more(const scheduling& s, const request_shape& r, double decodes, double rate) {
        if (s.batching == batching::mixed) {
            if (s.prompts_per_step > 0.0) {
                wait = s.batch_wait_steps;
                return;
            }
            const double enough =
                math::ceil((s.batch_wait_share * s.token_budget - r.checked_tokens * decodes) / r.fresh);
            const bool has_room = s.chunked_prefill || enough * r.fresh <= s.token_budget - r.checked_tokens * decodes;
            const double held =
                has_room ? smaller(s.batch_wait_steps, larger(0.0, enough - 1.0) / rate) : s.batch_wait_steps;
            turn = held + 1.0;
            gathered += rate * held;
            wait = held * (1.0 + 0.5 * rate * held) / (1.0 + rate * held);
            return;
        }
        const double enough = math::floor(s.waiting_served_ratio * decodes);
        const double held = enough <= 1.0 ? 0.0 : smaller(s.batch_wait_steps - 1.0, enough / rate);
        const double started = rate * held + math::exp(-rate * held);
        gathered = larger(gathered, started);
        wait = 0.5 * rate * held * held / started;
    }
    constexpr void poll(const scheduling& s, const request_shape& r, double batch, double rate,
                        const arrival_pattern& arrivals) {
        if (arrivals.open) {
            wait = 0.5 * (s.poll_interval_steps - 1.0);
            gathered = prompts_per_pass_given_any(rate * s.poll_interval_steps);
            return;
        }
        const double each = 1.0 / r.passes_per_token(), every = s.poll_interval_steps * each;  // in tokens
        const double longest = larger(1.0, r.output_law->expected_longest(batch) - 1.0);
        dry = longest <= every;
        const double interval = smaller(every, longest);
        const double intervals =
            r.output_law->variance() == 0.0
                ? math::ceil(r.output / interval)
                : r.output_law->mean_of([&](double u) { return math::ceil(r.output_law->quantile(u) / interval); });
        wait = (dry ? longest - (r.output - 1.0) : larger(0.0, interval * intervals - r.output)) / each;
        gathered = larger(gathered, rate * interval / each);
    }
};
}  // namespace gambrel
