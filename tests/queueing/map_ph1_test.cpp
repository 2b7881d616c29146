// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/queueing/general_service.hpp>
#include <gambrel/queueing/map_mc.hpp>
#include <gambrel/queueing/map_ph1.hpp>

using namespace gambrel::queueing;

TEST_CASE("Poisson arrivals: M/PH/1 is Pollaczek-Khinchine, in mean, share and law") {
    for (const double scv : {0.25, 1.0, 5.0})
        for (const double u : {0.1, 0.8}) {
            CAPTURE(scv);
            CAPTURE(u);
            const phase_type service = fitted_time(2.0, scv);
            const map_ph1 q(poisson_arrivals(u / 2.0), service);
            CHECK(*q.mean_wait_s() == approx(*mg1{u / 2.0, 2.0, scv}.mean_wait_s()).epsilon(1e-9));
            CHECK(*q.waiting_share() == approx(u).epsilon(1e-10));
            CHECK(q.probability(0) == approx(1.0 - u).epsilon(1e-10));
            const mg1_wait wait{u / 2.0, 2.0, service};
            CHECK(std::abs(q.wait_lst({0.3, 1.1}) - wait({0.3, 1.1})) < 1e-10);
            for (const double t : {0.0, 1.0, 9.0}) CHECK(*q.wait_tail(t) == approx(*wait.tail(t)).epsilon(1e-7));
            CHECK(*q.wait_quantile_s(0.99) == approx(*wait.quantile_s(0.99)).epsilon(1e-7));
        }
}

TEST_CASE("exponential service: the same queue as map_mc with one server, by another route") {
    const arrival_process a = switched_arrivals(4.0, 3.0, 0.2, 10.0);
    const map_ph1 q(a, exponential_time(0.2));
    const map_mc other(a, {5.0});
    CHECK(*q.mean_wait_s() == approx(*other.mean_wait_s()).epsilon(1e-9));
    CHECK(*q.waiting_share() == approx(*other.waiting_share()).epsilon(1e-9));
    CHECK(*q.wait_quantile_s(0.99) == approx(*other.wait_quantile_s(0.99)).epsilon(1e-6));
    CHECK(5.0 * (1.0 - *q.level_decay()) == approx(*other.wait_decay_per_s()).epsilon(1e-8));
    for (const std::size_t k : {0u, 1u, 5u, 50u}) CHECK(q.probability(k) == approx(other.probability(k)).epsilon(1e-9));
}

TEST_CASE("probabilities sum to one, Little's law, and the transform's slope is the mean wait") {
    const map_ph1 q(fitted_arrivals(0.7, 3.0), fitted_time(1.0, 0.4));
    double sum = 0.0, number = 0.0;
    for (std::size_t k = 0; k < 400; ++k) sum += q.probability(k), number += static_cast<double>(k) * q.probability(k);
    CHECK(sum == approx(1.0).epsilon(1e-11));
    CHECK(number == approx(*q.mean_in_system()).epsilon(1e-9));
    CHECK(*q.mean_in_system() == approx(0.7 * *q.mean_response_s()).epsilon(1e-11));
    CHECK(1.0 - q.probability(0) == approx(0.7).epsilon(1e-10));
    const double h = 1e-4;
    const double slope = (4.0 * (1.0 - q.wait_lst(h).real()) - (1.0 - q.wait_lst(2.0 * h).real())) / (2.0 * h);
    CHECK(slope == approx(*q.mean_wait_s()).epsilon(1e-5));
    CHECK(q.probability(61) / q.probability(60) == approx(*q.level_decay()).epsilon(1e-8));
}

TEST_CASE("burstier arrivals and more variable service wait longer; an idle queue does not wait") {
    double before = 0.0;
    for (const double scv : {0.1, 0.5, 1.0, 2.0, 8.0}) {
        const double wait = *map_ph1(fitted_arrivals(0.7, scv), fitted_time(1.0, 0.5)).mean_wait_s();
        CHECK(wait > before);
        before = wait;
        CHECK(*map_ph1(fitted_arrivals(0.7, 0.5), fitted_time(1.0, scv)).mean_wait_s() <
              *map_ph1(fitted_arrivals(0.7, 0.5), fitted_time(1.0, 2.0 * scv)).mean_wait_s());
    }
    CHECK(*map_ph1(poisson_arrivals(1e-9), exponential_time(1.0)).mean_wait_s() < 1e-7);
}

TEST_CASE("unstable and impossible") {
    const map_ph1 q(switched_arrivals(3.0, 2.0, 0.25, 3.0), erlang_time(0.5, 2));
    CHECK(!q.state().stable);
    CHECK(q.state().limit_per_s == approx(2.0).epsilon(1e-12));
    CHECK(q.state().backlog_growth_per_s == approx(1.0).epsilon(1e-10));
    CHECK(!q.mean_wait_s());
    CHECK(!q.mean_in_system());
    CHECK(!q.waiting_share());
    CHECK(!q.wait_tail(1.0));
    CHECK(!q.wait_quantile_s(0.9));
    CHECK(!q.level_decay());
    CHECK(q.probability(0) == 0.0);
    CHECK(q.wait_lst(1.0) == 0.0);
    CHECK_THROWS_AS(map_ph1(poisson_arrivals(1.0), phase_type{}), gambrel::error);
    CHECK_THROWS_AS(map_ph1(arrival_process{}, exponential_time(1.0)), gambrel::error);
    CHECK_THROWS_AS(map_ph1(poisson_arrivals(0.5), exponential_time(1.0)).wait_quantile_s(1.0), gambrel::error);
}
