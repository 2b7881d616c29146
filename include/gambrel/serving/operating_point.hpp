// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The operating point of one rank group (the devices of one data-parallel copy) with n requests in flight: the times
/// of its passes, and the TPOT and TTFT that follow. `decode`: seconds of a pass of decodes only; `prefill`: of one
/// with prompts_per_pass prompts too, each cut over passes_per_prompt passes. batch = max(1, n / pipeline stages)
/// requests share a pass. frontend: host time before it. burstiness: others' arrivals around an arrival, 1 if even.
///
/// Spread out (an open loop, or a closed one with mixed lengths): a request holds its slot for `cycle` passes, in
/// `output` of which it decodes (with speculation fewer: request_shape::steps stands for it everywhere below).
///
///     cycle   = output + passes_per_prompt + queue_passes + gathering_passes   prefill-first: output + gathering_passes
///     decodes = 1 + (batch - 1) output / cycle                    of one pass
///     others  = (batch - prompts_per_pass) passes_per_prompt / prompts_per_pass     passes of others' prompts, a cycle
///     share   = others / cycle                                    open loop: passes that carry prompts, per pass
///               (others - queue_passes - not_alone busy) / output closed loop: less those met before the first token
///     TPOT    = decode + share (prefill - decode)                 decode + share prefill  prefill-first
///     TTFT    = frontend + not_alone (boundary + held TPOT) + (queue_passes + passes_per_prompt) prefill
///
///     busy      = min(1, x), x = burstiness others / cycle; prefill-first x / (1 + x)    P(a pass met carries prompts)
///     boundary  = E[pass^2] / (2 E[pass])     open loop: residual of the pass under way (length-biased)
///                 boundary_after()            closed loop: from the end of the frontend to the start of a pass
///     held      = gathering_passes (prompt_gathering.hpp) + 1 with async_scheduling, mixed        passes missed
///     not_alone = (n - 1) / n                 an empty engine has no pass under way
///     queue_passes: prompt_queue.hpp; prefill-first (share - 1) / 2, the mean wait in a row of `share` passes
///
/// The frontend works on one prompt after another (host_time::frontend_work): frontend_wait.hpp is added to TTFT.
///
/// Batch waiting: prompts may start every `turn` passes (TensorRT-LLM: prompt_gathering.hpp; TGI: 1 pass of decodes) and
/// queue for a turn: prefill_queue_passes() with z = turn / (most prompts of a pass). Of queue_passes only
/// queue_passes / turn carry prompts (in `share`), and TTFT has for them queue_passes TPOT (TensorRT-LLM) or
/// queue_passes (decode + prefill) (TGI). Where every read of arrivals finds an engine that has run dry (SGLang), requests
/// are in lock step, gathering_passes TPOT later.
///
/// Lock step (a closed loop that starts at once with fixed lengths, or a static batch): all prompts come together and
/// take rounds = batch passes_per_prompt / prompts_per_pass full passes; the first of them decode through the rest.
///
///     TTFT = frontend + prefill (rounds + 1) / 2
///     TPOT = decode + (rounds - 1) / 2 / (output - 1) (prefill - decode)      prefill-first: `prefill` for the bracket
///
/// Under mixed batching with more than `most_lock_step_rounds`, requests of one pass end one pass before the next ones
/// and refill a pass while the others decode: full passes follow each other, nobody queues, and TTFT and TPOT are those
/// of requests spread out with busy = 1 - 1 / rounds.
///
/// Groups whose passes go together (attention copies of experts, pipeline stages): groups_in_step.hpp.
///
/// Validity: outputs of eight tokens and more; with fewer, a request hardly decodes among others and means mislead.
/// Evidence: tests/serving/predict_test.cpp, by hand; tests/serving/protocol_test.cpp, against the simulator.

#include <gambrel/serving/admitted.hpp>
#include <gambrel/serving/arrival_pattern.hpp>
#include <gambrel/serving/frontend_wait.hpp>
#include <gambrel/serving/groups_in_step.hpp>
#include <gambrel/serving/prompt_gathering.hpp>
#include <gambrel/serving/prompt_queue.hpp>

namespace gambrel {

/// Chosen: requests of the first of two passes end one pass before the second's and spend about that in the frontend.
inline constexpr double most_lock_step_rounds = 2.0;

template <class Y> class operating_point {
public:
    constexpr operating_point(const checked_deployment<Y>& c, const request_shape& r, double n,
                              const arrival_pattern& arrivals = {})
        : met_(c.of().model, c.of().cut, n, c.of().runtime.scheduling),
          batch_(larger(1.0, n / static_cast<double>(c.of().cut.pipeline))),
          decodes_(batch_),
          cycle_(r.steps) {
        const scheduling& s = c.of().runtime.scheduling;
        const bool mixed = s.batching == batching::mixed;
        pack(s, r, arrivals);
        const double rounds = batch_ * passes_per_prompt_ / prompts_per_pass_;
        const bool staggered_rounds = arrivals.lock_step && mixed && rounds > most_lock_step_rounds;
        lock_step_ = s.batching == batching::fixed_batch || dry_ || (arrivals.lock_step && !staggered_rounds);

        decode = c.pass(step_shape::decode(decodes_, r.context));
        if (met_.others > 0.0 && !arrivals.lock_step && !lock_step_)  // in step, all groups have prompts at once
            met_.meet(arrivals.burstiness * batch_ * passes_per_prompt_ / cycle_, most_prompts_);
        prefill = c.pass(prompt_pass(r, mixed));
        if (!lock_step_) among_decodes(c.roof().constants().clock, mixed, arrivals.burstiness);
        const runtime<Y>& software = c.of().runtime;
        frontend_ = software.host.frontend(r.prompt);
        first_token.add_host(frontend_, software.host_sigma);
        if (lock_step_) in_lock_step(r.steps, rounds, mixed);
        else spread_out(software, r.steps, staggered_rounds ? 1.0 - 1.0 / rounds : -1.0, arrivals);
        const double copies = copies_in_step(c.of().model, c.of().cut), others = n * copies - 1.0;
        const Y work = software.host.frontend_work(r.prompt).value() / software.frontend.processes_of(copies);
        const Y each = prefill.total().value() * (passes_per_prompt_ / prompts_per_pass_);
        const Y answer = latency(r.steps).value();
        first_token.add_host(seconds<Y>::from_value(lock_step_ ? burst_wait(work, others, each, answer)
                                                               : frontend_wait(work, others, answer)),
                             software.host_sigma);
    }

    /// A request from sending it to its last token.
    constexpr pass_time<Y> whole(double output) const {
        pass_time<Y> t = first_token;
        t.add(mean_step, larger(0.0, output - 1.0));
        return t;
    }
    constexpr seconds<Y> latency(double output) const {
        return first_token.total() + mean_step.total() * larger(0.0, output - 1.0);
    }
    constexpr double decodes() const { return decodes_; }    ///< in one pass
    constexpr bool lock_step() const { return lock_step_; }  ///< all prompts come at once, round after round
    constexpr double queue_share() const { return queue_passes_ / cycle_; }  ///< of a cycle, spent in the prefill queue
    constexpr double passes_per_prompt() const { return passes_per_prompt_; }
    constexpr double prompts_per_pass() const { return prompts_per_pass_; }  ///< of a pass that carries any
    /// Share of machine time that a request's prompt costs, its output the rest: a mixed pass is charged to prompts
    /// by what it takes beyond decodes alone.
    constexpr double prompt_share(const request_shape& r, const scheduling& s) const {
        const double step = math::plain(decode.total().value());
        const double pass = math::plain(prefill.total().value()) - (s.batching == batching::mixed ? step : 0.0);
        const double prompt = larger(0.0, pass) * passes_per_prompt_ / prompts_per_pass_;
        return prompt / (prompt + step * r.steps / decodes_);
    }

    pass_time<Y> decode{}, prefill{}, mean_step{}, first_token{};

private:
    /// Sets passes_per_prompt and prompts_per_pass, and by them how long prompts queue and how many requests decode.
    constexpr void pack(const scheduling& s, const request_shape& r, const arrival_pattern& arrivals) {
        const bool mixed = s.batching == batching::mixed, spread = mixed && !arrivals.lock_step;
        double most = 1.0;
        for (int round = 0; round < 2; ++round) {  // decodes set the prompts' room, and their queue sets the decodes
            const double in_pass = !mixed ? 0.0 : (arrivals.lock_step ? 0.5 * batch_ : decodes_) - 1.0;  // of others
            const prompt_packing packing(s, r.fresh, r.checked_tokens * larger(0.0, in_pass));
            passes_per_prompt_ = packing.passes_per_prompt;
            most = packing.prompts_per_pass;
            const bool staggered =
                arrivals.lock_step && mixed && batch_ * passes_per_prompt_ > most_lock_step_rounds * most;
            if (!spread && !staggered) break;
            if (spread)
                queue_passes_ = prefill_queue_passes(batch_, passes_per_prompt_ / most, r.steps + passes_per_prompt_,
                                                     arrivals.burstiness);
            cycle_ = r.steps + passes_per_prompt_ + queue_passes_;
            decodes_ = 1.0 + (batch_ - 1.0) * r.steps / cycle_;
        }
        most_prompts_ = most = smaller(most, batch_);
        double gathered = arrivals.even && mixed ? larger(1.0, batch_ / cycle_)
                                                 : prompts_per_pass_given_any(arrivals.burstiness * batch_ / cycle_);
        if (!arrivals.lock_step && (s.batch_wait_steps > 0.0 || s.poll_interval_steps > 1.0)) {
            constexpr int rounds = 4;  // a wait lengthens the cycle, and so the wait: by less each round
            for (int round = 0; round < rounds; ++round) {
                const double rate = arrivals.burstiness * batch_ / cycle_;
                const prompt_gathering g(s, r, batch_, decodes_, rate, arrivals);
                gathered = g.gathered;
                gathering_passes_ = g.wait;
                dry_ = g.dry;
                // Batch waiting: prompts of a pass take their turn with passes of decodes, one (TGI) or all that are waited.
                if (s.batch_wait_steps > 0.0 && s.prompts_per_step == 0.0) {
                    if (mixed) turn_ = g.turn;
                    queue_passes_ =
                        prefill_queue_passes(batch_, turn_ / most, r.steps + 1.0 + g.wait, arrivals.burstiness);
                }
                cycle_ = (mixed ? r.steps + passes_per_prompt_ : r.steps) + g.wait + queue_passes_;
                decodes_ = 1.0 + (batch_ - 1.0) * r.steps / cycle_;
            }
        }
        const bool together = arrivals.lock_step || s.batching == batching::fixed_batch || dry_;
        prompts_per_pass_ = larger(1.0, together ? most : smaller(gathered, most));
    }

    /// A pass with the middle chunk of its prompts. In lock step decodes grow from none to all meanwhile: half of them.
    constexpr step_shape prompt_pass(const request_shape& r, bool mixed) const {
        const double chunk = r.fresh / passes_per_prompt_;
        step_shape shape{.prompts = larger(prompts_per_pass_, met_.fullest),
                         .prompt_tokens = chunk,
                         .prompt_past = r.cached + 0.5 * (r.fresh - chunk) + r.longer,
                         .images = r.images * prompts_per_pass_ / passes_per_prompt_,
                         .finishing = 1.0 / passes_per_prompt_};
        if (mixed) {
            shape.decodes = smaller(decodes_, larger(0.0, batch_ - prompts_per_pass_)) * (lock_step_ ? 0.5 : 1.0);
            shape.context = lock_step_ ? r.prompt : r.context;
        }
        if (!lock_step_) shape.mean_tokens = met_.mean_tokens(shape, mixed ? shape.decodes : decodes_);
        return shape;
    }

    /// The clock of a pass with prompts: that of the mean power of the passes around it.
    constexpr void among_decodes(const clock_law& clock, bool mixed, double burstiness) {
        const double dense =
            burstiness * larger(0.0, batch_ - prompts_per_pass_) * passes_per_prompt_ / prompts_per_pass_ / cycle_;
        const double met = mixed ? smaller(1.0, dense) : dense / (1.0 + dense);
        const Y with = prefill.total().value() * met, without = decode.total().value() * (1.0 - met);
        prefill.hold(clock, (prefill.demand() * with + decode.demand() * without) / (with + without));
    }

    /// All prompts come at once and take `rounds` passes.
    constexpr void in_lock_step(double output, double rounds, bool mixed) {
        const double share = smaller(1.0, 0.5 * larger(0.0, rounds - 1.0) / larger(1.0, output - 1.0));
        mean_step.add(decode, mixed ? 1.0 - share : 1.0);
        mean_step.add(prefill, share);
        first_token.add(prefill, 0.5 * (larger(1.0, rounds) + 1.0));
        first_token.add(mean_step, gathering_passes_);
    }

    /// Others' prompts are met while waiting and while decoding. A negative `busy` is computed as in the header.
    constexpr void spread_out(const runtime<Y>& software, double output, double busy, const arrival_pattern& arrivals) {
        const scheduling& s = software.scheduling;
        const bool mixed = s.batching == batching::mixed;
        const double others = larger(0.0, batch_ - prompts_per_pass_) * passes_per_prompt_ / prompts_per_pass_;
        double share = others / cycle_;
        if (busy < 0.0) {
            const double dense = arrivals.burstiness * share;
            busy = mixed ? smaller(1.0, dense) : dense / (1.0 + dense);
        }
        const double met = 1.0 - (1.0 - busy) * (1.0 - met_.abroad);
        const Y step = decode.total().value(), pass = prefill.total().value();
        const Y mean = (1.0 - met) * step + met * pass;
        // An empty engine has no pass under way.
        const double not_alone = met_.together <= 1.0 ? 0.0 : (met_.together - 1.0) / met_.together;
        if (arrivals.open) {
            first_token.add(decode, not_alone * 0.5 * (1.0 - met) * step / mean);
            first_token.add(prefill, not_alone * 0.5 * met * pass / mean);
        } else {
            const Y passes = not_alone * boundary_after(frontend_.value(), step, mean, met) / mean;
            first_token.add(decode, passes * (1.0 - met));
            first_token.add(prefill, passes * met);
            share = larger(0.0, others - queue_passes_ / turn_ - not_alone * busy) / output;
        }
        const double decodes_alone = mixed ? larger(0.0, 1.0 - share) : 1.0;  // passes of decodes here, per token
        mean_step.add(decode, decodes_alone * (1.0 - met_.abroad));
        mean_step.add(prefill, share + decodes_alone * met_.abroad);
        if (s.batch_wait_steps > 0.0 && s.prompts_per_step == 0.0) {
            first_token.add(prefill, passes_per_prompt_ + (mixed ? 0.0 : queue_passes_));
            first_token.add(mixed ? mean_step : decode, queue_passes_);
        } else {
            first_token.add(prefill, passes_per_prompt_ + (mixed ? queue_passes_ : 0.5 * larger(0.0, share - 1.0)));
        }
        first_token.add(mean_step, not_alone * (gathering_passes_ + (s.async_scheduling && mixed ? 1.0 : 0.0)));
    }
    met_groups met_;
    seconds<Y> frontend_{};  ///< from sending a request until a pass may carry it
    double batch_, decodes_, cycle_, passes_per_prompt_ = 1, prompts_per_pass_ = 1, queue_passes_ = 0;
    double most_prompts_ = 1;                 ///< that a pass has room for
    double gathering_passes_ = 0, turn_ = 1;  ///< passes held back; passes from one with prompts to the next, at least
    bool lock_step_ = false, dry_ = false;
};
}  // namespace gambrel
