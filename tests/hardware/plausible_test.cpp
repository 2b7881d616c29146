// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <fstream>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/hardware/plausible.hpp>
#include <gambrel/numeric/io/csv.hpp>
#include <set>
#include <string>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
/// Doubts that the vendor's own sheet answers: formats whose step from 16 bit is greater than any chip's before.
const std::set<std::string> answered{
    "rubin fp8", "rubin fp6", "rubin fp4",  // 4.4 and 8.8 times 16 bit, as announced
    "trainium3 fp8",                        // 3.8 times, AWS Neuron's description
};
doubts of(device<> d) { return doubts_of(d); }
}  // namespace

TEST_CASE("nothing in the catalog is beyond physics") {
    std::size_t seen = 0;
    for (const device<>* d : all_devices)
        for (const doubt& x : doubts_of(*d)) {
            const std::string name = d->name.str() + " " + std::string(name_of(x.format));
            CAPTURE(name);
            CAPTURE(name_of(x.what));
            CAPTURE(x.times());
            CHECK(answered.count(name) == 1);
            ++seen;
        }
    CHECK(seen == answered.size());
}

TEST_CASE("bandwidth is bus width x memory clock, for the devices most used") {
    std::size_t n = 0;
    std::ifstream file("tests/hardware/memory_buses.csv");
    csv_reader row(file);
    while (row.next()) {
        CAPTURE(row["id"]);
        const device<>& d = device_named(row["id"]);
        const double bus = std::stod(row["bus_bits"]) * std::stod(row["gigabits_per_pin"]) * 1e9 / 8.0;
        const double share = d.memory.bandwidth.value.value() / bus;
        CHECK(share < 1.012);  // sheets round
        CHECK(share > 0.97);
        ++n;
    }
    CHECK(n >= 40);
}

TEST_CASE("the slips that people make are doubted, and by how much") {
    using enum doubt_kind;
    // A sparse rate given as dense, of every datacentre GPU whose architecture is known.
    std::size_t n = 0;
    for (const device<>* d : all_devices) {
        if (d->vendor != vendor::nvidia && d->vendor != vendor::amd) continue;
        if (d->kind != device_class::datacenter_gpu || d->compute_units == 0 || d->name == name_text("h20") ||
            d->name == name_text("h20-3e"))
            continue;
        CAPTURE(d->name.view());
        device<> sparse = *d;
        for (auto* rate : {&sparse.peak.bf16, &sparse.peak.fp16, &sparse.peak.fp8})
            if (rate->known()) rate->value = rate->value * 2.0;
        CHECK(of(sparse).has(rate_beyond_units));
        ++n;
    }
    CHECK(n >= 25);
    // Of a chip that nobody knows, by the step between its formats.
    const device<> mine{.name = "mine",
                        .memory = {.capacity = 96_GiB, .bandwidth = 4_TB_per_s, .kind = memory_kind::hbm},
                        .peak = {.bf16 = 1000_TFLOP_per_s, .fp8 = 4000_TFLOP_per_s},
                        .power = {.limit = 600_W}};
    const doubts found = of(mine);
    REQUIRE(found.has(format_step));
    CHECK(found.begin()->times() == approx(2.0));
    device<> right = mine;
    right.peak.fp8 = 2000_TFLOP_per_s;
    CHECK(of(right).empty());
    // Bits for bytes; a card with the memory of four; GB for MB; a link in bits; a rate in the wrong unit.
    device<> d = *find_device("l40s");
    d.memory.bandwidth.value = 6.912_TB_per_s;
    CHECK(of(d).has(bandwidth_beyond_bus));
    d = *find_device("h100-sxm");
    d.memory.bandwidth.value = 26.8_TB_per_s;
    CHECK(of(d).has(bandwidth_beyond_bus));
    d = *find_device("h100-sxm");
    d.memory.capacity.value = 80_MB;
    CHECK(of(d).has(whole_read_too_short));
    d.memory.capacity.value = 80'000_GB;
    CHECK(of(d).has(whole_read_too_long));
    d = *find_device("h100-sxm");
    d.scale_up.per_direction.value = 3600_GB_per_s;
    CHECK(of(d).has(link_beyond_memory));
    d = *find_device("h100-sxm");
    d.memory.visible = {81.5_GiB, {}};
    CHECK(of(d).has(visible_beyond_memory));
    device<> unnamed = *find_device("h100-sxm");
    unnamed.architecture = "";
    for (auto* rate :
         {&unnamed.peak.bf16, &unnamed.peak.fp8, &unnamed.peak.int8, &unnamed.peak.fp16, &unnamed.peak.tf32})
        rate->value = rate->value * 10.0;
    CHECK(of(unnamed).has(rate_beyond_power));
}

TEST_CASE("doubts are worked out by the compiler too") {
    static_assert(doubts_of(catalog::h100_sxm).empty());
    static_assert([] {
        device<> d = catalog::h100_sxm;
        d.peak.bf16.value = d.peak.bf16.value * 2.0;
        return doubts_of(d).has(doubt_kind::rate_beyond_units);
    }());
}
