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

namespace {
const auto exchanges = [](const operation& op) { return op.name == "expert dispatch" || op.name == "expert combine"; };
parallelism eight_copies(expert_exchange way) { return {.data = 8, .expert = 8, .exchange = way}; }
}  // namespace

TEST_CASE("tokens travel to their experts and back only between attention copies") {
    const architecture& m = catalog::deepseek_v3;  // 58 of 61 layers have experts
    CHECK(sum_of(collected(m, {.tensor = 8, .expert = 8}, bf16, shape), exchanges).count == 0);
    for (const expert_exchange way : all_of<expert_exchange>())
        CHECK(sum_of(collected(m, eight_copies(way), bf16, shape), exchanges).count == 2 * 58);
}

TEST_CASE("a gather brings the tokens of every copy to every rank") {
    const sums s =
        sum_of(collected(catalog::deepseek_v3, eight_copies(expert_exchange::gather), bf16, shape), exchanges);
    CHECK(s.payload == 2 * 58 * 8 * 210 * 7168.0 * 2);
    // Two tensor ranks of a copy hold the same tokens: of 4 copies, half as many tokens among as many ranks.
    const sums halves =
        sum_of(collected(catalog::deepseek_v3, {.tensor = 2, .data = 4, .expert = 8}, bf16, shape), exchanges);
    CHECK(halves.payload == s.payload / 2);
}

TEST_CASE("an exchange takes a rank's tokens once, in 8 bit on the way to experts that multiply so") {
    parallelism cut = eight_copies(expert_exchange::per_rank);
    cut.balanced_experts = true;  // no rank receives more than another
    const sums wide = sum_of(collected(catalog::deepseek_v3, cut, bf16, shape), exchanges);
    CHECK(wide.payload == approx(2 * 58 * 210 * 7168.0 * 2));
    const sums narrow = sum_of(collected(catalog::deepseek_v3, cut, precision_in(formats::fp8), shape), exchanges);
    CHECK(narrow.payload == approx(58 * 210 * 7168.0 * (2 + 1 + 4.0 / 128)));
    cut.balanced_experts = false;  // the busiest rank's share decides
    CHECK(sum_of(collected(catalog::deepseek_v3, cut, bf16, shape), exchanges).payload > wide.payload);
}

TEST_CASE("by_pass sends a copy per rank in passes with prompts, per expert in those without") {
    const auto per_expert = [](const operation& op) { return op.copy_per_expert; };
    const parallelism cut = eight_copies(expert_exchange::by_pass);
    CHECK(sum_of(collected(catalog::deepseek_v3, cut, bf16, shape), per_expert).count == 0);
    CHECK(sum_of(collected(catalog::deepseek_v3, cut, bf16, step_shape::decode(10, 500)), per_expert).count == 2 * 58);
}
