// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/queueing/renewal_batches.hpp>
#include <random>

using namespace gambrel;

TEST_CASE("Poisson arrivals do not cluster, bursts do in the end as their variance says") {
    for (const double t : {0.0, 0.1, 10.0}) CHECK(batch_variance_within(1.0, t) == 1.0);
    CHECK(batch_variance_within(4.0, 0.0) == 1.0);
    CHECK(batch_variance_within(4.0, 79.0) == approx(4.0).epsilon(0.01));
    CHECK(batch_variance_within(4.0, 1e6) == 4.0);
    CHECK(batch_variance_within(16.0, 0.1) > batch_variance_within(16.0, 0.01));
    CHECK_THROWS_AS(batch_variance_within(0.0, 1.0), error);
}

// The mean number of arrivals within t after an arrival, counted.
TEST_CASE("the renewal function by Monte Carlo") {
    std::mt19937_64 random(3);
    for (const double variation : {0.5, 2.0, 4.0})
        for (const double t : {0.1, 1.0, 5.0}) {
            CAPTURE(variation);
            CAPTURE(t);
            const double v = variation * variation;
            std::gamma_distribution<double> gap(1.0 / v, v);
            const int runs = 60'000;
            double met = 0.0;
            for (int i = 0; i < runs; ++i)
                for (double at = gap(random); at <= t; at += gap(random)) met += 1.0;
            const double expected = std::clamp(1.0 + 2.0 * (met / runs - t), std::min(1.0, v), std::max(1.0, v));
            CHECK(batch_variance_within(v, t) == approx(expected).epsilon(0.03));
        }
}

TEST_CASE("the incomplete gamma function") {
    CHECK(detail::gamma_below(1.0, 2.0) == approx(1.0 - std::exp(-2.0)).epsilon(1e-10));
    CHECK(detail::gamma_below(3.0, 2.0) == approx(1.0 - 5.0 * std::exp(-2.0)).epsilon(1e-10));
    CHECK(detail::gamma_below(0.5, 0.25) == approx(std::erf(0.5)).epsilon(1e-10));
}
