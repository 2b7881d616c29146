// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Mean performance of a deployment under a workload, in closed form.
///
/// n sequences run in a rank group. Each pass either carries decodes only (T_d) or also prompts (T_p, k of them, one
/// prompt spread over m passes). A request's O tokens take O passes, in which n prompts of others must be worked off:
///
///     TPOT    = T_d + x (T_p - T_d)      mixed batching          x = n m / (O k) prompt passes per token
///     TPOT    = T_d + x T_p              prefill-first
///     TTFT    = frontend + rest of the pass under way (TPOT / 2) + held-back passes + m T_p + wait for a slot
///     latency = TTFT + (O - 1) TPOT      throughput = clients / latency          (Little's law)
///
/// Closed loop: n = min(clients per group, slots, sequences whose KV fits); the rest wait. Open loop: n is the root of
/// n = rate x latency(n); none below the cap means the queue is unstable, and the answer says from which rate on.
/// A benchmark's opening burst adds its queue of first prompts to the mean TTFT.
/// Assumptions: lengths enter by their means and second moment; arrivals spread evenly over passes; means, not tails.
/// Evidence: tests/serving/, docs/models/serving.md; the accuracy against measurement is printed by `ridgepoint check`.

#include <ridgepoint/serving/deployment.hpp>
#include <ridgepoint/serving/prediction.hpp>
#include <ridgepoint/workload/workload.hpp>

namespace ridgepoint {

namespace detail {

/// Lengths as the closed form sees them.
struct request_shape {
    double prompt = 0, cached = 0, fresh = 0, output = 0;
    double context = 0;   ///< mean context of a running decode: prompt + E[O^2] / (2 E[O])
    double resident = 0;  ///< tokens a running request is admitted for

    constexpr request_shape(const workload& w, const scheduling& s) {
        prompt = w.prompt.mean();
        cached = prompt * w.prefix_hit;
        fresh = larger(1.0, prompt - cached);
        output = w.output.mean();
        const double half = (w.output.variance() + output * output) / (2.0 * output);
        context = prompt + half;
        resident = s.admission == admission::reserve_all ? prompt + w.output.largest() : context;
    }
};

/// One rank group with `n` sequences in flight.
template <class Y> class operating_point {
public:
    constexpr operating_point(const deployment<Y>& d, const roof<Y>& roof, const precision& formats,
                              const request_shape& r, double n)
        : n_(n) {
        const scheduling& s = d.runtime.scheduling;
        const auto stages = static_cast<double>(d.cut.pipeline);
        batch_ = larger(1.0, n / stages);  // sequences of one pass; the stages work on different passes
        const pass_terms terms{d.model, d.cut, formats};

        const double room = larger(1.0, s.token_budget - (s.batching == batching::prefill_first ? 0.0 : batch_));
        passes_ = s.chunked_prefill ? math::pieces(r.fresh, room) : 1.0;
        const double chunk = r.fresh / passes_;
        double together = math::floor(room / chunk);
        if (s.prompts_per_step > 0.0) together = smaller(together, s.prompts_per_step);
        // Prompts that gather while passes run or are held back, given that there is at least one.
        const double gathered = batch_ / r.output * larger(1.0, larger(s.batch_wait_steps, s.poll_interval_steps));
        const double meeting = gathered < 1e-6 ? 1.0 : gathered / (1.0 - math::exp(-gathered));
        prompts_ = larger(1.0, smaller(smaller(meeting, together), batch_));
        prompt_passes_per_token_ = batch_ * passes_ / (r.output * prompts_);

        decode = time_pass(terms, step_shape::decode(batch_, r.context), roof, d.runtime, d.runtime.graphs.decode);
        step_shape with{.prompts = prompts_, .prompt_tokens = chunk,
                        .prompt_past = r.cached + 0.5 * (r.fresh - chunk), .finishing = 1.0 / passes_};
        const bool mixed = s.batching == batching::mixed;
        if (mixed) {
            with.decodes = larger(0.0, batch_ - prompts_);
            with.context = r.context;
        }
        prefill = time_pass(terms, with, roof, d.runtime, d.runtime.graphs.prefill);
        mean_step = decode;
        mean_step.add(prefill, prompt_passes_per_token_);
        if (mixed) mean_step.add(decode, -smaller(1.0, prompt_passes_per_token_));
        first_token = first(d, s);
    }

    constexpr seconds<Y> latency(double output) const {
        return first_token.total() + mean_step.total() * larger(0.0, output - 1.0);
    }
    constexpr double batch() const { return batch_; }
    constexpr double passes() const { return passes_; }
    /// Share of pass time that prompts cost.
    constexpr double prompt_share() const {
        const double all = math::plain(mean_step.total().value());
        const double decodes = math::plain(decode.total().value());
        return larger(0.0, smaller(1.0, 1.0 - decodes / all));
    }

    pass_time<Y> decode{}, prefill{}, mean_step{}, first_token{};

private:
    constexpr pass_time<Y> first(const deployment<Y>& d, const scheduling& s) const {
        pass_time<Y> t;
        t.add(prefill, passes_);
        const double others = (n_ - 1.0) / n_;  // an empty engine has no pass under way
        const double held = others * (s.batch_wait_steps + 0.5 * larger(0.0, s.poll_interval_steps - 1.0));
        t.add(mean_step, 0.5 * others + held);
        t.add_host(d.runtime.host.per_request.value, d.runtime.host_sigma);
        return t;
    }

    double n_, batch_ = 1, passes_ = 1, prompts_ = 1, prompt_passes_per_token_ = 0;
};

/// Mean extra TTFT over a benchmark of `prompts_per_client` prompts each, all clients starting at once: the i-th prompt
/// of the burst waits for the i-1 before it, in passes filled to the budget.
template <class Y>
constexpr seconds<Y> burst_wait(const deployment<Y>& d, const roof<Y>& roof, const precision& formats,
                                const request_shape& r, double clients, double prompts_per_client) {
    const scheduling& s = d.runtime.scheduling;
    double per_pass = larger(1.0, s.chunked_prefill ? s.token_budget / r.fresh : math::floor(s.token_budget / r.fresh));
    if (s.prompts_per_step > 0.0) per_pass = smaller(per_pass, s.prompts_per_step);
    per_pass = smaller(per_pass, clients);
    const double passes = clients / per_pass;
    if (passes <= 1.0) return {};
    const pass_time<Y> full = time_pass({d.model, d.cut, formats}, step_shape::prefill(per_pass, r.fresh, r.cached),
                                        roof, d.runtime, d.runtime.graphs.prefill);
    return full.total() * (0.5 * (passes - 1.0) / prompts_per_client);
}
}  // namespace detail

/// Mean TTFT, TPOT, latency and throughput of `d` under `w`, each with its 80 % range; or why not, in `verdict`.
/// Throws `error` for a workload value out of range. Evidence: tests/serving/predict_test.cpp.
template <class Y> constexpr prediction<Y> predict(const deployment<Y>& d, const workload& w) {
    checked(w);
    prediction<Y> p;
    p.verdict = d.check();
    if (!p.ok()) return p;

    const scheduling& s = d.runtime.scheduling;
    precision formats = d.formats;
    formats.weights = resolved(formats.weights, d.device);
    const detail::request_shape r(w, s);
    p.memory = fit_memory(d.model, d.device.memory.capacity.value, d.runtime, d.cut, formats, r.resident);
    if (!p.memory.fits()) {
        p.verdict.what = obstacle::does_not_fit;
        p.verdict.shortfall = p.memory.shortfall;
        return p;
    }

    const roof<Y> roof(d.device, d.constants, d.crosses_nodes());
    const double groups = static_cast<double>(d.cut.replicas * d.cut.data);
    const double cap = larger(1.0, smaller(s.most_sequences, math::floor(p.memory.most_sequences)));
    const auto at = [&](double n) { return detail::operating_point<Y>(d, roof, formats, r, n); };

    double n = smaller(larger(1.0, w.concurrency / groups), cap);
    double rate = 0.0;  // requests per second of one group
    if (w.open_loop()) {
        rate = w.rate.value() / groups;
        const auto excess = [&](double k) { return k - rate * math::plain(at(k).latency(r.output).value()); };
        if (excess(cap) < 0.0) {
            p.verdict.what = obstacle::unstable;
            p.verdict.have = w.rate.value();
            p.verdict.limit = cap / math::plain(at(cap).latency(r.output).value()) * groups;
            return p;
        }
        double low = 0.0, high = cap;
        for (int i = 0; i < 30; ++i) {
            const double middle = 0.5 * (low + high);
            (excess(larger(1e-3, middle)) < 0.0 ? low : high) = middle;
        }
        n = larger(1e-3, high);
    }

    const detail::operating_point<Y> point = at(larger(n, 1.0));
    p.decode = point.decode;
    p.prefill = point.prefill;
    p.mean_step = point.mean_step;
    p.first_token = point.first_token;
    p.prefill_passes = point.passes();
    p.batch = point.batch();
    p.prompt_share = point.prompt_share();
    p.running = n * groups;
    const double clients = w.open_loop() ? p.running : w.concurrency;
    p.waiting = larger(0.0, clients - p.running);
    if (p.waiting > 0.0)
        p.first_token.add_host(point.latency(r.output) * (p.waiting / p.running), point.first_token.sigma());
    if (w.protocol.burst_start && w.protocol.prompts_per_client > 0.0)
        p.first_token.add_host(
            detail::burst_wait(d, roof, formats, r, larger(1.0, w.concurrency / groups), w.protocol.prompts_per_client),
            0.3);

    pass_time<Y> whole = p.first_token;
    whole.add(p.mean_step, larger(0.0, r.output - 1.0));
    const double devices = static_cast<double>(d.cut.devices());
    p.ttft = with_range(p.first_token.total(), p.first_token.sigma());
    p.tpot = with_range(p.mean_step.total(), p.mean_step.sigma());
    p.latency = with_range(whole.total(), whole.sigma());
    if (w.open_loop()) p.request_throughput = exactly(request_rate<Y>::from_value(Y(w.rate.value())));
    else p.request_throughput = inverse(requests<Y>::from_value(Y(clients)), p.latency);
    const auto per_request = [&](double n_tokens) { return tokens<>::from_value(n_tokens) / requests_of(1.0); };
    p.output_throughput = scaled(p.request_throughput, per_request(r.output));
    p.total_throughput = scaled(p.request_throughput, per_request(r.prompt + r.output));
    p.output_per_device = scaled(p.output_throughput, 1.0 / devices);
    p.output_per_user = inverse(tokens<Y>::from_value(Y(1.0)), p.tpot);

    const multiply issue = formats.weights.feed_forward.issue;
    const auto stages = static_cast<double>(d.cut.pipeline);
    p.mfu = p.mean_step.work() / (p.mean_step.total() * roof.peak(issue));
    p.mbu = p.mean_step.traffic() / (p.mean_step.total() * roof.bandwidth());
    const Y pipelined = Y(smaller(n, stages) / stages);  // stages that are busy with some pass
    p.mfu = p.mfu * pipelined;
    p.mbu = p.mbu * pipelined;
    const double frontend = math::plain(d.runtime.host.per_request.value.value());
    const double all = math::plain(p.latency.value.value());
    p.utilisation = smaller(1.0, n * (1.0 - smaller(frontend, all) / all));
    return p;
}

/// A batch that starts and ends together: one prefill of `batch` prompts, then output - 1 decode passes.
/// TPOT is that of the middle of the output; exact where a pass is linear in its context.
template <class Y>
constexpr prediction<Y> predict_static_batch(const deployment<Y>& d, double prompt, double output, double batch) {
    checked(workload{.prompt = prompt, .output = output, .concurrency = batch});
    prediction<Y> p;
    p.verdict = d.check();
    if (!p.ok()) return p;
    precision formats = d.formats;
    formats.weights = resolved(formats.weights, d.device);
    p.memory = fit_memory(d.model, d.device.memory.capacity.value, d.runtime, d.cut, formats, prompt + output);
    const auto groups = static_cast<double>(d.cut.replicas * d.cut.data);
    const double n = larger(1.0, batch / groups);
    if (p.memory.fits() && p.memory.most_sequences < n)
        p.memory.shortfall = p.memory.kv_allocated * n - p.memory.for_kv;
    if (!p.memory.fits()) {
        p.verdict.what = obstacle::does_not_fit;
        p.verdict.shortfall = p.memory.shortfall;
        p.verdict.suggestion = math::floor(p.memory.most_sequences) * groups;
        return p;
    }
    const roof<Y> roof(d.device, d.constants, d.crosses_nodes());
    const pass_terms terms{d.model, d.cut, formats};
    p.prefill = time_pass(terms, step_shape::prefill(n, prompt), roof, d.runtime, d.runtime.graphs.prefill);
    p.decode = time_pass(terms, step_shape::decode(n, prompt + 0.5 * output), roof, d.runtime, d.runtime.graphs.decode);
    p.mean_step = p.decode;
    p.first_token = p.prefill;
    p.first_token.add_host(d.runtime.host.per_request.value, d.runtime.host_sigma);
    pass_time<Y> whole = p.first_token;
    whole.add(p.decode, larger(0.0, output - 1.0));
    p.ttft = with_range(p.first_token.total(), p.first_token.sigma());
    p.tpot = with_range(p.decode.total(), p.decode.sigma());
    p.latency = with_range(whole.total(), whole.sigma());
    p.request_throughput = inverse(requests<Y>::from_value(Y(batch)), p.latency);
    const auto per_request = [&](double n_tokens) { return tokens<>::from_value(n_tokens) / requests_of(1.0); };
    p.output_throughput = scaled(p.request_throughput, per_request(output));
    p.total_throughput = scaled(p.request_throughput, per_request(prompt + output));
    p.output_per_device = scaled(p.output_throughput, 1.0 / static_cast<double>(d.cut.devices()));
    p.output_per_user = inverse(tokens<Y>::from_value(Y(1.0)), p.tpot);
    p.running = batch;
    p.batch = n;
    p.mfu = whole.work() / (whole.total() * roof.peak(formats.weights.feed_forward.issue));
    p.mbu = whole.traffic() / (whole.total() * roof.bandwidth());
    p.utilisation = 1.0;
    p.prompt_share = math::plain(p.prefill.total().value()) / math::plain(whole.total().value());
    return p;
}
}  // namespace ridgepoint
