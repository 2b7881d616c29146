// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/simulation/possible_summary.hpp>
#include <gambrel/simulation/run.hpp>
#include <limits>

using namespace gambrel;
using namespace gambrel::simulation;

namespace {
constexpr linear_step law{6.7e-3, 2.08e-5, 4.9e-8};
const run_bounds bounds{.least_pass = law.seconds({.decodes = 1.0, .context = 1.0}), .blocks = 3000};

summary good() {
    const server s{.scheduling = vllm_style(64, 8192), .blocks = 3000};
    return run(law, s, open_source(arrivals::poisson(5.0), 1000.0, 200.0, 500, 1), {.warm_up = 50});
}
time_tally of(std::initializer_list<double> seconds) {
    time_tally t;
    for (const double x : seconds) t.add(x);
    return t;
}
}  // namespace

TEST_CASE("what cannot be about a run is named") {
    const summary run = good();
    CHECK(impossible(run, bounds).empty());
    CHECK(impossible(summary{}, {}).empty());  // of nothing
    const auto broken = [&](auto&& change) {
        summary a = run;
        change(a);
        return impossible(a, bounds);
    };
    const double none = std::numeric_limits<double>::quiet_NaN(), endless = std::numeric_limits<double>::infinity();
    CHECK(broken([](summary& a) { ++a.sent; }) == "requests are lost or made");
    CHECK(broken([](summary& a) { a.too_long = 1; }) == "requests are lost or made");
    for (const double x : {none, -1e-3, endless})
        for (const auto tally : {&summary::ttft, &summary::tpot, &summary::latency, &summary::queued, &summary::itl}) {
            CAPTURE(x);
            CHECK(broken([&](summary& a) {
                      a.*tally = of({0.1, x, 0.1, 0.1});
                  }) == "a time is no number or negative, or its percentiles fall");
        }
    CHECK(broken([&](summary& a) {
              a.tpot = of({1.0, 0.99 * bounds.least_pass});
          }) == "the time between tokens is shorter than a pass can be");
    CHECK(broken([](summary& a) { a.latency = a.queued; }) == "a request ends before its first token");
    CHECK(broken([](summary& a) { std::swap(a.ttft, a.queued); }) ==
          "a request has its first token before it is scheduled");
    CHECK(broken([&](summary& a) { a.running = none; }) == "a rate or a count is no number or negative");
    CHECK(broken([](summary& a) { a.request_throughput = requests_per_second(-1.0); }) ==
          "a rate or a count is no number or negative");
    CHECK(broken([&](summary& a) { a.utilisation = endless; }) == "a rate or a count is no number or negative");
    CHECK(broken([](summary& a) { a.blocks = 3001; }) == "more KV is held than there is");
}

TEST_CASE("in tests an impossible run throws with its inputs") {
    summary a = good();
    CHECK(checked_summary(a, bounds).empty());
    a.blocks = 4000;
    CHECK_THROWS_WITH_AS(checked_summary(a, bounds), doctest::Contains("blocks 4000"), error);
}
