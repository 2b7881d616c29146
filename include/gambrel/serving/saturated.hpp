// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Offline maximum throughput: N requests of fixed lengths are queued at once and worked off, the time counted from the
/// first to the last token, ramp and tail included.
///
/// B requests run at once (slots, KV memory, N). They enter in groups of one pass's prompts, so a wave of B takes
/// p = B m / k passes that carry prompts (k of them, one prompt spread over m), and a slot is taken again after
/// S = m + O - 1 passes. With w whole waves before the last, which has L of B requests in p' = p L / B passes:
///
///     cycle = p T_p(B) + (S - p) T_d(B)                   mixed;   p T_p + (O - 1) T_d(B) prefill-first
///     time  = w cycle - p (T_p(B) - T_p(B/2))             the ramp: the first prompts meet half the decodes
///           + p' T_p(B) + (p - p') T_d((B+L)/2) + (S - p) T_d(L) + p' T_d(L/2)     the last wave and the tail
///
/// Where prompts fill every pass (p > S), B is cut to what S passes take in. Exact for passes linear in their load; a
/// context is that of the middle of the output. A steady state (`requests` 0) is `cycle` alone.
///
/// `throughput_settings` are the slots and the token budget that trtllm-bench derives from the KV memory. Source of the
/// rule: TensorRT-LLM, tensorrt_llm/bench/build/tuning.py, 0.14 to 1.2. Evidence: tests/serving/saturated_test.cpp.

#include <gambrel/serving/predict.hpp>

namespace gambrel {

namespace detail {
/// `n` rounded up to whole multiples of `step`.
constexpr double rounded_up(double n, double step) { return math::pieces(n, step) * step; }
}  // namespace detail

/// `d.runtime.scheduling` with the slots and the token budget that TensorRT-LLM's benchmark tool derives for requests
/// of `prompt` and `output` tokens. Evidence: tests/serving/saturated_test.cpp, by hand.
template <class Y> constexpr scheduling throughput_settings(const deployment<Y>& d, double prompt, double output) {
    constexpr double most_requests = 4096, most_tokens = 32768;
    const sequence_memory sequence(d.model, d.cut, d.formats, 1.0, d.runtime.memory.rolling_windows);
    const double free = math::plain(d.device.memory.capacity.value.value()) -
                        weights_on_rank(d.model, d.cut, d.formats.weights).value();
    const double each = sequence.ideal(prompt + output).value();
    const double held = free > 0.0 && each > 0.0 ? d.runtime.memory.fraction * free / each : 0.0;
    const double raw = larger(1.0, smaller(held, most_requests) / static_cast<double>(d.cut.pipeline));
    const double tokens = smaller(raw * (1.0 + prompt / output), most_tokens);
    scheduling s = d.runtime.scheduling;
    s.most_sequences = raw < 256.0    ? larger(64.0, detail::rounded_up(raw, 32.0))
                       : raw < 1024.0 ? detail::rounded_up(raw, 128.0)
                                      : detail::rounded_up(raw, 256.0);
    s.token_budget = tokens < 4096.0   ? larger(2048.0, detail::rounded_up(tokens, 256.0))
                     : tokens < 8192.0 ? detail::rounded_up(tokens, 512.0)
                                       : detail::rounded_up(tokens, 1024.0);
    if (!s.chunked_prefill) s.token_budget = larger(s.token_budget, prompt + s.most_sequences);
    return s;
}

/// The passes of a saturated rank group and how many of each a run takes.
template <class Y> class saturated_run {
public:
    constexpr saturated_run(const deployment<Y>& d, const roof<Y>& roof, const precision& formats,
                            const request_shape& r, double most, double requests)
        : d_(d), roof_(roof), formats_(formats), shape_(r), stages_(static_cast<double>(d.cut.pipeline)) {
        const scheduling& s = d.runtime.scheduling;
        mixed_ = s.batching == batching::mixed;
        batch_ = larger(1.0, (requests > 0.0 ? smaller(most, requests) : most) / stages_);
        gather();
        if (mixed_ && prompt_passes() > slot_passes()) {
            batch_ = larger(1.0, prompts_ * slot_passes() / pieces_);
            gather();
        }
        cycle.add(with_prompts(batch_ - prompts_), prompt_passes());
        cycle.add(decodes(batch_), decode_passes());
        if (requests > 0.0) work_off(requests / stages_);
    }

    constexpr double batch() const { return batch_; }  ///< requests of one pass
    constexpr double running() const { return batch_ * stages_; }
    constexpr double prompts() const { return prompts_; }  ///< in a pass that carries any
    constexpr double pieces() const { return pieces_; }    ///< passes one prompt is spread over
    constexpr double prompt_passes() const { return batch_ * pieces_ / prompts_; }
    /// Passes from taking a slot to leaving it.
    constexpr double slot_passes() const { return pieces_ + shape_.output - 1.0; }
    /// Passes of a cycle without prompts.
    constexpr double decode_passes() const {
        return mixed_ ? larger(0.0, slot_passes() - prompt_passes()) : larger(0.0, shape_.output - 1.0);
    }
    constexpr pass_time<Y> decodes(double n) const {
        return time_pass(terms(), step_shape::decode(larger(1.0, n), shape_.context), roof_, d_.runtime,
                         d_.runtime.graphs.decode);
    }
    constexpr pass_time<Y> with_prompts(double beside) const {
        const double chunk = shape_.fresh / pieces_;
        step_shape shape{.prompts = prompts_,
                         .prompt_tokens = chunk,
                         .prompt_past = 0.5 * (shape_.fresh - chunk),
                         .finishing = 1.0 / pieces_};
        if (mixed_) {
            shape.decodes = larger(0.0, beside);
            shape.context = shape_.context;
        }
        return time_pass(terms(), shape, roof_, d_.runtime, d_.runtime.graphs.prefill);
    }

    pass_time<Y> cycle{};     ///< one wave of the steady state
    pass_time<Y> whole{};     ///< the run, ramp and tail included
    double waves_waited = 0;  ///< before a request's own, on average

private:
    constexpr pass_terms terms() const { return {d_.model, d_.cut, formats_, d_.adapter}; }
    constexpr void gather() {
        const scheduling& s = d_.runtime.scheduling;
        if (s.batching == batching::fixed_batch) {
            pieces_ = 1.0;
            prompts_ = batch_;
            return;
        }
        const double room = larger(1.0, s.token_budget - (mixed_ ? batch_ : 0.0));
        pieces_ = s.chunked_prefill ? math::pieces(shape_.fresh, room) : 1.0;
        double most = room * pieces_ / shape_.fresh;
        if (!s.chunked_prefill) most = math::floor(most);
        if (s.prompts_per_step > 0.0) most = smaller(most, s.prompts_per_step);
        prompts_ = larger(1.0, smaller(most, batch_));
    }
    /// Sums the passes of `requests`, all queued at once.
    constexpr void work_off(double requests) {
        const double waves = math::pieces(requests, batch_) - 1.0, last = requests - waves * batch_;
        const double p = prompt_passes(), tail = p * last / batch_;
        const double beside = batch_ - prompts_, after = mixed_ ? larger(0.0, slot_passes() - p) : decode_passes();
        whole.add(cycle, waves);
        const double ramp = waves > 0.0 ? p : tail;  // passes of the first wave's prompts
        if (mixed_) {
            whole.add(with_prompts(0.5 * (waves > 0.0 ? beside : larger(0.0, last - prompts_))), ramp);
            whole.add(with_prompts(beside), (waves > 0.0 ? tail : 0.0) - (waves > 0.0 ? p : 0.0));
            if (waves > 0.0) whole.add(decodes(0.5 * (batch_ + last)), p - tail);
            whole.add(decodes(last), waves > 0.0 ? after : larger(0.0, slot_passes() - tail));
            whole.add(decodes(0.5 * last), tail);
        } else {
            whole.add(with_prompts(0.0), tail);
            whole.add(decodes(last), after);
        }
        waves_waited = (0.5 * waves * (waves - 1.0) * batch_ + waves * last) / requests;
    }

    const deployment<Y>& d_;
    const roof<Y>& roof_;
    const precision& formats_;
    const request_shape& shape_;
    double stages_, batch_ = 1, prompts_ = 1, pieces_ = 1;
    bool mixed_ = true;
};

/// Throughput of `d` with `requests` of `prompt` and `output` tokens queued at once (0: endless), with its 80 % range,
/// and the mean TTFT (waiting included) and TPOT they meet; or why not.
/// Throws `error` for a value or a descriptor out of range. Evidence: tests/serving/saturated_test.cpp.
template <class Y>
constexpr prediction<Y> predict_saturated(const deployment<Y>& d, double prompt, double output, double requests = 0.0) {
    const workload w{.prompt = prompt, .output = output, .concurrency = larger(1.0, requests)};
    checked(w);
    checked(requests, 0.0, 1e9, "the number of requests");
    d.validate();
    prediction<Y> p;
    p.verdict = d.check(prompt + output);
    if (!p.ok()) return p;
    precision formats = d.formats;
    formats.weights = resolved(formats.weights, d.device);
    const request_shape r(w, d.runtime.scheduling, d.model);
    p.memory = fit_memory(d.model, d.device.memory.capacity.value, d.runtime, d.cut, formats, r.whole(), r.resident,
                          d.adapter);
    if (!p.memory.fits()) {
        p.verdict = {.what = obstacle::does_not_fit, .shortfall = p.memory.shortfall};
        return p;
    }
    const roof<Y> roof = d.roof();
    const double groups = static_cast<double>(d.cut.replicas * d.cut.data);
    const double slots = d.runtime.scheduling.most_sequences * static_cast<double>(d.cut.pipeline);
    const double most = larger(1.0, smaller(slots, math::floor(p.memory.most_sequences)));
    const saturated_run<Y> run(d, roof, formats, r, most, requests / groups);

    p.decode = run.decodes(run.batch());
    p.prefill = run.with_prompts(run.batch() - run.prompts());
    p.prefill_passes = run.pieces();
    p.batch = run.batch();
    p.running = run.running() * groups;
    p.waiting = larger(0.0, requests - p.running);
    p.mean_step.add(run.cycle, 1.0 / (run.prompt_passes() + run.decode_passes()));
    p.first_token.add(p.prefill, 0.5 * (run.prompt_passes() + run.pieces()));
    p.first_token.add(run.cycle, run.waves_waited);
    p.first_token.add_host(d.runtime.host.per_request.value, d.runtime.host_sigma);
    detail::answer(p, d, roof, formats.weights, prompt, output, p.running);

    const double served = requests > 0.0 ? requests : p.running;
    const pass_time<Y>& time = requests > 0.0 ? run.whole : run.cycle;
    const auto taken = with_range(time.total(), deviation_of(time, d.runtime));
    const auto tokens_each = [](double n) { return tokens_of(n) / requests_of(1.0); };
    p.request_throughput = inverse(gambrel::requests<Y>::from_value(Y(served)), taken);
    p.output_throughput = scaled(p.request_throughput, tokens_each(output));
    p.prompt_throughput = scaled(p.request_throughput, tokens_each(prompt));
    p.total_throughput = scaled(p.request_throughput, tokens_each(prompt + output));
    p.output_per_device = scaled(p.output_throughput, 1.0 / static_cast<double>(p.devices));
    const double pass = math::plain(p.prefill.total().value()), step = math::plain(p.decode.total().value());
    const double prompts =
        (pass - (d.runtime.scheduling.batching == batching::mixed ? step : 0.0)) * run.prompt_passes();
    p.prompt_share = smaller(1.0, larger(0.0, prompts) / math::plain(run.cycle.total().value()));
    return p;
}
}  // namespace gambrel
