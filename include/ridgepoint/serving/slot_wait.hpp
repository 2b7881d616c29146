// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Waiting for a slot in continuous batching: a diffusion of the number in the system x, reflected at neither end but
/// of two kinds, below and above `slots`.
///
///     below: law of the uncapped system (gamma; time weighs each step by its length), diffusion rate (1 + F)
///     above: every slot busy; a single server of service x = O step/slots + prefill, its wait exponential of
///            rate theta = 2 (1 - load) / (rate E x^2), load = rate E x; diffusion rate 1 + (1 - m)^2 SCV(O)
///     density x diffusion rate is continuous at the cap (no net flow), so
///     P(wait) / P(no wait) = density(slots) (1 + F) / (1 + (1 - m)^2 SCV(O)) / (theta E x)
///     F = (1 + rate^2 Var prefill) / (1 - m)^2: prompts that meet in a step lengthen it, and more meet in the next
///
/// Assumptions: heavy traffic (load above about 0.7; below it nobody waits); requests are let in in order of arrival.
/// Source: Kingman 1961 for theta; stationary density of a diffusion with two variances (Karlin & Taylor 1981), both
/// recalled; put together in docs/models/serving-under-load.md. Evidence: tests/serving/slot_wait_test.cpp.

#include <cmath>

namespace ridgepoint {

/// What the wait for a slot depends on.
struct slot_load {
    double rate = 0;             ///< requests per second
    double slots = 1;
    double decodes = 0;          ///< mean and variance of the uncapped number of decodes, by steps
    double decode_variance = 0;
    double beside = 0;           ///< mean number in prefill, which hold slots too
    double fixed = 0;            ///< seconds of a step, and what each decode adds to it
    double per_sequence = 0;
    double service = 0;          ///< E x: seconds of a request with all slots busy: 1 / E x is the greatest rate
    double service_square = 0;   ///< E x^2
    double prompt_load = 0;      ///< m
    double prompt_square = 0;    ///< rate^2 Var prefill
    double output_scv = 0;       ///< SCV(O)
    double arrival_variance = 1; ///< squared variation of arrival gaps
};

struct slot_wait {
    double probability = 0;  ///< an arrival waits for a slot
    double rate = 0;         ///< of the exponential wait of those who do, per second
    double running = 0;      ///< mean number that hold slots, by time
    double decodes = 0;      ///< mean and variance of the decodes while slots are free, by steps
    double decode_variance = 0;

    double mean() const { return rate > 0.0 ? probability / rate : 0.0; }
};

/// The wait for a slot below the greatest rate. Evidence: as above.
inline slot_wait slot_wait_of(const slot_load& l) {
    slot_wait w;
    const double load = l.rate * l.service;
    w.rate = 2.0 * (1.0 - load) / (l.rate * (l.service_square + (l.arrival_variance - 1.0) * l.service * l.service));
    const double clusters = (l.arrival_variance + l.prompt_square) / ((1.0 - l.prompt_load) * (1.0 - l.prompt_load));
    const double above_rate = l.arrival_variance + (1.0 - l.prompt_load) * (1.0 - l.prompt_load) * l.output_scv;
    const double ratio = (1.0 + clusters) / above_rate;

    const double shape = l.decodes * l.decodes / l.decode_variance, scale = l.decode_variance / l.decodes;
    const double cap = l.slots - l.beside, deviation = std::sqrt(l.decode_variance);
    const double low = std::fmax(1e-3 * l.decodes, l.decodes - 5.0 * deviation);
    const double high = std::fmin(cap, l.decodes + 9.0 * deviation);
    if (!(high > low)) return {1.0, w.rate, l.slots, std::fmax(cap, 0.0), 0.0};
    const auto density = [&](double n) {  // by steps; scaled to 1 at the mean
        return std::exp((shape - 1.0) * std::log(n / l.decodes) - (n - l.decodes) / scale);
    };
    constexpr int panels = 48;
    double steps = 0.0, sum = 0.0, squares = 0.0, time = 0.0, timed = 0.0;
    for (int i = 0; i <= panels; ++i) {  // Simpson
        const double n = low + (high - low) * i / panels;
        const double p = density(n) * (i == 0 || i == panels ? 1.0 : i % 2 == 1 ? 4.0 : 2.0) * (high - low) / (3.0 * panels);
        const double weight = p * (l.fixed + l.per_sequence * n);
        steps += p;
        sum += p * n;
        squares += p * n * n;
        time += weight;
        timed += weight * n;
    }
    w.decodes = sum / steps;
    w.decode_variance = std::fmax(0.0, squares / steps - w.decodes * w.decodes);
    const double at_cap = high < cap ? 0.0 : density(cap) * (l.fixed + l.per_sequence * cap);
    const double above = at_cap * ratio / (w.rate * l.service);
    w.probability = above / (time + above);
    w.running = (timed + above * cap) / (time + above) + l.beside;
    return w;
}
}  // namespace ridgepoint
