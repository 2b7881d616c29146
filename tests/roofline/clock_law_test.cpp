// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/numeric/io/csv.hpp>
#include <gambrel/roofline/calibration/defaults.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/step/tabulated_step.hpp>
#include <map>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
/// A petaflop a second of 16 bit takes the room twice, 5 TB/s a quarter of it, running kernels a fifth.
constexpr clock_law law{
    .per_flop = {2e-15, 0, 1e-15, 0, 0}, .per_byte = 5e-14, .active = 0.2, .exponent = 2, .settling = 40_ms};

pass_time<> pass_of(const device<>& d, const step_shape& shape, const clock_law* by = nullptr) {
    calibration<> c = default_calibration(d, kernel_library::vllm);
    if (by) c.clock = *by;
    const roof<> r(d, c);
    return time_pass({catalog::llama_3_1_70b, {.tensor = 4}, precision{}}, shape, r, catalog::vllm);
}
device<> capped(const device<>& d, const watts<>& limit) {
    device<> copy = d;
    copy.power.limit.value = limit;
    return copy;
}
const step_shape prompt = step_shape::prefill(1, 8192), decodes = step_shape::decode(16, 1024);
}  // namespace

static_assert(law.energy(multiply::as_16_bit, 1e15, 0, 0.0) == 2.0);
static_assert(law.stretch(1.0) == 1.0);

TEST_CASE("energy adds what runs, multiplies and moves; the clock falls with the root of what is wanted") {
    CHECK(law.energy(multiply::as_16_bit, 0.25e15, 2e12, 1.0) == approx(0.2 + 0.5 + 0.1));
    CHECK(law.energy(multiply::as_8_bit_float, 0.25e15, 2e12, 1.0) == approx(0.2 + 0.25 + 0.1));
    CHECK(law.energy(multiply::as_fp32, 0.9e15, 2e12, 1.0) == approx(0.2 + 0.1));  // not known: draws nothing
    CHECK(law.stretch(0.7) == 1.0);
    CHECK(law.stretch(1.44) == approx(1.2));
}

TEST_CASE("a pass starts at the clock of those before, and ends at its own") {
    CHECK(law.settled(1.5, 0.5, 1e-6) == approx(0.5).epsilon(1e-3));
    CHECK(law.settled(1.5, 0.5, 4.0) == approx(1.5 - 0.01));  // 1 % of its time before it settled
    // two fifths of e-folding: mean of what is left of the difference, by the integral
    double left = 0;
    for (int i = 0; i < 1000; ++i) left += std::exp(-(i + 0.5) / 1000 * 2) / 1000;
    CHECK(law.settled(1.5, 0.5, 0.08) == approx(1.5 - left).epsilon(1e-6));
}

TEST_CASE("of a device: room over joules, cut at that of the measured board; no law without one") {
    const clock_law h200 = default_calibration(catalog::h200_sxm, kernel_library::vllm).clock;
    const auto each = [](const clock_law& l) { return l.per_flop[static_cast<std::size_t>(multiply::as_16_bit)]; };
    const double room = 700 * (1 - idling_share);
    CHECK(each(h200) == approx(catalog::switching_energies[1].picojoules_per_flop[0] * 1e-12 / room));
    CHECK(h200.per_byte == approx(catalog::picojoules_per_byte * 1e-12 / room));
    CHECK(each(default_calibration(capped(catalog::h200_sxm, 350_W)).clock) == approx(2 * each(h200)));
    CHECK(each(default_calibration(capped(catalog::h200_sxm, 900_W)).clock) == approx(each(h200)));
    // an H100 PCIe is the die on half of the power
    CHECK(each(default_calibration(catalog::h100_pcie).clock) ==
          approx(2 * each(default_calibration(catalog::h100_sxm).clock)));
    CHECK_FALSE(default_calibration(catalog::a100_sxm_80).clock.known());
    CHECK_FALSE(default_calibration(catalog::mi300x).clock.known());
    CHECK_THROWS_WITH(checked([] {
                          calibration<> c = default_calibration(catalog::h100_sxm);
                          c.clock.exponent = 0.5;
                          return c;
                      }()),
                      doctest::Contains("exponent of power"));
}

TEST_CASE("a pass of prompts is held, one of decodes is not; what is held is booked as power") {
    const pass_time<> held = pass_of(catalog::h100_sxm, prompt), free = pass_of(catalog::h100_sxm, decodes);
    CHECK(held.demand() > 1.05);
    CHECK(free.demand() < 1.0);
    CHECK(free.demand() > law.active);
    CHECK(free.by_bound(bound::power).value() == 0.0);
    const clock_law none{};
    const double full = pass_of(catalog::h100_sxm, prompt, &none).total().value();
    CHECK(held.total().value() == approx(full + held.by_bound(bound::power).value()));
    CHECK(held.by_class(power_class).value() == held.by_bound(bound::power).value());
    double classes = 0, bounds = 0;
    for (std::size_t i = 0; i < cost_class_count; ++i) classes += held.by_class(i).value();
    for (std::size_t i = 0; i < bound_count; ++i) bounds += held.by_bound(static_cast<bound>(i)).value();
    CHECK(classes == approx(held.total().value()));
    CHECK(bounds == approx(held.total().value()));
    const clock_law h100 = default_calibration(catalog::h100_sxm, kernel_library::vllm).clock;
    CHECK(held.by_bound(bound::power).value() ==
          approx((full - held.by_class(host_class).value()) * (std::pow(held.demand(), 1 / h100.exponent) - 1)));
}

TEST_CASE("held again by what was before: less among decodes, as before among its like") {
    pass_time<> p = pass_of(catalog::h100_sxm, prompt);
    const double alone = p.total().value();
    const clock_law h100 = default_calibration(catalog::h100_sxm, kernel_library::vllm).clock;
    p.hold(h100, 0.5);
    CHECK(p.total().value() < alone);
    p.hold(h100);
    CHECK(p.total().value() == approx(alone));
}

TEST_CASE("a lower limit is never faster, and slows prompts more than decodes") {
    double prompts_before = 0, decodes_before = 0;
    for (const double w : {900.0, 700.0, 600.0, 450.0, 350.0, 250.0}) {
        CAPTURE(w);
        const device<> d = capped(catalog::h100_sxm, watts_of(w));
        const double p = pass_of(d, prompt).total().value(), n = pass_of(d, decodes).total().value();
        CHECK(p >= prompts_before);
        CHECK(n >= decodes_before);
        prompts_before = p;
        decodes_before = n;
    }
    const double p = pass_of(catalog::h100_sxm, prompt).total().value(),
                 n = pass_of(catalog::h100_sxm, decodes).total().value();
    CHECK(prompts_before / p > 1.25);
    CHECK(prompts_before / p > decodes_before / n);
}

TEST_CASE("the tabulated law is held as the pass is, after whatever came before") {
    const calibration<> c = default_calibration(catalog::h100_sxm, kernel_library::vllm);
    const roof<> r(catalog::h100_sxm, c);
    const pass_inputs terms{catalog::llama_3_1_70b, {.tensor = 4}, precision{}};
    const tabulated_step table(terms, r, catalog::vllm, 16384);
    const timed_step exact(terms, r, catalog::vllm);
    CHECK(table.settling() == exact.settling());
    for (const double before : {-1.0, 0.0, 0.6, 1.4}) {
        pass_load l{.decodes = 8,
                    .context = 8192,
                    .prompts = 1,
                    .prompt_tokens = 4096,
                    .prompt_pairs = 4096.0 * 2048.5,
                    .finishing = 1};
        l.demand_before = before;
        CAPTURE(before);
        CHECK(table.powered(l).demand == approx(exact.powered(l).demand).epsilon(0.01));
        CHECK(table.seconds(l) == approx(exact.seconds(l)).epsilon(0.01));
    }
    CHECK(table.line(256, 256 * 1024.0).fixed > 0.0);
}

TEST_CASE(
    "products of 16 bit, timed in a burst and for a second: their ratio is the law's, on chips and shapes of the "
    "file") {
    std::ifstream in("data/clock/products.csv");
    REQUIRE(in);
    csv_reader t(in);
    std::map<std::string, std::vector<double>> with, without;
    while (t.next()) {
        const double m = std::stod(t["m"]), n = std::stod(t["n"]), k = std::stod(t["k"]);
        const double burst = std::stod(t["burst_us"]) * 1e-6, sustained = std::stod(t["sustained_us"]) * 1e-6;
        if (t["format"] != "bfloat16" || m < 512 || burst > 0.5e-3) continue;
        const device<>& d = device_named(t["device"]);
        const clock_law of = default_calibration(d, kernel_library::vllm).clock;
        const double wanted = of.energy(multiply::as_16_bit, 2 * m * n * k, 2 * (n * k + m * k + m * n), burst) / burst;
        with[t["device"]].push_back(std::abs(burst * of.stretch(wanted) / sustained - 1));
        without[t["device"]].push_back(std::abs(burst / sustained - 1));
    }
    REQUIRE(with.size() == 3);
    const auto median = [](std::vector<double> x) {
        std::sort(x.begin(), x.end());
        return x[x.size() / 2];
    };
    for (const auto& of_board : with) {
        const std::string& board = of_board.first;
        CAPTURE(board);
        REQUIRE(of_board.second.size() > 80);
        CHECK(median(without[board]) > 0.10);
        CHECK(median(of_board.second) < 0.08);
    }
}

TEST_CASE(
    "as the table's loop runs them: short products that stream, short ones that multiply, long ones half settled") {
    std::ifstream in("data/clock/products.csv");
    REQUIRE(in);
    csv_reader t(in);
    std::map<std::string, std::vector<double>> off;  // ln(predicted / measured)
    while (t.next()) {
        const double m = std::stod(t["m"]), n = std::stod(t["n"]), k = std::stod(t["k"]);
        const double burst = std::stod(t["burst_us"]) * 1e-6, sustained = std::stod(t["sustained_us"]) * 1e-6;
        if (t["format"] != "bfloat16") continue;
        const char* kind = burst > 3e-3                 ? "long"
                           : burst < 0.5e-3 && m >= 512 ? "multiplies"
                           : burst < 0.5e-3 && m >= 128 ? "streams"
                                                        : nullptr;
        if (kind == nullptr) continue;
        const clock_law of = default_calibration(device_named(t["device"]), kernel_library::vllm).clock;
        const double wanted = of.energy(multiply::as_16_bit, 2 * m * n * k, 2 * (n * k + m * k + m * n), burst) / burst;
        // nine launches: what of the burst ran at full clock
        const double full = std::exp(-9 * burst / of.settling.value());
        off[kind].push_back(std::log(burst * std::pow(of.stretch(wanted), full) / sustained));
    }
    REQUIRE(off.size() == 3);
    for (auto& kind : off) {
        CAPTURE(kind.first);
        std::vector<double>& x = kind.second;
        REQUIRE(x.size() > 80);
        std::sort(x.begin(), x.end());
        CHECK(std::abs(x[x.size() / 2]) < 0.02);
    }
}
