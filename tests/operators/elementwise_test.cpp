// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/model/catalog/llama.hpp>
#include <operators/collected.hpp>

using namespace gambrel;

TEST_CASE("Llama-3-8B by hand: two norms, rotary, the append of keys and values, the gate") {
    const architecture& m = catalog::llama_3_8b;
    const double norms = 2 * 4 * 4096 * 2.0, rotary = 2 * (32 + 8) * 128 * 2.0, append = 8 * 256 * 2.0,
                 gate = 3 * 14336 * 2.0;
    const operation op = elementwise(m.groups[0].layer, m.hidden, {}, step_shape::decode(3, 100), formats::bf16);
    CHECK(op.activations.value() == 3 * (norms + rotary + append + gate));
    CHECK(op.work == flop_of(0));

    const double quarter = norms + (rotary + append + gate) / 4;
    const operation cut =
        elementwise(m.groups[0].layer, m.hidden, {.tensor = 4}, step_shape::decode(3, 100), formats::bf16);
    CHECK(cut.activations.value() == 3 * quarter);
    const operation sequence = elementwise(m.groups[0].layer, m.hidden, {.tensor = 4, .sequence = true},
                                           step_shape::decode(3, 100), formats::bf16);
    CHECK(sequence.activations.value() == 3 * (norms + rotary + append + gate) / 4);
}

TEST_CASE("the input embedding is a gather: bytes of the rows picked, no flop") {
    const operation op = embedding(catalog::llama_3_8b, step_shape::prefill(1, 10), formats::bf16);
    CHECK(op.work == flop_of(0));
    CHECK(op.weights == bytes_of(10 * 4096 * 2));
}
