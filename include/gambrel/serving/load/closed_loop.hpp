// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A closed loop in its steady state: `clients` clients, each sending its next request when the last one has ended. The
/// number of requests in the system is known, so that steps (forward passes) differ only by their prompts:
///
///     running = min(slots, clients output / (output + joining))      requests that hold slots
///     joining = max(1, frontend / step + 1/2)                        steps from an answer to that of the next prompt;
///                                                                    0 without a frontend
///     prompts = running / output                                     of a step, Poisson
///     decodes = running (output - 1) / output                        of a step
///     step    = fixed + per_sequence decodes + extra P(any prompt) + prompts E prefill      linearised_step.hpp
///     served  = prompts / step                                       ends a second where nobody queues in the frontend
///     rate    = clients / (clients / served + queue)                 queue: frontend_wait (serving/frontend_wait.hpp)
///     waiting = clients - running - rate frontend                    for a slot, where clients do not all have one
///     TTFT    = before + a step with its own prompt       before = queue + frontend + waiting / rate where slots bind,
///                                                                  else queue + max(frontend, joining step)
///     TPOT    = a step with the prompts of others
///
/// Each of the others sends its next prompt when it ends: over the steps of an output the number of prompts is a
/// renewal process, whose variance is output_scv (squared coefficient of variation) times its mean. Others' prompts of
/// a step: prompts (clients - 1) / clients. Equals load-dependent MVA for one station and zero think time (Reiser &
/// Lavenberg 1980).
/// Assumptions: outputs vary, or requests stay together in rounds (flagged); the start and the drain of a benchmark are
/// not in it. Evidence: tests/serving/load/closed_loop_test.cpp.

#include <gambrel/serving/frontend_wait.hpp>
#include <gambrel/serving/load/load_model.hpp>
#include <gambrel/workload/workload.hpp>

namespace gambrel {

namespace detail {
/// A step of known decodes: base + prefill of Poisson(`others`) prompts, and of one's own where `with_own`. Given the
/// number of prompts it is normal.
struct known_step {
    const linearised_step& step;
    double base, others;  ///< seconds without prompts; mean number of others' prompts
    double deviation;     ///< standard deviation in seconds of what does not come from prompts
    bool with_own;

    double prefill_variance() const {
        const double prefill = step.mean_prefill();
        double variance = 0.0;
        for (const weighted_time& p : step.prefill)
            variance += p.weight * (p.seconds - prefill) * (p.seconds - prefill);
        return variance;
    }
    /// Seconds that all but 1e-4 of the steps do not exceed: `usual` where that is so, else those with the most prompts of
    /// others that are not rarer.
    double end(double usual) const {
        constexpr double left_out = 1e-4, deviations = 4.0;
        if (below(usual) > 1.0 - left_out) return usual;
        double chance = std::exp(-others), left = 1.0 - chance, longest = 0.0;
        int n = 0;
        while (left > left_out) left -= chance *= others / ++n;
        for (const weighted_time& p : step.prefill) longest = larger(longest, p.seconds);
        return base + step.extra + n * step.mean_prefill() + (with_own ? longest : 0.0) +
               deviations * std::sqrt(n * prefill_variance() + deviation * deviation);
    }
    /// P(step <= t).
    double below(double t) const {
        // Prompts up to 6 standard deviations above the Poisson mean, and 6 more: the rest is below 1e-8.
        constexpr double counted_deviations = 6.0;
        const double prefill = step.mean_prefill(), variance = prefill_variance();
        double chance = std::exp(-others), sum = 0.0;
        const int most = static_cast<int>(others + counted_deviations * std::sqrt(others) + counted_deviations);
        for (int n = 0; n <= most; ++n) {
            const double start = base + n * prefill + (with_own || n > 0 ? step.extra : 0.0);
            const double stddev = std::sqrt(n * variance + deviation * deviation);
            if (!with_own) sum += chance * normal_below((t - start) / stddev);
            else
                for (const weighted_time& own : step.prefill)
                    sum += chance * own.weight * normal_below((t - start - own.seconds) / stddev);
            chance *= others / (n + 1);
        }
        return sum;
    }
};

/// The steady state of a closed loop: a fixed point of the step and of the steps spent joining. Symbols as above.
struct closed_point {
    double running = 1, prompts = 0, decodes = 0, step_time = 0, joining = 0;  ///< step_time in seconds
    linearised_step step{};
    prompt_cost prefill{};
};

template <step_law Law> closed_point closed_point_of(const load_model<Law>& m, double clients) {
    constexpr int most_rounds = 30;                                // chosen
    constexpr double settled_step = 1e-9, settled_joining = 1e-6;  // relative; steps
    const load_basis& b = m.basis();
    const double output = b.shape.output;
    closed_point p{.joining = b.frontend > 0.0 ? 1.0 : 0.0};
    for (int i = 0; i < most_rounds; ++i) {
        p.running = smaller(b.slots, clients * output / (output + p.joining));
        p.prompts = p.running / output;
        p.decodes = p.running * b.shape.decode_steps() / output;
        const double given_any = prompts_per_pass_given_any(p.prompts);
        p.step = linearised(m.law(), b.shape, false, p.decodes, given_any, p.prompts);
        p.prefill = prompt_cost_of(b.shape, p.step, given_any);
        const double step_time = p.step.decode_step(p.decodes) + p.prompts * p.prefill.mean;
        const double joining = b.frontend > 0.0 ? larger(1.0, b.frontend / step_time + 0.5) : 0.0;
        const bool settled = std::fabs(step_time - p.step_time) < settled_step * step_time &&
                             std::fabs(joining - p.joining) < settled_joining;
        p.step_time = step_time;
        p.joining = joining;
        if (settled) break;
    }
    return p;
}

/// TTFT: `before` seconds of frontend and waiting, their standard deviation `jitter`, then a step with one's own
/// prompt. Never below `least` seconds.
inline latency_distribution closed_ttft(const closed_point& c, double least, double before, double jitter,
                                        double decodes, double others) {
    constexpr std::size_t table_points = 60;
    constexpr double low_deviations = 4.0, high_deviations = 7.0;
    const known_step first{c.step, before + c.step.decode_step(decodes), others, jitter, true};
    const double mean = first.base + c.step.extra + c.step.mean_prefill() * (1.0 + others);
    const double deviation =
        std::sqrt(first.deviation * first.deviation + c.prefill.variance() + others * c.prefill.square);
    double shortest = c.step.mean_prefill();
    for (const weighted_time& w : c.step.prefill) shortest = smaller(shortest, w.seconds);
    std::array<double, table_points> points{};
    const double usual = mean + high_deviations * deviation;
    fill_to_the_end(points, larger(least, first.base + c.step.extra + shortest - low_deviations * first.deviation),
                    usual, first.end(usual));
    return latency_distribution(
        points, [&](double t) { return first.below(t); }, mean);
}

/// ITL: any step of `decodes` decodes, and prompts of others.
inline latency_distribution closed_itl(const closed_point& c, double decodes, double others, double step_stddev) {
    constexpr std::size_t calm_points = 12, stalled_points = 48;  // steps without prompts lie close together
    constexpr double calm_deviations = 4.0, high_deviations = 8.0;
    const known_step any{c.step, c.step.decode_step(decodes), others, step_stddev, false};
    const double any_prompt = others > 0.0 ? -std::expm1(-others) : 0.0;
    const double mean = any.base + any_prompt * c.step.extra + others * c.step.mean_prefill();
    const double calm = any.base + calm_deviations * step_stddev;
    std::array<double, calm_points + stalled_points> points{};
    fill_evenly(std::span(points).first(calm_points), any.base - calm_deviations * step_stddev, calm);
    const double usual = mean + high_deviations * (std::sqrt(others * c.prefill.square) + step_stddev);
    fill_to_the_end(std::span(points).last(stalled_points), calm, usual, any.end(usual));
    return latency_distribution(
        points, [&](double t) { return any.below(t); }, mean);
}

/// TPOT: nearly normal about `mean`, and never below `least`.
inline latency_distribution closed_tpot(double least, double mean, double deviation) {
    constexpr std::size_t table_points = 60;
    constexpr double low_deviations = 5.0, high_deviations = 7.0;
    const shifted_gamma gamma{smaller(least, mean), mean, deviation};
    std::array<double, table_points> points{};
    fill_evenly(points, larger(gamma.least, mean - low_deviations * deviation), mean + high_deviations * deviation);
    return latency_distribution(
        points, [&](double t) { return gamma.below(t); }, mean);
}
}  // namespace detail

/// What `clients` clients of one rank group get, without thinking between requests.
/// Throws `error` for less than one client, and where prompts run in passes of their own.
/// Evidence: tests/serving/load/closed_loop_test.cpp.
template <step_law Law> load_prediction in_closed_loop(const load_model<Law>& m, double clients) {
    constexpr double least_relative_stddev = 1e-3;  // of a step: chosen: keeps a distribution from becoming a jump
    checked(clients, 1.0, most_clients, "the number of clients");
    const load_basis& b = m.basis();
    if (b.separate_prefill) fail("a closed loop is predicted for prompts that share steps with decodes");
    const detail::closed_point c = detail::closed_point_of(m, clients);
    const double output = b.shape.output, served = c.prompts / c.step_time;  // ends a second, nobody in the frontend
    const double in_frontend = frontend_wait(b.frontend_work, clients - 1.0, clients / served);
    const double rate = clients / (clients / served + in_frontend);
    const double waiting = larger(0.0, clients - c.running - rate * b.frontend);
    const bool slots_bind = clients * output / (output + c.joining) > b.slots, alone = clients <= 1.0;
    load_prediction p;
    p.rate = requests_per_second(rate);
    p.limit = m.limit();
    p.bound = b.bound;
    p.utilisation = rate / m.limit().value();
    p.load = rate * (c.prefill.mean + c.step.per_sequence * b.shape.decode_steps());
    p.running = c.running * rate / served;
    p.waiting = slots_bind ? waiting : 0.0;
    p.wait_probability = slots_bind ? 1.0 : 0.0;
    p.step = seconds<>::from_value(c.step_time);
    p.prompts_per_step = c.prompts;
    p.method = "closed loop";
    const scheduling& s = m.settings().scheduling;
    if (b.output_scv == 0.0 && !alone) p.warning = validity_warning::rounds;
    else if (s.batch_wait_steps > 0.0) p.warning = validity_warning::held_prompts;
    else if (fills_token_budget(b, s, c.prompts, c.decodes)) p.warning = validity_warning::chunked_prompts;

    const double others = c.prompts * (clients - 1.0) / clients;  // prompts of others in a step
    const double step_stddev = least_relative_stddev * c.step_time;
    const double joining = alone ? b.frontend : larger(b.frontend, c.joining * c.step_time);
    const double before = in_frontend + (slots_bind ? b.frontend + waiting / rate : joining);
    // Standard deviation of the time before: of `waiting` gaps between ends, or of the prompts of the step it ends in.
    double jitter = 0.0;
    if (slots_bind) jitter = std::sqrt(waiting * b.service_scv) / rate;
    else if (c.joining > 0.0 && others > 0.0) jitter = std::sqrt(c.prompts * c.prefill.square);
    p.ttft = detail::closed_ttft(c, b.frontend + b.least_step, before, std::hypot(step_stddev, jitter),
                                 alone ? 0.0 : c.decodes, others);
    p.itl = detail::closed_itl(c, alone ? 1.0 : c.decodes, others, step_stddev);
    const double gap = p.itl.mean().value();
    const double gap_variance =
        others * (c.prefill.variance() + b.output_scv * c.prefill.mean * c.prefill.mean) / output;
    const double gap_stddev = larger(step_stddev, std::sqrt(gap_variance));
    p.tpot = detail::of_tokens(detail::closed_tpot(b.least_step, gap, gap_stddev), b.tokens, b.speculation);

    load_point point{.rate = rate, .step = c.step};  // what request_latency_distribution reads
    point.occupancy.mean_gap = gap;
    point.occupancy.gap_variance.assign(b.spectrum.windows().size(), gap_stddev * gap_stddev);
    p.latency = b.shape.decode_steps() > 0.0 ? detail::request_latency_distribution(b, point, p.ttft) : p.ttft;
    if (!p.ask_simulator() && p.itl.mean() > p.itl.quantile(0.99)) p.warning = validity_warning::rare_stalls;
    return guarded(std::move(p), b);
}
}  // namespace gambrel
