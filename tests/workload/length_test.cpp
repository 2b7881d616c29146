// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/workload/length.hpp>
#include <limits>
#include <random>
#include <vector>

using gambrel::length;
using gambrel::length_kind;

namespace {
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();
constexpr double infinite = std::numeric_limits<double>::infinity();

struct moments {
    double mean, variance;
};

/// Sample moments of `n` lengths drawn by inversion, fixed seed.
moments drawn(const length& l, int n) {
    std::mt19937_64 random(20261121);
    std::uniform_real_distribution<double> u(0.0, 1.0);
    double mean = 0.0, squares = 0.0;
    for (int i = 1; i <= n; ++i) {
        const double x = l.quantile(u(random)), d = x - mean;
        mean += d / i;
        squares += d * (x - mean);
    }
    return {mean, squares / n};
}

constexpr double ten[]{1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
}  // namespace

static_assert(length(1024).mean() == 1024.0 && length(1024).variance() == 0.0);
static_assert(length::uniform(100, 300).mean() == 200.0);
static_assert(length::uniform(100, 300).quantile(0.25) == 150.0);
static_assert(length::log_normal(500, 1.0).variance() == 250000.0);
static_assert(length::empirical(ten).largest() == 10.0);

TEST_CASE("fixed: every quantile is the length") {
    constexpr length l(777);
    CHECK(l.kind() == length_kind::fixed);
    for (const double p : {0.0, 0.5, 1.0}) CHECK(l.quantile(p) == 777.0);
    CHECK(l.largest() == 777.0);
}

TEST_CASE("uniform: mean (a+b)/2, variance (b-a)^2/12, quantile a+p(b-a)") {
    constexpr length l = length::uniform_below(1024, 0.8);
    CHECK(l.mean() == approx(0.9 * 1024));
    CHECK(std::sqrt(l.variance()) == approx(0.2 / std::sqrt(12.0) * 1024));  // 0.058 nominal
    CHECK(l.quantile(0.0) == approx(819.2));
    CHECK(l.quantile(1.0) == 1024.0);
    const moments m = drawn(l, 200000);
    CHECK(m.mean == approx(l.mean()).epsilon(0.001));  // standard error 1.4e-4
    CHECK(m.variance == approx(l.variance()).epsilon(0.01));
}

TEST_CASE("log-normal: mean and variation as given, quantiles exp(mu + sigma z)") {
    constexpr double mean = 1000.0, variation = 0.8;
    constexpr length l = length::log_normal(mean, variation);
    const double sigma = std::sqrt(std::log(1.0 + variation * variation)), mu = std::log(mean) - sigma * sigma / 2.0;
    CHECK(l.quantile(0.5) == approx(std::exp(mu)).epsilon(1e-12));
    CHECK(l.quantile(0.975) == approx(std::exp(mu + 1.959963984540054 * sigma)).epsilon(1e-12));
    CHECK(l.quantile(0.001) == approx(std::exp(mu - 3.090232306167814 * sigma)).epsilon(1e-12));
    CHECK(l.largest() == l.quantile(0.999));
    CHECK(l.quantile(0.0) == 0.0);
    CHECK(l.quantile(1.0) == gambrel::longest_length);
    const moments m = drawn(l, 400000);
    CHECK(m.mean == approx(mean).epsilon(0.006));  // 4 standard errors of 1.3e-3
    CHECK(m.variance == approx(l.variance()).epsilon(0.05));
    CHECK(length::log_normal(mean, 0.0).quantile(0.9) == mean);
}

TEST_CASE("empirical: reproduces the quantiles it was made from") {
    constexpr length l = length::empirical(ten);  // on a straight line the table is exact: uniform on [1, 10]
    CHECK(l.mean() == approx(5.5));
    CHECK(l.variance() == approx(81.0 / 12.0));
    for (double p = 0.0; p <= 1.0; p += 0.0625) CHECK(l.quantile(p) == approx(1.0 + 9.0 * p));
    CHECK(l.quantile(1.0) == 10.0);
    constexpr double one[]{42.0};
    CHECK(length::empirical(one).mean() == approx(42.0));
    CHECK(length::empirical(one).variance() == approx(0.0));
}

TEST_CASE("empirical: a heavy tail keeps its mean") {
    constexpr length truth = length::log_normal(1000.0, 1.5);
    std::vector<double> sorted(10000);
    double mean = 0.0;
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        sorted[i] = truth.quantile((static_cast<double>(i) + 0.5) / 10000.0);
        mean += sorted[i] / 10000.0;
    }
    const length l = length::empirical(sorted);
    CHECK(l.mean() == approx(mean).epsilon(0.02));
    CHECK(l.quantile(0.5) == approx(truth.quantile(0.5)).epsilon(0.01));
    CHECK(l.quantile(0.99) == approx(truth.quantile(0.99)).epsilon(0.01));
    const moments m = drawn(l, 400000);
    CHECK(m.mean == approx(l.mean()).epsilon(0.015));
}

TEST_CASE("quantiles never decrease") {
    for (const length& l : {length(5), length::uniform(1, 9), length::log_normal(300, 2), length::empirical(ten)}) {
        double before = 0.0;
        for (int i = 0; i <= 1000; ++i) {
            const double x = l.quantile(i / 1000.0);
            CHECK(x >= before);
            before = x;
        }
    }
}

TEST_CASE("a length refuses bad values") {
    for (const double bad : {not_a_number, -1.0, infinite, -infinite, 1.0001e8}) {
        CAPTURE(bad);
        CHECK_THROWS_AS(length{bad}, gambrel::error);
        CHECK_THROWS_AS(length::uniform(bad, 100.0), gambrel::error);
        CHECK_THROWS_AS(length::uniform(1.0, bad), gambrel::error);
        CHECK_THROWS_AS(length::uniform_below(bad, 0.8), gambrel::error);
        CHECK_THROWS_AS(length::uniform_below(100.0, bad), gambrel::error);
        CHECK_THROWS_AS(length::log_normal(bad, 1.0), gambrel::error);
        CHECK_THROWS_AS(length::log_normal(100.0, bad), gambrel::error);
        CHECK_THROWS_AS(length(10).quantile(bad), gambrel::error);
        const double table[]{1.0, bad, 3.0};
        CHECK_THROWS_AS(length::empirical(table), gambrel::error);
    }
    CHECK_THROWS_AS(length::uniform(3.0, 2.0), gambrel::error);
    CHECK_THROWS_AS(length::uniform_below(100.0, 1.5), gambrel::error);
    CHECK_THROWS_AS(length::empirical({}), gambrel::error);
    // out of order between two entries of the table, too
    std::vector<double> sorted(1000, 5.0);
    sorted[501] = 4.0;
    CHECK_THROWS_AS(length::empirical(sorted), gambrel::error);
    CHECK_THROWS_WITH(length(-3.0), doctest::Contains("is -3;"));
}

TEST_CASE("an empirical length is its table of quantiles") {
    std::vector<double> sample;
    for (int i = 0; i < 1000; ++i) sample.push_back(1.0 + 0.01 * i * i);
    const length measured = length::empirical(sample);
    std::array<double, length::table_size> table{};
    for (std::size_t i = 0; i < table.size(); ++i) table[i] = measured.quantile(length::probability(i));
    const length again = length::of_quantiles(table);
    CHECK(again.kind() == length_kind::empirical);
    CHECK(again.mean() == approx(measured.mean()).epsilon(1e-12));
    CHECK(again.variance() == approx(measured.variance()).epsilon(1e-12));
    CHECK(again.largest() == measured.largest());
    for (const double p : {0.0, 0.1, 0.5, 0.9, 0.99, 0.9999, 1.0})
        CHECK(again.quantile(p) == approx(measured.quantile(p)).epsilon(1e-12));
    auto falling = table;
    falling[5] = falling[4] - 1.0;
    CHECK_THROWS_AS(length::of_quantiles(falling), gambrel::error);
    auto none = table;
    none[5] = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(length::of_quantiles(none), gambrel::error);
    auto long_one = table;
    long_one.back() = 2e8;
    CHECK_THROWS_AS(length::of_quantiles(long_one), gambrel::error);
}

// Uniform on [a, b]: a + (b - a) n / (n + 1); 1 / E 1 / (x - 1) = (b - a) / log((b - 1) / (a - 1)).
TEST_CASE("the longest of several lengths, and the harmonic mean of what follows the first token") {
    const length u = length::uniform(100, 400);
    for (const double n : {1.0, 2.0, 8.0, 64.0})
        CHECK(u.expected_longest(n) == approx(100.0 + 300.0 * n / (n + 1.0)).epsilon(2e-3));
    CHECK(length(50).expected_longest(8) == 50.0);
    CHECK(u.harmonic_after_first() == approx(300.0 / std::log(399.0 / 99.0)).epsilon(2e-3));
    CHECK(length(50).harmonic_after_first() == 49.0);
    const length l = length::log_normal(500, 0.5);  // 1 / E 1 / x = mean / (1 + variation^2), less about one
    CHECK(l.harmonic_after_first() == approx(500.0 / 1.25 - 1.0).epsilon(0.01));
}

// The residual of a length met at a random moment has F(x) = E min(length, x) / E length; E max of n = integral of 1 - F^n.
TEST_CASE("the last of several residuals runs longer than they do on average") {
    const auto beyond = [](auto&& least_mean, double mean, double square, double most, double n) {
        constexpr int steps = 200'000;
        double longest = 0.0;
        for (int i = 0; i < steps; ++i)
            longest += (1.0 - std::pow(least_mean(most * (i + 0.5) / steps) / mean, n)) * most / steps;
        return longest - square / (2.0 * mean);
    };
    const double a = 80, b = 160;
    const auto uniform = [&](double x) {
        return x < a ? x : x < b ? x - (x - a) * (x - a) / (2 * (b - a)) : (a + b) / 2;
    };
    for (const double n : {2.0, 16.0, 400.0})
        CHECK(length::uniform(a, b).last_residual_beyond_mean(n) ==
              approx(beyond(uniform, 120, 120 * 120 + 80.0 * 80 / 12, b, n)).epsilon(0.01));
    const double s2 = std::log(1.25), mu = std::log(200.0) - s2 / 2;
    const auto phi = [](double z) { return 0.5 * std::erfc(-z / std::sqrt(2.0)); };
    const auto log_normal = [&](double x) {
        const double z = (std::log(x) - mu) / std::sqrt(s2);
        return 200.0 * phi(z - std::sqrt(s2)) + x * (1.0 - phi(z));
    };
    for (const double n : {2.0, 16.0, 400.0})
        CHECK(length::log_normal(200, 0.5).last_residual_beyond_mean(n) ==
              approx(beyond(log_normal, 200, 200 * 200 * 1.25, 20000, n)).epsilon(0.06));
    CHECK(length(50).last_residual_beyond_mean(16) == 0.0);
    CHECK(length::uniform(a, b).last_residual_beyond_mean(1) == 0.0);
}
