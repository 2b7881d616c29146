// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The figures of a prediction from its TTFT, its mean step (TPOT) and the number of clients in the system.
///
///     latency     = TTFT + (output - 1) TPOT
///     throughput  = clients / latency                                       Little's law
///     MFU, MBU    = busy_stages x {flop / peak, bytes / bandwidth} of a step / TPOT, each flop over the dense peak of
///                   the format that it multiplies in; of outputs of one token, which have no TPOT, of a first token
///     busy_stages = min(1, sequences of a rank group / pipeline stages)     with fewer sequences some stages are idle
///     utilisation = min(1, batch (1 - frontend / latency))                  share of time in which a pass runs
///
/// Rank group: the devices of one data-parallel copy; `batch` sequences share one of its passes, none runs for a
/// request in its frontend, the host time before its first pass. Each time carries its 80 % range (deviation.hpp); TTFT
/// has `ttft_sigma` besides, latency in proportion to TTFT's share in it. Evidence: tests/serving/predict_test.cpp.

#include <gambrel/serving/admitted.hpp>
#include <gambrel/serving/deviation.hpp>
#include <gambrel/serving/prediction.hpp>

namespace gambrel::detail {

/// Throughputs of requests of these lengths from `p.request_throughput`.
template <class Y> constexpr void fill_throughputs(prediction<Y>& p, double prompt, double output) {
    const auto tokens_each = [](double n) { return tokens_of(n) / requests_of(1.0); };
    p.output_throughput = scaled(p.request_throughput, tokens_each(output));
    p.prompt_throughput = scaled(p.request_throughput, tokens_each(prompt));
    p.total_throughput = scaled(p.request_throughput, tokens_each(prompt + output));
    p.output_per_device = scaled(p.output_throughput, 1.0 / static_cast<double>(p.devices));
}

/// Fills in the figures of `p` from its `first_token` and `mean_step`, with `clients` in the system. A request is
/// answered after a first token and `steps` - 1 mean steps (0: as many as its output has tokens).
template <class Y>
constexpr void fill_figures(prediction<Y>& p, const checked_deployment<Y>& c, double prompt, double output,
                            double clients, double steps = 0.0) {
    const deployment<Y>& d = c.of();
    pass_time<Y> whole = p.first_token;
    whole.add(p.mean_step, larger(0.0, (steps > 0.0 ? steps : output) - 1.0));
    const Y ttft_share = p.first_token.total() / whole.total();
    p.ttft = with_range(p.first_token.total(), combined(deviation_of(p.first_token, d.runtime), ttft_sigma));
    double of_tpot = deviation_of(p.mean_step, d.runtime),
           of_latency = combined(deviation_of(whole, d.runtime), ttft_sigma * math::plain(ttft_share));
    if (const double guesses = d.speculation.deviation; guesses > 0.0) {
        of_tpot = combined(of_tpot, guesses);
        of_latency = combined(of_latency, guesses * (1.0 - math::plain(ttft_share)));
    }
    const bool one_token = output <= 1.0;
    if (one_token) p.tpot = {};
    else p.tpot = with_range(p.mean_step.total(), of_tpot);
    p.latency = with_range(whole.total(), of_latency);
    p.devices = d.cut.devices();
    p.request_throughput = inverse(requests<Y>::from_value(Y(clients)), p.latency);
    fill_throughputs(p, prompt, output);
    if (one_token) p.output_per_user = {};
    else p.output_per_user = inverse(tokens<Y>::from_value(Y(1.0)), p.tpot);

    const auto stages = static_cast<double>(d.cut.pipeline);
    const double busy_stages = smaller(p.running / c.rank_groups(), stages) / stages;
    const pass_time<Y>& at_work = one_token ? p.first_token : p.mean_step;
    p.mfu = at_work.at_peak() / at_work.total() * busy_stages;
    p.mbu = at_work.traffic() / (at_work.total() * c.roof().bandwidth()) * busy_stages;
    const double latency = math::plain(whole.total().value());
    const double frontend = math::plain(d.runtime.host.frontend(prompt).value());
    p.utilisation = smaller(1.0, p.batch * (1.0 - smaller(frontend, latency) / latency));
}
}  // namespace gambrel::detail
