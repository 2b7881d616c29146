// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One rank group with n sequences in flight: its passes, and what they make of TPOT and TTFT.
///
/// A pass either carries decodes only (T_d) or also prompts (T_p, k of them, one prompt spread over m passes).
///
/// Spread out (an open loop, or a closed one with mixed lengths): while a request decodes its O tokens, the prompts of
/// the n - 1 others are worked off, in x = (n - 1) m / (O k) passes a token:
///
///     TPOT = T_d + x (T_p - T_d)     mixed batching, x <= 1       TPOT = x T_p   when prompts fill every pass
///     TPOT = T_d + x T_p             prefill-first: decodes stand still while prompts run
///     TTFT = frontend + m T_p + (n - 1)/n (1/2 + held back) TPOT   rest of the pass under way, batch waiting, polling
///
/// k is the mean number of prompts that meet in a pass, given one: a / (1 - exp(-a)) for a arrivals while they gather.
///
/// In step (a closed loop that starts at once with fixed lengths, or a fixed batch): all n prompts come together and
/// take N = n m / k full passes (a fixed batch: one), so that those who are first decode, or wait, through the rest:
///
///     TTFT = frontend + T_p (N + 1) / 2        TPOT = T_d + (N - 1) / 2 / (O - 1) (T_p - T_d), or T_p if prefill-first
///
/// Assumptions: spread-out arrivals are even over passes; requests in step stay so from wave to wave (they end as far
/// apart as they began to decode, N decode passes). Evidence: tests/serving/predict_test.cpp, by hand.

#include <ridgepoint/serving/deployment.hpp>
#include <ridgepoint/serving/request_shape.hpp>
#include <ridgepoint/step/pass.hpp>

namespace ridgepoint {

/// Sequences whose prompts fill every pass (x = 1): each brings its prompt and its output once per output passes. More
/// of them only wait for their prefill. Prompts in passes of their own know no such limit.
constexpr double filling_sequences(const scheduling& s, const request_shape& r) {
    if (s.batching != batching::mixed) return s.most_sequences;
    double prompts = s.token_budget / (r.fresh + r.output);  // of one pass
    if (!s.chunked_prefill) prompts = larger(1.0, prompts);
    if (s.prompts_per_step > 0.0) prompts = smaller(prompts, s.prompts_per_step);
    return 1.0 + prompts * r.output;
}

template <class Y> class operating_point {
public:
    /// `in_step`: the n requests start together and stay together.
    constexpr operating_point(const deployment<Y>& d, const roof<Y>& roof, const precision& formats,
                              const request_shape& r, double n, bool in_step = false)
        : batch_(larger(1.0, n / static_cast<double>(d.cut.pipeline))) {
        const scheduling& s = d.runtime.scheduling;
        const bool mixed = s.batching == batching::mixed, fixed = s.batching == batching::fixed_batch;
        const bool together = in_step || fixed;
        if (fixed) prompts_ = batch_;
        else gather(s, r, in_step);

        const pass_terms terms{d.model, d.cut, formats, d.adapter};
        const double chunk = r.fresh / passes_;
        step_shape with{.prompts = prompts_, .prompt_tokens = chunk,
                        .prompt_past = r.cached + 0.5 * (r.fresh - chunk), .images = r.images * prompts_ / passes_,
                        .finishing = 1.0 / passes_};
        if (mixed) {
            with.decodes = larger(0.0, batch_ - prompts_) * (in_step ? 0.5 : 1.0);
            with.context = in_step ? r.prompt : r.context;
        }
        decode = time_pass(terms, step_shape::decode(batch_, r.context), roof, d.runtime, d.runtime.graphs.decode);
        prefill = time_pass(terms, with, roof, d.runtime, d.runtime.graphs.prefill);

        const double wave = batch_ * passes_ / prompts_;  // passes that all prompts take
        const double x = together ? smaller(1.0, 0.5 * larger(0.0, wave - 1.0) / larger(1.0, r.output - 1.0))
                                  : larger(0.0, batch_ - 1.0) * passes_ / (r.output * prompts_);
        mean_step.add(decode, mixed ? larger(0.0, 1.0 - x) : 1.0);
        mean_step.add(prefill, x);

        first_token.add(prefill, together ? 0.5 * (larger(1.0, wave) + 1.0) : passes_);
        const double others = together || n <= 1.0 ? 0.0 : (n - 1.0) / n;  // an empty engine has no pass under way
        first_token.add(mean_step,
                        others * (0.5 + s.batch_wait_steps + 0.5 * larger(0.0, s.poll_interval_steps - 1.0)));
        first_token.add_host(d.runtime.host.per_request.value, d.runtime.host_sigma);
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
    constexpr double batch() const { return batch_; }    ///< sequences of one pass
    constexpr double passes() const { return passes_; }  ///< one prompt is spread over
    constexpr double prompts() const { return prompts_; }///< in a pass that carries any
    /// Share of machine time that a request's prompt costs, its output the rest: a mixed pass is charged to prompts
    /// by what it takes beyond decodes alone.
    constexpr double prompt_share(const request_shape& r, const scheduling& s) const {
        const double step = math::plain(decode.total().value());
        const double pass = math::plain(prefill.total().value()) - (s.batching == batching::mixed ? step : 0.0);
        const double prompt = larger(0.0, pass) * passes_ / prompts_, output = step * r.output / batch_;
        return prompt / (prompt + output);
    }

    pass_time<Y> decode{}, prefill{}, mean_step{}, first_token{};

private:
    constexpr void gather(const scheduling& s, const request_shape& r, bool in_step) {
        const double beside = s.batching == batching::prefill_first ? 0.0 : in_step ? 0.5 * batch_ : batch_;
        const double room = larger(1.0, s.token_budget - beside);
        passes_ = s.chunked_prefill ? math::pieces(r.fresh, room) : 1.0;
        double most = room * passes_ / r.fresh;
        if (!s.chunked_prefill) most = math::floor(most);
        if (s.prompts_per_step > 0.0) most = smaller(most, s.prompts_per_step);
        most = smaller(most, batch_);
        const double arrivals = batch_ / r.output * larger(1.0, larger(s.batch_wait_steps, s.poll_interval_steps));
        const double meeting = arrivals < 1e-6 ? 1.0 : arrivals / (1.0 - math::exp(-arrivals));
        prompts_ = larger(1.0, in_step ? most : smaller(meeting, most));
    }

    double batch_, passes_ = 1, prompts_ = 1;
};
}  // namespace ridgepoint
