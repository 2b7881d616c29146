// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/serving/burst.hpp>

using namespace gambrel;
using namespace gambrel::literals;

// Prompts of 20,000 tokens take 3 passes of at most 8192 each, one prompt at a time: of `clients` that come at once the
// i-th has its first token after 3 i passes, the mean after 3 (clients + 1) / 2.
TEST_CASE("the opening burst of prompts longer than the token budget") {
    constexpr runtime<> whole_chunks{
        .name = "plain",
        .scheduling = {.token_budget = 8192, .most_sequences = 512, .prompts_per_step = 1},
        .host = {.per_step = {1_ms, given_by_user}, .per_request = {10_ms, given_by_user}},
        .memory = {.fraction = 0.9, .block_tokens = 16},
    };
    const deployment<> d{catalog::llama_3_1_8b, device_named("h100-sxm"), whole_chunks};
    const checked_deployment<> c(d);
    const workload w{.prompt = 20'000, .output = 100};
    const request_shape r(w, whole_chunks.scheduling, d.model);
    for (const double clients : {1.0, 2.0, 8.0}) {
        CAPTURE(clients);
        step_shape piece = step_shape::prefill(1, 20'000.0 / 3);
        piece.decodes = 0.5 * (clients - 1.0 / 3);
        piece.context = 20'000;
        double waited = 0.0;  // passes, by all clients
        for (int i = 1; i <= static_cast<int>(clients); ++i) waited += 3.0 * i;
        const double by_hand = 0.010 + waited / clients * c.pass(piece).total().value();
        CHECK(burst_first_token(c, r, protocol::serving_benchmark(), clients).total().value() ==
              approx(by_hand).epsilon(1e-12));
    }
}
