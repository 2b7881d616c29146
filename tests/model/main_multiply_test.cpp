// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/model/catalog.hpp>
#include <gambrel/model/main_multiply.hpp>

using namespace gambrel;

namespace {
/// A format of its own for every part that could be the main one.
constexpr weight_formats distinct() {
    weight_formats f;
    f.experts.issue = multiply::as_4_bit_float;
    f.feed_forward.issue = multiply::as_8_bit_float;
    f.state.issue = multiply::as_8_bit_integer;
    f.attention.issue = multiply::as_fp32;
    return f;
}
}  // namespace

TEST_CASE("experts before feed-forward layers before recurrent state") {
    CHECK(main_multiply(catalog::mixtral_8x7b, distinct()) == multiply::as_4_bit_float);
    CHECK(main_multiply(catalog::llama_3_1_8b, distinct()) == multiply::as_8_bit_float);
    CHECK(main_multiply(catalog::mamba2_2_7b, distinct()) == multiply::as_8_bit_integer);
}
