// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/roofline/calibration/fitted_clock.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::pow, pages::max;

void clock(worked& w) {
    const device<>& d = catalog::h200_sxm;
    const calibration<> c = default_calibration(d, kernel_library::vllm);
    const clock_law& law = c.clock;
    const switching_energy& e = catalog::switching_energies[1];

    w.text("A product of 4096 rows, 8192 inputs and 8192 outputs in bf16 on one H200 SXM, and again, for a second.\n");
    const number limit = w.given("limit", *d.power.limit / 1_W, "W");
    const number idle = w.given("idle", idling_share, "", "of the limit");
    const number room = w.step("room", limit * (1 - idle), "W");
    const number each = w.given("energy", e.of(multiply::as_16_bit), "pJ/flop", "these four: fitted");
    const number byte = w.given("byte", catalog::picojoules_per_byte, "pJ/B");
    const number active = w.given("active", law.active, "");
    const number exponent = w.given("exponent", law.exponent, "");
    const roof<> r(d, c);
    const matrix x{matrix_role::down, weight_part::feed_forward, split::none, 8192, 8192};
    const operation op = gemm(x, 4096, 1, 1, formats::bf16);
    const number full = w.given("full", r.time(op).total / 1_us, "us", "at full clock: roofline.md");
    const number work = w.step("work", 2 * number(4096) * 8192 * 8192 / 1e9, "GFLOP");
    const number traffic = w.step("traffic", 2 * (number(8192) * 8192 + 2 * number(4096) * 8192) / 1e6, "MB");
    const number energy =
        w.step("energy", active * full + work * 1e9 * each * 1e-6 / room + traffic * byte / room, "us", "of the room");
    w.library("roof::at_limit", energy, r.at_limit(op, r.time(op).total) / 1_us, "us");
    const number demand = w.step("demand", energy / full, "");
    const number held = w.step("held", full * (pow(max(number(1), demand), 1 / exponent) - 1), "us");
    pass_time<> pass;
    pass.add(op, r.time(op), r.at_limit(op, r.time(op).total));
    pass.hold(law);
    w.library("pass_time::by_bound(power)", held, pass.by_bound(bound::power) / 1_us, "us");
}
const pages::page clock_page("clock", clock);
}  // namespace
