// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/economics/price.hpp>
#include <limits>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
constexpr double per_hour(const rental<>& r) { return r / 1_usd_per_h; }
constexpr ownership mine{.capital = 40000_usd,
                         .yearly_rate = 0.1,
                         .years = 4,
                         .availability = 0.95,
                         .it_power = 1000_W,
                         .pue = 1.2,
                         .draw = 0.8,
                         .electricity = 0.1_usd_per_kWh,
                         .colocation = dollars_per_kilowatt_month(150),
                         .operations = 0.1_usd_per_h};
}  // namespace

static_assert(per_hour(cost_of(mine).total()) > 1.917 && per_hour(cost_of(mine).total()) < 1.919);  // 1.5164 + 0.4015

TEST_CASE("capital recovery factor: r(1+r)^n / ((1+r)^n - 1)") {
    // 10 % over 4 years: 1.1^4 = 1.4641, 0.14641 / 0.4641
    CHECK(capital_recovery_factor(0.1, 4) == approx(0.14641 / 0.4641).epsilon(1e-12));
    CHECK(capital_recovery_factor(1.0, 1) == approx(2.0));
    CHECK(capital_recovery_factor(0.0, 5) == approx(0.2));
    // tiny rates meet the limit without cancellation: 1/n + r (n + 1) / (2 n)
    for (const double r : {1e-12, 1e-9, 0.9e-6, 1.1e-6, 1e-5})
        CHECK(capital_recovery_factor(r, 4) == approx(0.25 + 0.625 * r).epsilon(1e-9));
    // the payments, discounted, are the loan
    double present = 0.0;
    for (int year = 1; year <= 7; ++year) present += capital_recovery_factor(0.08, 7) / std::pow(1.08, year);
    CHECK(present == approx(1.0).epsilon(1e-12));
}

TEST_CASE("ownership, every term by hand") {
    constexpr ownership_cost c = cost_of(mine);
    CHECK(per_hour(c.capital) == approx(40000 * (0.14641 / 0.4641) / 8760 / 0.95));
    CHECK(per_hour(c.electricity) == approx(1.0 * 1.2 * 0.8 * 0.1));
    CHECK(per_hour(c.colocation) == approx(150.0 / 730.0));
    CHECK(per_hour(c.operations) == approx(0.1));
    CHECK(per_hour(c.total()) == approx(40000 * (0.14641 / 0.4641) / 8760 / 0.95 + 0.096 + 150.0 / 730.0 + 0.1));
}

// 30,000 $ of device, 1.33 of it with server and network; a DGX's 10.2 kW over 8.
TEST_CASE("the worked example: 1.8727 $/h for 40,000 $ at 8 % over 4 years") {
    constexpr ownership o{.capital = 40000_usd,
                          .yearly_rate = 0.08,
                          .years = 4,
                          .availability = 0.98,
                          .it_power = 1.275_kW,
                          .pue = 1.25,
                          .draw = 0.75,
                          .electricity = 0.087_usd_per_kWh,
                          .colocation = dollars_per_kilowatt_month(150),
                          .operations = 0.10_usd_per_h};
    CHECK(capital_recovery_factor(0.08, 4) == approx(0.301921).epsilon(0.0000005 / 0.301921));
    const ownership_cost c = cost_of(o);
    CHECK(per_hour(c.capital) == approx(1.4068).epsilon(0.00005 / 1.4068));
    CHECK(per_hour(c.electricity) == approx(0.1040).epsilon(0.00005 / 0.1040));
    CHECK(per_hour(c.colocation) == approx(0.2620).epsilon(0.00005 / 0.2620));
    CHECK(per_hour(c.total()) == approx(1.8727).epsilon(0.00005 / 1.8727));
}

TEST_CASE("a residual value is taken off as it is worth today") {
    ownership o{.capital = 40000_usd, .yearly_rate = 0.1, .years = 4};
    const double whole = per_hour(cost_of(o).total());
    o.residual = 14641_usd;  // worth 10,000 $ today: 1.1^4 = 1.4641
    CHECK(per_hour(cost_of(o).total()) == approx(whole * 0.75).epsilon(1e-12));
    o.residual = 40000_usd;
    o.yearly_rate = 0.0;
    CHECK(per_hour(cost_of(o).total()) == approx(0.0));
    o.residual = 40001_usd;
    CHECK_THROWS_WITH(cost_of(o), doctest::Contains("residual"));
}

TEST_CASE("SemiAnalysis H100, owning hyperscaler: 1.30 $/h over 4 years is 45.6 k$; B200 1.95 is 68.3 k$") {
    // no interest, everything in one sum: capital / (4 x 8760 h)
    CHECK(per_hour(cost_of({.capital = 45600_usd}).total()) == approx(1.30).epsilon(0.002));
    CHECK(per_hour(cost_of({.capital = 68300_usd}).total()) == approx(1.95).epsilon(0.002));
}

TEST_CASE("electricity at 0.087 $/kWh and all-in utility power is 8 to 16 % of the hyperscaler's figure") {
    struct row {
        double kilowatts, dollars_per_hour;
    };
    // all-in kW per device and $/h, SemiAnalysis: H100, H200, B200, GB200, MI300X, MI325X, MI355X
    for (const row& r : {row{1.73, 1.30}, row{1.73, 1.41}, row{2.17, 1.95}, row{2.10, 2.21}, row{1.79, 1.12},
                         row{2.18, 1.28}, row{2.65, 1.48}}) {
        const double electricity = per_hour(
            cost_of({.it_power = kilowatts(r.kilowatts), .pue = 1.0, .electricity = 0.087_usd_per_kWh}).electricity);
        CHECK(electricity / r.dollars_per_hour > 0.08);
        CHECK(electricity / r.dollars_per_hour < 0.161);
    }
}

TEST_CASE("a price keeps what it is a price of") {
    constexpr price p{.per_device = 3.07_usd_per_h,
                      .provider = "index",
                      .commitment = "on-demand",
                      .region = "US",
                      .date = "2026-09"};
    CHECK(per_hour(p.per_device) == approx(3.07));
    CHECK(p.provider == name_text("index"));
}

TEST_CASE("ownership refuses bad values and names them") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    for (const double bad : {nan, -1.0, inf}) {
        CAPTURE(bad);
        const auto refused = [&](auto change, const char* what) {
            ownership o = mine;
            change(o);
            CHECK_THROWS_WITH(cost_of(o), doctest::Contains(what));
        };
        refused([&](ownership& o) { o.capital = dollars_of(bad); }, "capital");
        refused([&](ownership& o) { o.residual = dollars_of(bad); }, "residual");
        refused([&](ownership& o) { o.yearly_rate = bad; }, "interest");
        refused([&](ownership& o) { o.years = bad; }, "years");
        refused([&](ownership& o) { o.availability = bad; }, "availability");
        refused([&](ownership& o) { o.it_power = watts_of(bad); }, "IT power");
        refused([&](ownership& o) { o.pue = bad; }, "power usage");
        refused([&](ownership& o) { o.draw = bad; }, "draw");
        refused([&](ownership& o) { o.electricity = dollars_per_kilowatt_hour(bad); }, "electricity");
        refused([&](ownership& o) { o.colocation = dollars_per_kilowatt_month(bad); }, "colocation");
        refused([&](ownership& o) { o.operations = dollars_per_hour(bad); }, "operations");
    }
    CHECK_THROWS_AS(capital_recovery_factor(0.1, 0.0), error);
    CHECK_THROWS_WITH(cost_of({.pue = 0.9}), doctest::Contains("0.9"));
    CHECK_THROWS_AS(cost_of({.draw = 1.5}), error);
}
