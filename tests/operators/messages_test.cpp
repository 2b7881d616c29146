// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/model/catalog/cohere.hpp>
#include <gambrel/model/catalog/deepseek.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/model/catalog/nvidia.hpp>
#include <operators/collected.hpp>

using namespace gambrel;

namespace {
const precision bf16{};
const step_shape shape{.decodes = 10, .context = 500, .prompts = 2, .prompt_tokens = 100};
const auto sends = [](const operation& op) { return op.message != message_kind::none; };
}  // namespace

TEST_CASE("one device sends nothing") {
    CHECK(sum_of(collected(catalog::llama_3_70b, {}, bf16, shape), sends).count == 0);
}

TEST_CASE("two all-reduces per layer of tokens x hidden x 2 bytes") {
    const sums s = sum_of(collected(catalog::llama_3_70b, {.tensor = 4}, bf16, shape), named("all-reduce"));
    CHECK(s.count == 2 * 80);
    CHECK(s.payload == 2 * 80 * (10 + 200) * 8192.0 * 2);
}

TEST_CASE("attention and MLP in parallel share one all-reduce") {
    REQUIRE(catalog::command_r.groups[0].layer.parallel);
    const sums s = sum_of(collected(catalog::command_r, {.tensor = 4}, bf16, shape), named("all-reduce"));
    CHECK(s.count == static_cast<double>(catalog::command_r.layers()));
}

TEST_CASE("a layer of a single block has one all-reduce") {
    const architecture& m = catalog::nemotron_h_8b;  // 24 Mamba-2, 4 attention, 24 MLP
    CHECK(sum_of(collected(m, {.tensor = 4}, bf16, shape), named("all-reduce")).count == 52);
}

TEST_CASE("the logits of finished prompts and decodes are gathered") {
    step_shape pieces = shape;
    pieces.finishing = 0.25;
    const sums s = sum_of(collected(catalog::llama_3_70b, {.tensor = 4}, bf16, pieces), named("logits all-gather"));
    CHECK(s.count == 1);
    CHECK(s.payload == (10 + 2 * 0.25) * 128256 * 2);
    pieces.decodes = 0;
    pieces.finishing = 0;
    CHECK(sum_of(collected(catalog::llama_3_70b, {.tensor = 4}, bf16, pieces), named("logits all-gather")).count == 0);
}

TEST_CASE("pipeline stages hand over once each") {
    const sums s =
        sum_of(collected(catalog::llama_3_70b, {.pipeline = 4}, bf16, shape), of_class(operator_class::transfer));
    CHECK(s.count == 3);
    CHECK(s.payload == 3 * 210 * 8192.0 * 2);
}

TEST_CASE("expected ranks that a token's experts lie on") {
    CHECK(remote_expert_ranks(1, 1, 8) == 0);
    // Experts cut over all 8 ranks: every other rank needs every token.
    CHECK(remote_expert_ranks(1, 8, 2) == 7);
    // 2 groups, 1 expert: the other one half of the time. 8 groups, 8 picks: 7 (1 - (7/8)^8).
    CHECK(remote_expert_ranks(2, 1, 1) == 0.5);
    // Two ranks to a group: a group that is hit brings both, the token's own group one less.
    CHECK(remote_expert_ranks(2, 2, 1) == 1.5);
    CHECK(remote_expert_ranks(8, 1, 8) == approx(7 * (1 - 0.343608913)).epsilon(1e-8));
}

TEST_CASE("tokens travel to their experts and back only between attention groups") {
    const auto is_exchange = [](const operation& op) { return op.message == message_kind::all_to_all; };
    const architecture& m = catalog::deepseek_v3;  // 58 of 61 layers have experts
    CHECK(sum_of(collected(m, {.tensor = 8, .expert = 8}, bf16, shape), is_exchange).count == 0);
    const sums s = sum_of(collected(m, {.data = 8, .expert = 8}, bf16, shape), is_exchange);
    CHECK(s.count == 2 * 58);
    CHECK(s.payload == approx(2 * 58 * 210 * 7168.0 * 2 * remote_expert_ranks(8, 1, 8)));
    // Two tensor ranks of a copy hold the same tokens: each sends half of them.
    const sums halves = sum_of(collected(m, {.tensor = 2, .data = 4, .expert = 8}, bf16, shape), is_exchange);
    CHECK(halves.payload == approx(s.payload / 2));
}
