// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A closed loop whose clients think: `clients` clients, each sending its next request `think` seconds after its
/// answer.
///
///     clients = rate (latency(rate) + think)       Little's law; rate think clients think, the others are at work
///
/// Which latency, in order of trial:
///
///     clients - limit think >= slots      clients at work fill the slots: a closed loop of clients - limit think
///                                         clients (closed_loop.hpp); limit: the greatest rate
///     clients <= slots                    an open loop at `rate`: thinking spreads the arrivals; no wait for a slot
///     else                                an open loop at `rate`
///
///     standard deviation of TPOT = the open loop's x sqrt(f think / (f think + latency))      f = fixed / decode step
///
/// The last: a client that thinks does not send, which pulls the number at work n back to its mean at the rate 1 /
/// think, beside the rate f / latency at which answers do; the variance of such an Ornstein-Uhlenbeck process is that
/// of the open loop (f / latency alone) times f / latency over the sum. Departures are n / ((output - 1) step), with
/// step = fixed + per_sequence n.
/// Assumptions: thinking times vary about as an exponential's do. With equal ones the opening burst comes again each
/// round, for minutes of simulated time: not modelled. With clients just above slots the waits for a slot are too long
/// (flagged only near the limit).
/// Source: fixed point and asymptotes, Reiser & Lavenberg 1980 (cited from memory); the rest is derived here. Evidence:
/// tests/serving/load/thinking_loop_test.cpp (against the simulator).

#include <gambrel/numeric/root.hpp>
#include <gambrel/serving/load/closed_loop.hpp>

namespace gambrel {

namespace detail {
/// An open loop at a stable `rate` in which nobody waits for a slot.
template <step_law Law> load_prediction without_slot_wait(const load_model<Law>& m, request_rate<> rate) {
    load_prediction p = m.at(rate);
    if (p.wait_probability == 0.0) return p;
    load_point point = m.point_at(rate, 1.0);
    point.wait.probability = 0.0;
    p.wait_probability = p.waiting = 0.0;
    p.ttft = ttft_distribution(m.basis(), point);
    p.tpot = of_tokens(tpot_distribution(m.basis(), point), m.basis().tokens, m.basis().speculation);
    p.latency = request_latency_distribution(m.basis(), point, p.ttft);
    return p;
}
/// `distribution` with its distances from the mean times `factor`.
inline latency_distribution narrowed(const latency_distribution& distribution, double factor) {
    constexpr std::size_t table_points = 64;
    constexpr double last_share = 0.9999;  // beyond it the exponential tail of the table goes on
    if (factor >= 1.0) return distribution;
    const double mean = distribution.mean().value();
    const double low = distribution.quantile(0.0).value(), high = distribution.quantile(last_share).value();
    if (!(high > low)) return distribution;
    std::array<double, table_points> points{};
    fill_evenly(points, mean + factor * (low - mean), mean + factor * (high - mean));
    const auto below = [&](double t) {
        return 1.0 - distribution.tail(seconds<>::from_value(mean + (t - mean) / factor));
    };
    return latency_distribution(points, below, mean);
}
}  // namespace detail

/// What `clients` clients of one rank group get that think `think` on average between an answer and the next request.
/// Without thinking: in_closed_loop(m, clients). Throws `error` for less than one client, for a negative time, and
/// where slots bind and prompts run in passes of their own. About 5 ms. Evidence:
/// tests/serving/load/thinking_loop_test.cpp.
template <step_law Law> load_prediction in_closed_loop(const load_model<Law>& m, double clients, seconds<> think) {
    constexpr double just_stable = 0.99999,
                     accuracy = 1e-9;  // of the limit, where an open loop still has a mean; of rate
    const double thinking = think.value();
    checked(clients, 1.0, most_clients, "the number of clients");
    checked(thinking, 0.0, 1e9, "the thinking time in seconds");
    if (thinking == 0.0) return in_closed_loop(m, clients);
    const load_basis& b = m.basis();
    const double limit = m.limit().value();
    if (clients - limit * thinking >= b.slots) {  // those who do not think fill the slots
        load_prediction p = in_closed_loop(m, clients - limit * thinking);
        p.method = "closed loop with thinking";
        return p;
    }
    const auto open = [&](double rate) {
        const request_rate<> r = requests_per_second(rate);
        return clients <= b.slots ? detail::without_slot_wait(m, r) : m.at(r);
    };
    const auto surplus = [&](double rate) { return rate * (open(rate).latency.mean().value() + thinking) - clients; };
    const double most = smaller(clients / thinking, just_stable * limit);
    const double rate = surplus(most) <= 0.0 ? most : bracketed_root(surplus, 0.0, most, accuracy);
    load_prediction p = open(rate);
    const load_point point = m.point_at(requests_per_second(rate), 1.0);
    const double f = point.step.fixed / point.step.decode_step(point.decodes), latency = p.latency.mean().value();
    p.tpot = detail::narrowed(p.tpot, std::sqrt(f * thinking / (f * thinking + latency)));
    p.method = "open loop with thinking";
    return p;
}
}  // namespace gambrel
