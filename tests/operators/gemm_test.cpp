// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/operators/gemm.hpp>

using namespace gambrel;

namespace {
// 4096 inputs, 4096 query outputs and 2 x 8 key-value heads of 128.
constexpr matrix qkv{matrix_role::query_key_value, weight_part::attention, split::outputs, 4096 + 2048, 4096, 1, 2048};
constexpr matrix down{matrix_role::down, weight_part::feed_forward, split::inputs, 4096, 14336};
constexpr matrix router{matrix_role::router, weight_part::router, split::none, 64, 4096};
}  // namespace

// flop = 2 M N K; bytes = 2 N K + 2 M K + 2 M N, in 16 bit: all by hand for M = 3.
static_assert(gemm(down, 3, 1, 1, formats::bf16).work == flop_of(2.0 * 3 * 4096 * 14336));
static_assert(gemm(down, 3, 1, 1, formats::bf16).weights == bytes_of(2.0 * 4096 * 14336));
static_assert(gemm(down, 3, 1, 1, formats::bf16).activations == bytes_of(2.0 * 3 * (4096 + 14336)));
static_assert(gemm(down, 3, 1, 1, formats::bf16).cache == bytes_of(0));

TEST_CASE("tensor ranks cut the outputs, the inputs, or nothing") {
    const operation whole = gemm(down, 7, 1, 8, formats::bf16), cut = gemm(down, 7, 4, 8, formats::bf16);
    CHECK(cut.work.value() == whole.work.value() / 4);
    CHECK(cut.weights.value() == whole.weights.value() / 4);
    CHECK(cut.inputs == 14336 / 4);
    CHECK(cut.outputs == 4096);
    CHECK(gemm(qkv, 7, 4, 8, formats::bf16).outputs == 6144 / 4);
    CHECK(gemm(qkv, 7, 4, 8, formats::bf16).inputs == 4096);
    CHECK(gemm(router, 7, 4, 8, formats::bf16).work == gemm(router, 7, 1, 8, formats::bf16).work);
}

TEST_CASE("key and value columns are copied where there are more ranks than heads") {
    // 32 ranks, 8 key-value heads: a rank has 4096 / 32 query columns and one head's key and value, 2048 / 8.
    const operation op = gemm(qkv, 1, 32, 8, formats::bf16);
    CHECK(op.outputs == 128 + 256);
    CHECK(op.weights == bytes_of(2.0 * (128 + 256) * 4096));
}

TEST_CASE("storage formats change the bytes, not the flop") {
    for (const storage_format& f : {formats::bf16, formats::fp8, formats::fp8_block, formats::int8, formats::int4_g128,
                                    formats::mxfp4, formats::nvfp4, formats::fp32}) {
        INFO(f.name.view());
        const operation op = gemm(down, 5, 1, 1, f);
        CHECK(op.work == flop_of(2.0 * 5 * 4096 * 14336));
        CHECK(op.weights == f.size(4096, 14336));
        CHECK(op.issue == f.issue);
    }
    // 128 x 128 blocks with a 4-byte scale: 32 x 112 of them.
    CHECK(gemm(down, 5, 1, 1, formats::fp8_block).weights == bytes_of(4096.0 * 14336 + 32 * 112 * 4));
}

TEST_CASE("weights narrower than the multiply are weight-only") {
    CHECK(gemm(down, 1, 1, 1, formats::int4_g128).weight_only);
    CHECK(gemm(down, 1, 1, 1, formats::w8a16).weight_only);
    CHECK_FALSE(gemm(down, 1, 1, 1, formats::bf16).weight_only);
    CHECK_FALSE(gemm(down, 1, 1, 1, formats::fp8).weight_only);
    CHECK_FALSE(gemm(down, 1, 1, 1, formats::nvfp4).weight_only);
}

TEST_CASE("a narrow multiply reads narrow inputs, which a pass before it wrote") {
    // Per input element, in fp8: 2 B read and 1 B written before, 1 B read; in nvfp4 9/16 B instead of 1 B.
    const operation fp8 = gemm(down, 5, 1, 1, formats::fp8), fp4 = gemm(down, 5, 1, 1, formats::nvfp4);
    CHECK(fp8.activations == bytes_of(5 * (14336 * 1.0 + 4096 * 2.0)));
    CHECK(fp8.conversion == bytes_of(5 * 14336 * 3.0));
    CHECK(fp8.traffic() == fp8.weights + fp8.activations + fp8.conversion);
    CHECK(fp4.activations == bytes_of(5 * (14336 * 0.5625 + 4096 * 2.0)));
    CHECK(fp4.conversion == bytes_of(5 * 14336 * 2.5625));
    CHECK(gemm(down, 5, 1, 1, formats::bf16).conversion == bytes_of(0));
    CHECK(gemm(down, 5, 1, 1, formats::int4_g128).conversion == bytes_of(0));
}

TEST_CASE("block scales mark the fp8 kernels that work by block") {
    CHECK(gemm(down, 1, 1, 1, formats::fp8_block).block_scaled);
    CHECK(gemm(down, 1, 1, 1, formats::mxfp8).block_scaled);
    CHECK_FALSE(gemm(down, 1, 1, 1, formats::fp8).block_scaled);
    CHECK_FALSE(gemm(down, 1, 1, 1, formats::nvfp4).block_scaled);
}
