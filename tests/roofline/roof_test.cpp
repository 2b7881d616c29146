// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/roofline/roof.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
// Round figures: 1000 TFLOP/s in 16 bit, twice that in fp8, 2 TB/s: the ridge lies at 500 and 1000 flop per byte.
constexpr device<> machine{
    .name = "round",
    .memory = {.capacity = 80_GB, .bandwidth = 2_TB_per_s},
    .peak = {.fp32 = 50_TFLOP_per_s, .bf16 = 1000_TFLOP_per_s, .fp8 = 2000_TFLOP_per_s},
    .scale_up = {.kind = fabric::nvlink, .per_direction = 400_GB_per_s, .devices = 8},
};
constexpr calibration<> ideal_with(double overlap, seconds<> fixed = {}) {
    calibration<> c;
    for (auto& l : c.gemm) l = {1.0, 1.0, overlap, fixed, 0.1};
    for (auto& l : c.attention) l.product = c.gemm[0];
    c.state = c.elementwise = c.gemm[0];
    for (auto& l : c.experts) l = {1.0, 1.0, overlap, fixed};
    c.collective.ring = {.latency = 5_us, .per_step = 1_us, .share = 0.8, .sigma = 0.3};
    return c;
}
constexpr operation work_and_bytes(double flop, double bytes) {
    operation op;
    op.work = flop_of(flop);
    op.weights = bytes_of(bytes);
    return op;
}
constexpr double us(const seconds<>& t) { return t / 1_us; }
}  // namespace

TEST_CASE("the blend adds at p = 1, takes the larger at p = infinity, and lies between otherwise") {
    CHECK(us(blend(3_us, 4_us, 1.0)) == approx(7));
    CHECK(us(blend(3_us, 4_us, 2.0)) == approx(5));
    CHECK(us(blend(4_us, 3_us, 2.0)) == approx(5));
    CHECK(us(blend(3_us, 4_us, 200.0)) == approx(4));
    CHECK(us(blend(3_us, 4_us, std::numeric_limits<double>::infinity())) == approx(4));
    CHECK(us(blend(0_us, 4_us, 1.5)) == 4);
    CHECK(us(blend(4_us, 0_us, 1.5)) == 4);
    CHECK(us(blend(0_us, 0_us, 1.5)) == 0);
    for (const double p : {1.1, 1.5, 3.0}) {
        CHECK(blend(3_us, 4_us, p) > 4_us);
        CHECK(blend(3_us, 4_us, p) < 7_us);
        CHECK(us(blend(4_us, 4_us, p)) == approx(4 * std::pow(2, 1 / p)));
    }
    CHECK(us(blend(1e-12_us, 4_us, 1.0)) == approx(4).epsilon(1e-7));
}

TEST_CASE("an operation left of the ridge point is bound by memory, right of it by compute") {
    const calibration<> c = ideal_with(1.5);
    const roof<> r(machine, c);
    CHECK(r.ridge_point(multiply::as_16_bit) == 500_FLOP_per_B);
    CHECK(r.ridge_point(multiply::as_8_bit_float) == 1000_FLOP_per_B);
    CHECK(r.time(work_and_bytes(499e6, 1e6)).bound == bound::memory);
    CHECK(r.time(work_and_bytes(501e6, 1e6)).bound == bound::compute);
    const operation_time<> t = r.time(work_and_bytes(1e9, 4e6));  // 1 us of arithmetic, 2 us of reading
    CHECK(us(t.compute) == approx(1));
    CHECK(us(t.memory) == approx(2));
    CHECK(us(t.total) == approx(std::pow(1 + std::pow(2, 1.5), 1 / 1.5)));
}

TEST_CASE("efficiencies stretch the roofs and the fixed time comes on top") {
    calibration<> c = ideal_with(1.0, 4_us);
    for (auto& l : c.gemm) l.compute = 0.5, l.memory = 0.8;
    const roof<> r(machine, c);
    const operation_time<> t = r.time(work_and_bytes(1e9, 4e6));
    CHECK(us(t.total) == approx(1 / 0.5 + 2 / 0.8 + 4));
    CHECK(t.bound == bound::launch);
    CHECK(us(r.time(work_and_bytes(0, 0)).total) == approx(4));
}

TEST_CASE("a reduction has a serial part, inside the norm") {
    calibration<> c = ideal_with(1.0);
    c.law(multiply_law::bits_16).per_input = 0.001_us;
    const roof<> r(machine, c);
    operation op = work_and_bytes(1e9, 4e6);  // 1 us of arithmetic, 2 us of reading
    op.inputs = 4096;
    CHECK(us(r.time(op).total) == approx(1 + 4.096 + 2));
    CHECK(us(r.time(op).compute) == approx(1 + 4.096));
}

TEST_CASE("quantising the inputs is a pass before a narrow multiply") {
    calibration<> c = ideal_with(1.0, 4_us);
    for (auto& l : c.conversion) l = {0.5, 3_us};
    const roof<> r(machine, c);
    operation op = work_and_bytes(2e9, 4e6);  // 1 us in fp8, 2 us of reading
    op.issue = multiply::as_8_bit_float;
    op.conversion = bytes_of(6e6);  // 3 us at the peak
    const operation_time<> t = r.time(op);
    CHECK(us(t.conversion) == approx(3 / 0.5 + 3));
    CHECK(us(t.total) == approx(1 + 2 + 4 + 9));
    op.conversion = {};  // folded into the operator before: nothing, its fixed time neither
    CHECK(us(r.time(op).total) == approx(1 + 2 + 4));
}

TEST_CASE("streams of attention cost inside the norm") {
    calibration<> c = ideal_with(1.0);
    c.law(attention_kernel::decode).per_stream = 2_us;
    const roof<> r(machine, c);
    operation op = work_and_bytes(1e9, 4e6);
    op.kind = operator_class::decode_attention;
    op.streams = 3;
    CHECK(us(r.time(op).total) == approx(1 + 6 + 2));
}

TEST_CASE("attention: softmax, streams and the chain of keys add to the compute side") {
    // 1e9 flop at half of 1000 TFLOP/s: 2 us. 5e6 scores x 10 flop at 50 TFLOP/s fp32: 1 us. 3 streams of width 512,
    // each twice one of 128, at 0.5 us: 3 us. 1000 keys at 2 ns: 2 us. 4 MB at 2 TB/s: 2 us, after its ramp. p = 1.
    calibration<> c = ideal_with(1.0, 4_us);
    attention_law<>& law = c.law(attention_kernel::prefill);
    law.product.compute = 0.5;
    law.softmax = 10;
    law.per_stream = 0.5_us;
    law.per_key = 0.002_us;
    operation op = work_and_bytes(1e9, 4e6);
    op.kind = operator_class::prefill_attention;
    op.scores = 5e6;
    op.streams = 3;
    op.inputs = 512;
    op.depth = 1000;
    CHECK(us(roof<>(machine, c).time(op).compute) == approx(2 + 1 + 3 + 2));
    CHECK(us(roof<>(machine, c).time(op).total) == approx(8 + 2 + 4));
    law.ramp = 2_us;  // as long as the read itself: 2 (1 + 2 / (2 + 2))
    CHECK(us(roof<>(machine, c).time(op).memory) == approx(3));
    CHECK(us(roof<>(machine, c).time(op).total) == approx(8 + 3 + 4));
}

TEST_CASE("a ramp doubles a short read and costs a long one its own length") {
    calibration<> c = ideal_with(1.0);
    c.law(attention_kernel::decode).ramp = 5_us;
    const roof<> r(machine, c);
    const auto memory = [&](double bytes) {
        operation op = work_and_bytes(0, bytes);
        op.kind = operator_class::decode_attention;
        return us(r.time(op).memory);
    };
    CHECK(memory(0) == 0);
    CHECK(memory(2e3) == approx(2 * 0.001).epsilon(1e-3));
    CHECK(memory(2e10) == approx(10000 + 5).epsilon(1e-6));
}

TEST_CASE("every attention kernel has its own law") {
    calibration<> c = ideal_with(1.0);
    for (std::size_t i = 0; i < attention_kernel_count; ++i)
        c.attention[i].product.sigma = 0.01 * static_cast<double>(i + 1);
    const roof<> r(machine, c);
    for (const bool decode : {false, true})
        for (const bool narrow : {false, true})
            for (const bool latent : {false, true}) {
                operation op = work_and_bytes(1e9, 4e6);
                op.kind = decode ? operator_class::decode_attention : operator_class::prefill_attention;
                op.issue = narrow ? multiply::as_8_bit_float : multiply::as_16_bit;
                op.latent = latent;
                const attention_kernel k = attention_kernel_of(decode, narrow, latent);
                CHECK(r.time(op).sigma == c.law(k).product.sigma);
                CHECK(is_decode(k) == decode);
                CHECK(is_narrow(k) == narrow);
                CHECK(is_latent(k) == latent);
            }
}

TEST_CASE("a multiply the device lacks runs at the 16-bit rate") {
    const calibration<> c = ideal_with(1.5);
    const roof<> r(machine, c);
    CHECK(r.peak(multiply::as_16_bit) == 1000_TFLOP_per_s);
    CHECK(r.peak(multiply::as_8_bit_float) == 2000_TFLOP_per_s);
    CHECK(r.peak(multiply::as_4_bit_float) == 1000_TFLOP_per_s);
    CHECK(r.peak(multiply::as_8_bit_integer) == 1000_TFLOP_per_s);
    CHECK(r.peak(multiply::as_fp32) == 50_TFLOP_per_s);
    device<> half = machine;
    half.peak = {.fp32 = 15_TFLOP_per_s, .fp16 = 125_TFLOP_per_s};  // V100: no bf16
    CHECK(roof<>(half, c).peak(multiply::as_16_bit) == 125_TFLOP_per_s);
    // MI100: 184.6 TFLOP/s in fp16, half of that in bf16. Models are served in bf16.
    half.peak = {.fp32 = 46.1_TFLOP_per_s, .bf16 = 92.3_TFLOP_per_s, .fp16 = 184.6_TFLOP_per_s};
    CHECK(roof<>(half, c).peak(multiply::as_16_bit) == 92.3_TFLOP_per_s);
    half.peak = {.fp32 = 15_TFLOP_per_s};
    CHECK(roof<>(half, c).peak(multiply::as_16_bit) == 15_TFLOP_per_s);
}

TEST_CASE("each class of operations has its law and its deviation") {
    calibration<> c = ideal_with(1.5);
    double next = 0.01;
    for (auto& l : c.gemm) l.sigma = next += 0.01;
    c.law(attention_kernel::prefill).product.sigma = 0.12;
    c.law(attention_kernel::decode).product.sigma = 0.13;
    for (auto& l : c.experts) l.sigma = 0.11;
    c.state.sigma = 0.14;
    c.elementwise.sigma = 0.15;
    c.collective.ring.sigma = 0.16;
    const roof<> r(machine, c);
    const auto sigma = [&](operator_class kind, multiply issue = multiply::as_16_bit, bool weight_only = false) {
        operation op;
        op.kind = kind;
        op.issue = issue;
        op.weight_only = weight_only;
        return r.time(op).sigma;
    };
    CHECK(sigma(operator_class::gemm) == c.law(multiply_law::bits_16).sigma);
    CHECK(sigma(operator_class::gemm, multiply::as_8_bit_float) == c.law(multiply_law::fp8).sigma);
    CHECK(sigma(operator_class::gemm, multiply::as_4_bit_float) == c.law(multiply_law::fp4).sigma);
    CHECK(sigma(operator_class::gemm, multiply::as_8_bit_integer) == c.law(multiply_law::int8).sigma);
    CHECK(sigma(operator_class::gemm, multiply::as_fp32) == c.law(multiply_law::fp32).sigma);
    CHECK(sigma(operator_class::gemm, multiply::as_16_bit, true) == c.law(multiply_law::weight_only).sigma);
    CHECK(sigma(operator_class::experts) == 0.11);
    CHECK(sigma(operator_class::prefill_attention) == 0.12);
    CHECK(sigma(operator_class::decode_attention) == 0.13);
    CHECK(sigma(operator_class::state) == 0.14);
    CHECK(sigma(operator_class::elementwise) == 0.15);
    CHECK(sigma(operator_class::collective) == 0.16);
    CHECK(sigma(operator_class::transfer) == 0.16);
}

TEST_CASE("experts: activations and routed copies cost as often as the kernels pass over them, per weight format") {
    calibration<> c = ideal_with(1e6);  // the larger of compute and memory
    auto& law = c.experts[static_cast<std::size_t>(expert_format::fp8_block)];
    law.activation_passes = 2;
    law.routing_passes = 3;
    const roof<> r(machine, c);
    operation op = work_and_bytes(0, 2e6);  // 1 us of weights
    op.kind = operator_class::experts;
    op.activations = bytes_of(4e6);                // 2 us
    op.routed = bytes_of(6e6);                     // 3 us
    CHECK(us(r.time(op).total) == approx(1 + 2));  // 16 bit: one pass over activations, none over copies
    op.format = expert_format::fp8_block;
    CHECK(us(r.time(op).total) == approx(1 + 2 * 2 + 3 * 3));
    CHECK(op.traffic() == bytes_of(6e6));  // passes are the law's, not the operator's
}
