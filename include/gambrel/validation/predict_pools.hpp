// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A measured run of two pools, as serving/load/pooled_model.hpp predicts a closed loop over them: clients in turn over the
/// replicas, KV over the devices' network; the opening burst is one round among many and is not counted.
///
///     tokens per second of a device = rate x tokens / devices of both pools
///
/// Evidence: tests/validation/predict_pools_test.cpp.

#include <gambrel/serving/load/pooled_prediction.hpp>
#include <gambrel/validation/predicted_figure.hpp>

namespace gambrel {

/// What the clients of a disaggregated run see.
struct pooled_run {
    feasibility verdict{};
    disaggregated_load load{};  ///< at the rate that a request sees
    request_rate<> rate{};
    int devices = 0;
    double together = 1;  ///< prompts of one pass
    seconds<> shared{};   ///< what a prompt's pass takes beyond its own share of it
    double sigma = 0;     ///< log standard deviation of a decode pass

    bool ok() const { return verdict.ok(); }
};

/// The run behind `m`, a closed loop of a row with pools, with `software` and `constants`.
inline pooled_run predict_pools(const measured_row& m, const runtime<>& software, const calibration<>& constants) {
    const deployment<> decode{*m.model, *m.device, software, m.cut, m.formats, constants};
    pools p{m.pools->prefill_replicas, m.pools->decode_replicas, m.pools->prefill_cut};
    const deployment<> prefill = prefill_of(decode, p);
    const pooled_inputs t(decode, prefill, m.workload);
    pooled_run a{.verdict = t.verdict};
    a.devices = m.pools->devices(m.cut);
    if (!a.ok()) return a;
    p.link = network_between(decode, p);
    const roof<> decode_roof = decode.roof(), prefill_roof = prefill.roof();
    const timed_step prompts(prefill.pass_inputs(t.prefill.formats), prefill_roof, software),
        outputs(decode.pass_inputs(t.decode.formats), decode_roof, software);
    const pooled_model<timed_step> model(prompts, detail::law_of_group(decode, t.decode, outputs), t.decode, p,
                                         t.copies * t.prefill.groups, m.workload);
    const pooled_point at = model.with_clients(m.workload.concurrency);
    a.load = at.load;
    a.rate = at.rate;
    a.together = at.together;
    a.shared = at.shared;
    const double running = larger(1.0, a.load.decode.running / (model.sizes().decode * t.decode.in_step));
    a.sigma = time_pass({decode.model, decode.cut, t.decode.formats},
                        step_shape::decode(running, m.workload.prompt.mean() + 0.5 * m.workload.output.mean()),
                        decode_roof, software)
                  .sigma();
    return a;
}

/// The figure of `run` that `m` measured, with the 80 % range of the step law and `more`, a log standard deviation.
inline predicted_figure figure_of(const pooled_run& run, const measured_row& m, double more) {
    const bool median = m.workload.protocol.reported == statistic::median;
    const auto of = [&](const latency_distribution& d) { return median ? d.quantile(0.5).value() : d.mean().value(); };
    const double shared = run.shared.value();
    const double rate = run.rate.value(), prompt = m.workload.prompt.mean(), output = m.workload.output.mean();
    double value = 0.0;
    switch (m.metric) {
        case metric::ttft: value = of(run.load.ttft) + shared; break;
        case metric::tpot:
        case metric::itl: value = of(run.load.tpot); break;
        case metric::latency: value = of(run.load.latency) + shared; break;
        case metric::output_throughput: value = rate * output; break;
        case metric::total_throughput: value = rate * (prompt + output); break;
        case metric::output_per_device: value = rate * output / run.devices; break;
        case metric::total_per_device: value = rate * (prompt + output) / run.devices; break;
        case metric::output_per_user: value = 1.0 / of(run.load.tpot); break;
        case metric::request_throughput: value = rate; break;
        default: return {.refused = "metric not predicted of two pools: " + std::string(name_of(m.metric))};
    }
    const auto f = with_range(value, math::sqrt(run.sigma * run.sigma + more * more));
    return {f.value, f.low, f.high, {}, false};
}
}  // namespace gambrel
