// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/economics/rent.hpp>
#include <limits>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
constexpr double per_hour(const rental<>& r) { return r / 1_usd_per_h; }
}  // namespace

static_assert(spot_devices(11, 0.95, 0.999) == 15);

TEST_CASE("reserved: an upfront quarter of a three-year contract is the whole price without interest, more with it") {
    // SemiAnalysis' H100: 1.30 $/h over three years, a quarter of it at once
    const reservation r{.hourly = 0.975_usd_per_h, .upfront = dollars_of(0.25 * 1.30 * 3 * 8760), .years = 3};
    CHECK(per_hour(cost_of(r)) == approx(1.30).epsilon(1e-12));
    reservation financed = r;
    financed.yearly_rate = 0.08;  // CRF(0.08, 3) = 0.388034
    CHECK(per_hour(cost_of(financed)) == approx(0.975 + 0.25 * 1.30 * 3 * 0.388034).epsilon(1e-6));
    CHECK(per_hour(cost_of(reservation{.hourly = 2_usd_per_h})) == 2.0);
}

TEST_CASE("spot: 1.20 $/h, lost once a day, back after 0.15 hours") {
    constexpr spot_market s{.rent = 1.20_usd_per_h, .interruptions = 1.0 / 24, .recovery = 0.15_h};
    CHECK(per_hour(cost_of(s)) == approx(1.2075).epsilon(1e-12));
    CHECK(availability_of(s) == approx(1 / 1.00625).epsilon(1e-12));
    CHECK(per_hour(cost_of(spot_market{.rent = 1.20_usd_per_h})) == approx(1.20));
    // an hour of serving costs what the hours paid for it cost
    CHECK(per_hour(cost_of(s)) * availability_of(s) == approx(1.20));
}

TEST_CASE("spare devices of a spot fleet: 11 needed at 99.9 %") {
    CHECK(spot_devices(11, 0.95, 0.999) == 15);
    CHECK(spot_devices(11, 0.98, 0.999) == 14);
    CHECK(spot_devices(11, 1.0, 0.999) == 11);
    CHECK(spot_devices(1, 0.5, 0.99) == 7);  // 1 - 0.5^7 = 0.9922
    CHECK(share_too_few(3, 2, 0.5) == approx(0.5));
    CHECK(share_too_few(4, 4, 0.9) == approx(1 - 0.6561));
    CHECK(share_too_few(4, 0, 0.9) == 0.0);
    CHECK(share_too_few(4, 5, 0.9) == 1.0);
    // all ways to have k of n up, by hand
    double sum = 0.0;
    for (int k = 11; k <= 15; ++k) {
        double ways = 1.0;
        for (int i = 0; i < 15 - k; ++i) ways = ways * (15 - i) / (i + 1);
        sum += ways * std::pow(0.95, k) * std::pow(0.05, 15 - k);
    }
    CHECK(1 - share_too_few(15, 11, 0.95) == approx(sum).epsilon(1e-12));
    CHECK(sum >= 0.999);
}

TEST_CASE("rent refuses bad values and names them") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    for (const double bad : {nan, -1.0, inf}) {
        CAPTURE(bad);
        CHECK_THROWS_WITH(cost_of(reservation{.hourly = dollars_per_hour(bad)}), doctest::Contains("reserved rent"));
        CHECK_THROWS_WITH(cost_of(reservation{.upfront = dollars_of(bad)}), doctest::Contains("upfront"));
        CHECK_THROWS_WITH(cost_of(reservation{.years = bad}), doctest::Contains("years"));
        CHECK_THROWS_WITH(cost_of(spot_market{.rent = dollars_per_hour(bad)}), doctest::Contains("spot rent"));
        CHECK_THROWS_WITH(cost_of(spot_market{.interruptions = bad}), doctest::Contains("interruptions"));
        CHECK_THROWS_WITH(cost_of(spot_market{.recovery = hours(bad)}), doctest::Contains("replaced"));
        CHECK_THROWS_WITH(spot_devices(3, bad, 0.9), doctest::Contains("up"));
        CHECK_THROWS_WITH(spot_devices(3, 0.9, bad), doctest::Contains("probability"));
    }
    CHECK_THROWS_WITH(cost_of(reservation{.years = 0}), doctest::Contains("years"));
    CHECK_THROWS_AS(spot_devices(0, 0.9, 0.9), error);
    CHECK_THROWS_AS(spot_devices(3, 0.0, 0.9), error);
    CHECK_THROWS_AS(spot_devices(3, 0.9, 1.0), error);
}
