// SPDX-License-Identifier: Apache-2.0
// Datasheets against physics and relatives: each slip by its sentence, ranges over relatives worked out again.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/report/json/device_check_json.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
const ask::related_figure* beside(const ask::device_check& c, const std::string& name) {
    for (const ask::related_figure& f : c.figures)
        if (f.name == name) return &f;
    return nullptr;
}
bool lacks(const ask::device_check& c, const std::string& name) {
    for (const ask::missing_figure& m : c.missing)
        if (m.name == name) return true;
    return false;
}
}  // namespace

TEST_CASE("the catalog is sound, and its devices are their own relatives' peers") {
    for (const device<>* d : all_devices) {
        CAPTURE(d->name.view());
        const bool ahead = d->name == name_text("rubin") || d->name == name_text("trainium3");  // plausible_test.cpp
        CHECK(ask::checked_sheet(*d).sound() != ahead);
    }
    const ask::device_check c = ask::checked_sheet(*find_device("h100-sxm"));
    CHECK(c.relatives == find_device("h100-sxm")->architecture.str());
    double least = 1e30, greatest = 0.0;
    std::size_t n = 0;
    for (const device<>* d : all_devices) {
        if (d->architecture != find_device("h100-sxm")->architecture || d->name == name_text("h100-sxm")) continue;
        least = std::fmin(least, d->memory.bandwidth.value.value());
        greatest = std::fmax(greatest, d->memory.bandwidth.value.value());
        ++n;
    }
    const ask::related_figure* f = beside(c, "bandwidth");
    REQUIRE(f != nullptr);
    CHECK(f->relatives == n);
    CHECK(f->least == to_string(byte_rate<>::from_value(least)));
    CHECK(f->greatest == to_string(byte_rate<>::from_value(greatest)));
}

TEST_CASE("a sparse rate, bits for bytes, and what a bare sheet leaves open") {
    device<> mine{.name = "mine",
                  .kind = device_class::datacenter_gpu,
                  .year = 2025,
                  .memory = {.capacity = 96_GiB, .bandwidth = 4_TB_per_s, .kind = memory_kind::hbm},
                  .peak = {.bf16 = 1000_TFLOP_per_s, .fp8 = 4000_TFLOP_per_s},
                  .power = {.limit = 600_W}};
    const ask::device_check c = ask::checked_sheet(mine);
    REQUIRE(c.doubted.count == 1);
    CHECK(ask::sentence_of(*c.doubted.begin()) ==
          "fp8 rate 4 PFLOP/s: 2.0 times 2 PFLOP/s; a greater step from the 16-bit rate than formats make: a sparse "
          "rate");
    CHECK(c.relatives == "its kind, 2023 to 2027");
    CHECK(lacks(c, "scale-up link"));
    CHECK(lacks(c, "architecture"));
    CHECK_FALSE(lacks(c, "power limit"));
    CHECK_FALSE(lacks(c, "year"));
    CHECK(beside(c, "int8") == nullptr);  // not stated
    mine.memory.bandwidth.value = 32_TB_per_s;
    mine.peak.fp8 = 2000_TFLOP_per_s;
    const ask::device_check bits = ask::checked_sheet(mine);
    CHECK(bits.doubted.has(doubt_kind::bandwidth_beyond_bus));
    REQUIRE(beside(bits, "bandwidth") != nullptr);
    CHECK(beside(bits, "bandwidth")->outside);
    CHECK_FALSE(beside(bits, "fp8")->outside);
    mine.memory.capacity.value = 8_MB;
    bool less = false;
    for (const doubt& d : ask::checked_sheet(mine).doubted)
        less = less || ask::sentence_of(d).find("times less than") != std::string::npos;
    CHECK(less);
    mine.year = 0;
    CHECK(ask::checked_sheet(mine).relatives.empty());
    const report::json j = report::as_json(mine, bits);
    CHECK(j["sound"] == false);
    CHECK(j["doubts"][0]["kind"] == "bandwidth_beyond_bus");
    CHECK(j["doubts"][0]["says"] == ask::sentence_of(*bits.doubted.begin()));
    CHECK(j["figures"].size() == bits.figures.size());
    CHECK(j["missing"].size() == bits.missing.size());
}
