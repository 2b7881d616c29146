// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/serving/load/load_model.hpp>

using namespace gambrel;

// A request that waited for a slot prefills beside Poisson(slots / output) others: mean and variance of the sum by
// enumeration of their number. The first check says that prompts differ little here: nearly all of the spread is that
// of the number.
TEST_CASE("TTFT after a wait for a slot: the number of prompts in the step varies") {
    constexpr linear_step law{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};
    const load_model<linear_step> m(law, length::uniform(900, 1100), length::uniform(32, 96),
                                    {.scheduling = {.token_budget = 65536, .most_sequences = 128}});
    const load_basis& b = m.basis();
    const load_point p = m.point_at(m.limit() * 0.95, 1.0);
    double mean = 0.0, square = 0.0;
    for (const weighted_time& k : p.step.prefill) {
        mean += k.weight * k.seconds;
        square += k.weight * k.seconds * k.seconds;
    }
    const double variance = square - mean * mean;
    CHECK(variance < 0.01 * mean * mean);
    const double others = 128.0 / 64.0;
    double chance = std::exp(-others), first = 0.0, second = 0.0;  // moments of the prefill in the step
    for (int n = 0; n < 60; ++n) {
        const double seconds = (n + 1) * mean;
        first += chance * seconds;
        second += chance * (seconds * seconds + (n + 1) * variance);
        chance *= others / (n + 1);
    }
    const wait_and_normal t = detail::ttft_of_waiting(b, p);
    CHECK(t.rate == p.wait.rate);
    CHECK(t.mean == approx(b.full_step + b.full.extra + first).epsilon(1e-9).scale(0));
    CHECK(t.deviation == approx(std::sqrt(second - first * first)).epsilon(1e-9).scale(0));
}
