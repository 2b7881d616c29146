// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <gambrel/queueing/erlang.hpp>
#include <gambrel/queueing/general_service.hpp>

using namespace gambrel::queueing;
using complex = std::complex<double>;

static_assert(*mg1{0.5, 1.0, 0.0}.mean_wait_s() == 0.5 && *mg1{0.5, 1.0, 1.0}.mean_wait_s() == 1.0);
static_assert(!mg1{1.0, 1.0, 1.0}.mean_wait_s() && !mg1{1.0, 1.0, 1.0}.state().stable);

TEST_CASE("Pollaczek-Khinchine means in units of the service time") {
    struct row {
        double utilisation, scv, wait;
    };
    constexpr row rows[]{{.5, 0, .5}, {.5, 1, 1}, {.8, 0, 2}, {.8, 1, 4}, {.8, 4, 10}, {.9, .25, 5.625}};
    for (const row& r : rows)
        for (const double service : {1.0, 0.004, 250.0})
            CHECK(*mg1{r.utilisation / service, service, r.scv}.mean_wait_s() ==
                  approx(r.wait * service).epsilon(1e-12));
}

TEST_CASE("exponential service is M/M/1, in mean and in law") {
    const auto exponential = [](complex s) { return 3.0 / (3.0 + s); };
    const mmc reference{2.0, 3.0, 1};
    const mg1_wait wait{2.0, 1.0 / 3.0, exponential};
    CHECK(*mg1{2.0, 1.0 / 3.0, 1.0}.mean_wait_s() == approx(*reference.mean_wait_s()).epsilon(1e-13));
    CHECK(*mg1{2.0, 1.0 / 3.0, 1.0}.mean_in_system() == approx(*reference.mean_in_system()).epsilon(1e-13));
    for (const double t : {0.0, 0.1, 1.0, 5.0}) CHECK(*wait.tail(t) == approx(*reference.wait_tail(t)).epsilon(1e-7));
    for (const double p : {0.1, 0.5, 0.99, 0.9999})
        CHECK(*wait.quantile_s(p) == approx(*reference.wait_quantile_s(p)).epsilon(1e-7));
}

TEST_CASE("the transform's slope at zero is minus the mean, and it is 1 at zero") {
    const auto uniform = [](complex s) { return std::exp(-s) * std::sinh(0.5 * s) / (0.5 * s); };  // on 0.5 .. 1.5
    const mg1_wait wait{0.7, 1.0, uniform};
    const double h = 1e-4, mean = *mg1{0.7, 1.0, 1.0 / 12.0}.mean_wait_s();
    CHECK(wait(0.0) == 1.0);
    const double slope = (4.0 * (1.0 - wait(h).real()) - (1.0 - wait(2.0 * h).real())) / (2.0 * h);  // second order
    CHECK(slope == approx(mean).epsilon(1e-6));
    double integral = 0.0;  // of the tail, by Simpson's rule
    for (int i = 0; i <= 1200; ++i) integral += (i == 0 || i == 1200 ? 1 : i % 2 == 1 ? 4 : 2) * *wait.tail(0.025 * i);
    CHECK(integral * 0.025 / 3.0 == approx(mean).epsilon(1e-4));
}

TEST_CASE("zero arrivals wait for nothing; more variable service waits longer") {
    CHECK(*mg1{0.0, 1.0, 5.0}.mean_wait_s() == 0.0);
    const auto fixed = [](complex s) { return std::exp(-s); };
    CHECK(*mg1_wait{0.0, 1.0, fixed}.quantile_s(0.99) == 0.0);
    CHECK(*mg1_wait{0.0, 1.0, fixed}.tail(0.5) < 1e-8);
    for (double scv = 0.0; scv < 10.0; scv += 0.5)
        CHECK(*mg1{0.6, 1.0, scv}.mean_wait_s() < *mg1{0.6, 1.0, scv + 0.5}.mean_wait_s());
}

TEST_CASE("unstable and impossible") {
    constexpr mg1 q{3.0, 0.5, 1.0};
    static_assert(q.state().limit_per_s == 2.0 && q.state().backlog_growth_per_s == 1.0 && !q.mean_response_s());
    const mg1_wait wait{3.0, 0.5, [](complex s) { return std::exp(-0.5 * s); }};
    CHECK(!wait.tail(1.0));
    CHECK(!wait.quantile_s(0.5));
    CHECK_THROWS_AS((mg1{1.0, 0.0, 1.0}.mean_wait_s()), gambrel::error);
    CHECK_THROWS_AS((mg1{-1.0, 0.1, 1.0}.mean_wait_s()), gambrel::error);
    CHECK_THROWS_AS((mg1{1.0, 0.1, -1.0}.mean_wait_s()), gambrel::error);
    CHECK_THROWS_AS(wait.quantile_s(1.0), gambrel::error);
}
