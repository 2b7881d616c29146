// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/simulation/time_tally.hpp>
#include <gambrel/workload/random_stream.hpp>

using namespace gambrel;
using namespace gambrel::simulation;

TEST_CASE("few values: everything is exact, quantiles linear between neighbours") {
    tally t;
    for (const double x : {4.0, 1.0, 3.0, 2.0}) t.add(x);
    CHECK(t.mean() == 2.5);
    CHECK(t.variance() == approx(1.25));
    CHECK(t.median() == 2.5);
    CHECK(t.quantile(1.0 / 3.0) == approx(2.0));
    CHECK(t.quantile(0.0) == 1.0);
    CHECK(t.quantile(1.0) == 4.0);
    CHECK(t.share_within(3.0) == 0.75);
    CHECK(tally{}.mean() == 0.0);
    CHECK(tally{}.p99() == 0.0);
}

TEST_CASE("many values: the mean stays exact, quantiles within the stated relative error") {
    tally t;
    random_stream random(3);
    const int n = 200'000;
    double sum = 0.0;
    for (int i = 0; i < n; ++i) {
        const double x = 0.05 * random.exponential();
        sum += x;
        t.add(x);
    }
    CHECK(t.count() == std::uint64_t(n));
    CHECK(t.mean() == approx(sum / n).epsilon(1e-12));
    for (const double p : {0.1, 0.5, 0.9, 0.99}) {
        // Exponential: -ln(1 - p) of the mean; its own sampling error comes on top of the histogram's.
        const double expected = -0.05 * std::log(1.0 - p), sampling = 3.0 * 0.05 * std::sqrt(p / (1 - p) / n);
        CHECK(std::abs(t.quantile(p) - expected) < log_histogram::relative_error * expected + sampling);
    }
    CHECK(t.share_within(0.05) == approx(1.0 - std::exp(-1.0)).epsilon(0.01));
}

TEST_CASE("a histogram quantile lies within one cell of the value") {
    for (const double x : {1e-8, 3.3e-4, 0.9999, 1.0, 7.7, 12345.6}) {
        log_histogram h;
        h.add(x, 10);
        CHECK(std::abs(h.quantile(0.5) - x) <= log_histogram::relative_error * x);
        h.clear();
        CHECK(h.total() == 0);
        CHECK(h.quantile(0.5) == 0.0);
    }
    log_histogram h;  // outside: the end cells, nothing lost
    h.add(-1.0);
    h.add(0.0);
    h.add(1e300);
    CHECK(h.total() == 3);
    CHECK(h.share_below(1.0) == 2.0 / 3.0);
    CHECK(h.share_below(1e300) == 1.0);
}

TEST_CASE("weighted values count as so many") {
    tally t;
    t.add(1.0, 3);
    t.add(5.0, 1);
    t.add(9.0, 0);
    CHECK(t.count() == 4);
    CHECK(t.mean() == 2.0);
    CHECK(t.largest() == 5.0);
}

TEST_CASE("the interval of batch means covers the mean of independent values about 95 times in 100") {
    int covered = 0;
    for (std::uint64_t seed = 0; seed < 400; ++seed) {
        tally t(2000);
        random_stream random(seed);
        for (int i = 0; i < 2000; ++i) t.add(random.exponential());
        covered += std::abs(t.mean() - 1.0) < t.mean_error() ? 1 : 0;
    }
    CHECK(covered > 365);  // binomial(400, 0.95): 380 with deviation 4.4
    CHECK(covered < 395);
    tally brief(100);
    brief.add(1.0);
    CHECK(brief.mean_error() == std::numeric_limits<double>::infinity());
}

TEST_CASE("a tally of times says in seconds what a tally says in numbers") {
    time_tally t;
    for (const double x : {4.0, 1.0, 3.0, 2.0}) t.add(x);
    CHECK(t.count() == 4);
    CHECK(t.mean() == seconds_of(2.5));
    CHECK(t.sum() == seconds_of(10));
    CHECK(t.median() == seconds_of(2.5));
    CHECK(t.quantile(1.0 / 3.0).value() == approx(2.0));
    CHECK(t.smallest() == seconds_of(1));
    CHECK(t.largest() == seconds_of(4));
    CHECK(t.standard_deviation().value() == approx(std::sqrt(1.25)));
    CHECK(t.share_within(seconds_of(3)) == 0.75);
    tally plain(400);
    time_tally timed(400);
    random_stream random(4);
    for (int i = 0; i < 400; ++i) {
        const double x = random.exponential();
        plain.add(x);
        timed.add(x);
    }
    CHECK(timed.mean_error().value() == plain.mean_error());
    CHECK(timed.p90().value() == plain.p90());
    CHECK(timed.p95().value() == plain.p95());
    CHECK(timed.p99().value() == plain.p99());
    CHECK(timed.quantile_error(2).value() == plain.quantile_error(2));
}
