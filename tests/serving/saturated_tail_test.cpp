// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/serving/saturated.hpp>

using namespace gambrel;
using namespace gambrel::literals;

// Where a pass takes one second for each sequence in it and next to nothing besides, a run takes as many seconds as its
// requests have tokens, however they are packed: ramp, last round and tail must add up to that. (Half a sequence more
// or less at each of the `slots` passes of a ramp, of `output` in all, is the discreteness that remains.)
TEST_CASE("ramp, last round and tail hold every token once") {
    constexpr runtime<> software{
        .name = "a second a sequence",
        .scheduling = {.token_budget = 8192, .most_sequences = 64, .prompts_per_step = 1},
        .host = {.per_sequence = {1_s, given_by_user}},
        .memory = {.fraction = 0.9, .block_tokens = 16},
    };
    const deployment<> d{catalog::llama_3_1_8b, device_named("h100-sxm"), software};
    for (const double requests : {32.0, 64.0, 96.0, 112.0, 128.0, 224.0}) {
        CAPTURE(requests);
        const prediction<> p = predict_saturated(d, 128, 128, requests);
        REQUIRE(p.ok());
        CHECK(p.batch == std::min(64.0, requests));
        const double seconds = requests / p.request_throughput.value.value();
        CHECK(seconds == approx(requests * 128).epsilon(0.01));
    }
}
