// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <gambrel/queueing/batch_service.hpp>
#include <gambrel/queueing/poisson.hpp>
#include <vector>

using namespace gambrel::queueing;

namespace {
struct solved {
    double mean_batch, response, busy;
};

/// The chain of batch sizes state by state, by powers of its matrix, and Little's law over a cycle.
solved explicit_chain(const batch_server& q, std::size_t most) {
    std::vector<double> p(most + 1, 0.0);
    p[1] = 1.0;
    for (int round = 0; round < 3000; ++round) {
        std::vector<double> next(most + 1, 0.0);
        for (std::size_t b = 1; b <= most; ++b) {
            if (p[b] < 1e-18) continue;
            std::vector<std::pair<std::size_t, double>> terms;
            const double sum = poisson_terms(q.arrival_per_s * q.time_s(static_cast<double>(b)),
                                             [&](std::size_t n, double w) { terms.emplace_back(n, w); });
            for (const auto& [n, w] : terms) next[std::clamp<std::size_t>(n, 1, most)] += p[b] * w / sum;
        }
        double change = 0.0;
        for (std::size_t b = 1; b <= most; ++b) change += std::fabs(next[b] - p[b]);
        p = next;
        if (change < 1e-14) break;
    }
    double mean = 0.0, time = 0.0, jobs = 0.0, idle = 0.0;
    for (std::size_t b = 1; b <= most; ++b) {
        const double size = static_cast<double>(b), t = q.time_s(size);
        mean += p[b] * size;
        time += p[b] * t;
        idle += p[b] * std::exp(-q.arrival_per_s * t) / q.arrival_per_s;
        jobs += p[b] * (size * t + 0.5 * q.arrival_per_s * t * t);
    }
    return {mean, jobs / (time + idle) / q.arrival_per_s, time / (time + idle)};
}
}  // namespace

TEST_CASE("mean response and Inoue's bounds") {
    struct row {
        double arrival, per_job, setup, exact, light, heavy;
    };  // light 0: not tabulated
    constexpr row rows[]{{.02, .1, 1, 1.11215, 1.11215, 1.60311},  {.1, .1, 1, 1.16142, 1.16172, 1.61566},
                         {.5, .1, 1, 1.40191, 1.43358, 1.68170},   {1, .1, 1, 1.64090, 1.83333, 1.77273},
                         {2, .1, 1, 1.96613, 2.86458, 1.98958},    {4, .1, 1, 2.64251, 6.28571, 2.64286},
                         {8, .1, 1, 7.88889, 0, 7.88889},          {3, .1438, 1.8874, 5.19384, 0, 5.19386},
                         {5, .1438, 1.8874, 10.47981, 0, 10.47981}};
    for (const row& r : rows) {
        CAPTURE(r.arrival);
        const batch_server q{r.arrival, r.per_job, r.setup};
        CHECK(std::fabs(*q.mean_response_s() - r.exact) < 5.1e-6);
        if (r.light > 0.0) CHECK(std::fabs(*q.light_bound_s() - r.light) < 5.1e-6);
        CHECK(std::fabs(*q.heavy_bound_s() - r.heavy) < 5.1e-6);
    }
}

TEST_CASE("the generating function agrees with the chain solved state by state") {
    for (const double arrival : {0.05, 0.7, 3.0, 7.0}) {
        const batch_server q{arrival, 0.1, 1.0};
        const solved s = explicit_chain(q, 400);
        CAPTURE(arrival);
        CHECK(*q.mean_response_s() == approx(s.response).epsilon(1e-10));
        CHECK(*q.mean_batch() == approx(s.mean_batch).epsilon(1e-10));
        CHECK(*q.busy_share() == approx(s.busy).epsilon(1e-10));
    }
}

TEST_CASE("the bounds hold everywhere; what is served is what arrives") {
    for (const double setup : {0.01, 1.0, 30.0})
        for (double u = 0.001; u < 1.0; u += 0.0501) {
            const batch_server q{u, 1.0, setup};
            CAPTURE(u);
            CAPTURE(setup);
            CHECK(*q.mean_response_s() <= *q.response_bound_s() * (1.0 + 1e-9));
            CHECK(*q.mean_response_s() >= q.time_s(1.0));
            CHECK(*q.mean_batch() * *q.busy_share() / q.time_s(*q.mean_batch()) == approx(u).epsilon(1e-10));
        }
}

TEST_CASE("limits: nobody arrives, no setup, close to saturation") {
    constexpr batch_server idle{0.0, 0.1, 1.0};
    static_assert(*idle.mean_response_s() == 1.1 && *idle.mean_batch() == 1.0 && *idle.busy_share() == 0.0);
    CHECK(*batch_server{1e-9, 0.1, 1.0}.mean_response_s() == approx(1.1).epsilon(1e-8));
    const batch_server busy{0.9999, 1.0, 100.0};
    CHECK(*busy.mean_response_s() == approx(*busy.heavy_bound_s()).epsilon(1e-9));
    double before = 0.0;
    for (double arrival = 0.0; arrival < 9.9; arrival += 0.1) {
        const double response = *batch_server{arrival, 0.1, 1.0}.mean_response_s();
        CHECK(response > before);
        before = response;
    }
}

TEST_CASE("unstable and impossible") {
    constexpr batch_server q{12.0, 0.1, 1.0};
    static_assert(!q.state().stable && !q.mean_response_s() && !q.response_bound_s());
    static_assert(!q.mean_batch() && !q.busy_share());
    CHECK(q.state().limit_per_s == approx(10.0));
    CHECK(q.state().backlog_growth_per_s == approx(2.0));
    CHECK_THROWS_AS((batch_server{1.0, 0.0, 1.0}.mean_response_s()), gambrel::error);
    CHECK_THROWS_AS((batch_server{1.0, 0.1, -1.0}.mean_response_s()), gambrel::error);
    CHECK_THROWS_AS((batch_server{-1.0, 0.1, 1.0}.mean_batch()), gambrel::error);
}

// Near 0 a series to x^5: at its end, 1e-3, what is left out is x^5 / 720 < 2e-18 of it.
TEST_CASE("1 - e^-x to the last digits, however small x is") {
    for (const double x : {1e-12, 1e-6, 5e-4, 9.99e-4, 1e-3}) {
        CAPTURE(x);
        CHECK(detail::one_minus_exp(x) == approx(-std::expm1(-x)).epsilon(1e-15).scale(0.0));
    }
    CHECK(detail::one_minus_exp(0.7) == approx(-std::expm1(-0.7)).epsilon(1e-15).scale(0.0));
}
