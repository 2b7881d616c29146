// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Mean performance of a deployment under a workload, in closed form.
///
///     n       = clients per rank group, capped by slots and by KV memory; the rest wait
///     latency = TTFT + (O - 1) TPOT        throughput = clients / latency        (Little's law)
///
/// TTFT and TPOT of n sequences: operating_point.hpp. In an open loop n is the root of n = rate x latency(n); where
/// there is none below the cap the queue is unstable, and the answer says from which rate on. A request that waits
/// for a place waits clients / n - 1 whole requests. A benchmark's opening burst: burst.hpp.
/// Assumptions: lengths enter by their means and second moment; means, not tails.
/// Evidence: tests/serving/, tests/properties/, docs/models/serving.md; against measurement: `ridgepoint validate`.

#include <ridgepoint/serving/burst.hpp>
#include <ridgepoint/serving/deviation.hpp>
#include <ridgepoint/serving/prediction.hpp>

namespace ridgepoint {

namespace detail {
/// What most of the work of `m` multiplies in.
constexpr multiply main_multiply(const architecture& m, const weight_formats& f) {
    for (const layer_group& g : m)
        if (g.layer.experts.present()) return f.experts.issue;
    for (const layer_group& g : m)
        if (g.layer.feed_forward.present()) return f.feed_forward.issue;
    return f.state.issue;
}

/// Fills in the figures of `p` from its TTFT, its TPOT and `clients` in the system.
template <class Y>
constexpr void answer(prediction<Y>& p, const deployment<Y>& d, const roof<Y>& roof, const weight_formats& weights,
                      double prompt, double output, double clients) {
    pass_time<Y> whole = p.first_token;
    whole.add(p.mean_step, larger(0.0, output - 1.0));
    p.ttft = with_range(p.first_token.total(), combined(deviation_of(p.first_token, d.runtime), ttft_sigma));
    p.tpot = with_range(p.mean_step.total(), deviation_of(p.mean_step, d.runtime));
    const Y first_share = p.first_token.total() / whole.total();
    p.latency = with_range(whole.total(), combined(deviation_of(whole, d.runtime), ttft_sigma * math::plain(first_share)));
    p.request_throughput = inverse(requests<Y>::from_value(Y(clients)), p.latency);
    const auto tokens_each = [](double n) { return tokens_of(n) / requests_of(1.0); };
    p.output_throughput = scaled(p.request_throughput, tokens_each(output));
    p.prompt_throughput = scaled(p.request_throughput, tokens_each(prompt));
    p.total_throughput = scaled(p.request_throughput, tokens_each(prompt + output));
    p.devices = d.cut.devices();
    p.output_per_device = scaled(p.output_throughput, 1.0 / static_cast<double>(p.devices));
    p.output_per_user = inverse(tokens<Y>::from_value(Y(1.0)), p.tpot);

    const auto stages = static_cast<double>(d.cut.pipeline);
    const double busy_stages = smaller(p.running / static_cast<double>(d.cut.replicas * d.cut.data), stages) / stages;
    p.mfu = p.mean_step.work() / (p.mean_step.total() * roof.peak(main_multiply(d.model, weights))) * busy_stages;
    p.mbu = p.mean_step.traffic() / (p.mean_step.total() * roof.bandwidth()) * busy_stages;
    const double all = math::plain(whole.total().value());
    const double frontend = math::plain(d.runtime.host.per_request.value.value());
    p.utilisation = smaller(1.0, p.batch * (1.0 - smaller(frontend, all) / all));
}
}  // namespace detail

/// Mean TTFT, TPOT, latency and throughput of `d` under `w`, each with its 80 % range; or why not, in `verdict`.
/// Throws `error` for a value of `w` or of a descriptor out of range. Evidence: tests/serving/predict_test.cpp.
template <class Y> constexpr prediction<Y> predict(const deployment<Y>& d, const workload& w) {
    checked(w);
    d.validate();
    prediction<Y> p;
    const scheduling& s = d.runtime.scheduling;
    const request_shape r(w, s, d.model);
    p.verdict = d.check(r.prompt + r.output);
    if (p.ok() && w.images > 0.0 && !d.model.vision.present()) p.verdict = {.what = obstacle::no_images, .have = w.images};
    if (!p.ok()) return p;
    precision formats = d.formats;
    formats.weights = resolved(formats.weights, d.device);
    p.memory = fit_memory(d.model, d.device.memory.capacity.value, d.runtime, d.cut, formats, r.whole(), r.resident,
                          d.adapter);
    if (!p.memory.fits()) {
        p.verdict = {.what = obstacle::does_not_fit, .shortfall = p.memory.shortfall};
        return p;
    }

    const roof<Y> roof = d.roof();
    const double groups = static_cast<double>(d.cut.replicas * d.cut.data);
    const double held = smaller(s.most_sequences, math::floor(p.memory.most_sequences));
    const double cap = larger(1.0, held);
    const double running_clients = larger(1.0, smaller(w.concurrency / groups, cap));
    const arrival_pattern arrivals = pattern_of(w, running_clients / prompts_of_full_pass(s, r, running_clients));
    const auto at = [&](double n) { return operating_point<Y>(d, roof, formats, r, larger(1.0, n), arrivals); };

    double n = smaller(w.concurrency / groups, cap), clients = w.concurrency;
    if (w.open_loop()) {
        const double rate = w.rate.value() / groups;
        const auto excess = [&](double k) { return k - rate * math::plain(at(k).latency(r.output).value()); };
        if (excess(cap) < 0.0) {
            const double most = cap / math::plain(at(cap).latency(r.output).value()) * groups;
            p.verdict = {.what = obstacle::unstable, .have = w.rate.value(), .limit = most};
            return p;
        }
        double low = 0.0, high = cap;
        for (int i = 0; i < 30; ++i) {
            const double middle = 0.5 * (low + high);
            (excess(middle) < 0.0 ? low : high) = middle;
        }
        n = high;
        clients = n * groups;
    }

    const operating_point<Y> point = at(n);
    p.decode = point.decode;
    p.prefill = point.prefill;
    p.mean_step = point.mean_step;
    p.first_token = point.first_token;
    p.prefill_passes = point.passes();
    p.batch = point.batch();
    p.prompt_share = point.prompt_share(r, s);
    p.running = smaller(clients, n * groups);
    p.waiting = clients - p.running;
    p.queued = p.running * point.queued_share();
    if (p.waiting > 0.0) p.first_token.add(point.whole(r.output), p.waiting / p.running);
    if (counts_burst(w.protocol) && !w.open_loop() && !point.together()) {  // requests in step meet the burst every time
        const double share = 1.0 / w.protocol.prompts_per_client;
        pass_time<Y> mean;
        mean.add(p.first_token, 1.0 - share);
        mean.add(burst_first_token(d, roof, formats, r, w.protocol, larger(1.0, clients / groups)), share);
        p.first_token = mean;
    }
    detail::answer(p, d, roof, formats.weights, r.prompt, r.output, clients);
    if (w.open_loop()) {  // the rate is given, not predicted
        const auto given = [&](double tokens_each) { return exactly(token_rate<Y>::from_value(Y(w.rate.value() * tokens_each))); };
        p.request_throughput = exactly(request_rate<Y>::from_value(Y(w.rate.value())));
        p.output_throughput = given(r.output);
        p.prompt_throughput = given(r.prompt);
        p.total_throughput = given(r.prompt + r.output);
        p.output_per_device = given(r.output / static_cast<double>(p.devices));
    }
    return p;
}
}  // namespace ridgepoint
