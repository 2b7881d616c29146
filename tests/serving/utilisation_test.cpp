// SPDX-License-Identifier: Apache-2.0
// MFU, MBU and utilisation by their definitions: what one device does in a second over what it could do.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/serving/predict.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
const device<>& h100 = device_named("h100-sxm");
constexpr runtime<> plain_runtime{
    .name = "plain",
    .scheduling = {.token_budget = 8192, .most_sequences = 512, .prompts_per_step = 1},
    .host = {.per_step = {1_ms, given_by_user}, .per_request = {10_ms, given_by_user}},
    .memory = {.fraction = 0.9, .block_tokens = 16},
};
}  // namespace

// Each of the 4 stages reads a quarter of the bytes of a pass whenever one of the sequences comes by: `clients` times
// in the time that a sequence takes through all of them. From 4 sequences on, none is idle.
TEST_CASE("fewer sequences than pipeline stages leave some of them idle") {
    const deployment<> d{catalog::llama_3_1_70b, h100, plain_runtime, {.pipeline = 4}};
    for (const double clients : {1.0, 2.0, 3.0, 4.0}) {
        CAPTURE(clients);
        const prediction<> p = predict(d, {.prompt = 128, .output = 2000, .concurrency = clients});
        REQUIRE(p.ok());
        const double pass = p.mean_step.total().value();
        const double read_by_a_device = clients / pass * p.mean_step.traffic().value() / 4;  // bytes per second
        CHECK(p.mbu * h100.memory.bandwidth.value.value() == approx(read_by_a_device).epsilon(1e-12));
        const double computed_by_a_device = clients / pass * p.mean_step.work().value() / 4;  // flop per second
        CHECK(p.mfu * h100.peak.bf16.value.value() == approx(computed_by_a_device).epsilon(1e-12));
    }
}

// One client: while its request is in the frontend no pass runs. Two: the engine has always one of them.
TEST_CASE("a device is busy but for the frontend of a lone client") {
    const deployment<> d{catalog::llama_3_1_8b, h100, plain_runtime};
    const prediction<> one = predict(d, {.prompt = 128, .output = 4, .concurrency = 1});
    REQUIRE(one.ok());
    const double latency = one.latency.value.value();
    CHECK(latency < 0.1);  // the frontend is a tenth of it and more
    CHECK(one.utilisation == approx((latency - 0.010) / latency).epsilon(1e-12));
    CHECK(predict(d, {.prompt = 128, .output = 4, .concurrency = 2}).utilisation == 1.0);
    // A frontend that is all of the time leaves nothing.
    runtime<> slow = plain_runtime;
    slow.host.per_request = {1000_s, given_by_user};
    CHECK(predict(deployment<>{catalog::llama_3_1_8b, h100, slow}, {.prompt = 128, .output = 4, .concurrency = 1})
              .utilisation < 1e-4);
}
