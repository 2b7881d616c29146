// SPDX-License-Identifier: Apache-2.0
// Replicas over time: Azure's conversations at 0.8 requests per second of a replica (figures worked out outside this
// library), and loads on which a policy is right or wrong by construction.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/planning/replicas_over_time.hpp>
#include <planning/azure_conversation_counts.hpp>

using namespace gambrel;

namespace {
replicas_over_time azure() {
    return replicas_needed(rates_of(azure_conversation_rates(), 60.0), requests_per_second(0.8));
}
bool near(double x, double printed) { return std::fabs(x - printed) < 5e-5; }
replicas_over_time of(std::vector<double> rates) {
    return replicas_needed(rates_of(std::move(rates), 60.0), requests_per_second(1));
}
}  // namespace

TEST_CASE("a perfect system, the fluid bound and holding the peak") {
    const replicas_over_time r = azure();
    CHECK(r.peak() == 11);
    CHECK(near(r.mean(), 7.4138));
    CHECK(near(r.fluid(), 6.9429));
    CHECK(near(r.static_over_perfect(), 1.4837));
    CHECK(of({2.0, 2.0000000001, 2.1, 0.0}).needed == std::vector<int>{2, 2, 3, 0});
    CHECK(of({0.0, 0.0}).static_over_perfect() == 1.0);
}

TEST_CASE("a reactive system is late by the start of a replica") {
    const replicas_over_time r = azure();
    const scaled_replicas at_once = reactive_replicas(r, 0), one = reactive_replicas(r, 1),
                          three = reactive_replicas(r, 3);
    CHECK(at_once.had == r.needed);
    CHECK(at_once.short_windows == 0);
    CHECK(at_once.mean_with_spare == r.mean());
    CHECK(one.short_windows == 15);
    CHECK(one.spare == 2);
    CHECK(near(one.mean_with_spare, 9.3966));
    CHECK(three.short_windows == 24);
    CHECK(three.spare == 4);
    CHECK(near(three.mean_with_spare, 11.3276));
    // 142 s of weights and 39 s of compilation are three minutes and a second: four windows.
    CHECK(r.delay_of(seconds<>::from_value(181.0)) == 4);
    CHECK(r.delay_of(seconds<>::from_value(180.0)) == 3);
    CHECK(r.delay_of(seconds<>::from_value(0.0)) == 0);
    // The spare is the least that is never short.
    for (const scaled_replicas& s : {one, three}) {
        int lacks = 0, lacks_with_one_less = 0;
        for (std::size_t t = 0; t < r.needed.size(); ++t) {
            lacks += s.had[t] + s.spare < r.needed[t] ? 1 : 0;
            lacks_with_one_less += s.had[t] + s.spare - 1 < r.needed[t] ? 1 : 0;
        }
        CHECK(lacks == 0);
        CHECK(lacks_with_one_less > 0);
    }
}

TEST_CASE("forecasts on Azure's conversations: an hour has no day, and a trend overshoots its turns") {
    const replicas_over_time r = azure();
    struct row {
        int delay, points, short_windows, spare;
        double mean;
    };
    // The same lines fitted by NumPy's polyfit.
    constexpr row rows[]{
        {1, 4, 16, 2, 9.5345}, {1, 10, 15, 2, 9.6207}, {3, 4, 20, 4, 11.4828}, {3, 10, 22, 4, 11.6897}};
    for (const row& e : rows) {
        CAPTURE(e.delay);
        CAPTURE(e.points);
        const scaled_replicas s = trend_replicas(r, e.delay, e.points);
        CHECK(s.short_windows == e.short_windows);
        CHECK(s.spare == e.spare);
        CHECK(near(s.mean_with_spare, e.mean));
    }
    const scaled_replicas again = periodic_replicas(r, 3, 20);
    CHECK(again.short_windows == 28);
    CHECK(again.spare == 4);
    CHECK(near(again.mean_with_spare, 11.2931));
}

TEST_CASE("a trend is right on a line, a period on what repeats") {
    std::vector<double> line, days;
    for (int t = 0; t < 60; ++t) line.push_back(1.0 + 0.5 * t);
    for (int t = 0; t < 96; ++t) days.push_back(5.0 + 4.0 * std::sin(2.0 * 3.14159265358979 * t / 24.0));
    const replicas_over_time up = of(line), daily = of(days);
    const scaled_replicas trend = trend_replicas(up, 2, 5), late = reactive_replicas(up, 2);
    for (std::size_t t = 4; t < up.needed.size(); ++t) CHECK(trend.had[t] == up.needed[t]);
    CHECK(late.short_windows == 59);
    CHECK(late.spare == 1);
    const scaled_replicas repeated = periodic_replicas(daily, 3, 24);
    for (std::size_t t = 24; t < daily.needed.size(); ++t) CHECK(repeated.had[t] == daily.needed[t]);
    // A falling line is not followed below zero.
    for (const int had : trend_replicas(of({9, 6, 3, 0, 0, 0}), 2, 3).had) CHECK(had >= 0);
}

TEST_CASE("what cannot be is said") {
    CHECK_THROWS_WITH_AS(replicas_needed(rates_of(trace{}), requests_per_second(1)),
                         "no replicas over time: the trace has no requests: give one that has", error);
    CHECK_THROWS_WITH_AS(replicas_needed(rates_of(azure_conversation_rates(), 60.0), requests_per_second(0)),
                         "the requests per second of a replica is 0; it must be from 1e-09 to 1000000000", error);
    CHECK_THROWS_AS(reactive_replicas(azure(), -1), error);
    CHECK_THROWS_AS(trend_replicas(azure(), 1, 1), error);
    CHECK_THROWS_AS(periodic_replicas(azure(), 3, 2), error);
    CHECK_THROWS_AS(azure().delay_of(seconds<>::from_value(-1.0)), error);
}
