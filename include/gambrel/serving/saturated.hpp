// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Offline maximum throughput: N requests of fixed lengths are queued at once and worked off, the time counted from the
/// first to the last token, ramp and tail included.
///
/// B = batch requests run at once (at most slots, KV memory, N). They enter in groups of one pass's prompts, so that a
/// round of B takes prompt_passes that carry prompts, and a slot is taken again after slot_passes:
///
///     prompt_passes = B passes_per_prompt / prompts_per_pass          slot_passes = passes_per_prompt + output - 1
///     cycle = prompt_passes mixed(decodes) + (slot_passes - prompt_passes) decode(B)      mixed batching
///             prompt_passes mixed(0) + (output - 1) decode(B)                             prefill-first
///     mixed(n): time of a pass with prompts and n decodes      decode(n): of one with n decodes alone
///     decodes = B - prompts_per_pass
///
/// The N requests make `rounds` whole rounds and a last one of `last` <= B, with tail = prompt_passes last / B prompt
/// passes:
///
///     time = rounds cycle - prompt_passes (mixed(decodes) - mixed(decodes / 2))         ramp: half the decodes
///          + tail mixed(decodes) + (prompt_passes - tail) decode((B + last) / 2)        the last round comes in
///          + (slot_passes - prompt_passes) decode(last) + tail decode(last / 2)         and ends
///            rounds cycle + tail mixed(0) + (output - 1) decode(last)                   prefill-first
///
/// A round alone (rounds = 0): `tail` passes with prompts and half their decodes, then the third line with tail for
/// prompt_passes. Where prompts fill every pass (prompt_passes > slot_passes), B is cut to what slot_passes take in.
/// Exact for passes linear in their load; a context is that of the middle of the output. A steady state (N = 0) is
/// `cycle` alone. Evidence: tests/serving/saturated_test.cpp.

#include <gambrel/serving/predict.hpp>

namespace gambrel {

/// The passes of a saturated rank group and how many of each a run takes.
template <class Y> class saturated_run {
public:
    /// `most` requests hold slots at once at most; `requests` are queued in all (0: endless).
    constexpr saturated_run(const checked_deployment<Y>& c, const request_shape& r, double most, double requests)
        : checked_(c), shape_(r), stages_(static_cast<double>(c.of().cut.pipeline)) {
        mixed_ = c.of().runtime.scheduling.batching == batching::mixed;
        batch_ = larger(1.0, (requests > 0.0 ? smaller(most, requests) : most) / stages_);
        pack();
        if (mixed_ && prompt_passes() > slot_passes()) {
            batch_ = larger(1.0, prompts_per_pass_ * slot_passes() / passes_per_prompt_);
            pack();
        }
        cycle.add(prompt_pass(batch_ - prompts_per_pass_), prompt_passes());
        cycle.add(decode_pass(batch_), decode_passes());
        if (requests > 0.0) work_off(requests / stages_);
    }

    constexpr double batch() const { return batch_; }  ///< requests of one pass
    constexpr double running() const { return batch_ * stages_; }
    constexpr double prompts_per_pass() const { return prompts_per_pass_; }  ///< of a pass that carries any
    constexpr double passes_per_prompt() const { return passes_per_prompt_; }
    /// Passes of a cycle with prompts.
    constexpr double prompt_passes() const { return batch_ * passes_per_prompt_ / prompts_per_pass_; }
    /// Passes from taking a slot to leaving it.
    constexpr double slot_passes() const { return passes_per_prompt_ + shape_.steps - 1.0; }
    /// Passes of a cycle without prompts.
    constexpr double decode_passes() const {
        return mixed_ ? larger(0.0, slot_passes() - prompt_passes()) : larger(0.0, shape_.steps - 1.0);
    }
    constexpr pass_time<Y> decode_pass(double decodes) const {
        return checked_.pass(step_shape::decode(larger(1.0, decodes), shape_.context));
    }
    /// A pass with prompts, beside `decodes` of them under mixed batching.
    constexpr pass_time<Y> prompt_pass(double decodes) const {
        const double chunk = shape_.fresh / passes_per_prompt_;
        step_shape shape{.prompts = prompts_per_pass_,
                         .prompt_tokens = chunk,
                         .prompt_past = 0.5 * (shape_.fresh - chunk),
                         .finishing = 1.0 / passes_per_prompt_};
        if (mixed_) {
            shape.decodes = larger(0.0, decodes);
            shape.context = shape_.context;
        }
        return checked_.pass(shape);
    }

    pass_time<Y> cycle{};      ///< one round of the steady state
    pass_time<Y> whole{};      ///< the run, ramp and tail included
    double rounds_waited = 0;  ///< rounds before a request's own, mean over requests

private:
    constexpr void pack() {
        const prompt_packing packing(checked_.of().runtime.scheduling, shape_.fresh,
                                     mixed_ ? shape_.checked_tokens * batch_ : 0.0);
        passes_per_prompt_ = packing.passes_per_prompt;
        prompts_per_pass_ = larger(1.0, smaller(packing.prompts_per_pass, batch_));
    }
    /// Sums the passes of `requests`, all queued at once.
    constexpr void work_off(double requests) {
        const double rounds = math::pieces(requests, batch_) - 1.0, last = requests - rounds * batch_;
        const double full = prompt_passes(), tail = full * last / batch_;
        const double decodes = batch_ - prompts_per_pass_;
        const bool one_round = !(rounds > 0.0);
        whole.add(cycle, rounds);
        if (!mixed_) {
            whole.add(prompt_pass(0.0), tail);
            whole.add(decode_pass(last), decode_passes());
        } else if (one_round) {
            whole.add(prompt_pass(0.5 * larger(0.0, last - prompts_per_pass_)), tail);
            whole.add(decode_pass(last), larger(0.0, slot_passes() - tail));
            whole.add(decode_pass(0.5 * last), tail);
        } else {
            whole.add(prompt_pass(0.5 * decodes), full);  // the ramp, in place of as many full passes
            whole.add(prompt_pass(decodes), tail - full);
            whole.add(decode_pass(0.5 * (batch_ + last)), full - tail);
            whole.add(decode_pass(last), larger(0.0, slot_passes() - full));
            whole.add(decode_pass(0.5 * last), tail);
        }
        rounds_waited = (0.5 * rounds * (rounds - 1.0) * batch_ + rounds * last) / requests;
    }

    const checked_deployment<Y>& checked_;
    const request_shape& shape_;
    double stages_, batch_ = 1, prompts_per_pass_ = 1, passes_per_prompt_ = 1;
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
    const checked_deployment<Y> c(d);
    const scheduling& s = d.runtime.scheduling;
    const request_shape r(w, s, d.model, d.speculation);
    const admitted a = c.admit(r);
    prediction<Y> p{.verdict = a.verdict, .memory = a.memory};
    if (!p.ok()) return p;
    const double slots = s.most_sequences * static_cast<double>(d.cut.pipeline);
    const double most = larger(1.0, smaller(slots, math::floor(p.memory.most_sequences)));
    const saturated_run<Y> run(c, r, most, requests / c.rank_groups());

    p.decode = run.decode_pass(run.batch());
    p.prefill = run.prompt_pass(run.batch() - run.prompts_per_pass());
    p.prefill_passes = run.passes_per_prompt();
    p.batch = run.batch();
    p.running = run.running() * c.rank_groups();
    p.waiting = larger(0.0, requests - p.running);
    p.mean_step.add(run.cycle, r.passes_per_token() / (run.prompt_passes() + run.decode_passes()));
    // Mean over the requests of a round: prompts end after passes_per_prompt ... prompt_passes passes.
    p.first_token.add(p.prefill, 0.5 * (run.prompt_passes() + run.passes_per_prompt()));
    p.first_token.add(run.cycle, run.rounds_waited);
    p.first_token.add_host(d.runtime.host.frontend(prompt), d.runtime.host_sigma);
    detail::fill_figures(p, c, prompt, output, p.running);

    const double served = requests > 0.0 ? requests : p.running;
    const pass_time<Y>& time = requests > 0.0 ? run.whole : run.cycle;
    const auto taken = with_range(time.total(), deviation_of(time, d.runtime));
    p.request_throughput = inverse(gambrel::requests<Y>::from_value(Y(served)), taken);
    detail::fill_throughputs(p, prompt, output);
    const double pass = math::plain(p.prefill.total().value()), step = math::plain(p.decode.total().value());
    // Seconds of a cycle that prompts cost: under mixed batching what their passes take beyond decodes alone.
    const double prompts = (pass - (s.batching == batching::mixed ? step : 0.0)) * run.prompt_passes();
    p.prompt_share = smaller(1.0, larger(0.0, prompts) / math::plain(run.cycle.total().value()));
    return p;
}
}  // namespace gambrel
