// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/queueing/birth_death.hpp>
#include <gambrel/queueing/closed_network.hpp>
#include <numeric>
#include <vector>

using namespace gambrel::queueing;

TEST_CASE("mean value analysis of three stations and a pause") {
    struct row {
        int clients;
        double throughput, response;
    };
    constexpr row rows[]{{1, .588235, .7},
                         {2, 1.096774, .823529},
                         {5, 2.087614, 1.395079},
                         {10, 2.478756, 3.034282},
                         {20, 2.499978, 7.000070}};
    const std::vector<double> demand{.4, .2, .1};
    const std::vector<station> stations{{.4, {1.0}}, {.2, {1.0}}, {.1, {1.0}}};
    for (const row& r : rows) {
        CAPTURE(r.clients);
        const closed_answer a = mean_value_analysis(demand, 1.0, r.clients);
        CHECK(std::fabs(a.throughput_per_s - r.throughput) < 5.1e-7);
        CHECK(std::fabs(a.response_s - r.response) < 5.1e-7);
        const closed_answer b = closed_network(stations, 1.0, r.clients);
        CHECK(b.throughput_per_s == approx(a.throughput_per_s).epsilon(1e-11));
        CHECK(b.response_s == approx(a.response_s).epsilon(1e-11));
        for (std::size_t k = 0; k < 3; ++k) CHECK(b.jobs[k] == approx(a.jobs[k]).epsilon(1e-10));
    }
    CHECK(mean_value_analysis(demand, 1.0, 2).throughput_per_s == approx(34.0 / 31.0).epsilon(1e-14));
}

TEST_CASE("clients are conserved, and each station obeys Little's law") {
    const std::vector<station> stations{{.4, {1, 1.5, 1.9}}, {.3, {1, 2}}, {.05, {1.0}}};
    for (const int n : {1, 4, 37, 300}) {
        const closed_answer a = closed_network(stations, 0.7, n);
        const double total = std::accumulate(a.jobs.begin(), a.jobs.end(), 0.0) + 0.7 * a.throughput_per_s;
        CHECK(total == approx(n).epsilon(1e-10));
        for (std::size_t k = 0; k < 3; ++k)
            CHECK(a.jobs[k] == approx(a.throughput_per_s * a.residence_s[k]).epsilon(1e-12));
        CHECK(a.response_s == approx(n / a.throughput_per_s - 0.7).epsilon(1e-10));
    }
}

TEST_CASE("one load-dependent station and a pause is a chain of births and deaths") {
    const std::vector<double> speed{1.0, 1.8, 2.4, 2.8, 3.0};
    for (const int n : {1, 3, 20, 500}) {
        std::vector<double> birth, death;
        for (int k = 0; k < n; ++k) {
            birth.push_back((n - k) / 4.0);
            death.push_back(speed[static_cast<std::size_t>(std::min(k, 4))] / 0.5);
        }
        const std::vector<double> p = stationary(birth, death);
        double jobs = 0.0, throughput = 0.0;
        for (std::size_t k = 1; k < p.size(); ++k) {
            jobs += static_cast<double>(k) * p[k];
            throughput += p[k] * death[k - 1];
        }
        const closed_answer a = closed_network(std::vector<station>{{0.5, speed}}, 4.0, n);
        CHECK(a.throughput_per_s == approx(throughput).epsilon(1e-10));
        CHECK(a.jobs[0] == approx(jobs).epsilon(1e-10));
    }
}

TEST_CASE("a station as fast as its jobs are many is a pause") {
    std::vector<double> own;
    for (int k = 1; k <= 30; ++k) own.push_back(k);
    const closed_answer a = closed_network(std::vector<station>{{.4, {1.0}}, {2.0, own}}, 1.0, 30);
    const closed_answer b = closed_network(std::vector<station>{{.4, {1.0}}}, 3.0, 30);
    CHECK(a.throughput_per_s == approx(b.throughput_per_s).epsilon(1e-12));
}

TEST_CASE("the bounds hold, meet at the ends, and throughput rises to the bottleneck") {
    const std::vector<double> demand{.4, .2, .1};
    double before = 0.0;
    for (int n = 1; n <= 60; ++n) {
        const closed_answer a = mean_value_analysis(demand, 1.0, n);
        const closed_bounds b = asymptotic_bounds(demand, 1.0, n);
        CAPTURE(n);
        CHECK(a.throughput_per_s <= b.throughput_high_per_s * (1.0 + 1e-12));
        CHECK(a.throughput_per_s >= b.throughput_low_per_s * (1.0 - 1e-12));
        CHECK(a.response_s >= b.response_low_s * (1.0 - 1e-12));
        CHECK(a.response_s <= b.response_high_s * (1.0 + 1e-12));
        if (n <= 40) CHECK(a.throughput_per_s > before);  // beyond, the rise is below rounding
        before = a.throughput_per_s;
    }
    CHECK(mean_value_analysis(demand, 1.0, 60).throughput_per_s == approx(2.5).epsilon(1e-9));
    const closed_bounds one = asymptotic_bounds(demand, 1.0, 1);
    CHECK(one.throughput_low_per_s == approx(one.throughput_high_per_s).epsilon(1e-14));
    CHECK(one.knee_clients == approx(1.7 / 0.4).epsilon(1e-14));
}

TEST_CASE("thousands of clients at a saturated station keep their digits") {
    const closed_answer a = closed_network(std::vector<station>{{.01, {1, 1.9, 2.7}}, {.001, {1.0}}}, 50.0, 2000);
    CHECK(a.throughput_per_s == approx(2000.0 / (50.0 + a.response_s)).epsilon(1e-9));
    CHECK(a.throughput_per_s <= 270.0);
    const closed_answer full = closed_network(std::vector<station>{{.01, {1, 1.9, 2.7}}, {.001, {1.0}}}, 1.0, 2000);
    CHECK(full.throughput_per_s == approx(270.0).epsilon(1e-9));
}

TEST_CASE("no clients, one client, no stations, no pause") {
    CHECK(mean_value_analysis(std::vector{.4, .2}, 1.0, 0).throughput_per_s == 0.0);
    CHECK(mean_value_analysis(std::vector{.4, .2}, 1.0, 0).response_s == approx(.6));
    CHECK(closed_network(std::vector<station>{{.4, {2.0}}}, 1.0, 0).response_s == approx(.2));
    CHECK(closed_network(std::vector<station>{{.4, {2.0}}}, 1.0, 1).response_s == approx(.2));
    CHECK(closed_network(std::vector<station>{}, 2.0, 10).throughput_per_s == 5.0);
    CHECK(mean_value_analysis(std::vector<double>{}, 2.0, 10).throughput_per_s == 5.0);
    CHECK(closed_network(std::vector<station>{{.4, {1.0}}}, 0.0, 7).throughput_per_s == approx(2.5).epsilon(1e-12));
    CHECK(closed_network(std::vector<station>{{.4, {1.0}}, {0.0, {1.0}}}, 0.0, 7).throughput_per_s ==
          approx(2.5).epsilon(1e-12));
}

TEST_CASE("impossible networks are refused") {
    CHECK_THROWS_AS(mean_value_analysis(std::vector{-.4}, 1.0, 3), gambrel::error);
    CHECK_THROWS_AS(mean_value_analysis(std::vector{.4}, -1.0, 3), gambrel::error);
    CHECK_THROWS_AS(mean_value_analysis(std::vector{.4}, 1.0, -3), gambrel::error);
    CHECK_THROWS_AS(mean_value_analysis(std::vector<double>{}, 0.0, 3), gambrel::error);
    CHECK_THROWS_AS(closed_network(std::vector<station>{{.4, {}}}, 1.0, 3), gambrel::error);
    CHECK_THROWS_AS(closed_network(std::vector<station>{{.4, {0.0}}}, 1.0, 3), gambrel::error);
    CHECK_THROWS_AS(asymptotic_bounds(std::vector{std::nan("")}, 1.0, 3), gambrel::error);
}
