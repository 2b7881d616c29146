// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/model/catalog.hpp>
#include <gambrel/operators/elementwise.hpp>

using namespace gambrel;

namespace {
/// Kernels between the matrices of the last layer of `m`.
double kernels(const architecture& m) {
    double n = 0;
    for (const layer_group& g : m)
        n = elementwise(g.layer, m.hidden, {}, step_shape::decode(1, 100), formats::bf16).kernels;
    return n;
}
}  // namespace

TEST_CASE("kernels between the matrices of a layer, counted by hand") {
    CHECK(kernels(catalog::llama_3_1_8b) == 2 + 2 + 1);         // norms, rotary and cache write, activation
    CHECK(kernels(catalog::gemma_2_9b) == 4 + 2 + 1);           // norms before and after each block
    CHECK(kernels(catalog::mixtral_8x7b) == 2 + 2 + 4);         // routing
    CHECK(kernels(catalog::deepseek_v3) == 2 + 5 + 4 + 1);      // latents; routing and the shared experts' activation
    CHECK(kernels(model_named("qwen3-32b")) == 2 + 2 + 2 + 1);  // norms of queries and of keys
}
