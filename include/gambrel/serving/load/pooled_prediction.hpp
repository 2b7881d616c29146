// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The mean figures of two pools as a prediction, so that whatever reads one (cost, energy, screens, sweeps) reads pools:
///
///     TTFT, TPOT, latency = means of pooled_model.hpp             range: the step law's, and `pools_ttft`, `pools_other`
///     where TTFT goes     = a prompt's share of its pass + waiting, as of the host
///     where TPOT goes     = the decode pass + the transfer's share, as of the link
///     devices             = of both pools            memory: of a decode replica
///
/// Evidence: tests/serving/load/pooled_model_test.cpp.

#include <gambrel/serving/figures.hpp>
#include <gambrel/serving/load/pooled_model.hpp>

namespace gambrel {

/// Log standard deviations of figures of two pools beside that of the step law, chosen: no run of pools took part in a
/// fit. TTFT is a wait more than a pass.
inline constexpr double pools_ttft = 0.45, pools_other = 0.2;

namespace detail {
template <class Q> figure<Q> widened(const figure<Q>& f, double more) {
    const double up = std::hypot(std::log(f.high / f.value), normal_quantile_90 * more),
                 down = std::hypot(std::log(f.value / f.low), normal_quantile_90 * more);
    return {f.value, f.value * std::exp(-down), f.value * std::exp(up)};
}
}  // namespace detail

/// What `d`, a decode replica, and the prefill replicas of `p` give under `w`; or why not. Throws `error` for a value out
/// of range, images and whole batches.
inline prediction<> predict(const deployment<>& d, const pools& p, const workload& w) {
    if (w.protocol.burst_start)
        fail(
            "the opening burst of a benchmark over two pools is not predicted: simulate it, or ask for the steady "
            "state");
    const deployment<> prompts = prefill_of(d, p);
    const pooled_inputs t(d, prompts, w);
    prediction<> a{.verdict = t.verdict, .memory = t.decode.memory};
    if (!a.ok()) return a;
    const roof<> decode_roof = d.roof(), prefill_roof = prompts.roof();
    const timed_step of_prompts(prompts.pass_inputs(t.prefill.formats), prefill_roof, d.runtime),
        of_outputs(d.pass_inputs(t.decode.formats), decode_roof, d.runtime);
    const pooled_model<timed_step> model(of_prompts, detail::law_of_group(d, t.decode, of_outputs), t.decode, p,
                                         t.copies * t.prefill.groups, w);
    const pooled_point at = w.open_loop() ? model.at(w.rate) : model.with_clients(w.concurrency);
    if (!at.load.stable) {
        a.verdict = {.what = obstacle::unstable, .have = w.rate.value(), .limit = model.limit().value()};
        return a;
    }
    const checked_deployment<> c(d), of_prefill(prompts);
    const request_shape r(w, d.runtime.scheduling, d.model, d.speculation);
    const double ttft = at.ttft().mean().value(), tpot = at.load.tpot.mean().value(),
                 latency = at.latency().mean().value();
    const double running = at.load.decode.running, groups = model.sizes().decode;
    a.batch = larger(1.0, running / (groups * t.decode.in_step));
    a.decode = c.pass(step_shape::decode(a.batch, r.context));
    a.prefill = of_prefill.pass(step_shape::prefill(at.together, r.fresh, r.cached));
    a.running = running + at.load.prefill_utilisation * model.sizes().prefill;
    a.waiting = at.load.prefill_waiting + at.load.decode.waiting;
    const double host_sigma = d.runtime.host_sigma, pass = a.prefill.total().value(), step = a.decode.total().value();
    a.first_token.add(a.prefill, smaller(1.0, ttft / pass));
    a.first_token.add_host(seconds_of(larger(0.0, ttft - pass)), host_sigma);
    const double sent = r.output > 1.0 ? smaller(tpot, at.load.kv_transfer.mean().value() / (r.output - 1.0)) : 0.0;
    a.mean_step.add(a.decode, (tpot - sent) / step);
    a.mean_step.add_host(seconds_of(sent), host_sigma, bound::interconnect);
    detail::fill_figures(a, c, r.prompt, r.output, at.rate.value() * latency);
    a.devices = p.devices(d.cut);
    a.latency = scaled(a.latency, latency / a.latency.value.value());
    a.request_throughput =
        w.open_loop() ? exactly(w.rate) : scaled(inverse(requests_of(at.rate.value() * latency), a.latency), 1.0);
    a.ttft = detail::widened(a.ttft, pools_ttft);
    a.tpot = detail::widened(a.tpot, pools_other);
    a.latency = detail::widened(a.latency, pools_other);
    a.output_per_user = inverse(tokens_of(1.0), a.tpot);
    if (!w.open_loop()) a.request_throughput = detail::widened(a.request_throughput, pools_other);
    detail::fill_throughputs(a, r.prompt, r.output);
    const double prompt_time = at.load.prefill_utilisation * p.prefill_replicas * p.prefill_cut.devices_per_replica();
    const double output_time = at.load.decode_utilisation * p.decode_replicas * d.cut.devices_per_replica();
    a.prompt_share = prompt_time + output_time > 0.0 ? prompt_time / (prompt_time + output_time) : 0.0;
    return a;
}
}  // namespace gambrel
