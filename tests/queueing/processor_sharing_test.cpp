// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/queueing/erlang.hpp>
#include <gambrel/queueing/processor_sharing.hpp>
#include <vector>

using namespace gambrel::queueing;

static_assert(*mg1_ps{0.5, 1.0}.mean_response_s(3.0) == 6.0 && *mg1_ps{0.0, 1.0}.slowdown() == 1.0);

TEST_CASE("constant speed is M/G/1-PS: geometric jobs, response in proportion to work") {
    for (const double u : {0.1, 0.6, 0.95}) {
        const mg1_ps whole{u / 2.0, 2.0};
        const shared_server q(u / 2.0, 2.0, {1.0});
        CHECK(*q.slowdown() == approx(*whole.slowdown()).epsilon(1e-12));
        CHECK(*q.mean_response_s(0.3) == approx(*whole.mean_response_s(0.3)).epsilon(1e-12));
        CHECK(*q.mean_in_system() == approx(*whole.mean_in_system()).epsilon(1e-12));
        for (std::size_t n = 0; n < 30; ++n)
            CHECK(q.probability(n) == approx((1.0 - u) * std::pow(u, static_cast<double>(n))).epsilon(1e-11));
        CHECK(*whole.mean_in_system() == approx(u / 2.0 * *whole.mean_response_s()).epsilon(1e-13));
    }
}

TEST_CASE("speed min(k, c) counts jobs as M/M/c does; speed k is a server each") {
    const shared_server q(4.0, 1.0, {1, 2, 3, 4, 5});
    CHECK(*q.mean_in_system() == approx(*mmc{4.0, 1.0, 5}.mean_in_system()).epsilon(1e-12));
    std::vector<double> speed;
    for (int k = 1; k <= 200; ++k) speed.push_back(k);
    CHECK(*shared_server(4.0, 1.0, speed).slowdown() == approx(1.0).epsilon(1e-12));
}

TEST_CASE("probabilities follow the product of load over speed; insensitivity shows as mean work alone") {
    const std::vector<double> speed{1.0, 1.7, 2.2, 2.5};
    const shared_server q(1.8, 1.1, speed);
    double weight = 1.0;
    for (std::size_t n = 1; n <= 4; ++n) {
        weight *= 1.8 * 1.1 / speed[n - 1];
        CHECK(q.probability(n) / q.probability(0) == approx(weight).epsilon(1e-12));
    }
    CHECK(*q.mean_in_system() == approx(1.8 * *q.mean_response_s(1.1)).epsilon(1e-12));
    CHECK(*q.mean_response_s(5.5) == approx(5.0 * *q.mean_response_s(1.1)).epsilon(1e-13));
}

TEST_CASE("bounded: the excess is lost, never unstable") {
    const shared_server q(30.0, 1.0, {1, 2, 3, 4, 5, 6}, false);
    CHECK(q.lost_share() == approx(erlang_b(6, 30.0)).epsilon(1e-12));
    CHECK(*q.slowdown() == approx(1.0).epsilon(1e-12));
    CHECK(q.state().stable);
    CHECK(q.throughput_per_s() == approx(30.0 * (1.0 - erlang_b(6, 30.0))).epsilon(1e-12));
}

TEST_CASE("more speed is never slower; zero arrivals run alone") {
    CHECK(*shared_server(1.0, 1.0, {1.5, 2.0, 3.0}).slowdown() < *shared_server(1.0, 1.0, {1.5, 2.0, 2.9}).slowdown());
    CHECK(*shared_server(0.0, 1.0, {4.0, 5.0}).mean_response_s(1.0) == 0.25);
}

TEST_CASE("unstable and impossible") {
    const shared_server q(3.0, 1.0, {1.0, 2.0});
    CHECK(!q.state().stable);
    CHECK(q.state().limit_per_s == 2.0);
    CHECK(q.state().backlog_growth_per_s == 1.0);
    CHECK(!q.slowdown());
    CHECK(!q.mean_response_s(1.0));
    static_assert(!mg1_ps{2.0, 0.5}.slowdown() && mg1_ps{3.0, 0.5}.state().backlog_growth_per_s == 1.0);
    CHECK_THROWS_AS(shared_server(1.0, 1.0, {}), gambrel::error);
    CHECK_THROWS_AS(shared_server(1.0, 0.0, {1.0}), gambrel::error);
    CHECK_THROWS_AS((mg1_ps{1.0, -1.0}.slowdown()), gambrel::error);
}
