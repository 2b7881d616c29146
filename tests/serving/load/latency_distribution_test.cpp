// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/numeric/waiting_time_laws.hpp>
#include <gambrel/serving/load/latency_distribution.hpp>
#include <vector>

using namespace gambrel;

namespace {
std::vector<double> evenly(double low, double high, std::size_t n) {
    std::vector<double> x;
    for (std::size_t i = 0; i < n; ++i)
        x.push_back(low + (high - low) * static_cast<double>(i) / static_cast<double>(n - 1));
    return x;
}
seconds<> s(double t) { return seconds<>::from_value(t); }
}  // namespace

TEST_CASE("a uniform law comes back exactly") {
    const latency_distribution l(
        evenly(1.0, 3.0, 11), [](double x) { return (x - 1.0) / 2.0; }, 2.0);
    CHECK(l.mean().value() == 2.0);
    for (const double p : {0.0, 0.25, 0.5, 0.99}) CHECK(l.quantile(p).value() == approx(1.0 + 2.0 * p).epsilon(1e-12));
    CHECK(l.tail(s(0.5)) == 1.0);
    CHECK(l.tail(s(2.5)) == approx(0.25));
    CHECK(l.tail(s(3.5)) == 0.0);
    CHECK(l.later(seconds_of(1)).quantile(0.5).value() == approx(3.0));
    CHECK(l.later(seconds_of(1)).mean().value() == 3.0);
}

TEST_CASE("beyond the table an exponential goes on") {
    const latency_distribution l(
        evenly(0.0, 4.0, 60), [](double x) { return 1.0 - std::exp(-x); }, 1.0);
    CHECK(l.quantile(0.5).value() == approx(std::log(2.0)).epsilon(1e-3));
    CHECK(l.quantile(0.999).value() == approx(std::log(1000.0)).epsilon(1e-3));
    CHECK(l.tail(s(7.0)) == approx(std::exp(-7.0)).epsilon(0.01));
}

TEST_CASE("a table that ends between two humps goes on as the mean says") {
    // 98.5 % evenly from 0.99 to 1.01, the rest about 2, which the table does not reach but for rounding.
    const std::vector<double> points{0.99, 1.01, 1.1, 1.2, 1.3, 1.4, 1.5};
    const latency_distribution l(
        points, [](double x) { return x <= 1.01 ? 0.985 * (x - 0.99) / 0.02 : 0.985 + 1e-15 * x; },
        0.985 * 1.0 + 0.015 * 2.0);
    CHECK(l.quantile(0.4925).value() == approx(1.0).epsilon(1e-9));
    // (mean - 0.985) / 0.015 = 2: half a second beyond the table's end on average
    CHECK(l.quantile(0.99).value() == approx(1.5 + 0.5 * std::log(0.015 / 0.01)).epsilon(1e-6));
    CHECK(l.tail(s(1.5)) == approx(0.015).epsilon(1e-9));
    CHECK(l.tail(s(2.0)) == approx(0.015 * std::exp(-1.0)).epsilon(1e-6));
}

TEST_CASE("tail and quantile are each other's inverse") {
    const latency_distribution l(
        evenly(0.0, 8.0, 40), [](double x) { return normal_below(x - 4.0); }, 4.0);
    for (const double p : {0.01, 0.3, 0.5, 0.9, 0.99, 0.9999})
        CHECK(1.0 - l.tail(l.quantile(p)) == approx(p).epsilon(1e-9));
    CHECK(l.quantile(0.9).value() == approx(5.28155).epsilon(2e-3));
}

TEST_CASE("ripples of the numerics are levelled, a constant is a constant") {
    const latency_distribution l(
        evenly(0.0, 4.0, 5), [](double x) { return x == 1.0   ? 0.6
                                                   : x == 2.0 ? 0.5
                                                   : x < 1.0  ? -0.1
                                                              : 1.2; }, 1.0);
    CHECK(l.quantile(0.6).value() == 1.0);
    CHECK(l.tail(s(2.0)) == approx(0.4));
    CHECK(l.tail(s(9.0)) == 0.0);
    const latency_distribution one(seconds_of(2.5));
    CHECK(one.quantile(0.0).value() == 2.5);
    CHECK(one.quantile(0.999).value() == 2.5);
    CHECK(one.tail(s(2.4)) == 1.0);
    CHECK(one.tail(s(2.5)) == 0.0);
}

TEST_CASE("impossible questions are refused") {
    const latency_distribution l(seconds_of(2.5));
    CHECK_THROWS_AS(static_cast<void>(l.quantile(1.0)), error);
    CHECK_THROWS_AS(static_cast<void>(l.quantile(-0.1)), error);
    const std::vector<double> one{1.0};
    CHECK_THROWS_AS(latency_distribution(
                        one, [](double) { return 0.5; }, 1.0),
                    error);
}

TEST_CASE("a table that its mean contradicts is bent to what the mean allows") {
    // Half of the mass beyond 10 s under a mean of 2 s: a tenth can be beyond 20 s at most, two fifths beyond 5 s.
    const std::vector<double> points{1.0, 10.0, 20.0, 40.0};
    const latency_distribution d(
        points, [](double x) { return x < 15.0 ? 0.5 : 0.8; }, 2.0);
    CHECK(d.quantile(0.9).value() == approx(20.0));
    CHECK(d.quantile(0.6).value() == approx(5.0));
    CHECK(d.quantile(0.1).value() <= 2.0 / 0.9);
}
