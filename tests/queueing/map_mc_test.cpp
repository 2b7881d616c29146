// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/queueing/erlang.hpp>
#include <gambrel/queueing/map_mc.hpp>
#include <vector>

using namespace gambrel::queueing;

namespace {
std::vector<double> servers(int c, double rate = 1.0) {
    std::vector<double> r;
    for (int k = 1; k <= c; ++k) r.push_back(rate * k);
    return r;
}
/// Every level and phase of a finite system in one matrix, solved directly.
Eigen::VectorXd whole_chain(const arrival_process& a, const std::vector<double>& service, int levels) {
    const Eigen::Index m = a.phases();
    Eigen::MatrixXd q = Eigen::MatrixXd::Zero(m * (levels + 1), m * (levels + 1));
    for (int k = 0; k <= levels; ++k) {
        const double rate = k == 0 ? 0.0 : service[std::min(static_cast<std::size_t>(k), service.size()) - 1];
        q.block(k * m, k * m, m, m) = a.quiet - rate * Eigen::MatrixXd::Identity(m, m);
        if (k > 0) q.block(k * m, (k - 1) * m, m, m) = rate * Eigen::MatrixXd::Identity(m, m);
        if (k < levels) q.block(k * m, (k + 1) * m, m, m) = a.arrivals;
        else q.block(k * m, k * m, m, m) += a.arrivals;
    }
    return stationary_phase(q);
}
}  // namespace

TEST_CASE("Poisson arrivals: M/M/c and M/M/c/K") {
    for (const int c : {1, 5, 60}) {
        const mmc endless{0.8 * c, 1.0, c};
        const map_mc q(poisson_arrivals(0.8 * c), servers(c));
        CAPTURE(c);
        CHECK(*q.mean_wait_s() == approx(*endless.mean_wait_s()).epsilon(1e-10));
        CHECK(*q.waiting_share() == approx(*endless.waiting_share()).epsilon(1e-10));
        CHECK(*q.wait_quantile_s(0.99) == approx(*endless.wait_quantile_s(0.99)).epsilon(1e-8));
        CHECK(*q.wait_decay_per_s() == approx(0.2 * c).epsilon(1e-10));
        const birth_death_queue finite = mmck(1.3 * c, 1.0, c, 12);
        const map_mc same(poisson_arrivals(1.3 * c), servers(c), 12);
        CHECK(same.lost_share() == approx(finite.lost_share()).epsilon(1e-10));
        CHECK(*same.mean_in_system() == approx(*finite.mean_in_system()).epsilon(1e-10));
        CHECK(*same.wait_tail(0.2) == approx(*finite.wait_tail(0.2)).epsilon(1e-10));
        CHECK(*same.wait_quantile_s(0.9) == approx(*finite.wait_quantile_s(0.9)).epsilon(1e-8));
    }
}

TEST_CASE("MMPP/M(n)/M/K against all levels solved at once") {
    const arrival_process a = switched_arrivals(4.0, 2.5, 0.3, 2.0);
    const std::vector<double> service{2.0, 3.5, 4.5, 5.0};
    for (const int room : {0, 1, 25}) {
        const map_mc q(a, service, room);
        const Eigen::VectorXd p = whole_chain(a, service, 4 + room);
        double number = 0.0, lost = 0.0;
        for (int k = 0; k <= 4 + room; ++k) {
            const Eigen::VectorXd level = p.segment(2 * k, 2);
            CHECK(q.probability(static_cast<std::size_t>(k)) == approx(level.sum()).epsilon(1e-9));
            number += k * level.sum();
            if (k == 4 + room) lost = level.dot(a.rates_per_s()) / 4.0;
        }
        CHECK(*q.mean_in_system() == approx(number).epsilon(1e-9));
        CHECK(q.lost_share() == approx(lost).epsilon(1e-9));
        CHECK(q.probability(static_cast<std::size_t>(5 + room)) == 0.0);
    }
}

TEST_CASE("unlimited room is the limit of growing room, in numbers, waits and tails") {
    const arrival_process a = switched_arrivals(4.0, 2.5, 0.3, 2.0);
    const map_mc q(a, servers(5)), large(a, servers(5), 1500);
    CHECK(large.lost_share() < 1e-12);
    CHECK(*q.mean_waiting() == approx(*large.mean_waiting()).epsilon(1e-8));
    CHECK(*q.mean_in_service() == approx(4.0).epsilon(1e-10));
    CHECK(q.probability(40) == approx(large.probability(40)).epsilon(1e-8));
    for (const double t : {0.0, 0.3, 3.0, 20.0}) CHECK(*q.wait_tail(t) == approx(*large.wait_tail(t)).epsilon(1e-7));
    CHECK(*q.wait_quantile_s(0.99) == approx(*large.wait_quantile_s(0.99)).epsilon(1e-6));
    CHECK(std::log(*q.wait_tail(60.0) / *q.wait_tail(70.0)) / 10.0 == approx(*q.wait_decay_per_s()).epsilon(1e-4));
}

TEST_CASE("GI/M/1: renewal gaps wait sigma / (1 - sigma) services, sigma = E e^{-(1 - sigma) gap}") {
    for (const double scv : {0.25, 4.0})
        for (const double u : {0.5, 0.9}) {
            const phase_type gap = fitted_time(1.0 / u, scv);
            double sigma = 0.5;
            for (int i = 0; i < 2000; ++i) sigma = gap(1.0 - sigma).real();
            const map_mc q(renewal_arrivals(gap), {1.0});
            CHECK(*q.mean_wait_s() == approx(sigma / (1.0 - sigma)).epsilon(1e-8));
            CHECK(*q.waiting_share() == approx(sigma).epsilon(1e-8));
            CHECK(*q.wait_tail(2.0) == approx(sigma * std::exp(-(1.0 - sigma) * 2.0)).epsilon(1e-8));
        }
}

TEST_CASE("Little's law holds, and burstier arrivals wait longer") {
    double before = 0.0;
    for (const double factor : {1.0, 1.5, 2.0, 3.0}) {
        const map_mc q(switched_arrivals(4.0, factor, 0.25, 3.0), servers(5));
        CHECK(*q.mean_in_system() == approx(4.0 * *q.mean_response_s()).epsilon(1e-10));
        CHECK(*q.mean_wait_s() > before);
        before = *q.mean_wait_s();
    }
    CHECK(*map_mc(switched_arrivals(4.0, 1.0, 0.25, 3.0), servers(5)).mean_wait_s() ==
          approx(*mmc{4.0, 1.0, 5}.mean_wait_s()).epsilon(1e-9));
    CHECK(*map_mc(switched_arrivals(1e-12, 2.0, 0.25, 3.0), servers(5)).mean_wait_s() < 1e-9);
}

TEST_CASE("a thousand slots neither over- nor underflow") {
    const map_mc q(fitted_arrivals(900.0, 4.0), servers(1000));
    CHECK(*q.mean_in_service() == approx(900.0).epsilon(1e-8));
    CHECK(*q.waiting_share() < 0.1);
}

TEST_CASE("unstable and impossible") {
    const map_mc q(switched_arrivals(7.0, 2.0, 0.25, 3.0), servers(5));
    CHECK(!q.state().stable);
    CHECK(q.state().limit_per_s == 5.0);
    CHECK(q.state().backlog_growth_per_s == approx(2.0).epsilon(1e-12));
    CHECK(!q.mean_wait_s());
    CHECK(!q.mean_in_system());
    CHECK(!q.wait_tail(0.0));
    CHECK(!q.waiting_share());
    CHECK(!q.wait_quantile_s(0.9));
    CHECK(!q.wait_decay_per_s());
    CHECK(q.probability(1) == 0.0);
    CHECK(q.throughput_per_s() == 5.0);
    CHECK(map_mc(switched_arrivals(7.0, 2.0, 0.25, 3.0), servers(5), 10).state().stable);
    CHECK_THROWS_AS(map_mc(poisson_arrivals(1.0), {}), gambrel::error);
    CHECK_THROWS_AS(map_mc(poisson_arrivals(1.0), {-1.0}), gambrel::error);
    CHECK_THROWS_AS(map_mc(arrival_process{}, {1.0}), gambrel::error);
    CHECK_THROWS_AS(map_mc(poisson_arrivals(0.5), {1.0}).wait_quantile_s(1.0), gambrel::error);
}
