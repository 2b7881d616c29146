// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A closed loop in its steady state: N clients, each sending its next request when the last one has ended. The number
/// in the system is known, so nothing wanders but the prompts of single steps:
///
///     slots taken  r = min(M, N O / (O + g))     g = steps that a new request waits for, 1 behind a frontend, else 0
///     a = r / O prompts a step, r (O - 1) / O decodes        step S = t0 + c decodes + extra P(K > 0) + a E kappa
///     rate = a / S           waiting = N - r - rate frontend, where slots bind: the others wait N - M requests long
///     TTFT = [frontend and the rest of its step | the wait] + t0 + c decodes + own prefill + Poisson(a) others'
///     TPOT = S, its deviation over an output that of a sum of renewals: who comes is who went
///
/// N known is what load-dependent MVA says of one station without thinking (Reiser & Lavenberg 1980). Assumptions:
/// outputs vary, or requests stay together in waves (flagged); the start and the drain of a benchmark are not in it.
/// Evidence: tests/serving/load/closed_loop_test.cpp.

#include <gambrel/serving/load/load_model.hpp>
#include <gambrel/workload/workload.hpp>

namespace gambrel {

namespace detail {
/// A step of known decodes: base + prefill of Poisson(`mean`) prompts; with `own`, of one more.
struct known_step {
    const linearised_step& terms;
    double base, mean, deviation;  ///< seconds, prompts, seconds that do not come from prompts
    bool own;

    double below(double x) const {
        const double k = terms.mean_prefill();
        double variance = 0.0;
        for (const weighted_time& p : terms.prefill) variance += p.weight * (p.seconds - k) * (p.seconds - k);
        double chance = std::exp(-mean), sum = 0.0;
        const int most = static_cast<int>(mean + 6.0 * std::sqrt(mean) + 6.0);
        for (int others = 0; others <= most; ++others) {
            const double start = base + others * k + (own || others > 0 ? terms.extra : 0.0);
            const double spread = std::sqrt(others * variance + deviation * deviation);
            if (!own) sum += chance * normal_below((x - start) / spread);
            else
                for (const weighted_time& p : terms.prefill)
                    sum += chance * p.weight * normal_below((x - start - p.seconds) / spread);
            chance *= mean / (others + 1);
        }
        return sum;
    }
};
}  // namespace detail

/// What `clients` clients of one rank group get, without thinking between requests.
/// Throws `error` for less than one client, and where prompts run in passes of their own.
/// Evidence: tests/serving/load/closed_loop_test.cpp.
template <step_law Law> load_prediction in_closed_loop(const load_model<Law>& m, double clients) {
    checked(clients, 1.0, most_clients, "the number of clients");
    const load_basis& b = m.basis();
    if (b.apart) fail("a closed loop is predicted for prompts that share steps with decodes");
    const double o = b.shape.output;
    double gap = b.frontend > 0.0 ? 1.0 : 0.0, slots = 1.0, prompts = 0.0, decodes = 0.0, step = 0.0;
    linearised_step t;
    prompt_cost k;
    for (int i = 0; i < 30; ++i) {
        slots = std::fmin(b.slots, clients * o / (o + gap));
        prompts = slots / o;
        decodes = slots * b.shape.decode_steps() / o;
        t = linearised(m.law(), b.shape, false, decodes, meeting(prompts));
        k = prompt_cost_of(b.shape, t, meeting(prompts));
        const double next = t.decode_step(decodes) + prompts * k.mean;
        const double away = b.frontend > 0.0 ? std::fmax(1.0, b.frontend / next + 0.5) : 0.0;
        const bool settled = std::fabs(next - step) < 1e-9 * next && std::fabs(away - gap) < 1e-6;
        step = next;
        gap = away;
        if (settled) break;
    }
    load_prediction p;
    const double rate = prompts / step, waiting = std::fmax(0.0, clients - slots - rate * b.frontend);
    const bool bound = clients * o / (o + gap) > b.slots;
    p.rate = requests_per_second(rate);
    p.limit = m.limit();
    p.bound = b.bound;
    p.utilisation = rate / m.limit().value();
    p.load = rate * (k.mean + t.per_sequence * b.shape.decode_steps());
    p.running = slots;
    p.waiting = bound ? waiting : 0.0;
    p.wait_probability = bound ? 1.0 : 0.0;
    p.step = seconds<>::from_value(step);
    p.prompts_per_step = prompts;
    p.method = "closed loop";
    const double fresh = b.shape.fresh_share * b.shape.prompt;
    const scheduling& s = m.settings().scheduling;
    if (b.output_scv == 0.0 && clients > 1.0) p.why = doubt::waves;
    else if (s.batch_wait_steps > 0.0) p.why = doubt::held_prompts;
    else if (fresh * std::fmax(1.0, prompts) > 0.3 * (s.token_budget - decodes)) p.why = doubt::chunked_prompts;

    const double lone = prompts * (clients - 1.0) / clients;  // prompts of others
    const double away = clients <= 1.0 ? b.frontend : std::fmax(b.frontend, gap * step);
    const double before = bound ? b.frontend + waiting / rate : away;
    const double wander = 1e-3 * step;
    double jitter = 0.0;  // of the time before
    if (bound) jitter = std::sqrt(waiting * b.service_scv) / rate;
    else if (gap > 0.0 && lone > 0.0) jitter = std::sqrt(prompts * k.square);
    const detail::known_step first{t, before + t.decode_step(clients <= 1.0 ? 0.0 : decodes), lone,
                                   std::hypot(wander, jitter), true};
    const detail::known_step any{t, t.decode_step(clients <= 1.0 ? 1.0 : decodes), lone, wander, false};
    const double prefill = t.mean_prefill(), mean = first.base + t.extra + prefill * (1.0 + lone);
    const double deviation = std::sqrt(first.deviation * first.deviation + k.variance() + lone * k.square);
    std::array<double, 60> points{};
    double shortest = prefill;
    for (const weighted_time& w : t.prefill) shortest = std::fmin(shortest, w.seconds);
    detail::fill_evenly(points, std::fmax(0.0, first.base + t.extra + shortest - 4.0 * first.deviation),
                        mean + 7.0 * deviation);
    p.ttft = latency_distribution(
        points, [&](double x) { return first.below(x); }, mean);

    const double average = any.base + (lone > 0.0 ? -std::expm1(-lone) * t.extra : 0.0) + lone * prefill;
    const double calm = any.base + 4.0 * wander;  // steps without prompts lie close together
    detail::fill_evenly(std::span(points).first(12), any.base - 4.0 * wander, calm);
    detail::fill_evenly(std::span(points).last(48), calm, average + 8.0 * std::sqrt(lone * k.square) + 8.0 * wander);
    p.itl = latency_distribution(
        points, [&](double x) { return any.below(x); }, average);
    const double noise = lone * (k.variance() + b.output_scv * k.mean * k.mean) / o;
    const shifted_gamma over{0.0, average, std::fmax(wander, std::sqrt(noise))};
    detail::fill_evenly(points, average - 5.0 * over.deviation, average + 7.0 * over.deviation);
    p.tpot = latency_distribution(
        points, [&](double x) { return over.below(x); }, average);

    load_point here;  // what the latency's law asks for
    here.terms = t;
    here.rate = rate;
    here.crowd.mean_gap = average;
    here.crowd.gap_variance.assign(b.spectrum.windows().size(), over.deviation * over.deviation);
    p.latency = detail::latency_law(b, here, p.ttft);
    return p;
}
}  // namespace gambrel
