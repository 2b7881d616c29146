// SPDX-License-Identifier: Apache-2.0
// Judged by exact queues: M/M/c, M/G/1, M/D/c, and gaps of a fitted phase-type law at exponential servers.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <gambrel/queueing/deterministic_service.hpp>
#include <gambrel/queueing/general_service.hpp>
#include <gambrel/queueing/map_mc.hpp>
#include <gambrel/queueing/map_ph1.hpp>
#include <gambrel/queueing/variability.hpp>

using namespace gambrel::queueing;

namespace {
double exact_wait(double gap_scv, int servers, double utilisation) {
    std::vector<double> rates;
    for (int k = 1; k <= servers; ++k) rates.push_back(k);
    return *map_mc(fitted_arrivals(utilisation * servers, gap_scv), rates).mean_wait_s();
}
}  // namespace

TEST_CASE("exact for M/M/c and for M/G/1") {
    for (const int c : {1, 3, 20})
        for (const double u : {0.3, 0.8}) {
            const ggc q{u * c, 1.0, 1.0, 1.0, c};
            const double wait = *mmc{u * c, 1.0, c}.mean_wait_s();
            CHECK(*q.allen_cunneen_wait_s() == approx(wait).epsilon(1e-13));
            CHECK(*q.whitt_wait_s() == approx(wait).epsilon(1e-13));
            CHECK(*q.departure_scv() == approx(1.0).epsilon(1e-13));
            CHECK(*q.wait_tail(0.4) == approx(*mmc{u * c, 1.0, c}.wait_tail(0.4)).epsilon(1e-12));
        }
    for (const double scv : {0.0, 0.5, 7.0}) {
        CHECK(*ggc{0.7, 1.0, 1.0, scv, 1}.allen_cunneen_wait_s() ==
              approx(*mg1{0.7, 1.0, scv}.mean_wait_s()).epsilon(1e-13));
        CHECK(*ggc{0.7, 1.0, 1.0, scv, 1}.whitt_wait_s() == approx(*mg1{0.7, 1.0, scv}.mean_wait_s()).epsilon(1e-13));
    }
}

TEST_CASE("Kingman's formula by hand: u / (1 - u) (4 + 0.5) / 2 x 0.1 at u = 0.8") {
    CHECK(*ggc{8.0, 4.0, 0.1, 0.5, 1}.allen_cunneen_wait_s() == approx(0.9).epsilon(1e-12));
}

TEST_CASE("Whitt's correction is Cosmetatos' for M/D/c above its cap, and better than none with regular arrivals") {
    for (const double u : {0.7, 0.9})
        CHECK(*ggc{5 * u, 1.0, 1.0, 0.0, 5}.whitt_wait_s() == approx(*mdc_mean_wait_s({5 * u, 1.0, 5})).epsilon(1e-12));
    for (const int c : {1, 5})
        for (const double u : {0.5, 0.7, 0.9})
            for (const double scv : {0.1, 0.25, 0.5}) {
                const double exact = exact_wait(scv, c, u);
                const ggc q{u * c, scv, 1.0, 1.0, c};
                CAPTURE(c);
                CAPTURE(u);
                CAPTURE(scv);
                CHECK(std::fabs(*q.whitt_wait_s() - exact) < std::fabs(*q.allen_cunneen_wait_s() - exact));
            }
}

TEST_CASE("errors as docs/models/queueing.md states them") {
    struct row {
        double scv;
        int servers;
        double utilisation, allen_cunneen, whitt;
    };  // relative errors, two digits
    constexpr row rows[]{{0.25, 1, 0.5, +0.45, +0.070},  {0.25, 1, 0.9, +0.045, +0.011}, {0.25, 5, 0.7, +0.47, +0.11},
                         {0.25, 5, 0.9, +0.097, +0.015}, {4, 1, 0.5, +0.16, +0.16},      {4, 1, 0.9, +0.0041, +0.0041},
                         {4, 5, 0.7, -0.21, -0.16},      {4, 5, 0.9, -0.070, -0.054}};
    for (const row& r : rows) {
        const double exact = exact_wait(r.scv, r.servers, r.utilisation);
        const ggc q{r.utilisation * r.servers, r.scv, 1.0, 1.0, r.servers};
        CAPTURE(r.scv);
        CAPTURE(r.servers);
        CAPTURE(r.utilisation);
        CHECK(*q.allen_cunneen_wait_s() / exact - 1.0 == approx(r.allen_cunneen).epsilon(0.05));
        CHECK(*q.whitt_wait_s() / exact - 1.0 == approx(r.whitt).epsilon(0.05));
    }
}

TEST_CASE("both tend to the truth as the queue fills") {
    for (const double scv : {0.25, 4.0}) {
        CHECK(*ggc{0.999, scv, 1.0, 1.0, 1}.allen_cunneen_wait_s() == approx(exact_wait(scv, 1, 0.999)).epsilon(2e-3));
        CHECK(*ggc{4.995, scv, 1.0, 1.0, 5}.whitt_wait_s() == approx(exact_wait(scv, 5, 0.999)).epsilon(2e-3));
    }
}

TEST_CASE("the bound holds for exact waits of many laws") {
    for (const double arrival_scv : {0.2, 1.0, 6.0})
        for (const double service_scv : {0.2, 1.0, 6.0})
            for (const double u : {0.2, 0.6, 0.95}) {
                const map_ph1 exact(fitted_arrivals(u, arrival_scv), fitted_time(1.0, service_scv));
                CHECK(*exact.mean_wait_s() <= *ggc{u, arrival_scv, 1.0, service_scv, 1}.wait_bound_s() * (1.0 + 1e-9));
            }
}

TEST_CASE("linking: thinning and merging tend to Poisson, departures interpolate") {
    static_assert(split_scv(5.0, 1.0) == 5.0 && split_scv(5.0, 0.0) == 1.0);
    CHECK(split_scv(5.0, 0.25) == approx(2.0));
    const std::vector<stream> many(1000, stream{1.0, 9.0});
    CHECK(merged(many, 0.5).scv == approx(1.0).epsilon(0.01));
    CHECK(merged(many, 0.5).per_s == approx(1000.0));
    CHECK(merged(std::array{stream{2.0, 9.0}}, 0.5).scv == approx(9.0));
    CHECK(merged(std::array{stream{2.0, 9.0}, stream{2.0, 3.0}}, 1.0).scv == approx(6.0));
    CHECK(merged(std::array<stream, 0>{}, 0.5).per_s == 0.0);
    CHECK(*ggc{1e-6, 5.0, 1.0, 0.3, 1}.departure_scv() == approx(5.0).epsilon(1e-6));
    CHECK(*ggc{1.0 - 1e-9, 5.0, 1.0, 0.3, 1}.departure_scv() == approx(0.3).epsilon(1e-6));
}

TEST_CASE("zero arrivals, instability, refusals") {
    constexpr ggc idle{0.0, 3.0, 1.0, 2.0, 2};
    static_assert(*idle.whitt_wait_s() == 0.0 && *idle.allen_cunneen_wait_s() == 0.0 && *idle.wait_tail(0.0) == 0.0);
    constexpr ggc over{5.0, 3.0, 0.5, 2.0, 2};
    static_assert(!over.state().stable && over.state().limit_per_s == 4.0 && over.state().backlog_growth_per_s == 1.0);
    static_assert(!over.whitt_wait_s() && !over.allen_cunneen_wait_s());
    static_assert(!over.wait_tail(1.0) && !over.departure_scv());
    CHECK(*ggc{0.5, 0.0, 1.0, 0.0, 1}.whitt_wait_s() == 0.0);
    CHECK_THROWS_AS((ggc{0.5, -1.0, 1.0, 0.0, 1}.whitt_wait_s()), gambrel::error);
    CHECK_THROWS_AS((ggc{0.5, 1.0, 0.0, 0.0, 1}.allen_cunneen_wait_s()), gambrel::error);
    CHECK_THROWS_AS((ggc{0.5, 1.0, 1.0, 0.0, 2}.wait_bound_s()), gambrel::error);
    CHECK_THROWS_AS(split_scv(1.0, 1.5), gambrel::error);
    CHECK_THROWS_AS(merged(std::array{stream{-1.0, 1.0}}, 0.5), gambrel::error);
}
