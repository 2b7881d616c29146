// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the simulator and the closed form say of a measured run, window by window, as the load generator would report
/// it.
///
/// Simulated: the requests as they were sent, one seed, figures over the requests of a window that were answered in
/// time. Closed form: a window's rate in steady state; evenly spaced requests as gaps of variation 0.1, the least it
/// takes; nothing for requests sent at once, for windows of several rates, or above the limit. Evidence:
/// tests/validation/online_test.cpp; docs/accuracy-online.md.

#include <gambrel/measurement/online/online_run.hpp>
#include <gambrel/serving/load/deployment_load.hpp>
#include <gambrel/simulation/run.hpp>
#include <optional>

namespace gambrel {

/// A run with its descriptors as the adjustment leaves them. Refers to the run's model and device.
struct online_deployment {
    explicit online_deployment(const online_run& r)
        : software(adjusted(r.runtime, r.adjustment)),
          deployed{*r.model, *r.device, software,
                   r.cut,    r.formats, adjusted(default_calibration(*r.device, r.runtime.kernels), r.adjustment)},
          terms(load_inputs_of(deployed, {.prompt = r.prompt, .output = r.output, .prefix_hit = r.prefix_hit})) {}
    online_deployment(const online_deployment&) = delete;
    online_deployment& operator=(const online_deployment&) = delete;

    runtime<> software;
    deployment<> deployed;
    gambrel::load_inputs terms;
};

/// The law that simulations of such a run use; tens of milliseconds, the same for every run of one deployment.
inline tabulated_step online_law(const online_run& r, double most_context) {
    const online_deployment d(r);
    const precision formats = d.deployed.resolved_formats();
    return {
        {d.deployed.model, d.deployed.cut, formats, d.deployed.adapter}, d.deployed.roof(), d.software, most_context};
}

namespace detail {
inline std::vector<simulation::request_record> simulate_online(const online_run& r, const tabulated_step& law) {
    const online_deployment d(r);
    const double tokens = r.prompt.mean() + r.output.mean();
    simulation::server s = simulation::server_of(d.software);
    s.blocks = r.kv_blocks > 0.0 ? r.kv_blocks : simulation::blocks_that_fit(d.terms.memory, tokens, s.block_tokens);
    s.prefix_cache = r.prefix_cache;
    std::vector<simulation::request_record> all;
    simulation::options how;
    how.on_request = [&](const simulation::request_record& each) {
        if (!each.rejected && each.finished.value() <= r.duration) all.push_back(each);
    };
    switch (r.sending) {
        case sending::given: simulation::run(law, s, simulation::replay_source(r.requests), how); break;
        case sending::evenly:
            simulation::run(law, s,
                            simulation::open_source(arrivals::evenly_spaced(r.windows.front().rate), r.prompt, r.output,
                                                    r.count, 1),
                            how);
            break;
        case sending::one_at_a_time:
        case sending::at_once: {  // twice as many as were answered: the duration ends it
            const auto most = 2 * r.count + 16;
            simulation::run(law, s,
                            simulation::closed_source({.clients = static_cast<std::uint32_t>(r.clients)}, r.prompt,
                                                      r.output, most, 1),
                            how);
            break;
        }
    }
    return all;
}

/// Quantile as load generators have it: linear between neighbours.
inline double quantile_in(std::vector<double>& v, double p) {
    if (v.empty()) return 0.0;
    std::sort(v.begin(), v.end());
    const double at = p * static_cast<double>(v.size() - 1);
    const auto below = static_cast<std::size_t>(at), above = std::min(below + 1, v.size() - 1);
    return v[below] + (at - static_cast<double>(below)) * (v[above] - v[below]);
}
inline double mean_in(const std::vector<double>& v) {
    double sum = 0.0;
    for (const double x : v) sum += x;
    return v.empty() ? 0.0 : sum / static_cast<double>(v.size());
}
}  // namespace detail

/// The figures of every window of `r`, simulated under `law` (online_law).
inline std::vector<online_figures> simulated_figures(const online_run& r, const tabulated_step& law) {
    const auto records = detail::simulate_online(r, law);
    std::vector<online_figures> answer;
    for (const online_window& w : r.windows) {
        std::vector<double> ttft, gaps, latency;
        for (const simulation::request_record& each : records) {
            if (each.sent.value() < w.from || each.sent.value() >= w.until) continue;
            ttft.push_back(each.ttft().value());
            latency.push_back(each.latency().value());
            if (each.output > 1) gaps.push_back(each.tpot().value());
        }
        using detail::mean_in;
        using detail::quantile_in;
        answer.push_back({mean_in(gaps), mean_in(ttft), quantile_in(ttft, 0.5), quantile_in(ttft, 0.9),
                          quantile_in(ttft, 0.99), mean_in(latency), quantile_in(latency, 0.9),
                          quantile_in(latency, 0.99)});
    }
    return answer;
}

/// The figures of every window of `r` in closed form; zeros where it does not apply.
inline std::vector<online_figures> closed_figures(const online_run& r) {
    std::vector<online_figures> answer(r.windows.size());
    if (r.sending == sending::at_once) return answer;
    online_deployment d(r);
    if (!d.terms.verdict.ok()) return answer;
    if (r.kv_blocks > 0.0)
        d.terms.settings.kv_sequences =
            larger(1.0, r.kv_blocks * d.software.memory.block_tokens / (r.prompt.mean() + 0.5 * r.output.mean()));
    const roof<> roof = d.deployed.roof();
    const workload w{.prompt = r.prompt, .output = r.output, .prefix_hit = r.prefix_hit};
    const load_model<timed_group_step> model = timed_load_model(d.deployed, roof, d.terms, w);
    for (std::size_t i = 0; i < r.windows.size(); ++i) {
        const bool lone = r.sending == sending::one_at_a_time;
        if (!lone && !(r.windows[i].rate > 0.0)) continue;
        const load_prediction p =
            model.at(requests_per_second(lone ? 0.0 : r.windows[i].rate), r.sending == sending::evenly ? 0.1 : 1.0);
        if (!p.stable) continue;
        const auto q = [](const latency_distribution& l, double share) { return l.quantile(share).value(); };
        answer[i] = {p.tpot.mean().value(), p.ttft.mean().value(),    q(p.ttft, 0.5),    q(p.ttft, 0.9),
                     q(p.ttft, 0.99),       p.latency.mean().value(), q(p.latency, 0.9), q(p.latency, 0.99)};
    }
    return answer;
}
}  // namespace gambrel
