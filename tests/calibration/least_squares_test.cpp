// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/calibration/least_squares.hpp>
#include <random>

using namespace gambrel;

namespace {
// Times of a product law: (compute^p + memory^p)^(1/p) + fixed; rows from memory-bound to compute-bound.
struct row {
    double compute, memory;
};
std::vector<row> shapes(int n) {
    std::vector<row> all;
    for (int i = 0; i < n; ++i) {
        const double size = std::pow(10.0, 3.0 * (i % 17) / 16.0),
                     intensity = std::pow(10.0, 2.0 * (i % 13) / 12.0 - 1.0);
        all.push_back({size * intensity, size / intensity});
    }
    return all;
}
double law(const row& r, std::span<const double> c) {
    const double p = 1.0 + c[3];
    return std::pow(std::pow(r.compute / c[0], p) + std::pow(r.memory / c[1], p), 1.0 / p) + c[2];
}
const std::vector<double> truth{0.7, 0.85, 4.0, 0.9};
const std::vector<prior> vague{{0.6, 1.0}, {0.8, 1.0}, {2.0, 2.0}, {0.5, 1.0}};

std::vector<double> times(const std::vector<row>& rows, double noise, unsigned seed = 7) {
    std::mt19937 random(seed);
    std::normal_distribution<double> normal;
    std::vector<double> t;
    for (const row& r : rows) t.push_back(law(r, truth) * std::exp(noise * normal(random)));
    return t;
}
fit_result fit_law(const std::vector<row>& rows, const std::vector<double>& t, const std::vector<prior>& p = vague,
                   const fit_settings& s = {}) {
    return fit(
        p, t, [&](std::size_t i, std::span<const double> c) { return law(rows[i], c); }, s);
}
}  // namespace

TEST_CASE("constants behind exact times are found again") {
    const auto rows = shapes(200);
    const fit_result f = fit_law(rows, times(rows, 0.0));
    REQUIRE(f.converged);
    CHECK(f.rows == 200);
    for (std::size_t j = 0; j < truth.size(); ++j) CHECK(f.values[j] == approx(truth[j]).epsilon(0.01));
    CHECK(f.sigma < 0.005);
    CHECK(f.iterations < 60);
}

TEST_CASE("constants behind noisy times lie within their posterior deviation") {
    const auto rows = shapes(400);
    int inside = 0, all = 0;
    for (unsigned seed = 1; seed <= 20; ++seed) {
        const fit_result f = fit_law(rows, times(rows, 0.08, seed));
        REQUIRE(f.converged);
        CHECK(f.sigma == approx(0.08).epsilon(0.15));
        CHECK(f.robust_sigma == approx(0.08).epsilon(0.2));
        CHECK(f.free_constants == approx(4.0).epsilon(0.05));
        for (std::size_t j = 0; j < truth.size(); ++j, ++all)
            inside += std::abs(std::log(f.values[j] / truth[j])) < 2.0 * f.deviations[j] ? 1 : 0;
    }
    CHECK(inside > 0.85 * all);  // two deviations hold 95 %
}

TEST_CASE("without rows the prior stands") {
    const fit_result f = fit_law({}, {});
    REQUIRE(f.converged);
    for (std::size_t j = 0; j < vague.size(); ++j) {
        CHECK(f.values[j] == approx(vague[j].mean));
        CHECK(f.deviations[j] == approx(vague[j].deviation));
    }
    CHECK(f.free_constants == approx(0.0));
}

TEST_CASE("one constant, one row: the prior and the row meet where their precisions say") {
    // ln x has prior N(ln 1, 0.3^2); the row says ln 2 with noise 0.1 of its own (noise_rows = infinity-like, plain
    // loss).
    const std::vector<prior> p{{1.0, 0.3}};
    const std::vector<double> t{2.0};
    const fit_result f = fit(p, t, [](std::size_t, std::span<const double> c) { return c[0]; },
                             {.softness = std::numeric_limits<double>::infinity(), .noise = 0.1, .noise_rows = 1e9});
    REQUIRE(f.converged);
    const double a = 1 / (0.3 * 0.3), b = 1 / (0.1 * 0.1);
    CHECK(std::log(f.values[0]) == approx(std::log(2.0) * b / (a + b)));
    CHECK(f.deviations[0] == approx(1 / std::sqrt(a + b)));
    CHECK(f.free_constants == approx(b / (a + b)));
}

TEST_CASE("fewer rows than constants: what the rows say is taken, the rest stays with the prior") {
    const std::vector<row> rows{{1.0, 1000.0}, {2.0, 3000.0}};  // both bound by memory
    const std::vector<prior> near{{0.6, 0.2}, {0.8, 0.2}, {4.0, 0.5}, {0.9, 0.3}};
    const fit_result f = fit_law(rows, {law(rows[0], truth), law(rows[1], truth)}, near);
    REQUIRE(f.converged);
    CHECK(f.values[0] == approx(0.6).epsilon(0.01));  // compute: not seen
    CHECK(f.deviations[0] == approx(0.2).epsilon(0.02));
    CHECK(std::abs(f.values[1] - 0.85) < std::abs(0.8 - 0.85));  // memory: nearer the truth
    CHECK(f.deviations[1] < 0.12);
    CHECK(f.free_constants < 2.0);
}

TEST_CASE("rows far outside do not carry the fit away") {
    const auto rows = shapes(300);
    auto t = times(rows, 0.05);
    for (std::size_t i = 0; i < t.size(); i += 10) t[i] *= 5.0;  // every tenth row five times too slow
    const fit_result soft = fit_law(rows, t);
    const fit_result plain = fit_law(rows, t, vague, {.softness = std::numeric_limits<double>::infinity()});
    REQUIRE(soft.converged);
    REQUIRE(plain.converged);
    CHECK(soft.values[1] == approx(truth[1]).epsilon(0.03));
    CHECK(std::abs(std::log(soft.values[1] / truth[1])) < 0.5 * std::abs(std::log(plain.values[1] / truth[1])));
    CHECK(soft.robust_sigma < 0.5 * soft.sigma);
}

TEST_CASE("rows that cannot tell two constants apart leave them to the prior") {
    // Only the product of the two constants acts.
    const std::vector<prior> p{{1.0, 0.5}, {1.0, 0.5}};
    const std::vector<double> t(50, 4.0);
    const fit_result f = fit(p, t, [](std::size_t, std::span<const double> c) { return c[0] * c[1]; });
    REQUIRE(f.converged);
    CHECK(f.values[0] * f.values[1] == approx(4.0).epsilon(0.01));
    CHECK(f.values[0] == approx(f.values[1]));
    CHECK(f.deviations[0] > 0.3);
    CHECK(f.free_constants == approx(1.0).epsilon(0.05));
}

TEST_CASE("a fit that does not converge says so and keeps the prior") {
    const auto rows = shapes(50);
    const fit_result cut = fit_law(rows, times(rows, 0.05), vague, {.most_iterations = 1});
    CHECK_FALSE(cut.converged);
    for (std::size_t j = 0; j < vague.size(); ++j) CHECK(cut.values[j] == vague[j].mean);

    const std::vector<double> t(10, 1.0);
    const fit_result nowhere = fit(vague, t, [](std::size_t, std::span<const double>) { return -1.0; });
    CHECK_FALSE(nowhere.converged);
    CHECK(nowhere.values[0] == vague[0].mean);
}

TEST_CASE("a model without a value somewhere is not followed there") {
    // Valid below 2 only; the rows pull to 3.
    const std::vector<prior> p{{1.0, 10.0}};
    const std::vector<double> t(20, 3.0);
    const fit_result f = fit(p, t, [](std::size_t, std::span<const double> c) { return c[0] < 2.0 ? c[0] : -1.0; });
    CHECK(f.values[0] < 2.0);
    CHECK(std::isfinite(f.values[0]));
}

TEST_CASE("impossible input is refused by name") {
    const auto model = [](std::size_t, std::span<const double> c) { return c[0]; };
    const std::vector<prior> good{{1.0, 1.0}};
    const std::vector<double> one{1.0}, zero{0.0}, nan{std::numeric_limits<double>::quiet_NaN()};
    CHECK_THROWS_AS(fit(good, zero, model), error);
    CHECK_THROWS_AS(fit(good, nan, model), error);
    CHECK_THROWS_AS(fit(std::vector<prior>{{-1.0, 1.0}}, one, model), error);
    CHECK_THROWS_AS(fit(std::vector<prior>{{1.0, 0.0}}, one, model), error);
    CHECK_THROWS_AS(fit(good, one, model, {.softness = 0.0}), error);
    CHECK_THROWS_AS(fit(good, one, model, {.noise = -1.0}), error);
}

// One constant, three rows: softness beyond their errors makes the fit the mean of ln(measured), a vague prior apart.
TEST_CASE("errors of a fit, by hand") {
    const std::vector<double> measured{1.0, std::exp(0.3), std::exp(0.6)};
    const std::vector<prior> loose{{1.0, 1e4}};
    const fit_result f =
        fit(loose, measured, [](std::size_t, std::span<const double> c) { return c[0]; }, {.softness = 1e6});
    REQUIRE(f.converged);
    CHECK(f.values[0] == approx(std::exp(0.3)).epsilon(1e-3));
    CHECK(f.bias == approx(0.0).epsilon(1e-3).scale(1.0));
    CHECK(f.mean_error == approx((std::exp(0.3) - 1.0 + 1.0 - std::exp(-0.3)) / 3.0).epsilon(2e-3));
    CHECK(f.median_error == approx(1.0 - std::exp(-0.3)).epsilon(5e-3));
    CHECK(f.sigma == approx(std::sqrt(2.0 * 0.09 / (3.0 - 1.0))).epsilon(2e-3));
}
