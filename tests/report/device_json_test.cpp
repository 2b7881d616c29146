// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/report/json/device_json.hpp>

using namespace gambrel;
using report::json;

TEST_CASE("a device sheet is its file, then what follows from it") {
    const device<>& d = device_named("h100-sxm");
    const json j = report::device_sheet_json(d), file = to_json(d);
    for (const auto& [key, value] : file.items()) CHECK(j[key] == value);
    CHECK(j.size() == file.size() + 3);
    // NVIDIA H100 SXM datasheet: 989.4 TFLOP/s dense bf16, 3.35 TB/s
    CHECK(j["ridge_points"]["bf16"]["value"].get<double>() == approx(989.4e12 / 3.35e12).epsilon(1e-3));
    CHECK(j["ridge_points"]["bf16"]["unit"] == "FLOP/B");
    CHECK(j["ridge_points"].size() == j["peak"].size());
    CHECK(j["price_quotes"].size() == price_quotes_for("h100-sxm").size());
    CHECK(j["price_quotes"].size() > 3);
    for (const auto& q : j["price_quotes"]) {
        CHECK(q["rent"]["unit"] == "$/h");
        CHECK_FALSE(q["source"].get<std::string>().empty());
    }
    CHECK(j["typical_price"]["low"].get<double>() <= j["typical_price"]["value"].get<double>());
}

TEST_CASE("a sheet reads back as the same device; without quotes the typical price is null") {
    for (const device<>* d : all_devices) {
        CAPTURE(d->name.view());
        if (!d->memory.capacity.known()) continue;  // processors: a file must say how much they have
        const json j = report::device_sheet_json(*d);
        const device<> again = device_from_json(nlohmann::json::parse(j.dump()));
        CHECK(again.memory.bandwidth.value.value() == approx(d->memory.bandwidth.value.value()));
        CHECK(j["typical_price"].is_null() == !typical_price(*d).has_value());
    }
    const json all = report::devices_json(all_devices);
    REQUIRE(all.size() == all_devices.size());
    CHECK_FALSE(all[0].contains("ridge_points"));
}
