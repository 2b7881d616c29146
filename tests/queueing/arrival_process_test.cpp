// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/queueing/arrival_process.hpp>
#include <random>

using namespace gambrel::queueing;

TEST_CASE("renewal streams: rate and scv as asked, no correlation, dispersion equal to scv") {
    for (const double scv : {0.05, 0.6, 1.0, 3.0, 50.0}) {
        CAPTURE(scv);
        const arrival_process a = fitted_arrivals(7.0, scv);
        CHECK_NOTHROW(check(a));
        CHECK(a.rate_per_s() == approx(7.0).epsilon(1e-11));
        CHECK(a.gap_scv() == approx(scv).epsilon(1e-9));
        CHECK(std::fabs(a.gap_correlation()) < 1e-9);
        CHECK(a.dispersion() == approx(scv).epsilon(1e-8));
    }
    CHECK(poisson_arrivals(2.0).gap_scv() == approx(1.0).epsilon(1e-13));
}

TEST_CASE("a two-level stream: mean rate, shares, and dispersion in closed form") {
    // Dispersion of an MMPP(2): 1 + 2 (l1 - l2)^2 q1 q2 / ((q1 + q2)^2 (l1 q2 + l2 q1)).
    const arrival_process a = switched_arrivals(4.0, 3.0, 0.2, 10.0);
    const double high = 12.0, low = 2.0, end = 0.1, begin = 0.025;
    CHECK(a.rate_per_s() == approx(4.0).epsilon(1e-12));
    CHECK(a.phase_shares()(1) == approx(0.2).epsilon(1e-12));
    CHECK(a.rates_per_s()(0) == approx(low).epsilon(1e-12));
    const double expected = 1.0 + 2.0 * (high - low) * (high - low) * begin * end /
                                      ((begin + end) * (begin + end) * (high * begin + low * end));
    CHECK(a.dispersion() == approx(expected).epsilon(1e-11));
    CHECK(a.gap_correlation() > 0.1);
}

TEST_CASE("gap moments and correlation agree with drawn gaps") {
    const arrival_process a = switched_arrivals(1.0, 2.5, 0.3, 4.0);
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> uniform;
    const double rates[]{a.arrivals(0, 0), a.arrivals(1, 1)}, leave[]{a.quiet(0, 1), a.quiet(1, 0)};
    int phase = 0;
    double sum = 0.0, square = 0.0, product = 0.0, before = 1.0, gap = 0.0;
    const int draws = 2'000'000;
    for (int n = 0; n < draws;) {
        gap -= std::log1p(-uniform(random)) / (rates[phase] + leave[phase]);
        if (uniform(random) * (rates[phase] + leave[phase]) < rates[phase]) {
            sum += gap, square += gap * gap, product += gap * before;
            before = gap, gap = 0.0, ++n;
        } else {
            phase = 1 - phase;
        }
    }
    const double mean = sum / draws, variance = square / draws - mean * mean;
    CHECK(mean == approx(a.gap_moment(1)).epsilon(0.01));
    CHECK(variance / (mean * mean) == approx(a.gap_scv()).epsilon(0.02));
    CHECK((product / draws - mean * mean) / variance == approx(a.gap_correlation()).epsilon(0.05));
}

TEST_CASE("interrupted Poisson arrivals are a renewal stream of two exponentials (Kuczura 1973)") {
    const arrival_process a = switched_arrivals(1.0, 4.0, 0.25, 3.0);
    CHECK(a.rates_per_s()(0) == approx(0.0));
    CHECK(std::fabs(a.gap_correlation()) < 1e-12);
    CHECK(a.dispersion() == approx(a.gap_scv()).epsilon(1e-10));
}

TEST_CASE("another speed keeps the shape") {
    const arrival_process a = switched_arrivals(4.0, 3.0, 0.2, 10.0), fast = a.at(40.0);
    CHECK(fast.rate_per_s() == approx(40.0).epsilon(1e-12));
    CHECK(fast.gap_scv() == approx(a.gap_scv()).epsilon(1e-11));
    CHECK(fast.dispersion() == approx(a.dispersion()).epsilon(1e-11));
}

TEST_CASE("stationary shares keep full relative precision between rates thirty decades apart") {
    Eigen::MatrixXd q = Eigen::MatrixXd::Zero(3, 3);
    q(0, 1) = 1e-15, q(1, 0) = 1.0, q(1, 2) = 1e-15, q(2, 1) = 1e15;
    const Eigen::VectorXd p = stationary_phase(q);
    CHECK(p(1) / 1e-15 == approx(1.0).epsilon(1e-12));
    CHECK(p(2) / 1e-45 == approx(1.0).epsilon(1e-12));
}

TEST_CASE("what is not an arrival process is refused") {
    arrival_process a = switched_arrivals(4.0, 3.0, 0.2, 10.0);
    a.quiet(0, 0) += 1.0;
    CHECK_THROWS_AS(check(a), gambrel::error);
    CHECK_THROWS_AS(check(arrival_process{}), gambrel::error);
    CHECK_THROWS_AS(poisson_arrivals(0.0), gambrel::error);
    CHECK_THROWS_AS(switched_arrivals(4.0, 6.0, 0.2, 10.0), gambrel::error);
    CHECK_THROWS_AS(switched_arrivals(4.0, 2.0, 1.0, 10.0), gambrel::error);
    CHECK_THROWS_AS(switched_arrivals(4.0, 2.0, 0.5, 0.0), gambrel::error);
    CHECK_THROWS_AS(modulated_arrivals(Eigen::VectorXd::Ones(2), Eigen::MatrixXd::Zero(3, 3)), gambrel::error);
    CHECK_THROWS_AS(modulated_arrivals(Eigen::VectorXd::Ones(2), Eigen::MatrixXd::Zero(2, 2)), gambrel::error);
    CHECK_THROWS_AS(a.at(0.0), gambrel::error);
}
