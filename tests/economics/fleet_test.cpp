// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/economics/availability.hpp>
#include <gambrel/economics/fleet.hpp>
#include <limits>

using namespace gambrel;
using namespace gambrel::literals;

static_assert(fleet_for(10.0, 3.0, 4, 8).servers == 2);

TEST_CASE("whole replicas and whole servers, and what of them is used") {
    constexpr fleet f = fleet_for(10.0, 3.0, 2, 8);  // four replicas of two devices: one server
    CHECK(f.replicas == 4);
    CHECK(f.servers == 1);
    CHECK(f.devices == 8);
    CHECK(f.use == approx(10.0 / 12.0));
    const fleet odd = fleet_for(10.0, 3.0, 4, 8, 0.8);  // 4.17: five replicas, 20 devices, three servers
    CHECK(odd.replicas == 5);
    CHECK(odd.servers == 3);
    CHECK(odd.devices == 24);
    CHECK(odd.use == approx(10.0 / (3.0 * 6)));  // the sixth replica's place is paid too
    CHECK(fleet_for(9.0, 3.0, 1, 1).replicas == 3);
    CHECK(fleet_for(0.0, 3.0, 1, 8).devices == 0);
    CHECK(fleet_for(1.0, 3.0, 16, 8).servers == 2);  // a replica over two servers
}

// DeepSeek's disclosure of 2025-02-27: nodes of 8 H800 take in 73.7 thousand prompt tokens a second, cached ones counted,
// or give 14.8 thousand of output.
TEST_CASE("DeepSeek's day: 226.75 nodes on average, 87,072 $") {
    const double prompts = 608e9 / 86400 / 73.7e3, outputs = 168e9 / 86400 / 14.8e3;
    CHECK(prompts == approx(95.48).epsilon(1e-4));
    CHECK(outputs == approx(131.38).epsilon(1e-4));
    CHECK(prompts + outputs == approx(226.75).epsilon(0.001));
    CHECK(needed(608e9, 73.7e3 * 86400) == 96.0);
    CHECK(needed(168e9, 14.8e3 * 86400) == 132.0);
    CHECK(226.75 * 8 * (2_usd_per_h * 24_h) / 1_usd == approx(87072).epsilon(1e-12));
}

// Llama 3 report: 419 failures in 54 days on 16,384 H100.
TEST_CASE("failures: 8 devices for 6,335 hours, 0.9962 of the time up with repairs of a day") {
    const double rate = 419 / (54.0 * 24 * 16384);
    CHECK(rate == approx(1.97e-5).epsilon(0.005 / 1.97));
    CHECK(1 / (8 * rate) == approx(6335).epsilon(0.0001));
    CHECK(share_up(time_between_failures(rate, 8), 24_h) == approx(0.9962).epsilon(0.00005));
    CHECK_THROWS_AS(time_between_failures(0.0, 8), error);  // what is not known is no zero
}

TEST_CASE(
    "a year in whole servers: 3 of 400,000 $ over five years, 20,000 $ of hosting and 36,000 $ of licences each") {
    const server_cost s{400000_usd, 5, 20000_usd, 36000_usd};
    CHECK(yearly_bill(3, s) / 1_usd == approx(3 * (80000 + 20000 + 36000)));
    CHECK(yearly_bill(0, s) / 1_usd == 0.0);
}

TEST_CASE("fleets refuse bad values and name them") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    for (const double bad : {nan, -1.0, inf}) {
        CAPTURE(bad);
        CHECK_THROWS_WITH(fleet_for(bad, 1, 1, 8), doctest::Contains("load"));
        CHECK_THROWS_WITH(fleet_for(1, bad, 1, 8), doctest::Contains("takes"));
        CHECK_THROWS_WITH(fleet_for(1, 1, 1, 8, bad), doctest::Contains("may use"));
        CHECK_THROWS_WITH(share_up(time_between_failures(bad, 8), 24_h), doctest::Contains("failures"));
        CHECK_THROWS_WITH(share_up(time_between_failures(0.1, 8), hours(bad)), doctest::Contains("repair"));
        CHECK_THROWS_WITH(yearly_bill(1, {dollars_of(bad)}), doctest::Contains("price"));
        CHECK_THROWS_WITH(yearly_bill(1, {1_usd, bad}), doctest::Contains("years"));
        CHECK_THROWS_WITH(yearly_bill(1, {1_usd, 5, dollars_of(bad)}), doctest::Contains("hosting"));
        CHECK_THROWS_WITH(yearly_bill(1, {1_usd, 5, {}, dollars_of(bad)}), doctest::Contains("licences"));
    }
    CHECK_THROWS_WITH(fleet_for(1, 1, 0, 8), doctest::Contains("replica"));
    CHECK_THROWS_WITH(fleet_for(1, 1, 1, 0), doctest::Contains("server"));
    CHECK_THROWS_WITH(fleet_for(1, 1, 1, 8, 0.0), doctest::Contains("may use"));
    CHECK_THROWS_WITH(fleet_for(1, 1, 1, 8, 1.5), doctest::Contains("may use"));
    CHECK_THROWS_WITH(fleet_for(1e9, 1, 1, 8), doctest::Contains("number of devices"));
    CHECK_THROWS_WITH(yearly_bill(1, {1_usd, 0}), doctest::Contains("years"));
    CHECK_THROWS_WITH(yearly_bill(-1, {1_usd}), doctest::Contains("servers"));
}
