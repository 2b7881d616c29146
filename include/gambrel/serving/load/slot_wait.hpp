// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Waiting for a slot in continuous batching: the number of requests in the system as a diffusion with one variance
/// below `slots` and another above. Plain numbers, in seconds and requests per second: the inside of load_model.hpp.
///
///     below slots: p(n) of n requests as without a cap: negative binomial of mean `present` and `present_variance`
///                  by steps; by time, each step weighs its length fixed + per_sequence n
///     above slots: one server of service time output x (step with all slots busy) / slots + prefill, mean `service`,
///                  load = rate service. The wait of those who wait is exponential with mean
///
///         service (arrival_scv + service_scv + max(0, 1 - service_scv) many_slots) / (2 (1 - load))
///
///     many_slots = (1 - load) (slots - 1) (sqrt(4 + 5 slots) - 2) / (16 load slots), at most (slots - 1)
///                  / (slots + 1): many slots of even service wait longer than one fast server (Cosmetatos)
///     variance of the number, per request:  below = 1 + (arrival_scv + rate^2 Var prefill) / (1 - prompt_load)^2
///                                           above = arrival_scv + (1 - prompt_load)^2 output_scv
///     density x variance is continuous at `slots`, as the net flow is zero there; above, the density is exponential:
///
///         P(wait) / P(no wait) = p(slots) / (1 - load)  below / above  (arrival_scv + service_scv) / 2
///
/// scv: squared coefficient of variation. prompt_load = rate E prefill. `below` exceeds 1 + arrival_scv because prompts
/// that share a step lengthen it, so that more requests come to share the next. Without prompts this is Erlang C for
/// any output length, the usual approximation of M/G/c. Requests are let in in order of arrival.
/// Source: Erlang 1917; Kingman 1961; Cosmetatos 1975, its light-traffic bound Kimura 1986; a diffusion whose variance
/// jumps, Karlin & Taylor 1981 (all cited from memory); put together in docs/models/serving-under-load.md. Evidence:
/// tests/serving/load/slot_wait_test.cpp.

#include <cmath>
#include <gambrel/units.hpp>

namespace gambrel {

/// What the wait for a slot depends on.
struct slot_demand {
    double rate = 0;  ///< requests per second
    double slots = 1;
    double present = 0;           ///< mean number of requests in a step if there were no cap
    double present_variance = 0;  ///< its variance, by steps
    double fixed = 0;             ///< seconds of a step without requests
    double per_sequence = 0;      ///< seconds that each request adds to it
    double service = 0;           ///< mean seconds between ends with all slots busy: 1 / service is the greatest rate
    double service_scv = 0;       ///< squared coefficient of variation of that
    double prompt_load = 0;       ///< rate E prefill: share of time that goes to prompts
    double prompt_square = 0;     ///< rate^2 Var prefill
    double output_scv = 0;        ///< squared coefficient of variation of output lengths
    double arrival_scv = 1;       ///< of arrival gaps; 1: Poisson
};

struct slot_wait {
    double probability = 0;     ///< that an arrival waits for a slot
    double rate = 0;            ///< 1 / mean of the exponential wait of those who do, per second
    double running = 0;         ///< mean number that hold slots, by time
    double share = 1;           ///< mean number in a step while a slot is free, over `present`
    double variance_share = 1;  ///< the variance of that number, over `present_variance`

    double mean() const { return rate > 0.0 ? probability / rate : 0.0; }  ///< over all arrivals, seconds
};

/// The wait for a slot at a rate below 1 / service. Evidence: as above.
inline slot_wait slot_wait_of(const slot_demand& l) {
    slot_wait w;
    const double load = l.rate * l.service, free_of_prompts = (1.0 - l.prompt_load) * (1.0 - l.prompt_load);
    const double cap = larger(1.0, std::floor(l.slots)), even = larger(0.0, 1.0 - l.service_scv);
    const double many_slots =
        smaller((1.0 - load) * (cap - 1.0) * (std::sqrt(4.0 + 5.0 * cap) - 2.0) / (16.0 * load * cap),
                (cap - 1.0) / (cap + 1.0));
    w.rate = 2.0 * (1.0 - load) / (l.service * (l.arrival_scv + l.service_scv + even * many_slots));
    const double below = 1.0 + (l.arrival_scv + l.prompt_square) / free_of_prompts;
    const double above = l.arrival_scv + free_of_prompts * l.output_scv;
    const double jump = below / above * 0.5 * (l.arrival_scv + l.service_scv);

    const double dispersion = larger(1.0, l.present_variance / l.present);
    const double more = 1.0 - 1.0 / dispersion, start = l.present / dispersion;
    const auto ratio = [&](double n) { return (n * more + start) / (n + 1.0); };  // p(n + 1) / p(n), neg. binomial
    // Sums over n below the cap of p(n), p n, p n^2, and of the time-weighted p and p n; p is 1 at its peak.
    double steps = 0.0, sum = 0.0, squares = 0.0, time = 0.0, timed = 0.0;
    const auto add = [&](double n, double p) {
        const double weight = p * (l.fixed + l.per_sequence * n);
        steps += p;
        sum += p * n;
        squares += p * n * n;
        time += weight;
        timed += weight * n;
    };
    constexpr double least = 1e-13;  // of the greatest p(n); the terms beyond are lost in rounding
    const double peak = smaller(std::floor(l.present), cap - 1.0);
    double p = 1.0;
    for (double n = peak; n >= 0.0 && p > least; n -= 1.0) {
        add(n, p);
        if (n > 0.0) p /= ratio(n - 1.0);
    }
    p = ratio(peak);
    double n = peak + 1.0;
    for (; n < cap && p > least; n += 1.0) {
        add(n, p);
        p *= ratio(n);
    }
    const double at_cap = n < cap ? 0.0 : p * (l.fixed + l.per_sequence * cap);
    const double full = at_cap * jump / (1.0 - load), mean = sum / steps;
    w.probability = full / (time + full);
    w.running = (timed + full * cap) / (time + full);
    w.share = smaller(1.0, mean / l.present);
    w.variance_share = smaller(1.0, larger(0.0, squares / steps - mean * mean) / (dispersion * l.present));
    return w;
}
}  // namespace gambrel
