// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/serving/predict.hpp>

using namespace gambrel;
using namespace gambrel::literals;

// 16 clients with prompts of 1023 and outputs of one length, 8192 tokens a pass: the prompts take two full passes, the
// first without decodes, the second beside the 8 that have their first token. Each sequence costs a millisecond, so
// that who shares a pass shows.
TEST_CASE("lock step in two full passes under mixed batching, by hand") {
    constexpr runtime<> software{
        .name = "plain",
        .scheduling = {.token_budget = 8192, .most_sequences = 512},
        .host = {.per_step = {1_ms, given_by_user}, .per_sequence = {1_ms, given_by_user}},
        .memory = {.fraction = 0.9, .block_tokens = 16},
    };
    const deployment<> d{catalog::llama_3_1_8b, device_named("h100-sxm"), software};
    const checked_deployment<> c(d);
    workload w{.prompt = 1023, .output = 64, .concurrency = 16};
    w.protocol = {.burst_start = true};
    const prediction<> p = predict(d, w);
    REQUIRE(p.ok());
    step_shape eight = step_shape::prefill(8, 1023);
    const double first = c.pass(eight).total().value();
    eight.decodes = 8;
    eight.context = 1023;
    const double second = c.pass(eight).total().value(), decode = c.pass(step_shape::decode(16, 1055)).total().value();
    CHECK(second - first > 0.02 * first);  // or the next line could not tell
    CHECK(p.prefill.total().value() == approx(0.5 * (first + second)).epsilon(2e-3).scale(0));
    CHECK(p.ttft.value.value() == approx(first + 0.5 * second).epsilon(0.02).scale(0));
    // Those of the first pass wait for the second: half of the requests, a pass in place of one of 63 decode passes.
    CHECK(p.tpot.value.value() == approx(decode + 0.5 / 63 * (0.5 * (first + second) - decode)).epsilon(1e-3).scale(0));
}
