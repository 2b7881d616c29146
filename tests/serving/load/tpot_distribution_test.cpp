// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/serving/load/load_model.hpp>

using namespace gambrel;

namespace {
/// The greatest step of which a share `p` of the decodes is in a shorter one: decodes N are negative binomial of this
/// mean and variance (as in slot_wait.hpp), and each sees its own step, one of N decodes with weight N.
double step_of_decodes(double mean, double variance, double fixed, double per_sequence, double p) {
    const double q = mean / variance, shape = mean * q / (1.0 - q);  // P(n) = C(n + shape - 1, n) (1 - q)^n q^shape
    double chance = std::exp(shape * std::log(q)), below = 0.0, n = 0.0;
    while (true) {
        below += chance * n / mean;
        if (below >= p) return fixed + per_sequence * n;
        chance *= (n + shape) / (n + 1.0) * (1.0 - q);
        n += 1.0;
    }
}
}  // namespace

// Two tokens out: TPOT is one step. Prompts cost nothing, so that steps differ by their decodes alone, whose number is
// nearly Poisson: half as skew as a gamma law of equal mean and variance. The last check sees that: a gamma law puts
// p99.9 one and a half decodes further out.
TEST_CASE("TPOT over one step is the step of one of its decodes") {
    constexpr double fixed = 1e-2, per_sequence = 5e-5;
    const linear_step law{.fixed = fixed, .per_context = per_sequence / 1e6};
    const load_model<linear_step> m(law, length(1e6), length(2),
                                    {.scheduling = {.token_budget = 1e9, .most_sequences = 4096}});
    const load_point p = m.point_at(requests_per_second(1500), 1.0);
    const double mean = p.occupancy.decodes, variance = p.occupancy.decode_variance;
    REQUIRE(mean > 12);
    REQUIRE(mean < 20);
    REQUIRE(variance < 1.2 * mean);
    REQUIRE(p.step.per_sequence == approx(per_sequence).epsilon(0.01));
    const latency_distribution tpot = detail::tpot_distribution(m.basis(), p);
    for (const double share : {0.1, 0.5, 0.9, 0.99, 0.999}) {
        CAPTURE(share);
        const double exact = step_of_decodes(mean, variance, p.step.fixed, p.step.per_sequence, share);
        CHECK(std::abs(tpot.quantile(share).value() - exact) < 0.75 * p.step.per_sequence);
    }
}

// Arrivals meet steps in proportion to their length. Where decodes are most of a step and their number is far from
// Poisson, that narrows the law: deviation by enumeration of negative binomial steps, each weighted by its length.
TEST_CASE("TPOT over one step varies as steps met in proportion to their length") {
    constexpr double fixed = 1e-3, per_sequence = 1e-4;
    const linear_step law{.fixed = fixed, .per_context = per_sequence / 1e6};
    const load_model<linear_step> m(law, length(1e6), length(2),
                                    {.scheduling = {.token_budget = 1e9, .most_sequences = 65536}});
    const load_point p = m.point_at(requests_per_second(8500), 1.0);
    const double mean = p.occupancy.decodes, variance = p.occupancy.decode_variance;
    REQUIRE(variance > 2 * mean);
    const double q = mean / variance, shape = mean * q / (1.0 - q);
    double chance = std::exp(shape * std::log(q)), all = 0.0, first = 0.0, second = 0.0;
    for (int n = 0; n < 5000; ++n) {
        const double step = p.step.fixed + p.step.per_sequence * n;
        all += chance * step;
        first += chance * step * step;
        second += chance * step * step * step;
        chance *= (n + shape) / (n + 1.0) * (1.0 - q);
    }
    const double met = std::sqrt(second / all - first / all * first / all);
    const latency_distribution tpot = detail::tpot_distribution(m.basis(), p);
    double sum = 0.0, squares = 0.0;
    constexpr int points = 20'000;
    for (int i = 0; i < points; ++i) {
        const double t = tpot.quantile((i + 0.5) / points).value();
        sum += t / points;
        squares += t * t / points;
    }
    CAPTURE(met);
    CAPTURE(std::sqrt(squares - sum * sum));
    CHECK(std::abs(std::sqrt(squares - sum * sum) / met - 1.0) < 0.015);
}
