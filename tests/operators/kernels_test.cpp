// SPDX-License-Identifier: Apache-2.0
// Launches of a pass, added up by hand from the table of docs/models/runtime.md.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/model/catalog.hpp>
#include <gambrel/operators/decoder.hpp>
#include <gambrel/runtime/catalog.hpp>

using namespace gambrel;

namespace {
/// Launches of a pass of decodes, without the two of embedding and head, by layer.
double launches_of_a_layer(const architecture& m, const parallelism& cut, const precision& formats,
                           const step_shape& shape = step_shape::decode(4, 100)) {
    double all = 0.0, outside = 0.0;
    for_each_operation({m, cut, formats, {}}, shape, [&](const operation& op) {
        all += op.kernels * op.repeats;
        if (op.name == "embedding" || op.name == "head" || op.name == "embedding all-reduce" ||
            op.name == "logits all-gather")
            outside += op.kernels * op.repeats;
    });
    return (all - outside) / static_cast<double>(m.layers());
}
const precision bf16{};
}  // namespace

TEST_CASE("a layer of Llama: 2 norms, rotary and cache, activation, 4 products, attention of 2") {
    CHECK(launches_of_a_layer(catalog::llama_3_1_8b, {}, bf16) == 11);
    CHECK(launches_of_a_layer(catalog::llama_3_1_8b, {.tensor = 4}, bf16) == 11 + 2);  // two all-reduces
}

TEST_CASE("norms of queries and keys are launched too") {
    CHECK(launches_of_a_layer(model_named("qwen3-32b"), {}, bf16) == 13);
}

TEST_CASE("a narrow multiply quantises the inputs of each product") {
    const precision fp8{.weights = linear_layers_in(formats::fp8)};
    CHECK(launches_of_a_layer(catalog::llama_3_1_8b, {}, fp8) == 11 + 4);
    const precision int4{.weights = linear_layers_in(formats::int4_g128)};
    CHECK(launches_of_a_layer(catalog::llama_3_1_8b, {}, int4) == 11);  // weights widened inside the product
}

TEST_CASE("a layer of experts: routing of 4, experts of 4 for the MLP's 3; the router is a product") {
    // Qwen3-30B-A3B: 13 of attention and MLP, less gate+up, activation and down, with router, routing and experts.
    CHECK(launches_of_a_layer(model_named("qwen3-30b-a3b"), {}, bf16) == 13 - 3 + 1 + 4 + 4);
}

TEST_CASE("a pass of prompts and decodes runs attention for each") {
    step_shape both = step_shape::decode(4, 100);
    both.prompts = 1;
    both.prompt_tokens = 50;
    CHECK(launches_of_a_layer(catalog::llama_3_1_8b, {}, bf16, both) == 13);
}
