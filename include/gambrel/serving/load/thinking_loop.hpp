// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A closed loop whose clients think: N clients, each sending its next request a thinking time Z after its answer.
///
///     N = X (R(X) + Z)                      X requests per second, R mean latency, X Z clients think
///     slots taken by all who do not think:  R is that of a closed loop of N - X Z clients (closed_loop.hpp)
///     else:                                 R is that of an open loop at X: those who have thought come at random
///     N <= slots:                           none waits for a slot
///     deviation of TPOT = that of the open loop  sqrt(f Z / (f Z + R))      f = fixed / step of decodes alone
///
/// The last: who thinks does not come, which pulls the number at work n back at 1/Z beside the f / R at which answers
/// do (an Ornstein-Uhlenbeck process; departures are n / ((O - 1) S), S = fixed + per_sequence n).
/// Assumptions: thinking times vary about as an exponential's do. Equal ones let a burst of arrivals come again, for
/// minutes: not modelled. Just above N = slots waits for a slot are too long (flagged only near the limit).
/// Source: fixed point and asymptotes, Reiser & Lavenberg 1980 (recalled); the rest is derived here.
/// Evidence: tests/serving/load/thinking_loop_test.cpp (against the simulator).

#include <gambrel/numeric/root.hpp>
#include <gambrel/serving/load/closed_loop.hpp>

namespace gambrel {

namespace detail {
/// An open loop at a stable `rate` in which nobody waits for a slot.
template <step_law Law> load_prediction without_slot_wait(const load_model<Law>& m, double rate) {
    load_prediction p = m.at(requests_per_second(rate));
    if (p.wait_probability == 0.0) return p;
    load_point here = m.point_at(rate, 1.0);
    here.wait.probability = 0.0;
    p.wait_probability = p.waiting = 0.0;
    p.ttft = first_token_law(m.basis(), here);
    p.tpot = gap_law(m.basis(), here);
    p.latency = latency_law(m.basis(), here, p.ttft);
    return p;
}
/// `law` with its distances from the mean times `factor`.
inline latency_distribution narrowed(const latency_distribution& law, double factor) {
    if (factor >= 1.0) return law;
    const double mean = law.mean().value(), low = law.quantile(0.0).value(), high = law.quantile(0.9999).value();
    if (!(high > low)) return law;
    std::array<double, 64> points{};
    fill_evenly(points, mean + factor * (low - mean), mean + factor * (high - mean));
    const auto below = [&](double x) { return 1.0 - law.tail(seconds<>::from_value(mean + (x - mean) / factor)); };
    return latency_distribution(points, below, mean);
}
}  // namespace detail

/// What `clients` clients of one rank group get that think `think` seconds on average between an answer and the next
/// request. Without thinking: in_closed_loop(m, clients). Throws `error` for less than one client, for a negative time,
/// and where slots bind and prompts run in passes of their own. About 5 ms.
/// Evidence: tests/serving/load/thinking_loop_test.cpp.
template <step_law Law> load_prediction in_closed_loop(const load_model<Law>& m, double clients, double think) {
    checked(clients, 1.0, most_clients, "the number of clients");
    checked(think, 0.0, 1e9, "the thinking time in seconds");
    if (think == 0.0) return in_closed_loop(m, clients);
    const load_basis& b = m.basis();
    const double limit = m.limit().value();
    if (clients - limit * think >= b.slots) {  // those who do not think fill the slots
        load_prediction p = in_closed_loop(m, clients - limit * think);
        p.method = "closed loop with thinking";
        return p;
    }
    const bool enough = clients <= b.slots;
    const auto open = [&](double rate) {
        return enough ? detail::without_slot_wait(m, rate) : m.at(requests_per_second(rate));
    };
    const auto missing = [&](double rate) { return rate * (open(rate).latency.mean().value() + think) - clients; };
    const double most = std::fmin(clients / think, 0.99999 * limit);
    const double rate = missing(most) <= 0.0 ? most : bracketed_root(missing, 0.0, most, 1e-9);
    load_prediction p = open(rate);
    const load_point here = m.point_at(rate, 1.0);
    const double f = here.terms.fixed / here.terms.decode_step(here.decodes), latency = p.latency.mean().value();
    p.tpot = detail::narrowed(p.tpot, std::sqrt(f * think / (f * think + latency)));
    p.method = "open loop with thinking";
    return p;
}
}  // namespace gambrel
