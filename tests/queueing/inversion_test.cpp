// SPDX-License-Identifier: Apache-2.0
// Transforms whose originals are known in closed form; the accuracy asked for is the one inversion.hpp states.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <gambrel/queueing/inversion.hpp>

using namespace gambrel::queueing;
using complex = std::complex<double>;

namespace {
complex exponential(complex s) { return 1.0 / (1.0 + s); }

/// Wait of an M/G/1 queue with service mean 1 (Pollaczek-Khinchine).
template <class Service> auto wait(double utilisation, Service service) {
    return [=](complex s) { return (1.0 - utilisation) * s / (s - utilisation * (1.0 - service(s))); };
}
const auto deterministic = [](complex s) { return std::exp(-s); };
}  // namespace

TEST_CASE("smooth functions come back to the stated error: e^-18.4 of the value at three times t, 1e-12 of rounding") {
    for (const double t : {1e-6, 0.01, 0.5, 1.0, 3.0, 10.0, 20.0}) {
        CAPTURE(t);
        CHECK(std::fabs(tail_from_lst(exponential, t) - std::exp(-t)) < 1.1e-8 * std::exp(-3.0 * t) + 2e-12);
        CHECK(std::fabs(invert(exponential, t) - std::exp(-t)) < 1.1e-8 * std::exp(-3.0 * t) + 2e-12 / t);
    }
    const auto sine = [](complex s) { return 1.0 / (s * s + 1.0); };
    for (const double t : {0.1, 1.0, 3.0, 7.0}) CHECK(std::fabs(invert(sine, t) - std::sin(t)) < 2e-8);
}

TEST_CASE("Erlang tails") {
    for (const int stages : {2, 5, 20}) {
        const auto lst = [=](complex s) { return std::pow(1.0 + s, -stages); };
        for (const double t : {0.5, 3.0, 15.0, 40.0}) {
            double tail = 0.0, term = std::exp(-t);
            for (int i = 0; i < stages; ++i) tail += term, term *= t / (i + 1);
            CAPTURE(stages);
            CAPTURE(t);
            CHECK(std::fabs(tail_from_lst(lst, t) - tail) < 1.1e-8);
            CHECK(distribution_from_lst(lst, t) == 1.0 - tail_from_lst(lst, t));
        }
    }
}

TEST_CASE("M/M/1 wait: an atom at zero and an exponential") {
    for (const double u : {0.3, 0.8, 0.99}) {
        const auto lst = wait(u, exponential);
        for (const double t : {1e-9, 0.5, 4.0, 30.0})
            CHECK(std::fabs(tail_from_lst(lst, t) - u * std::exp(-(1 - u) * t)) <
                  1.1e-8 * u * std::exp(-3.0 * (1 - u) * t) + 2e-12);
        for (const double p : {0.5, 0.9, 0.99, 0.9999}) {
            CAPTURE(u);
            CAPTURE(p);
            const double expected = p > 1.0 - u ? std::log(u / (1.0 - p)) / (1.0 - u) : 0.0;
            CHECK(quantile_from_lst(lst, p, u / (1.0 - u)) == approx(expected).epsilon(1e-6));
        }
        CHECK(quantile_from_lst(lst, 0.5 * (1.0 - u), 1.0) == 0.0);
    }
}

TEST_CASE("M/D/1 wait (vectors of Erlang's alternating sum): kinks at whole service times cost digits near the first") {
    struct row {
        double utilisation, t, probability, tolerance;
    };
    // The density jumps at t = 1; its n-th derivative at t = n + 1. Between and beyond, 1e-6 holds.
    constexpr row rows[]{{.5, 1, .824361, 1e-3}, {.5, 2, .946961, 5e-6}, {.5, 3, .984749, 1e-6}, {.5, 5, .998764, 1e-6},
                         {.8, 1, .445108, 1e-3}, {.8, 2, .63452, 5e-6},  {.8, 3, .7621, 1e-6},   {.8, 5, .899503, 1e-6},
                         {.8, 8, .972406, 1e-6}, {.9, 1, .24596, 1e-3},  {.9, 2, .3836, 5e-6},   {.9, 3, .498651, 1e-6},
                         {.9, 5, .668709, 1e-6}, {.9, 8, .82204, 1e-6}};
    for (const row& r : rows) {
        CAPTURE(r.utilisation);
        CAPTURE(r.t);
        CHECK(std::fabs(distribution_from_lst(wait(r.utilisation, deterministic), r.t) - r.probability) < r.tolerance);
    }
    CHECK(distribution_from_lst(wait(0.5, deterministic), 0.5) == approx(0.5 * std::exp(0.25)).epsilon(1e-6));
}

TEST_CASE("zero and negative times, and a quantile that is found whatever the scale") {
    CHECK(tail_from_lst(exponential, -1.0) == 1.0);
    CHECK(tail_from_lst(exponential, 0.0) == approx(1.0).epsilon(2e-8));
    CHECK(quantile_from_lst(exponential, 0.0, 1.0) < 1e-6);
    for (const double scale : {1e-3, 1.0, 1e3})
        CHECK(quantile_from_lst(exponential, 0.99, scale) == approx(std::log(100.0)).epsilon(1e-8));
}

TEST_CASE("quantiles rise with the share and scale with time") {
    double before = 0.0;
    for (double p = 0.05; p < 1.0; p += 0.05) {
        const double t = quantile_from_lst(wait(0.8, exponential), p, 4.0);
        CHECK(t >= before);
        before = t;
    }
    const auto slow = [](complex s) { return exponential(1000.0 * s); };
    CHECK(quantile_from_lst(slow, 0.9, 1000.0) == approx(1000.0 * std::log(10.0)).epsilon(1e-8));
}

TEST_CASE("impossible questions are refused") {
    CHECK_THROWS_AS(invert(exponential, 0.0), gambrel::error);
    CHECK_THROWS_AS(invert(exponential, std::nan("")), gambrel::error);
    CHECK_THROWS_AS(quantile_from_lst(exponential, 1.0, 1.0), gambrel::error);
    CHECK_THROWS_AS(quantile_from_lst(exponential, -0.1, 1.0), gambrel::error);
    CHECK_THROWS_AS(quantile_from_lst(exponential, 0.5, 0.0), gambrel::error);
    const auto overflowing = [](complex s) { return std::exp(-s) * std::sinh(0.5 * s) / (0.5 * s); };  // 0 x infinity
    CHECK_THROWS_AS(tail_from_lst(overflowing, 1e-6), gambrel::error);
    CHECK_THROWS_AS(quantile_from_lst(overflowing, 0.5, 1.0), gambrel::error);
    const auto never = [](complex s) { return 0.5 / (1.0 + s); };  // half of the mass is at infinity
    CHECK_THROWS_AS(quantile_from_lst(never, 0.9, 1.0), gambrel::error);
}
