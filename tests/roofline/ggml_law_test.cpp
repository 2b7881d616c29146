// SPDX-License-Identifier: Apache-2.0
// The equations of ggml's law by hand, which constants stand for which device, and the units that they are shares of.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/operators/attention.hpp>
#include <gambrel/roofline/calibration/defaults.hpp>
#include <gambrel/roofline/roof.hpp>
#include <set>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
/// Constants that are easy to reckon with: shares of a half, q4_k at a quarter of the bandwidth.
ggml_law<> plain_law() {
    ggml_law<> l{.present = true};
    l.memory.fill(0.5);
    l.share.fill(0.5);
    l.memory[static_cast<std::size_t>(block_type::k4)] = 0.25;
    l.overlap = 3.0;
    l.vector_rows = 8;
    l.tile_rows = 32;
    l.per_row = 0.1;
    l.widening = 0.8;
    l.fused = 0.2;
    l.fused_rows = 64;
    l.cache = 0.5;
    l.cache_rate = 1.0;
    l.experts = 0.5;
    l.expert_rows = 32;
    l.elementwise = 0.5;
    l.decode_start = 10_us;
    l.prompt_start = 20_us;
    l.expert_start = 30_us;
    l.unit_16 = 2.0;
    l.unit_blocks = 4.0;
    l.decode_sigma = 0.1;
    l.prompt_sigma = 0.2;
    return l;
}
const ggml_rates<double> rates{100_TFLOP_per_s, 10_TFLOP_per_s, 1_TB_per_s};

operation product(double rows, const char* type, operator_class kind = operator_class::gemm) {
    storage_format f{.name = type, .bits = 4.0};
    f.gguf = true;
    return {.kind = kind,
            .work = flop_of(2.0 * rows * 1000.0 * 1000.0),
            .weights = bytes_of(0.5e6),
            .blocks = block_type_of(f),
            .rows = rows,
            .outputs = 1000,
            .inputs = 1000};
}
double us(const operation& op, const ggml_law<>& l) { return ggml_time(l, op, rates).total.value() * 1e6; }
}  // namespace

TEST_CASE(
    "block types: by the name of a file type, whatever its case, hand-made mixes and other names by what they are") {
    const auto of = [](const char* name, double bits = 4.5) {
        storage_format f{.name = name, .bits = bits};
        f.gguf = true;
        return block_type_of(f);
    };
    CHECK(of("q4_k_m") == block_type::k4);
    CHECK(of("Q4_0") == block_type::q4);
    CHECK(of("UD-Q4_K_XL") == block_type::k4);
    CHECK(of("IQ4_NL") == block_type::iq4_nl);
    CHECK(of("iq4_xs_r8") == block_type::iq4_xs);
    CHECK(of("mxfp4_moe") == block_type::mxfp4);
    CHECK(of("IQ1_M") == block_type::iq2);
    CHECK(of("bf16") == block_type::bf16);
    CHECK(of("unheard of", 8.5) == block_type::q8);
    CHECK(block_type_of(formats::fp16) == block_type::bits_16);
}

TEST_CASE("a vector streams its weights, further rows cost arithmetic, and slow unpacking limits it") {
    ggml_law<> l = plain_law();
    CHECK(us(product(1, "q4_k_m"), l) == approx(0.5e6 / (1e12 * 0.25) * 1e6));  // 2 us
    CHECK(us(product(1, "q8_0"), l) == approx(1.0));
    // three further rows of 2 MFLOP each at a tenth of 10 TFLOP/s
    CHECK(us(product(4, "q8_0"), l) == approx(1.0 + 3 * 2e6 / 1e12 * 1e6));
    l.rate[static_cast<std::size_t>(block_type::q8)] = 0.05;  // 0.5 TB/s of 10 TFLOP/s: as long as memory takes
    CHECK(us(product(1, "q8_0"), l) == approx(std::cbrt(2.0)));
}

TEST_CASE("a matrix: flop over its unit in whole tiles, its weights once, widened first where cuBLAS multiplies it") {
    ggml_law<> l = plain_law();
    const double flop = 2.0 * 512 * 1e6;
    CHECK(us(product(512, "q8_0"), l) == approx((flop / (400e12 * 0.5) + 0.5e6 / 0.5e12) * 1e6));
    CHECK(us(product(512, "f16"), l) == approx((flop / (200e12 * 0.5) + 0.5e6 / 0.5e12) * 1e6));
    CHECK(us(product(33, "q8_0"), l) == approx((2.0 * 64 * 1e6 / 200e12 + 1e-6) * 1e6));  // two tiles of 32
    l.widens = true;
    CHECK(us(product(512, "q8_0"), l) == approx((flop / 200e12 + 1e-6 + (0.5e6 + 2e6) / 0.8e12) * 1e6));
    CHECK(us(product(512, "f16"), l) == approx((flop / 100e12 + 1e-6) * 1e6));  // as it is
}

TEST_CASE("experts: half of a product's share, of which 32 rows in vain leave half again, and a start") {
    const double flop = 2.0 * 32 * 1e6;
    CHECK(us(product(32, "q8_0", operator_class::experts), plain_law()) ==
          approx((flop / (400e12 * 0.5 * 0.5 / 2.0) + 1e-6) * 1e6 + 30.0));
    // rows in vain stand for tiles that are not full: 33 rows are no two tiles
    CHECK(us(product(33, "q8_0", operator_class::experts), plain_law()) ==
          approx((2.0 * 33 * 1e6 / (400e12 * 0.5 * 0.5 / (1.0 + 32.0 / 33.0)) + 1e-6) * 1e6 + 30.0));
}

TEST_CASE("element-wise operators of prompts stream at their share; beside a few vectors they are in a layer's start") {
    ggml_law<> l = plain_law();
    l.elementwise = 0.4;
    const operation many{.kind = operator_class::elementwise, .activations = bytes_of(3e6), .rows = 9};
    operation few = many;
    few.rows = 8;
    CHECK(us(many, l) == approx(3e6 / 0.4e12 * 1e6));
    CHECK(us(few, l) == 0.0);
}

TEST_CASE("deviations: of vectors and of matrices, of experts their own") {
    ggml_law<> l = plain_law();
    l.expert_decode_sigma = 0.3;
    l.expert_prompt_sigma = 0.4;
    const auto sigma = [&](const operation& op) { return ggml_time(l, op, rates).sigma; };
    CHECK(sigma(product(8, "q8_0")) == 0.1);
    CHECK(sigma(product(9, "q8_0")) == 0.2);
    CHECK(sigma(product(8, "q8_0", operator_class::experts)) == 0.3);
    CHECK(sigma(product(9, "q8_0", operator_class::experts)) == 0.4);
    const attention_heads h{32, 8, 128, 128};
    CHECK(sigma(decode_attention(h, {}, step_shape::decode(1, 2048), formats::fp16)) == 0.1);
    CHECK(sigma(prefill_attention(h, {}, step_shape::prefill(1, 512, 1536), formats::fp16)) == 0.2);
    CHECK(sigma({.kind = operator_class::elementwise, .rows = 8}) == 0.1);
    CHECK(sigma({.kind = operator_class::elementwise, .rows = 9}) == 0.2);
}

TEST_CASE("attention: scores through memory or a fused kernel that reads keys again for each 64 queries") {
    const attention_heads h{32, 8, 128, 128};
    const step_shape prompt = step_shape::prefill(1, 512, 1536);
    const operation op = prefill_attention(h, {}, prompt, formats::fp16);
    CHECK(op.score_cells == approx(32.0 * 512 * 2048));
    ggml_law<> l = plain_law();
    const double keys = 2048.0 * 8 * 256 * 2,
                 all = 2.0 * 32 * 256 * 512 * 2048;  // bytes; flop, hidden pairs among them
    CHECK(us(op, l) == approx((all / (200e12 * 0.2) + keys * 8 / 0.8e12) * 1e6 + 20.0));
    l.fused_rows = 0;
    l.score_passes = 6;
    CHECK(us(op, l) == approx((all / (200e12 * 0.2) + 6 * 4.0 * 32 * 512 * 2048 / 0.8e12) * 1e6 + 20.0));
    const operation decode = decode_attention(h, {}, step_shape::decode(1, 2048), formats::fp16);
    CHECK(us(decode, l) ==
          approx(std::cbrt(std::pow(keys / 0.5e12, 3) + std::pow(4.0 * 32 * 128 * 2048 / 10e12, 3)) * 1e6 + 10.0));
}

TEST_CASE("units: GeForce sums fp16 in fp16 at twice the rate, integer kernels take INT8, processors their fp32") {
    const auto law = [](const char* device, kernel_library k) {
        return default_calibration(device_named(device), k).ggml;
    };
    using enum kernel_library;
    CHECK(law("rtx-4090", ggml_cuda_2024).unit_blocks == approx(330.3 / 165.2));
    CHECK(law("rtx-4090", ggml_cuda).unit_16 == approx(330.3 / 165.2));
    CHECK(law("rtx-4090", ggml_cuda).unit_blocks == approx(660.6 / 165.2).epsilon(1e-3));
    CHECK(law("a100-sxm-80", ggml_cuda_2024).unit_blocks == 1.0);
    CHECK(law("a100-sxm-80", ggml_cuda).unit_blocks == approx(2.0));
    CHECK(law("apple-m2-ultra", ggml_metal).unit_blocks == 1.0);
    CHECK(law("ryzen-7950x", ggml_cpu).unit_blocks == approx(0.5));
    CHECK_FALSE(default_calibration(device_named("rtx-4090"), vllm).ggml.present);
}

TEST_CASE(
    "every board finds constants under every backend: its kind's, else what all share; another vendor's its own") {
    for (const device<>* d : all_devices)
        for (const kernel_library k : all_of<kernel_library>()) {
            CAPTURE(d->name.view());
            CAPTURE(name_of(k));
            const calibration<> c = default_calibration(*d, k);
            CHECK(c.ggml.present == is_ggml(k));
            CHECK_NOTHROW(checked(c));
        }
    using enum kernel_library;
    CHECK(backend_on(ggml_cuda, device_named("r9700")) == ggml_rocm);
    CHECK(backend_on(ggml_cuda, device_named("apple-m3")) == ggml_metal);
    CHECK(backend_on(ggml_vulkan, device_named("epyc-9654")) == ggml_cpu);
    CHECK(backend_on(vllm, device_named("epyc-9654")) == vllm);
    CHECK(board_kind_of(device_named("strix-halo")) == ggml_board::radeon_unified);
    CHECK(board_kind_of(device_named("a40")) == ggml_board::workstation);
    CHECK(board_kind_of(device_named("ryzen-7950x")) == ggml_board::cpu_avx512);
    CHECK(board_kind_of(device_named("graviton3")) == ggml_board::cpu);
}

TEST_CASE("shares that were fitted are ones that hardware can have") {
    for (const ggml_fit& f : fits::ggml) {
        CAPTURE(name_of(f.library));
        CHECK(f.law.rows > 0);
        for (std::size_t i = 1; i < block_type_count; ++i) CHECK(f.law.memory[i] < 1.3);
        CHECK(f.law.cache < 2.0);
        CHECK(f.law.decode_start < 1_ms);
        CHECK(f.law.expert_decode_sigma >= f.law.decode_sigma);
    }
}
