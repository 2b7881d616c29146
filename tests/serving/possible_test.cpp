// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/predict.hpp>
#include <limits>

using namespace gambrel;

namespace {
const deployment<> llama{catalog::llama_3_1_8b, device_named("h100-sxm"), runtime_named("vllm")};
}

TEST_CASE("what cannot be about a prediction is named") {
    const prediction<> good = predict(llama, {.prompt = 1000, .output = 200, .concurrency = 32});
    REQUIRE(good.ok());
    CHECK(good.not_known.empty());
    CHECK(impossible(good, 1024.0).empty());
    const auto broken = [&](auto&& change) {
        prediction<> p = good;
        change(p);
        return impossible(p, 1024.0);
    };
    const seconds<> none = seconds_of(std::numeric_limits<double>::quiet_NaN());
    CHECK(broken([&](prediction<>& p) { p.ttft.value = none; }) ==
          "a time is no number, negative or outside its range");
    CHECK(broken([&](prediction<>& p) { p.tpot.low = 2.0 * p.tpot.high; }) ==
          "a time is no number, negative or outside its range");
    CHECK(broken([&](prediction<>& p) { p.request_throughput.value = requests_per_second(-1.0); }) ==
          "a throughput is no number, negative or outside its range");
    CHECK(broken([&](prediction<>& p) { p.latency = exactly(0.5 * p.ttft.value); }) ==
          "a request ends before its first token");
    CHECK(broken([&](prediction<>& p) { p.running = 1025.0; }) == "more requests run than there is room for");
    CHECK(broken([&](prediction<>& p) { p.mbu = 1.01; }) == "a step is shorter than its bytes over the bandwidth");
    CHECK(broken([&](prediction<>& p) { p.total_throughput = exactly(2.0 * p.total_throughput.value); }) ==
          "throughputs do not add up");
}

TEST_CASE("in tests an impossible result throws with its inputs") {
    prediction<> p = predict(llama, {.prompt = 1000, .output = 200, .concurrency = 32});
    p.mbu = 1.01;
    CHECK_THROWS_WITH_AS(guard(p, 1024.0), doctest::Contains("places 1024"), error);
    CHECK(p.verdict.what == obstacle::not_known);
    CHECK_FALSE(p.ok());
}
