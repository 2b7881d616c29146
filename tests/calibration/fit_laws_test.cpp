// SPDX-License-Identifier: Apache-2.0
// Laws from timed kernels: planted constants come back, few rows leave the rest to the prior, lies are refused.
#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/calibration/fit_laws.hpp>
#include <gambrel/hardware/catalog.hpp>

using namespace gambrel;

namespace {
/// A board like an H100 that no table has.
device<> unmeasured() {
    device<> d = device_named("h100-sxm");
    d.name = "mine";
    return d;
}
kernel_row product(double m, double n, double k, const storage_format& f, kernel_library l = kernel_library::vllm) {
    kernel_row r{.kind = timed_kind::gemm, .format = f, .library = l, .op = timed_product(m, n, k, f), .clock = 1.0};
    r.shape = shortest(m) + " x " + shortest(n) + " x " + shortest(k);
    return r;
}
/// The eight shapes of docs/how-to-your-own-gpu.md.
std::vector<kernel_row> eight(const storage_format& f) {
    std::vector<kernel_row> rows;
    for (const auto& [m, n, k] : std::vector<std::array<double, 3>>{{1, 8192, 8192},
                                                                    {16, 1024, 1024},
                                                                    {64, 1024, 16384},
                                                                    {64, 8192, 8192},
                                                                    {256, 8192, 4096},
                                                                    {1024, 4096, 8192},
                                                                    {4096, 8192, 8192},
                                                                    {16384, 4096, 4096}})
        rows.push_back(product(m, n, k, f));
    return rows;
}
/// `rows` timed on `d` under `truth`.
std::vector<kernel_row> timed(std::vector<kernel_row> rows, const device<>& d, const calibration<>& truth) {
    for (kernel_row& r : rows) r.time = roof<>(d, truth).time(r.op).total;
    return rows;
}
}  // namespace

TEST_CASE("planted constants of a product come back from eight shapes, and other shapes follow") {
    const device<> d = unmeasured();
    calibration<> truth = default_calibration(d, kernel_library::vllm);
    truth.law(multiply_law::bits_16).compute *= 0.7;
    truth.law(multiply_law::bits_16).memory *= 0.8;
    const laws_outcome o = fit_laws(d, timed(eight(formats::bf16), d, truth));
    REQUIRE(o.laws.gemm.size() == 1);
    CHECK(o.rows == 8);
    const gemm_law<>& found = o.laws.gemm[0].constants;
    CHECK(found.product.compute == approx(truth.law(multiply_law::bits_16).compute).epsilon(0.05));
    CHECK(found.product.memory == approx(truth.law(multiply_law::bits_16).memory).epsilon(0.05));
    CHECK(found.product.rows == 8);
    CHECK(o.fits[0].shipped_error > 0.1);
    CHECK(o.fits[0].error < 0.02);
    const calibration<> after = with_laws(default_calibration(d, kernel_library::vllm), o.laws, kernel_library::vllm);
    for (const double m : {2.0, 100.0, 3000.0}) {  // shapes it never saw
        const operation op = timed_product(m, 5120, 13824, formats::bf16);
        CHECK(roof<>(d, after).time(op).total / roof<>(d, truth).time(op).total == approx(1.0).epsilon(0.05));
    }
}

TEST_CASE("one row is held by the prior; ranges shrink with the rows") {
    const device<> d = unmeasured();
    const calibration<> shipped = default_calibration(d, kernel_library::vllm);
    calibration<> truth = shipped;
    truth.law(multiply_law::bits_16).memory *= 0.7;
    const auto all = timed(eight(formats::bf16), d, truth);
    const laws_outcome one = fit_laws(d, {all[3]}), eight_rows = fit_laws(d, all);
    const double from = shipped.law(multiply_law::bits_16).memory, to = truth.law(multiply_law::bits_16).memory;
    CHECK(one.laws.gemm[0].constants.product.memory < from);
    CHECK(one.laws.gemm[0].constants.product.memory > to);
    CHECK(one.laws.gemm[0].constants.product.compute ==
          approx(shipped.law(multiply_law::bits_16).compute).epsilon(0.05));
    CHECK(one.fits[0].sigma > 0.85 * one.fits[0].shipped_sigma);
    CHECK(eight_rows.fits[0].sigma < 0.7 * eight_rows.fits[0].shipped_sigma);
    CHECK(eight_rows.fits[0].sigma >
          0.5 * eight_rows.fits[0].shipped_sigma);  // 4 imagined rows of the old: sqrt(4 / 12)
}

TEST_CASE("attention, experts, copies and all-reduces have their own laws") {
    const device<> d = unmeasured();
    calibration<> truth = default_calibration(d, kernel_library::vllm);
    truth.attention[static_cast<std::size_t>(attention_kernel::decode)].product.memory *= 0.75;
    truth.attention[static_cast<std::size_t>(attention_kernel::prefill)].product.compute *= 0.75;
    truth.experts[static_cast<std::size_t>(expert_format::bits_16)].memory *= 0.8;
    truth.elementwise.memory *= 0.85;
    truth.collective.direct.latency = truth.collective.direct.latency * 2.0;
    truth.collective.direct.per_rank = truth.collective.direct.per_rank * 2.0;
    truth.collective.direct.two_shot_extra = truth.collective.direct.two_shot_extra * 2.0;
    std::vector<kernel_row> rows;
    const auto add = [&](timed_kind kind, operation op) {
        rows.push_back({.kind = kind,
                        .library = kernel_library::vllm,
                        .op = std::move(op),
                        .clock = 1.0,
                        .shape = shortest(static_cast<double>(rows.size()))});
    };
    for (const auto& [batch, context] :
         std::vector<std::pair<double, double>>{{16, 4}, {16, 8192}, {128, 2048}, {512, 8192}, {64, 64}, {64, 65536}})
        add(timed_kind::decode, timed_attention(true, batch, 32, 8, 128, context, formats::bf16));
    for (const auto& [batch, tokens] :
         std::vector<std::pair<double, double>>{{1, 256}, {1, 1024}, {1, 8192}, {8, 1024}, {4, 4096}})
        add(timed_kind::prefill, timed_attention(false, batch, 32, 8, 128, tokens, formats::bf16));
    for (const double tokens : {1.0, 32.0, 256.0, 2048.0, 16384.0})
        add(timed_kind::experts, timed_experts(tokens, 128, 8, 4096, 1536, 1, formats::bf16));
    for (const double payload : {1e8, 1e9}) add(timed_kind::copy, timed_copy(bytes_of(payload)));
    for (const double payload : {8192.0, 65536.0, 262144.0})
        add(timed_kind::all_reduce, collective(message_kind::all_reduce, "all-reduce", payload / 2, 4));
    const laws_outcome o = fit_laws(d, timed(rows, d, truth));
    REQUIRE(o.fits.size() == 5);
    for (const law_fit& f : o.fits) {
        CAPTURE(name_of(f.kind));
        CHECK(f.converged);
        CHECK(f.error < 0.05);
        CHECK(f.error < f.shipped_error);
    }
    REQUIRE(o.laws.direct);
    CHECK_FALSE(o.laws.ring);  // only the runtime's own kernels were timed
    CHECK(o.laws.direct->start == approx(2.0).epsilon(0.15));
    REQUIRE(o.laws.elementwise);
    CHECK(o.laws.elementwise->memory == approx(truth.elementwise.memory).epsilon(0.05));
    // The faster of the two copies, read and written once.
    CHECK(o.copied.value() == approx(2e9 / roof<>(d, truth).time(timed_copy(bytes_of(1e9))).total.value()));
}

TEST_CASE(
    "without a clock a row is held as its loop is: long kernels at the sustained clock, short ones at the full one") {
    clock_law law = default_calibration(device_named("h100-sxm"), kernel_library::vllm).clock;
    REQUIRE(law.known());
    const operation op = timed_product(16384, 16384, 16384, formats::bf16);
    const double flop = op.work.value(), bytes = op.traffic().value(), settling = law.settling.value();
    const auto held = [&](double full) {  // of a kernel that draws twice the room, whatever its length
        law.active = 2.0;
        law.per_flop = {};
        law.per_byte = 1e-30;
        return held_in_a_loop(law, multiply::as_16_bit, flop, bytes, full);
    };
    const double sustained = std::pow(2.0, 1.0 / law.exponent);
    CHECK(held(100.0 * settling) == approx(sustained));
    CHECK(held(settling / 9.0) == approx(std::pow(sustained, 1.0 - std::exp(-1.0))));
    CHECK(held(1e-6 * settling) == approx(1.0).epsilon(1e-4));

    device<> d = device_named("h100-sxm");
    const calibration<> truth = default_calibration(d, kernel_library::vllm);
    auto rows = timed(eight(formats::bf16), d, truth);
    for (kernel_row& r : rows) {
        r.clock = 0.0;
        r.time =
            r.time * held_in_a_loop(truth.clock, r.op.issue, r.op.work.value(), r.op.traffic().value(), r.time.value());
    }
    CHECK(fit_laws(d, rows).fits[0].shipped_error < 1e-9);
}

TEST_CASE("a format that the family never had is known less surely, and moves further") {
    const gemm_law<> l{{0.6, 0.8, 1.5, microseconds(4), 0.2}, {0.5, microseconds(1)}};
    const auto known = detail::constants_of(l, true), unknown = detail::constants_of(l, false);
    REQUIRE(known.size() == unknown.size());
    for (std::size_t i = 0; i < known.size(); ++i) {
        CHECK(unknown[i].deviation > known[i].deviation);
        CHECK(unknown[i].mean == known[i].mean);
    }
    gemm_law<> moved = l;
    known[3].put(moved, 2.0 * known[3].mean);  // the fixed time and the conversion's, together
    CHECK(moved.product.fixed.value() == approx(8e-6));
    CHECK(moved.conversion.fixed.value() == approx(2e-6));
}

TEST_CASE("a lowered clock lowers the peak it is held against") {
    const device<> d = unmeasured();
    const calibration<> truth = default_calibration(d, kernel_library::vllm);
    std::vector<kernel_row> rows;
    for (kernel_row r : eight(formats::bf16)) {
        device<> slow = d;
        slow.peak.bf16.value = slow.peak.bf16.value * 0.8;
        slow.peak.fp32.value = slow.peak.fp32.value * 0.8;
        r.clock = 0.8;
        r.time = roof<>(slow, truth).time(r.op).total;
        rows.push_back(r);
    }
    const laws_outcome o = fit_laws(d, rows);
    CHECK(o.fits[0].shipped_error == approx(0.0).epsilon(1e-9));
    CHECK(o.laws.gemm[0].constants.product.compute == approx(truth.law(multiply_law::bits_16).compute).epsilon(1e-3));
}

TEST_CASE("what cannot be is refused: faster than the descriptor, another unit, nothing left") {
    const device<> d = unmeasured();
    const calibration<> truth = default_calibration(d, kernel_library::vllm);
    auto rows = timed(eight(formats::bf16), d, truth);
    rows[6].time = rows[6].time * 0.3;  // 4096 x 8192 x 8192 beyond the peak
    const laws_outcome o = fit_laws(d, rows);
    CHECK(o.rows == 7);
    REQUIRE(o.refused.size() == 1);
    CHECK(o.refused.begin()->first.find("faster than the peaks") != std::string::npos);

    std::vector<kernel_row> copies;
    for (const double share : {0.8, 2.0})  // of the bandwidth: the second lay in a cache
        copies.push_back({.kind = timed_kind::copy,
                          .op = timed_copy(bytes_of(1e9)),
                          .time = bytes_of(2e9) / (d.memory.bandwidth.value * share),
                          .clock = 1.0});
    const laws_outcome cached = fit_laws(d, copies);
    CHECK(cached.rows == 1);
    CHECK(cached.refused.size() == 1);
    CHECK(cached.copied / d.memory.bandwidth.value == approx(0.8));

    auto nanoseconds = timed(eight(formats::bf16), d, truth);
    for (kernel_row& r : nanoseconds) r.time = r.time * 1000.0;
    CHECK_THROWS_WITH_AS(fit_laws(d, nanoseconds), doctest::Contains("they must be in microseconds"), error);
    auto too_fast = timed(eight(formats::bf16), d, truth);
    for (kernel_row& r : too_fast) r.time = r.time * 0.001;
    CHECK_THROWS_WITH_AS(fit_laws(d, too_fast), doctest::Contains("no row can be used"), error);

    auto twice = timed(eight(formats::bf16), d, truth);
    twice.push_back(twice[0]);
    twice.back().time = twice[0].time * 2.0;
    const laws_outcome c = fit_laws(d, twice);
    REQUIRE(c.remarks.size() == 1);
    CHECK(c.remarks[0].find("1 x 8192 x 8192 differ by a factor of 2") != std::string::npos);
}
