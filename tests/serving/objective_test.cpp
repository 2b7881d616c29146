// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/serving/objective.hpp>

using namespace gambrel;
using namespace gambrel::literals;

TEST_CASE("an objective is met by values, surely met by high ends") {
    prediction<> p;
    p.ttft = {100_ms, 60_ms, 170_ms};
    p.tpot = {20_ms, 17_ms, 24_ms};
    p.latency = {5_s, 4_s, 6_s};
    CHECK(meets(p, {}));
    CHECK(surely_meets(p, {}));
    CHECK(meets(p, {.tpot = 20_ms}));
    CHECK_FALSE(surely_meets(p, {.tpot = 20_ms}));
    CHECK(surely_meets(p, {.tpot = 24_ms}));
    CHECK_FALSE(meets(p, {.ttft = 99_ms}));
    CHECK_FALSE(meets(p, {.latency = 4.9_s}));
    CHECK_FALSE(surely_meets(p, {.ttft = 160_ms, .tpot = 30_ms}));
    p.verdict.what = obstacle::does_not_fit;
    CHECK_FALSE(meets(p, {}));
}
