// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One rank group with n sequences in flight: its passes, and what they make of TPOT and TTFT.
///
/// A pass either carries decodes only (T_d) or also prompts (T_p, k of them, one prompt spread over m passes).
///
/// Spread out (an open loop, or a closed one with mixed lengths): a request is back after a cycle of C passes, in O of
/// which it decodes, so that a pass holds 1 + (n - 1) O / C decodes and a share x of passes carries prompts:
///
///     C    = O + m + q  (mixed batching)    O  (prefill-first: the passes of prompts stand beside those of decodes)
///     x    = (n - k) m / (C k)              open loop; in a closed one every other client is met once a cycle, also
///                                           while waiting: x = ((n - k) m / k - q - y) / O
///     TPOT = T_d + x (T_p - T_d)            T_d + x T_p  prefill-first
///     TTFT = boundary + (held back) TPOT + (q + m) T_p
///
/// q: passes a prompt waits because those before it fill them, z = m / (most prompts of a pass) each. As in a queue
/// with one server, fixed service z and n clients, beyond the pass under way (prefill-first: half of the passes in a
/// row):
///
///     q = z r^2 / (2 (1 - r)),  r = clumping (n - 1) z / (O + m + q)         (x - 1) / 2  prefill-first
///
/// boundary: from sending to the start of a pass. The frontend takes f; then the pass under way must end. Of the passes
/// a request meets, a share y = min(1, clumping x) carries prompts (prefill-first: y / (1 + y)). In an open loop the
/// pass under way is met in proportion to its length S; in a closed loop a request follows the end of a pass, and f
/// later finds
///
///     open      boundary = f + E[S^2] / (2 E[S])
///     closed    boundary = (y T_p + (1 - y) T_d) (1 - (1 - y)^e) / y,  e = f / T_d + 1/2     (f + T_d / 2 at y = 0)
///
/// k is the mean number of prompts that meet in a pass, given one: a / (1 - exp(-a)) for a arrivals while they gather.
///
/// In step (a closed loop that starts at once with fixed lengths, or a fixed batch): all n prompts come together and
/// take N = n m / k full passes (a fixed batch: one), so that those who are first decode, or wait, through the rest:
///
///     TTFT = frontend + T_p (N + 1) / 2        TPOT = T_d + (N - 1) / 2 / (O - 1) (T_p - T_d), or T_p if prefill-first
///
/// Under mixed batching, though, those of one pass end one pass before the next ones, and their next prompts fill a
/// pass again while the others decode: from N = 2 on they are staggered, full passes (k at its most) follow each other,
/// nobody queues, and TTFT and TPOT are those of requests spread out with y = 1 - 1 / N.
///
/// Validity: outputs of eight tokens and more; with fewer, a request hardly decodes among others and means mislead.
/// Clumping: arrival_pattern.hpp. Evidence: tests/serving/predict_test.cpp, by hand; tests/serving/protocol_test.cpp,
/// against the simulator.

#include <gambrel/serving/arrival_pattern.hpp>
#include <gambrel/serving/deployment.hpp>
#include <gambrel/serving/request_shape.hpp>
#include <gambrel/step/pass.hpp>

namespace gambrel {

/// Waves of this many passes find each other again: the frontend takes about one pass.
inline constexpr double most_passes_in_step = 2.0;

template <class Y> class operating_point {
public:
    constexpr operating_point(const deployment<Y>& d, const roof<Y>& roof, const precision& formats,
                              const request_shape& r, double n, const arrival_pattern& arrivals = {})
        : batch_(larger(1.0, n / static_cast<double>(d.cut.pipeline))), decodes_(batch_), cycle_(r.output) {
        const scheduling& s = d.runtime.scheduling;
        const bool mixed = s.batching == batching::mixed, fixed = s.batching == batching::fixed_batch;
        if (fixed) prompts_ = batch_;
        else gather(s, r, arrivals);
        const double wave = batch_ * passes_ / prompts_;  // passes that all prompts take
        const bool staggered = arrivals.in_step && mixed && wave > most_passes_in_step;
        together_ = fixed || (arrivals.in_step && !staggered);

        const pass_terms terms{d.model, d.cut, formats, d.adapter};
        const double chunk = r.fresh / passes_;
        step_shape with{.prompts = prompts_,
                        .prompt_tokens = chunk,
                        .prompt_past = r.cached + 0.5 * (r.fresh - chunk),
                        .images = r.images * prompts_ / passes_,
                        .finishing = 1.0 / passes_};
        if (mixed) {
            with.decodes = smaller(decodes_, larger(0.0, batch_ - prompts_)) * (together_ ? 0.5 : 1.0);
            with.context = together_ ? r.prompt : r.context;
        }
        decode = time_pass(terms, step_shape::decode(decodes_, r.context), roof, d.runtime, d.runtime.graphs.decode);
        prefill = time_pass(terms, with, roof, d.runtime, d.runtime.graphs.prefill);

        first_token.add_host(d.runtime.host.per_request.value, d.runtime.host_sigma);
        if (together_) step_together(r.output, wave, mixed);
        else spread_out(d, r.output, n, staggered ? 1.0 - 1.0 / wave : -1.0, arrivals);
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
    constexpr double batch() const { return decodes_; }    ///< sequences that decode in one pass
    constexpr bool together() const { return together_; }  ///< all prompts come at once, wave after wave
    /// Share of its cycle that a request waits for a pass that other prompts leave free.
    constexpr double queued_share() const { return queued_ / cycle_; }
    constexpr double passes() const { return passes_; }    ///< one prompt is spread over
    constexpr double prompts() const { return prompts_; }  ///< in a pass that carries any
    /// Share of machine time that a request's prompt costs, its output the rest: a mixed pass is charged to prompts
    /// by what it takes beyond decodes alone.
    constexpr double prompt_share(const request_shape& r, const scheduling& s) const {
        const double step = math::plain(decode.total().value());
        const double pass = math::plain(prefill.total().value()) - (s.batching == batching::mixed ? step : 0.0);
        const double prompt = larger(0.0, pass) * passes_ / prompts_, output = step * r.output / decodes_;
        return prompt / (prompt + output);
    }

    pass_time<Y> decode{}, prefill{}, mean_step{}, first_token{};

private:
    constexpr void gather(const scheduling& s, const request_shape& r, const arrival_pattern& arrivals) {
        const bool mixed = s.batching == batching::mixed, spread = mixed && !arrivals.in_step;
        double most = 1.0;
        for (int round = 0; round < 2; ++round) {  // the room left by decodes, and decodes by the queue
            const double beside = !mixed ? 0.0 : arrivals.in_step ? 0.5 * batch_ : decodes_;
            const double room = larger(1.0, s.token_budget - beside);
            passes_ = s.chunked_prefill ? math::pieces(r.fresh, room) : 1.0;
            most = room * passes_ / r.fresh;
            if (!s.chunked_prefill) most = larger(1.0, math::floor(most));
            if (s.prompts_per_step > 0.0) most = smaller(most, s.prompts_per_step);
            const bool staggered = arrivals.in_step && mixed && batch_ * passes_ > most_passes_in_step * most;
            if (!spread && !staggered) break;
            if (spread) queued_ = queued_passes(passes_ / most, r.output + passes_, arrivals.clumping);
            cycle_ = r.output + passes_ + queued_;
            decodes_ = 1.0 + (batch_ - 1.0) * r.output / cycle_;
        }
        most = smaller(most, batch_);
        const double meet =
            arrivals.clumping * batch_ / cycle_ * larger(1.0, larger(s.batch_wait_steps, s.poll_interval_steps));
        const double meeting = meet < 1e-6 ? 1.0 : meet / (1.0 - math::exp(-meet));
        prompts_ = larger(1.0, arrivals.in_step ? most : smaller(meeting, most));
    }

    /// Passes a prompt waits because those before it fill `z` each, in a cycle of `own` passes and the wait; a clump
    /// waits at most for half of all prompts beyond what an even flow does. The root by Newton's rule from above.
    constexpr double queued_passes(double z, double own, double clumping) const {
        const double others = clumping * (batch_ - 1.0) * z, least = larger(0.0, others - own);
        double q = least + others * math::sqrt(z / own);
        for (int i = 0; i < 8; ++i) {
            const double whole = own + q, idle = whole - others;
            const double slope = 2.0 * (whole * idle + q * idle + q * whole);
            if (!(slope > 0.0)) break;
            const double next = larger(least, q - (2.0 * q * whole * idle - z * others * others) / slope);
            if (next == q) break;
            q = next;
        }
        return smaller(q, 0.5 * batch_ * z + larger(0.0, (batch_ - 1.0) * z - own));
    }

    /// All prompts come at once and take `wave` passes.
    constexpr void step_together(double output, double wave, bool mixed) {
        const double x = smaller(1.0, 0.5 * larger(0.0, wave - 1.0) / larger(1.0, output - 1.0));
        mean_step.add(decode, mixed ? 1.0 - x : 1.0);
        mean_step.add(prefill, x);
        first_token.add(prefill, 0.5 * (larger(1.0, wave) + 1.0));
    }

    /// Others' prompts are met while waiting and while decoding. `busy`: share of passes with prompts that a request
    /// meets when it comes, where known; negative: from the flow.
    constexpr void spread_out(const deployment<Y>& d, double output, double n, double busy,
                              const arrival_pattern& arrivals) {
        const scheduling& s = d.runtime.scheduling;
        const bool mixed = s.batching == batching::mixed;
        const double passes_of_others = larger(0.0, batch_ - prompts_) * passes_ / prompts_;
        const double flow = passes_of_others / cycle_;
        if (busy < 0.0) {
            const double met = arrivals.clumping * flow;
            busy = mixed ? smaller(1.0, met) : met / (1.0 + met);
        }
        const double step = math::plain(decode.total().value()), pass = math::plain(prefill.total().value());
        const double mean = (1.0 - busy) * step + busy * pass;
        const double share = n <= 1.0 ? 0.0 : (n - 1.0) / n;  // an empty engine has no pass under way
        double x = flow;
        if (arrivals.open) {
            first_token.add(decode, share * 0.5 * (1.0 - busy) * step / mean);
            first_token.add(prefill, share * 0.5 * busy * pass / mean);
        } else {
            const double frontend = math::plain(d.runtime.host.per_request.value.value());
            const double tried = frontend / step + 0.5;
            const double begun = busy < 1e-9 ? tried : (1.0 - math::pow(1.0 - busy, tried)) / busy;
            const double wait = share * larger(0.0, mean * begun - frontend) / mean;
            first_token.add(decode, wait * (1.0 - busy));
            first_token.add(prefill, wait * busy);
            x = larger(0.0, passes_of_others - queued_ - share * busy) / output;  // the pass under way is one of them
        }
        mean_step.add(decode, mixed ? larger(0.0, 1.0 - x) : 1.0);
        mean_step.add(prefill, x);
        first_token.add(prefill, passes_ + (mixed ? queued_ : 0.5 * larger(0.0, x - 1.0)));
        first_token.add(mean_step, share * (s.batch_wait_steps + (s.plans_ahead ? 1.0 : 0.0) +
                                            0.5 * larger(0.0, s.poll_interval_steps - 1.0)));
    }

    double batch_, decodes_, cycle_, passes_ = 1, prompts_ = 1, queued_ = 0;
    bool together_ = false;
};
}  // namespace gambrel
