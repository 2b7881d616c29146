// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <Eigen/Dense>
#include <cmath>
#include <gambrel/queueing/deterministic_service.hpp>
#include <gambrel/queueing/general_service.hpp>

using namespace gambrel::queueing;

namespace {
/// Mean wait of M/D/c with service 1 from the exact chain x' = max(x - c, 0) + Poisson(a), solved directly.
double exact_mean_wait(int servers, double utilisation) {
    const double load = servers * utilisation;
    const int n = static_cast<int>(servers * 3 + 60 + 45 / (1 - utilisation));
    Eigen::MatrixXd moves = Eigen::MatrixXd::Zero(n, n);
    for (int x = 0; x < n; ++x) {
        double term = std::exp(-load), sum = 0.0;
        for (int y = std::max(x - servers, 0), k = 0; y < n; term *= load / ++k, ++y) sum += moves(x, y) = term;
        moves(x, n - 1) += 1.0 - sum;
    }
    Eigen::MatrixXd equations = moves.transpose() - Eigen::MatrixXd::Identity(n, n);
    equations.row(n - 1).setOnes();
    const Eigen::VectorXd p = equations.partialPivLu().solve(Eigen::VectorXd::Unit(n, n - 1));
    double waiting = 0.0;
    for (int x = servers; x < n; ++x) waiting += p(x) * (x - servers);
    return waiting / load;
}
}  // namespace

TEST_CASE("M/D/1 distribution of the wait") {
    struct row {
        double utilisation, t, probability;
    };
    constexpr row rows[]{{.5, 0, .5},      {.5, 1, .824361}, {.5, 2, .946961}, {.5, 3, .984749}, {.5, 5, .998764},
                         {.8, 0, .2},      {.8, 1, .445108}, {.8, 2, .63452},  {.8, 3, .7621},   {.8, 5, .899503},
                         {.8, 8, .972406}, {.9, 0, .1},      {.9, 1, .24596},  {.9, 2, .3836},   {.9, 3, .498651},
                         {.9, 5, .668709}, {.9, 8, .82204}};
    for (const row& r : rows)
        for (const double service : {1.0, 0.025}) {
            CAPTURE(r.utilisation);
            CAPTURE(r.t);
            const md1 q(r.utilisation / service, service);
            CHECK(std::fabs(1.0 - *q.wait_tail(r.t * service) - r.probability) < 5.5e-7);
        }
    for (const double t : {0.0, 0.25, 0.999})  // before the first service ends: (1 - u) e^{u t}
        CHECK(1.0 - *md1(0.8, 1.0).wait_tail(t) == approx(0.2 * std::exp(0.8 * t)).epsilon(1e-13));
}

TEST_CASE("Erlang's alternating sum, where double precision still carries it") {
    for (const double u : {0.3, 0.8}) {
        const md1 q(u, 1.0);
        for (const double t : {0.5, 1.0, 2.7, 6.3}) {
            double sum = 0.0;
            for (int k = 0; k <= static_cast<int>(t); ++k)
                sum += std::pow(-u * (t - k), k) / std::tgamma(k + 1.0) * std::exp(u * (t - k));
            CHECK(*q.wait_tail(t) == approx(1.0 - (1.0 - u) * sum).epsilon(1e-9));
        }
    }
}

TEST_CASE("M/D/1 99 % quantiles") {
    // At u = 0.9 the alternating sum of the published vector (21.897) has lost its digits at t = 22; the asymptote, the
    // inversion of the transform and this class agree on 21.89824.
    CHECK(std::fabs(*md1(0.5, 1.0).wait_quantile_s(0.99) - 3.3363) < 5e-5);
    CHECK(std::fabs(*md1(0.8, 1.0).wait_quantile_s(0.99) - 10.3559) < 5e-5);
    CHECK(std::fabs(*md1(0.9, 1.0).wait_quantile_s(0.99) - 21.89824) < 5e-6);
    const mg1_wait inverted{0.9, 1.0, [](std::complex<double> s) { return std::exp(-s); }};
    CHECK(*inverted.quantile_s(0.99) == approx(*md1(0.9, 1.0).wait_quantile_s(0.99)).epsilon(1e-7));
}

TEST_CASE("the mean is Pollaczek-Khinchine's, and the integral of the tail; jobs obey Little's law") {
    for (const double u : {0.05, 0.5, 0.95}) {
        const md1 q(u, 1.0);
        CHECK(*q.mean_wait_s() == approx(*mg1{u, 1.0, 0.0}.mean_wait_s()).epsilon(1e-13));
        double jobs = 0.0, sum = 0.0;
        for (std::size_t n = 0; n < 3000; ++n) {
            jobs += static_cast<double>(n) * q.probability(n);
            sum += q.probability(n);
        }
        CHECK(sum == approx(1.0).epsilon(1e-12));
        CHECK(jobs == approx(u * (*q.mean_wait_s() + 1.0)).epsilon(1e-11));
        double integral = 0.0;  // Simpson's rule within each service time, where the tail is smooth
        for (int k = 0; k < 600; ++k)
            for (int i = 0; i <= 8; ++i)
                integral += (i == 0 || i == 8 ? 1
                             : i % 2 == 1     ? 4
                                              : 2) *
                            *q.wait_tail(k + std::min(i / 8.0, 1.0 - 1e-12));
        CHECK(integral / 24.0 == approx(*q.mean_wait_s()).epsilon(1e-6));
    }
}

TEST_CASE("the tail falls without steps, far beyond where alternating sums fail") {
    const md1 q(0.95, 1.0);
    double before = 1.0;
    for (double t = 0.0; t < 150.0; t += 0.37) {
        const double tail = *q.wait_tail(t);
        CHECK(tail < before);
        CHECK(tail > 0.0);
        before = tail;
    }
    CHECK(*q.wait_tail(100.0) == approx(*q.wait_tail(100.0 - 1e-9)).epsilon(1e-8));
}

TEST_CASE("M/D/c: Cosmetatos' mean, and how far it is from the exact chain") {
    CHECK(std::fabs(*mdc_mean_wait_s({4.0, 1.0, 5}) - .288780) < 5.1e-7);
    CHECK(std::fabs(*mdc_mean_wait_s({9.0, 1.0, 10}) - .345543) < 5.1e-7);
    for (const double u : {0.1, 0.6, 0.99})
        CHECK(*mdc_mean_wait_s({u, 1.0, 1}) == approx(*mg1{u, 1.0, 0.0}.mean_wait_s()).epsilon(1e-12));
    for (const int c : {2, 5, 10, 20})
        for (const double u : {0.5, 0.7, 0.8, 0.9, 0.95}) {
            CAPTURE(c);
            CAPTURE(u);
            CHECK(*mdc_mean_wait_s({c * u, 1.0, c}) == approx(exact_mean_wait(c, u)).epsilon(0.013));
        }
    for (const double u : {0.7, 0.8, 0.9})
        CHECK(*mdc_mean_wait_s({100 * u, 1.0, 100}) == approx(exact_mean_wait(100, u)).epsilon(0.05));
}

TEST_CASE("zero arrivals, instability, refusals") {
    CHECK(*md1(0.0, 1.0).wait_tail(0.0) == 0.0);
    CHECK(*md1(0.0, 1.0).wait_quantile_s(0.99) == 0.0);
    CHECK(md1(0.0, 1.0).probability(0) == 1.0);
    static_assert(*mdc_mean_wait_s({0.0, 1.0, 4}) == 0.0);
    const md1 over(3.0, 0.5);
    CHECK(!over.state().stable);
    CHECK(over.state().limit_per_s == 2.0);
    CHECK(over.state().backlog_growth_per_s == 1.0);
    CHECK(!over.mean_wait_s());
    CHECK(!over.wait_tail(1.0));
    CHECK(!over.wait_quantile_s(0.9));
    CHECK(over.probability(0) == 0.0);
    static_assert(!mdc_mean_wait_s({5.0, 1.0, 5}));
    CHECK_THROWS_AS(md1(1.0, 0.0), gambrel::error);
    CHECK_THROWS_AS(md1(-1.0, 1.0), gambrel::error);
    CHECK_THROWS_AS(md1(0.999999, 1.0), gambrel::error);
    CHECK_THROWS_AS(md1(0.5, 1.0).wait_quantile_s(1.0), gambrel::error);
    CHECK_THROWS_AS(md1(0.5, 1.0).wait_tail(-1.0), gambrel::error);
}
