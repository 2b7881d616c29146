// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <gambrel/queueing/deterministic_service.hpp>
#include <gambrel/queueing/general_service.hpp>
#include <gambrel/queueing/inverted_law.hpp>

using namespace gambrel::queueing;
using complex = std::complex<double>;

namespace {
const auto exponential = [](complex s) { return 1.0 / (1.0 + s); };
const auto deterministic = [](complex s) { return std::exp(-s); };
}  // namespace

TEST_CASE("smooth laws to 1e-8 from 0.3 to 1.4 of the longest time") {
    for (const double longest : {3.0, 10.0, 30.0}) {
        const inverted_law lone(exponential, longest), wait(mg1_wait{0.8, 1.0, exponential}, longest);
        for (const double f : {0.3, 0.5, 0.8, 1.0, 1.2, 1.4}) {
            const double t = f * longest;
            CAPTURE(t);
            CHECK(std::fabs(lone.tail(t) - std::exp(-t)) < 1e-8);
            CHECK(std::fabs(wait.tail(t) - 0.8 * std::exp(-0.2 * t)) < 1e-8);
        }
        CHECK(std::fabs(lone.tail(0.1 * longest) - std::exp(-0.1 * longest)) < 1e-6);
    }
}

TEST_CASE("M/D/1: kinks at 1 (the density), 2, 3, ...; 1e-6 from 0.3 of the longest time and past the second") {
    for (const double u : {0.5, 0.8, 0.9}) {
        const md1 exact(u, 1.0);
        const double longest = *exact.wait_quantile_s(0.99);
        const inverted_law law(mg1_wait{u, 1.0, deterministic}, longest);
        for (double t = std::max(2.0, 0.3 * longest); t <= 1.4 * longest; t += 0.13) {
            CAPTURE(u);
            CAPTURE(t);
            CHECK(std::fabs(law.tail(t) - *exact.wait_tail(t)) < 1e-6);
        }
        CHECK(std::fabs(law.tail(1.0) - *exact.wait_tail(1.0)) < 3e-3);
        CHECK(*law.quantile_s(0.99) == approx(longest).epsilon(1e-8));
        CHECK(*law.quantile_s(0.95) == approx(*exact.wait_quantile_s(0.95)).epsilon(1e-5));
    }
}

TEST_CASE("it calls the transform 2 terms + 2 times, and agrees with the Euler sum") {
    int calls = 0;
    const auto counted = [&](complex s) { return ++calls, std::pow(1.0 + s, -3.5); };
    const inverted_law law(counted, 10.0, 20);
    for (const double p : {0.9, 0.95, 0.99}) CHECK(*law.quantile_s(p) > 0.0);
    CHECK(calls == 42);
    for (const double p : {0.5, 0.9, 0.99})
        CHECK(*law.quantile_s(p) == approx(quantile_from_lst(counted, p, 3.5)).epsilon(1e-6));
}

TEST_CASE("quantiles at zero, beyond the longest time, and of a law without a time") {
    const inverted_law wait(mg1_wait{0.3, 1.0, exponential}, 8.0);
    CHECK(*wait.quantile_s(0.5) == 0.0);
    CHECK(!wait.quantile_s(0.9999));
    CHECK(wait.quantile_s(0.99).has_value());
    const inverted_law none([](complex) { return complex(1.0); }, 1.0);
    CHECK(none.tail(0.5) == 0.0);
    CHECK(*none.quantile_s(0.99) == 0.0);
}

TEST_CASE("impossible questions are refused") {
    CHECK_THROWS_AS(inverted_law(exponential, 0.0), gambrel::error);
    CHECK_THROWS_AS(inverted_law(exponential, 1.0, 2), gambrel::error);
    const inverted_law law(exponential, 1.0);
    const auto overflowing = [](complex s) { return std::exp(-s) * std::sinh(0.5 * s) / (0.5 * s); };  // 0 x infinity
    CHECK_THROWS_AS(inverted_law(overflowing, 1.0), gambrel::error);
    CHECK_THROWS_AS(law.tail(-0.1), gambrel::error);
    CHECK_THROWS_AS(law.tail(2.0), gambrel::error);
    CHECK_THROWS_AS(law.quantile_s(1.0), gambrel::error);
}

TEST_CASE("a law in milliseconds is the law in seconds on another scale") {
    for (const double mean : {1e-3, 1.0, 500.0}) {
        CAPTURE(mean);
        const inverted_law law([mean](complex s) { return 1.0 / (1.0 + mean * s); }, 8.0 * mean);
        for (const double p : {0.5, 0.95, 0.99})
            CHECK(*law.quantile_s(p) == approx(-mean * std::log1p(-p)).epsilon(1e-7));
    }
}
