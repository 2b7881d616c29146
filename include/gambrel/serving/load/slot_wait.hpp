// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Waiting for a slot in continuous batching: the number in the system as a diffusion of two kinds, below and above
/// `slots`. Plain numbers, in seconds and requests per second: the inside of load_model.hpp.
///
///     below slots: p(n), the law of the uncapped system (negative binomial; time weighs each step by its length)
///     above slots: a single server of service = output step / slots + prefill, load = rate E service; the wait of
///     those
///                  who wait is exponential with the mean
///
///         E service (arrival_scv + service_scv + max(0, 1 - service_scv) many_slots) / (2 (1 - load))
///
///     many_slots: many slots of even service wait longer than one fast server would (Cosmetatos)
///     variance per request: below = 1 + (arrival_scv + rate^2 Var prefill) / (1 - prompt_load)^2
///                           above = arrival_scv + (1 - prompt_load)^2 output_scv
///     density x variance is continuous at the cap (no net flow):
///
///         P(wait) / P(no wait) = p(slots) / (1 - load)  below / above  (arrival_scv + service_scv) / 2
///
/// Prompts that meet in a step lengthen it, and more meet in the next: hence `below`. Without prompts this is Erlang C
/// for any output length, the usual approximation of M/G/c. Requests are let in in order of arrival.
/// Source: Erlang 1917; Kingman 1961; Cosmetatos 1975, its light-traffic bound Kimura 1986; a diffusion whose variance
/// jumps, Karlin & Taylor 1981 (all recalled); put together in docs/models/serving-under-load.md.
/// Evidence: tests/serving/load/slot_wait_test.cpp.

#include <cmath>
#include <gambrel/units.hpp>

namespace gambrel {

/// What the wait for a slot depends on.
struct slot_demand {
    double rate = 0;  ///< requests per second
    double slots = 1;
    double present = 0;  ///< mean and variance of the uncapped number of requests in steps, by steps
    double present_variance = 0;
    double fixed = 0;  ///< seconds of a step, and what each of them adds to it
    double per_sequence = 0;
    double service = 0;        ///< E x: seconds of a request with all slots busy: 1 / E x is the greatest rate
    double service_scv = 0;    ///< squared coefficient of variation
    double prompt_load = 0;    ///< rate E prefill
    double prompt_square = 0;  ///< rate^2 Var prefill
    double output_scv = 0;     ///< squared coefficient of variation
    double arrival_scv = 1;    ///< squared variation of arrival gaps
};

struct slot_wait {
    double probability = 0;     ///< an arrival waits for a slot
    double rate = 0;            ///< of the exponential wait of those who do, per second
    double running = 0;         ///< mean number that hold slots, by time
    double share = 1;           ///< mean number while slots are free over the uncapped mean, by steps
    double variance_share = 1;  ///< the same of the variance

    double mean() const { return rate > 0.0 ? probability / rate : 0.0; }
};

/// The wait for a slot below the greatest rate. Evidence: as above.
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
    const auto ratio = [&](double n) { return (n * more + start) / (n + 1.0); };  // p(n + 1) / p(n)
    double steps = 0.0, sum = 0.0, squares = 0.0, time = 0.0, timed = 0.0;
    const auto add = [&](double n, double p) {
        const double weight = p * (l.fixed + l.per_sequence * n);
        steps += p;
        sum += p * n;
        squares += p * n * n;
        time += weight;
        timed += weight * n;
    };
    constexpr double least = 1e-13;  // of the greatest p(n): what is left is below rounding
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
