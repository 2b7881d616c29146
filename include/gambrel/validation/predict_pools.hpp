// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A closed loop of clients over two pools of replicas, of which one computes prompts and one generates.
///
///     clients = rate latency(seen)             Little's law; latency of the pools (serving/load/disaggregation.hpp)
///     seen    = rate (clients - 1) / clients   a request meets the others, not itself (Schweitzer's approximation of the
///                                              arrival theorem)
///     together = rate pass(together) / lines   prompts that have come during a pass share the next one, from one to as
///                                              many as the token budget takes
///     tokens per second of a device            rate x tokens / devices of both pools
///
/// A prefill replica of attention copies is as many lines as copies: each computes one prompt a pass, all of them
/// together. KV goes over the devices' network, all ranks of a prefill replica at once.
/// Assumptions: those of the pools: waits as of Poisson arrivals, of which a closed loop has fewer; the opening burst is one round among many and is not counted; both pools have the settings of one
/// engine. Evidence: tests/validation/predict_pools_test.cpp.

#include <gambrel/model/kv_cache.hpp>
#include <gambrel/numeric/bisection.hpp>
#include <gambrel/serving/load/deployment_load.hpp>
#include <gambrel/serving/load/disaggregation.hpp>
#include <gambrel/validation/predicted_figure.hpp>

namespace gambrel {

/// Log standard deviations of figures of two pools beside that of the step law, chosen: no run of pools took part in a
/// fit. TTFT is a wait more than a pass.
inline constexpr double pools_ttft = 0.45, pools_other = 0.2;

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

namespace detail {
/// The link from one pool to the other. A device without a stated network has none that its KV could take.
inline kv_link link_between(const measured_row& m, const precision& formats) {
    if (!m.device->scale_out.present()) fail("no network of " + m.device->name.str() + " is known to carry the cache");
    const auto ranks = static_cast<double>(m.pools->prefill_cut.devices());
    return {.bandwidth = m.device->scale_out.per_direction.value * ranks,
            .bytes_per_token = kv_bytes_per_token(*m.model, formats.kv),
            .channels = m.pools->prefill_replicas};
}
/// A law whose pass of one prompt is its share of a pass of `together` alike.
template <step_law Law> struct shared_pass {
    Law law;
    double together = 1;

    double whole(pass_load l) const {
        for (double* x : {&l.prompts, &l.prompt_tokens, &l.prompt_pairs, &l.finishing}) *x *= together;
        return law.seconds(l);
    }
    double seconds(const pass_load& l) const { return whole(l) / together; }
};

/// A whole prompt of mean length, as a pass.
inline pass_load mean_prompt(const workload& w) {
    const double tokens = w.prompt.mean();
    return {.prompts = 1, .prompt_tokens = tokens, .prompt_pairs = 0.5 * tokens * (tokens + 1.0), .finishing = 1};
}

/// Most prompts of a pass.
inline double most_together(const scheduling& s, const workload& w) {
    const double fitting = larger(1.0, math::floor(s.token_budget / w.prompt.mean()));
    return s.prompts_per_step > 0.0 ? smaller(fitting, s.prompts_per_step) : fitting;
}
}  // namespace detail

/// The run behind `m`, a closed loop of a row with pools, with `software` and `constants`.
inline pooled_run predict_pools(const measured_row& m, const runtime<>& software, const calibration<>& constants) {
    const deployment<> decode{*m.model, *m.device, software, m.cut, m.formats, constants};
    const deployment<> prefill{*m.model, *m.device, software, m.pools->prefill_cut, m.formats, constants};
    const load_inputs of_decode = load_inputs_of(decode, m.workload), of_prefill = load_inputs_of(prefill, m.workload);
    pooled_run a{.verdict = of_prefill.verdict.ok() ? of_decode.verdict : of_prefill.verdict};
    a.devices = m.pools->devices(m.cut);
    if (!a.ok()) return a;
    const roof<> decode_roof = decode.roof(), prefill_roof = prefill.roof();
    const timed_step prompts({prefill.model, prefill.cut, of_prefill.formats}, prefill_roof, software);
    const auto outputs = detail::law_of_group(
        decode, of_decode, timed_step({decode.model, decode.cut, of_decode.formats}, decode_roof, software));
    const kv_link link = detail::link_between(m, of_decode.formats);
    const int copies = static_cast<int>(copies_in_step(*m.model, m.pools->prefill_cut));
    const pool_sizes sizes{m.pools->prefill_replicas * copies, m.pools->decode_replicas};
    const pass_load one = detail::mean_prompt(m.workload);
    const double clients = m.workload.concurrency, others = (clients - 1.0) / clients;
    const double most_together = detail::most_together(software.scheduling, m.workload);
    // How many prompts share a pass and the rate settle each other, from full passes down, each round half way. (From one
    // prompt up a full pool would stay: its rate is that of one a pass.)
    constexpr int rounds = 24;
    a.together = most_together;
    for (int round = 0; round < rounds; ++round) {
        const detail::shared_pass<timed_step> law{prompts, a.together};
        a.shared = seconds<>::from_value(law.whole(one) - law.seconds(one));
        const disaggregated_model<detail::shared_pass<timed_step>, timed_group_step> pools(
            law, outputs, link, m.workload.prompt, m.workload.output, of_decode.settings);
        const auto at = [&](double rate) {
            return pools.at(requests_per_second(rate), sizes, prefill_line::in_turn, arrival_split::in_turn);
        };
        const auto missing = [&](double rate) {
            return clients - rate * (at(rate * others).latency.mean() + a.shared).value();
        };
        const double most = at(0.0).limit.value() * (1.0 - 1e-6);
        const double rate = missing(most) >= 0.0 ? most : bisected_root(missing, 0.0, most);
        a.load = at(rate * others);
        a.rate = requests_per_second(rate);
        const double come = rate * others * law.whole(one) / sizes.prefill;
        const double next = larger(1.0, smaller(most_together, 0.5 * (a.together + come)));
        if (math::abs(next / a.together - 1.0) < 1e-6) break;
        a.together = next;
    }
    const double running = larger(1.0, a.load.decode.running / (sizes.decode * of_decode.in_step));
    a.sigma = time_pass({decode.model, decode.cut, of_decode.formats},
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
