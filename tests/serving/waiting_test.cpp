// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/serving/predict.hpp>

using namespace gambrel;
using namespace gambrel::literals;

// Two replicas of 8 slots: of 40 clients 16 run and 24 wait, counted over the deployment. Each of them has a place in
// 40 / 16 whole requests, one of which is its own.
TEST_CASE("clients that wait are counted over all replicas") {
    constexpr runtime<> eight_slots{
        .name = "eight slots",
        .scheduling = {.token_budget = 8192, .most_sequences = 8, .prompts_per_step = 1},
        .host = {.per_step = {1_ms, given_by_user}},
        .memory = {.fraction = 0.9, .block_tokens = 16},
    };
    const deployment<> d{catalog::llama_3_1_8b, device_named("h100-sxm"), eight_slots, {.replicas = 2}};
    const workload w{.prompt = 512, .output = 128, .concurrency = 40};
    const prediction<> p = predict(d, w);
    REQUIRE(p.ok());
    CHECK(p.running == 16);
    CHECK(p.waiting == 24);
    workload none_waits = w;
    none_waits.concurrency = 16;
    const prediction<> full = predict(d, none_waits);
    CHECK(full.waiting == 0);
    CHECK(p.latency.value / full.latency.value == approx(40.0 / 16).epsilon(1e-9));
}
