// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/economics/assumptions.hpp>
#include <gambrel/economics/availability.hpp>
#include <gambrel/economics/fleet.hpp>
#include <gambrel/hardware/catalog.hpp>

using namespace gambrel;
using namespace gambrel::literals;

TEST_CASE("every assumption has a source and a date") {
    for (const sourced<double>& a : {assumed::interest, assumed::years, assumed::availability, assumed::with_server,
                                     assumed::it_power, assumed::pue, assumed::draw, assumed::electricity,
                                     assumed::colocation, assumed::operations, assumed::most_use, assumed::recovery,
                                     assumed::grid, assumed::embodied, assumed::water, assumed::server_power}) {
        CHECK(a.known());
        CHECK(a.kind != evidence::user);
        CHECK_FALSE(a.text.empty());
        CHECK_FALSE(a.date.empty());
        CHECK(*a > 0.0);
    }
}

TEST_CASE("assumptions that are worked out elsewhere") {
    CHECK(*assumed::availability ==
          approx(share_up(time_between_failures(419 / (54.0 * 24 * 16384), 8), 24_h)).epsilon(1e-4));
    CHECK(*assumed::it_power * 700 == approx(1275));
    CHECK(*assumed::server_power == approx(7.5 / 5.6).epsilon(0.01));
    CHECK(*assumed::with_server * 30000 == approx(39900));
}

TEST_CASE("prices of devices are of devices that are") {
    for (const assumed::device_price& p : assumed::device_prices) {
        CAPTURE(p.device);
        REQUIRE(find_device(p.device) != nullptr);
        CHECK(find_device(p.device)->name.view() == p.device);
    }
    CHECK(*assumed::price_of("h100-sxm") / 1_usd == approx(30000));
    CHECK_FALSE(assumed::price_of("apple-m1").known());
}
