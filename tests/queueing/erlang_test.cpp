// SPDX-License-Identifier: Apache-2.0
// Vectors: the formulas evaluated in double precision (six digits), and exact fractions for one and two servers.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/queueing/erlang.hpp>
#include <limits>

using namespace gambrel::queueing;

static_assert(erlang_b(0, 5.0) == 1.0 && erlang_b(3, 0.0) == 0.0 && *erlang_c(3, 0.0) == 0.0);
static_assert(!erlang_c(2, 2.0) && !mmc{3.0, 1.0, 2}.mean_wait_s());

TEST_CASE("Erlang B and C") {
    struct row {
        int servers;
        double load, b, c;
    };
    constexpr row rows[]{{1, .5, .333333, .5},       {2, 1, .2, .333333},        {2, 1.5, .310345, .642857},
                         {3, 2, .210526, .444444},   {5, 4, .199067, .554113},   {10, 8, .121661, .409180},
                         {10, 9, .167963, .668732},  {20, 16, .064411, .256078}, {50, 45, .054104, .363864},
                         {100, 90, .026957, .216940}};
    for (const row& r : rows) {
        CAPTURE(r.servers);
        CHECK(std::fabs(erlang_b(r.servers, r.load) - r.b) < 5.1e-7);
        CHECK(std::fabs(*erlang_c(r.servers, r.load) - r.c) < 5.1e-7);
    }
    CHECK(erlang_b(2, 1.5) == approx(9.0 / 29.0).epsilon(1e-14));
    CHECK(*erlang_c(3, 2.0) == approx(4.0 / 9.0).epsilon(1e-14));
}

TEST_CASE("M/M/5 with a = 4: mean wait and its 99 % quantile") {
    constexpr mmc q{4.0, 1.0, 5};
    CHECK(std::fabs(*q.mean_wait_s() - .554113) < 5.1e-7);
    CHECK(std::fabs(*q.wait_quantile_s(0.99) - 4.014783) < 5.1e-7);
    CHECK(*q.wait_tail(*q.wait_quantile_s(0.99)) == approx(0.01).epsilon(1e-12));
}

TEST_CASE("one server is M/M/1") {
    for (const double arrival : {0.001, 0.3, 2.0, 2.9}) {
        const mmc q{arrival, 3.0, 1};
        CHECK(*q.waiting_share() == approx(arrival / 3.0).epsilon(1e-13));
        CHECK(*q.mean_wait_s() == approx(arrival / 3.0 / (3.0 - arrival)).epsilon(1e-12));
        CHECK(*q.mean_in_system() == approx(arrival / (3.0 - arrival)).epsilon(1e-12));
        for (const double t : {0.0, 0.1, 2.0, 50.0})
            CHECK(*q.response_tail(t) == approx(std::exp(-(3.0 - arrival) * t)).epsilon(1e-11));
        for (const double p : {0.0, 0.5, 0.99, 0.999999})
            CHECK(*q.response_quantile_s(p) == approx(-std::log1p(-p) / (3.0 - arrival)).epsilon(1e-9));
    }
}

TEST_CASE("the response is the sum of the wait and an exponential service, through the Erlang case c - 1 = a") {
    // Convolution of the two laws by Simpson's rule.
    for (const double load : {2.0, 3.0 - 1e-9, 3.0, 3.0 + 1e-9, 3.7}) {
        const mmc q{load, 1.0, 4};
        for (const double t : {0.3, 2.0, 9.0}) {
            const int steps = 2000;
            double integral = 0.0;
            for (int i = 0; i <= steps; ++i) {
                const double x = t * i / steps;
                integral += (i == 0 || i == steps ? 1.0 : i % 2 == 1 ? 4.0 : 2.0) * std::exp(-x) * *q.wait_tail(t - x);
            }
            CHECK(*q.response_tail(t) == approx(std::exp(-t) + integral * t / steps / 3.0).epsilon(1e-9));
        }
    }
}

TEST_CASE("Little's law, the integral of the tail, and no wait at zero arrivals") {
    constexpr mmc q{17.0, 2.0, 10};
    CHECK(*q.mean_in_system() == approx(17.0 * *q.mean_response_s()).epsilon(1e-13));
    CHECK(*q.mean_waiting() == approx(17.0 * *q.mean_wait_s()).epsilon(1e-13));
    CHECK(*q.wait_tail(0.0) / q.spare_per_s() == approx(*q.mean_wait_s()).epsilon(1e-13));
    constexpr mmc idle{0.0, 2.0, 10};
    static_assert(*idle.mean_wait_s() == 0.0 && *idle.wait_quantile_s(0.999) == 0.0 && *idle.mean_in_system() == 0.0);
    static_assert(*idle.mean_response_s() == 0.5);
}

TEST_CASE("more servers wait less, more arrivals wait more; pooling beats splitting") {
    double before = 1e9;
    for (int c = 9; c < 30; ++c) {
        const double wait = *mmc{8.5, 1.0, c}.mean_wait_s();
        CHECK(wait < before);
        before = wait;
    }
    before = -1.0;
    for (double arrival = 0.0; arrival < 9.9; arrival += 0.3) {
        const double wait = *mmc{arrival, 1.0, 10}.wait_quantile_s(0.9);
        CHECK(wait >= before);
        before = wait;
    }
    CHECK(*mmc{8.0, 1.0, 10}.mean_wait_s() < *mmc{4.0, 1.0, 5}.mean_wait_s());
}

TEST_CASE("a hundred thousand servers: no overflow, and square-root staffing near its limit") {
    // Halfin & Whitt 1981: c = a + beta sqrt(a) waits with probability 1 / (1 + beta Phi(beta) / phi(beta)).
    const double load = 1e5, beta = 1.0;
    const double phi = std::exp(-0.5) / std::sqrt(2.0 * 3.14159265358979323846), cumulative = 0.8413447460685429;
    const double expected = 1.0 / (1.0 + beta * cumulative / phi);
    CHECK(*erlang_c(static_cast<int>(load + beta * std::sqrt(load)), load) == approx(expected).epsilon(5e-3));
}

TEST_CASE("unstable: from which rate on, and how fast the queue grows") {
    constexpr mmc q{7.0, 1.0, 5};
    static_assert(!q.state().stable && q.state().limit_per_s == 5.0 && q.state().backlog_growth_per_s == 2.0);
    static_assert(q.state().utilisation == 1.4);
    CHECK(!q.waiting_share());
    CHECK(!q.mean_response_s());
    CHECK(!q.mean_in_system());
    CHECK(!q.wait_tail(1.0));
    CHECK(!q.wait_quantile_s(0.5));
    CHECK(!q.response_tail(1.0));
    CHECK(!q.response_quantile_s(0.5));
    constexpr mmc limit{5.0, 1.0, 5};
    static_assert(!limit.state().stable && limit.state().backlog_growth_per_s == 0.0 && !limit.mean_wait_s());
}

TEST_CASE("impossible queues are refused") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(erlang_b(-1, 1.0), gambrel::error);
    CHECK_THROWS_AS(erlang_b(2, -1.0), gambrel::error);
    CHECK_THROWS_AS(erlang_c(0, 1.0), gambrel::error);
    CHECK_THROWS_AS((mmc{-1.0, 1.0, 1}.state()), gambrel::error);
    CHECK_THROWS_AS((mmc{nan, 1.0, 1}.mean_wait_s()), gambrel::error);
    CHECK_THROWS_AS((mmc{1.0, 0.0, 1}.mean_wait_s()), gambrel::error);
    CHECK_THROWS_AS((mmc{1.0, 2.0, 0}.mean_wait_s()), gambrel::error);
    CHECK_THROWS_AS((mmc{1.0, 2.0, 1}.wait_quantile_s(1.0)), gambrel::error);
    CHECK_THROWS_AS((mmc{1.0, 2.0, 1}.wait_tail(-1.0)), gambrel::error);
}

TEST_CASE("by hand: two servers, 1.5 arrivals a second") {
    const mmc q{1.5, 1.0, 2};
    CHECK(*q.waiting_share() == approx(9.0 / 14));
    CHECK(*q.mean_wait_s() == approx(9.0 / 7));
    CHECK(*q.wait_quantile_s(0.95) == approx(5.108).epsilon(1e-4));
}
