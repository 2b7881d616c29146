// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/queueing/birth_death.hpp>
#include <gambrel/queueing/erlang.hpp>
#include <numeric>
#include <vector>

using namespace gambrel::queueing;

TEST_CASE("stationary probabilities balance every cut, at rates that overflow a product") {
    std::vector<double> birth, death;
    for (int k = 0; k < 3000; ++k) {
        birth.push_back(1000.0 / (1 + k % 7));
        death.push_back(0.01 * (k + 1));
    }
    const std::vector<double> p = stationary(birth, death);
    CHECK(std::accumulate(p.begin(), p.end(), 0.0) == approx(1.0).epsilon(1e-12));
    for (std::size_t k = 0; k < birth.size(); ++k)
        if (p[k] > 1e-280) CHECK(p[k] * birth[k] == approx(p[k + 1] * death[k]).epsilon(1e-9));
    const std::vector<double> cut = stationary(std::vector{1.0, 0.0, 1.0}, std::vector{1.0, 1.0, 1.0});
    CHECK(cut == std::vector{0.5, 0.5, 0.0, 0.0});
}

TEST_CASE("a state-dependent server of 48 slots and 128 places (llm-inferno's vector)") {
    // Its formulas: iteration alpha + B delta ms, tau(B) = (1 + m) iterations, mu_B = B / tau(B).
    const double prompt = 128, output = 512, alpha = 12, beta = .05, gamma = .0005;
    const int slots = 48, room = 128;
    const double prefill = (beta + gamma) * prompt;
    const double delta = (prefill + beta * output + gamma * output * (prompt + (output + 1) / 2)) / (1 + output);
    std::vector<double> per_s;
    for (int b = 1; b <= slots; ++b) per_s.push_back(1e3 * b / ((1 + output) * (alpha + b * delta)));
    const birth_death_queue q(3.0, per_s, room);
    const double running = *q.mean_in_service(), service = 1e3 * *q.mean_service_s(), wait = 1e3 * *q.mean_wait_s();
    const double first = alpha + (running - 1) * delta + prefill, itl = (service - first) / output;
    CHECK(delta == approx(.25437817).epsilon(2e-8));
    CHECK(q.throughput_per_s() == approx(3.0).epsilon(1e-6));
    CHECK(1e3 * *q.mean_response_s() == approx(10348.37).epsilon(1e-6));
    CHECK(wait == approx(21.4054).epsilon(2e-6));
    CHECK(running == approx(30.98089).epsilon(2e-7));
    CHECK(wait + first + itl == approx(67.61476).epsilon(1e-7));
    CHECK(itl == approx(20.118890).epsilon(1e-7));
    CHECK(q.state().limit_per_s == approx(per_s.back()));
}

TEST_CASE("M/M/c/K tends to M/M/c as its room grows, and is M/M/c when unlimited") {
    for (const int servers : {1, 5, 40}) {
        const double arrival = 0.8 * servers * 2.0;
        const mmc endless{arrival, 2.0, servers};
        for (const int room : {2000, unlimited}) {
            const birth_death_queue q = mmck(arrival, 2.0, servers, room);
            CAPTURE(servers);
            CAPTURE(room);
            CHECK(*q.waiting_share() == approx(*endless.waiting_share()).epsilon(1e-10));
            CHECK(*q.mean_wait_s() == approx(*endless.mean_wait_s()).epsilon(1e-10));
            CHECK(*q.mean_in_system() == approx(*endless.mean_in_system()).epsilon(1e-10));
            CHECK(*q.wait_tail(0.7) == approx(*endless.wait_tail(0.7)).epsilon(1e-10));
            CHECK(*q.wait_quantile_s(0.99) == approx(*endless.wait_quantile_s(0.99)).epsilon(1e-9));
            CHECK(q.lost_share() < 1e-100);
            CHECK(*q.mean_service_s() == approx(0.5).epsilon(1e-10));
        }
    }
}

TEST_CASE("no room is Erlang's loss system; room for K - 1 behind one server is M/M/1/K") {
    for (const double load : {0.5, 4.0, 30.0}) {
        const birth_death_queue q = mmck(load, 1.0, 6, 0);
        CHECK(q.lost_share() == approx(erlang_b(6, load)).epsilon(1e-12));
        CHECK(*q.mean_wait_s() == 0.0);
        CHECK(*q.wait_quantile_s(0.999) == 0.0);
    }
    for (const double u : {0.5, 1.0, 1.7}) {
        const birth_death_queue q = mmck(u, 1.0, 1, 9);  // p_k proportional to u^k, k = 0 .. 10
        double sum = 0.0, mean = 0.0;
        for (int k = 0; k <= 10; ++k) sum += std::pow(u, k), mean += k * std::pow(u, k);
        for (std::size_t k = 0; k <= 10; ++k)
            CHECK(q.probability(k) == approx(std::pow(u, static_cast<double>(k)) / sum).epsilon(1e-12));
        CHECK(q.probability(11) == 0.0);
        CHECK(*q.mean_in_system() == approx(mean / sum).epsilon(1e-12));
    }
}

TEST_CASE("the wait of accepted arrivals is the mixture of Erlangs, below and above saturation") {
    for (const double arrival : {3.0, 5.0, 9.0}) {
        const birth_death_queue q = mmck(arrival, 1.0, 5, 12);
        const auto mixture = [&](double t) {  // term by term, from the definition
            double tail = 0.0;
            for (std::size_t k = 5; k < 17; ++k) {
                double erlang = 0.0, term = std::exp(-5.0 * t);
                for (std::size_t i = 0; i <= k - 5; ++i) erlang += term, term *= 5.0 * t / static_cast<double>(i + 1);
                tail += q.probability(k) / (1.0 - q.lost_share()) * erlang;
            }
            return tail;
        };
        double integral = 0.0;  // of the tail, by Simpson's rule: the mean
        for (int i = 0; i <= 4000; ++i)
            integral += (i == 0 || i == 4000 ? 1 : i % 2 == 1 ? 4 : 2) * *q.wait_tail(0.005 * i);
        CHECK(integral * 0.005 / 3.0 == approx(*q.mean_wait_s()).epsilon(1e-9));
        for (const double t : {0.0, 0.2, 1.0, 4.0}) CHECK(*q.wait_tail(t) == approx(mixture(t)).epsilon(1e-12));
        for (const double p : {0.9, 0.99, 0.999})
            CHECK(mixture(*q.wait_quantile_s(p)) == approx(1.0 - p).epsilon(1e-8));
    }
}

TEST_CASE("Little's law, conservation and monotonicity") {
    double lost = -1.0, number = -1.0;
    for (double arrival = 0.1; arrival < 12.0; arrival += 0.7) {
        const birth_death_queue q(arrival, {2.0, 3.0, 3.5, 3.9, 4.0}, 20);
        CHECK(*q.mean_in_system() == approx(q.throughput_per_s() * *q.mean_response_s()).epsilon(1e-12));
        double served = 0.0, sum = 0.0;
        const double rate[]{0.0, 2.0, 3.0, 3.5, 3.9, 4.0};
        for (std::size_t k = 0; k <= 25; ++k) {
            served += q.probability(k) * rate[std::min<std::size_t>(k, 5)];
            sum += q.probability(k);
        }
        CHECK(served == approx(q.throughput_per_s()).epsilon(1e-12));
        CHECK(sum == approx(1.0).epsilon(1e-13));
        CHECK(q.lost_share() > lost);
        CHECK(*q.mean_in_system() > number);
        lost = q.lost_share();
        number = *q.mean_in_system();
    }
}

TEST_CASE("zero arrivals, one slot, no room: right answers") {
    const birth_death_queue q(0.0, {4.0}, 0);
    CHECK(q.probability(0) == 1.0);
    CHECK(*q.mean_response_s() == 0.25);
    CHECK(*q.mean_wait_s() == 0.0);
    CHECK(*q.waiting_share() == 0.0);
    CHECK(q.throughput_per_s() == 0.0);
    CHECK(*birth_death_queue(0.0, {4.0}).wait_quantile_s(0.99) == 0.0);
    CHECK(*birth_death_queue(0.0, {4.0}).mean_in_system() == 0.0);
}

TEST_CASE("unlimited room is unstable from the saturated rate on; finite room never is") {
    const birth_death_queue q(6.0, {2.0, 4.0, 5.0});
    CHECK(!q.state().stable);
    CHECK(q.state().limit_per_s == 5.0);
    CHECK(q.state().backlog_growth_per_s == 1.0);
    CHECK(q.throughput_per_s() == 5.0);
    CHECK(!q.mean_wait_s());
    CHECK(!q.mean_in_system());
    CHECK(!q.wait_tail(1.0));
    CHECK(!q.wait_quantile_s(0.9));
    CHECK(q.probability(2) == 0.0);
    const birth_death_queue bounded(6.0, {2.0, 4.0, 5.0}, 50);
    CHECK(bounded.state().stable);
    CHECK(bounded.throughput_per_s() == approx(5.0).epsilon(1e-4));
    CHECK(*bounded.wait_quantile_s(0.99) < 50.0);
    const birth_death_queue flooded(1e15, {2.0, 4.0, 5.0}, 50);  // always full: the wait is fifty departures
    CHECK(flooded.throughput_per_s() == approx(5.0).epsilon(1e-12));
    CHECK(*flooded.mean_wait_s() == approx(10.0).epsilon(1e-12));
}

TEST_CASE("impossible queues are refused") {
    CHECK_THROWS_AS(birth_death_queue(1.0, {}), gambrel::error);
    CHECK_THROWS_AS(birth_death_queue(1.0, {0.0}), gambrel::error);
    CHECK_THROWS_AS(birth_death_queue(-1.0, {1.0}), gambrel::error);
    CHECK_THROWS_AS(birth_death_queue(1.0, {1.0}, -2), gambrel::error);
    CHECK_THROWS_AS(mmck(1.0, 1.0, 0), gambrel::error);
    CHECK_THROWS_AS(stationary(std::vector{1.0}, std::vector<double>{}), gambrel::error);
    CHECK_THROWS_AS(mmck(1.0, 2.0, 1).wait_quantile_s(1.0), gambrel::error);
}
