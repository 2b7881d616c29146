// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/workload/arrivals.hpp>
#include <gambrel/workload/workload.hpp>
#include <limits>

using namespace gambrel;
using namespace gambrel::literals;

static_assert(!checked(workload{.prompt = 2048, .output = 256, .concurrency = 64}).open_loop());
static_assert(checked(workload{.rate = 3_req_per_s}).open_loop());
static_assert(protocol::serving_benchmark().burst_start && !protocol::steady_state().burst_start);

TEST_CASE("a workload within its ranges is returned as it is") {
    const workload w{.prompt = length::uniform_below(1024, 0.8),
                     .output = length::log_normal(300, 0.7),
                     .concurrency = 128,
                     .prefix_hit = 0.5,
                     .protocol = protocol::serving_benchmark()};
    CHECK(&checked(w) == &w);
}

TEST_CASE("an objective asks for nothing unless told") {
    constexpr objective none{};
    CHECK(none.ttft > 1000_h);
    CHECK(none.tpot > 1000_h);
    CHECK(none.latency > 1000_h);
}

TEST_CASE("a workload refuses bad values and names them") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    for (const double bad : {nan, -1.0, 0.0, inf, 1e12}) {
        CAPTURE(bad);
        CHECK_THROWS_WITH(checked(workload{.concurrency = bad}), doctest::Contains("concurrency"));
    }
    for (const double bad : {nan, -1.0, inf, 1e12}) {
        CAPTURE(bad);
        CHECK_THROWS_WITH(checked(workload{.rate = make<request_rate<>>(bad)}), doctest::Contains("request rate"));
        CHECK_THROWS_WITH(checked(workload{.arrival_variation = bad}), doctest::Contains("arrival gaps"));
        CHECK_THROWS_WITH(checked(workload{.prefix_hit = bad}), doctest::Contains("prefix hit"));
        CHECK_THROWS_WITH(checked(workload{.protocol = {.prompts_per_client = bad}}),
                          doctest::Contains("prompts per client"));
    }
    CHECK_THROWS_WITH(checked(workload{.prompt = 0}), doctest::Contains("prompt length"));
    CHECK_THROWS_WITH(checked(workload{.output = 0.5}), doctest::Contains("output length"));
}

TEST_CASE("a workload that states nothing more is one client, or Poisson arrivals, of plain text") {
    workload w;
    CHECK_FALSE(w.open_loop());
    CHECK(w.concurrency == 1.0);
    CHECK(w.arrival_variation == 1.0);
    CHECK(w.images == 0.0);
    CHECK(w.prefix_hit == 0.0);
    closed_loop loop;
    CHECK(loop.clients == 1);
    CHECK(loop.think == 0.0);
    CHECK(loop.ramp == 0.0);
}
