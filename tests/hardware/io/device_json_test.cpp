// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/hardware/io/device_json.hpp>
#include <sstream>
#include <string>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
device<> read(const std::string& text) {
    std::istringstream in(text);
    return read_device(in);
}
/// A good device with `members` added at the top level.
std::string device_with(const std::string& members) {
    return R"({"name": "x", "class": "datacenter_gpu", "memory": {"capacity": "96 GB", "bandwidth": "4 TB/s"},
               "peak": {"bf16": "1000 TFLOP/s"})" +
           (members.empty() ? "" : ", " + members) + "}";
}
std::string device_with_memory(const std::string& memory) {
    return R"({"name": "x", "class": "datacenter_gpu", "memory": )" + memory + R"(, "peak": {"bf16": "1000 TFLOP/s"}})";
}
}  // namespace

TEST_CASE("a device in five lines, with units in the text") {
    const device<> d = read(device_with(""));
    CHECK(d.name == "x");
    CHECK(d.kind == device_class::datacenter_gpu);
    CHECK(d.memory.capacity.value == 96_GB);
    CHECK(d.memory.bandwidth.value == 4_TB_per_s);
    CHECK(d.peak.bf16.value == 1000_TFLOP_per_s);
    CHECK(d.memory.bandwidth.kind == evidence::user);
    CHECK(d.memory.bandwidth.text == given_by_user.text);
    CHECK_FALSE(d.peak.fp8.known());
    CHECK_FALSE(d.power.limit.known());
}

TEST_CASE("every key, with the unit in the key, the text or an object") {
    const device<> d = read(R"({
        "name": "mine", "title": "My card", "vendor": "amd", "class": "workstation_gpu", "architecture": "A1", "year": 2026,
        "memory": {"capacity_gb": 48, "bandwidth_gb_per_s": 864, "kind": "gddr"},
        "cache": {"capacity": "96 MB"},
        "peak": {"fp32_tflop_per_s": 90, "fp8": {"value": 0.7, "unit": "PFLOP/s", "source": "sheet", "date": "2026", "evidence": "datasheet"}},
        "compute_units": 142,
        "scale_up": {"name": "NVLink4", "kind": "nvlink", "per_direction": "450 GB/s", "devices": 8, "in_switch_reduction": true},
        "host_link": {"kind": "pcie", "per_direction_gb_per_s": 32},
        "scale_out": {"kind": "ethernet", "per_direction": "400 Gb/s"},
        "power": {"limit": "350 W", "idle_w": 25},
        "list_price_usd": 6800})");
    CHECK(d.title == "My card");
    CHECK(d.vendor == vendor::amd);
    CHECK(d.kind == device_class::workstation_gpu);
    CHECK(d.architecture == "A1");
    CHECK(d.year == 2026);
    CHECK(d.memory.capacity.value == 48_GB);
    CHECK(d.memory.bandwidth.value == 864_GB_per_s);
    CHECK(d.memory.kind == memory_kind::gddr);
    CHECK(d.cache.capacity.value / 96_MB == approx(1.0));
    CHECK(d.peak.fp32.value == 90_TFLOP_per_s);
    CHECK(d.peak.fp8.value / 700_TFLOP_per_s == approx(1.0));
    CHECK(d.peak.fp8.kind == evidence::user);
    CHECK(d.compute_units == 142);
    CHECK(d.scale_up.kind == fabric::nvlink);
    CHECK(d.scale_up.per_direction.value == 450_GB_per_s);
    CHECK(d.scale_up.devices == 8);
    CHECK(d.scale_up.in_switch_reduction);
    CHECK(d.host_link.per_direction.value == 32_GB_per_s);
    CHECK(d.scale_out.per_direction.value == 50_GB_per_s);
    CHECK(d.power.limit.value == 350_W);
    CHECK(d.power.idle.value == 25_W);
    CHECK(d.list_price.value == 6800_usd);
}

TEST_CASE("what is written is read back, for every catalog device with memory of its own") {
    for (const device<>* original : all_devices) {
        if (!original->memory.capacity.known()) continue;
        CAPTURE(original->name.view());
        const auto j = to_json(*original);
        const device<> d = read(j.dump());
        CHECK(to_json(d).size() == j.size());
        CHECK(d.name == original->name);
        CHECK(d.title == original->title);
        CHECK(d.vendor == original->vendor);
        CHECK(d.kind == original->kind);
        CHECK(d.year == original->year);
        CHECK(d.compute_units == original->compute_units);
        const auto same = [](const auto& a, const auto& b) {
            CHECK(a.known() == b.known());
            if (a.known() && b.known()) CHECK(a.value / b.value == approx(1.0).epsilon(1e-12));
        };
        same(d.memory.capacity, original->memory.capacity);
        same(d.memory.bandwidth, original->memory.bandwidth);
        same(d.cache.capacity, original->cache.capacity);
        for (number_format f : all_number_formats) same(d.peak.of(f), original->peak.of(f));
        same(d.scale_up.per_direction, original->scale_up.per_direction);
        same(d.host_link.per_direction, original->host_link.per_direction);
        same(d.scale_out.per_direction, original->scale_out.per_direction);
        CHECK(d.scale_up.kind == original->scale_up.kind);
        CHECK(d.scale_up.devices == original->scale_up.devices);
        CHECK(d.scale_up.in_switch_reduction == original->scale_up.in_switch_reduction);
        same(d.power.limit, original->power.limit);
        same(d.list_price, original->list_price);
    }
}

TEST_CASE("a figure is written with its unit, source, date and evidence") {
    const auto j = to_json(catalog::rtx_4090);
    CHECK(j["peak"]["bf16"]["value"] == approx(165.2));
    CHECK(j["peak"]["bf16"]["unit"] == "TFLOP/s");
    CHECK(j["peak"]["bf16"]["evidence"] == name_of(catalog::rtx_4090.peak.bf16.kind));
    CHECK(j["peak"]["bf16"]["date"] == catalog::rtx_4090.peak.bf16.date);
    CHECK(j["memory"]["capacity"]["unit"] == "GB");
    CHECK(j["memory"]["capacity"]["source"] == catalog::rtx_4090.memory.capacity.text);
    CHECK_FALSE(j["peak"].contains("fp4"));  // absent, not null or zero
}

TEST_CASE("a bad file is one error that names the key") {
    struct bad {
        std::string text;
        const char* names;
    };
    const bad files[] = {
        {"", "not JSON"},
        {"{", "not JSON"},
        {R"({"name": "x")", "not JSON"},
        {"[]", "the device must be an object"},
        {"null", "the device must be an object"},
        {"3", "the device must be an object"},
        {"{}", "name is missing"},
        {R"({"name": "x"})", "class is missing"},
        {R"({"name": "x", "class": "cpu"})", "memory.capacity is missing"},
        {device_with_memory(R"({"capacity": "96 GB"})"), "memory.bandwidth is missing"},
        {device_with_memory("12"), "memory must be an object, not number"},
        {device_with_memory(R"({"capacity": 96, "bandwidth": "4 TB/s"})"),
         "memory.capacity must be text with its unit"},
        {device_with_memory(R"({"capacity": "96", "bandwidth": "4 TB/s"})"), "has no unit"},
        {device_with_memory(R"({"capacity": "96 GB/s", "bandwidth": "4 TB/s"})"), "is a bandwidth"},
        {device_with_memory(R"({"capacity": "0 GB", "bandwidth": "4 TB/s"})"), "memory.capacity in GB is 0"},
        {device_with_memory(R"({"capacity": "-96 GB", "bandwidth": "4 TB/s"})"), "memory.capacity in GB is -96"},
        {device_with_memory(R"({"capacity": "nan GB", "bandwidth": "4 TB/s"})"), "is not a finite number"},
        {device_with_memory(R"({"capacity": "1e30 GB", "bandwidth": "4 TB/s"})"), "memory.capacity in GB is"},
        {device_with_memory(R"({"capacity": "1e300 GB", "bandwidth": "4 TB/s"})"), "is not a finite number"},
        {device_with_memory(R"({"capacity_gb": 1e999, "bandwidth": "4 TB/s"})"), "not JSON"},
        {device_with_memory(R"({"capacity_gb": NaN, "bandwidth": "4 TB/s"})"), "not JSON"},
        {device_with_memory(R"({"capacity_gb": "96", "bandwidth": "4 TB/s"})"), "memory.capacity_gb must be a number"},
        {device_with_memory(R"({"capacity_gb": 96, "capacity": "96 GB", "bandwidth": "4 TB/s"})"), "has both"},
        {device_with_memory(R"({"capacity": {"value": 96}, "bandwidth": "4 TB/s"})"), "\"value\" and \"unit\""},
        {device_with_memory(R"({"capacity": {"value": 96, "unit": "GHz"}, "bandwidth": "4 TB/s"})"), "unknown unit"},
        {device_with_memory(R"({"capacity": {"value": 96, "unit": "GB", "souce": "s"}, "bandwidth": "4 TB/s"})"),
         "the nearest are source"},
        {device_with_memory(R"({"capacity": "96 GB", "bandwidth": "4 TB/s", "kind": "hbm4"})"),
         "unknown memory.kind \"hbm4\""},
        {device_with_memory(R"({"capacity": "96 GB", "bandwith": "4 TB/s"})"), "the nearest are bandwidth"},
        {device_with(R"("peek": {})"), "unknown key of the device \"peek\"; the nearest are peak"},
        {device_with(R"("vendor": "nvidea")"), "the nearest are nvidia"},
        {device_with(R"("vendor": 3)"), "vendor must be text"},
        {device_with(R"("year": 2026.5)"), "year must be a whole number"},
        {device_with(R"("year": 99999999999999999999)"), "year"},
        {device_with(R"("compute_units": 0)"), "compute_units is 0"},
        {device_with(R"("title": "a\u0000b")"), "steers a screen"},
        {device_with(R"("title": "a\u202eb")"), "a\\u202eb"},
        {device_with(R"("title": ")" + std::string(200, 'a') + "\""), "at most 80"},
        {device_with(R"("scale_up": {"per_direction": "450 GB/s"})"), "scale_up.kind is missing"},
        {device_with(R"("scale_up": {"kind": "nvlink", "per_direction": "450 GB/s", "devices": -1})"),
         "scale_up.devices is -1"},
        {device_with(R"("scale_up": {"kind": "nvlink", "in_switch_reduction": 1})"), "must be true or false"},
        {device_with(R"("power": {"limit": "700 kWh"})"), "is an energy"},
        {device_with(R"("list_price_usd": 0)"), "list_price_usd in $ is 0"},
        {device_with(R"("title": "a", "title": "b")"), "stands twice"},
        {device_with(R"("a": {"b": {"c": {"d": {"e": 1}}}})"), "nests deeper"},
        {R"({"name": "x", "class": "cpu", "memory": {"capacity": "96 GB", "bandwidth": "4 TB/s"}, "peak": {}})",
         "peak is missing"},
        {std::string(100000, ' '), "longer than 65536 bytes"},
        {std::string(60000, '['), "nests deeper"},
    };
    for (const bad& file : files) {
        CAPTURE(file.text.substr(0, 200));
        CHECK_THROWS_WITH_AS(read(file.text), doctest::Contains(file.names), error);
    }
}

TEST_CASE("a file that is cut anywhere is an error, never half a device") {
    const std::string whole = to_json(catalog::h100_sxm).dump();
    for (std::size_t n = 0; n < whole.size(); ++n) CHECK_THROWS_AS(read(whole.substr(0, n)), error);
}

TEST_CASE("a file that is not there, or is a folder, is an error naming it") {
    CHECK_THROWS_WITH_AS(read_device(std::filesystem::path("no-such-file.json")),
                         doctest::Contains("no-such-file.json"), error);
    CHECK_THROWS_AS(read_device(std::filesystem::temp_directory_path()), error);
}
