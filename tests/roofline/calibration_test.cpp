// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/numeric/dual.hpp>
#include <gambrel/roofline/calibration/defaults.hpp>

using namespace gambrel;

TEST_CASE("the law follows the multiply that is issued, and weight-only has its own") {
    CHECK(law_of(multiply::as_16_bit, false) == multiply_law::bits_16);
    CHECK(law_of(multiply::as_8_bit_float, false) == multiply_law::fp8);
    CHECK(law_of(multiply::as_4_bit_float, false) == multiply_law::fp4);
    CHECK(law_of(multiply::as_8_bit_integer, false) == multiply_law::int8);
    CHECK(law_of(multiply::as_fp32, false) == multiply_law::fp32);
    CHECK(law_of(multiply::as_8_bit_float, false, true) == multiply_law::fp8_block);
    CHECK(law_of(multiply::as_16_bit, true) == multiply_law::weight_only);
}

TEST_CASE("constants keep their values on another scalar") {
    const calibration<> c = default_calibration(device<>{.kind = device_class::consumer_gpu});
    const calibration<dual<2>> d = as<dual<2>>(c);
    CHECK(d.name == c.name);
    CHECK(d.from.text == c.from.text);
    for (std::size_t i = 0; i < multiply_law_count; ++i) {
        CHECK(d.gemm[i].compute.value == c.gemm[i].compute);
        CHECK(d.gemm[i].memory.value == c.gemm[i].memory);
        CHECK(d.gemm[i].fixed.value().value == c.gemm[i].fixed.value());
        CHECK(d.gemm[i].per_input.value().value == c.gemm[i].per_input.value());
        CHECK(d.conversion[i].share.value == c.conversion[i].share);
        CHECK(d.conversion[i].fixed.value().value == c.conversion[i].fixed.value());
        CHECK(d.gemm[i].overlap == c.gemm[i].overlap);
        CHECK(d.gemm[i].sigma == c.gemm[i].sigma);
    }
    for (std::size_t i = 0; i < attention_kernel_count; ++i) {
        CHECK(d.attention[i].product.memory.value == c.attention[i].product.memory);
        CHECK(d.attention[i].per_stream.value().value == c.attention[i].per_stream.value());
        CHECK(d.attention[i].per_key.value().value == c.attention[i].per_key.value());
        CHECK(d.attention[i].ramp.value().value == c.attention[i].ramp.value());
        CHECK(d.attention[i].softmax.value == c.attention[i].softmax);
    }
    CHECK(d.collective.ring.share.value == c.collective.ring.share);
    CHECK(d.collective.ring.per_step.value().value == c.collective.ring.per_step.value());
}
