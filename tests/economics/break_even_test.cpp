// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/economics/break_even.hpp>
#include <limits>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
/// 3171 $ a year whatever runs, 911 $ of electricity at full use.
constexpr own_or_rent at(rental<> rent) {
    return {.capital = 40000_usd,
            .years = 4,
            .fixed = dollars_of(3171) / hours(8760),
            .energy = dollars_of(911) / hours(8760),
            .rent = rent};
}
}  // namespace

static_assert(*break_even(at(dollars_per_hour(3))) > 0.519 && *break_even(at(dollars_per_hour(3))) < 0.520);

TEST_CASE("own or rent: from which use on") {
    CHECK(*break_even(at(dollars_per_hour(3))) == approx(0.519).epsilon(0.0005 / 0.519));
    CHECK(*break_even(at(dollars_per_hour(2))) == approx(0.793).epsilon(0.0005 / 0.793));
    CHECK(*break_even(at(dollars_per_hour(1))) > 1.0);                // never pays
    CHECK_FALSE(break_even(at(dollars_per_hour(0.05))).has_value());  // the electricity alone costs more
}

TEST_CASE("at the break-even use the capital is paid back when the life ends, sooner above it and later below") {
    const own_or_rent o = at(dollars_per_hour(3));
    const double use = *break_even(o);
    CHECK(*paid_back(o, use) / hours(8760) == approx(4.0).epsilon(1e-9));
    CHECK(*paid_back(o, 1.0) < *paid_back(o, use));
    // in full use 3 - 0.104 - 0.362 = 2.534 $/h are saved: 40,000 $ in 15,785 hours
    CHECK(*paid_back(o, 1.0) / 1_h == approx(40000 / (3 - (3171 + 911) / 8760.0)).epsilon(1e-9));
    CHECK_FALSE(paid_back(o, 0.1).has_value());  // 0.29 $/h saved, 0.36 $/h of place and operations
}

TEST_CASE("API or own: 5.61 requests a second of 2048 and 256 tokens for 10 $/h against 0.88 $/Mtok of both") {
    const token_flows full{tokens_per_second(5.61 * 2048), {}, tokens_per_second(5.61 * 256)};
    const rental<> bill = billed(full, {0.88_usd_per_Mtok, {}, 0.88_usd_per_Mtok});
    CHECK(bill / dollars_per_hour(1) == approx(40.95).epsilon(0.005 / 40.95));
    CHECK(*api_break_even(dollars_per_hour(10), bill) == approx(0.2442).epsilon(0.00005 / 0.2442));
    CHECK_FALSE(api_break_even(dollars_per_hour(10), rental<>{}).has_value());
}

TEST_CASE("break-even refuses bad values and names them") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    for (const double bad : {nan, -1.0, inf}) {
        CAPTURE(bad);
        const auto refused = [](auto change, const char* what) {
            own_or_rent o = at(dollars_per_hour(3));
            change(o);
            CHECK_THROWS_WITH(break_even(o), doctest::Contains(what));
            CHECK_THROWS_WITH(paid_back(o, 0.5), doctest::Contains(what));
        };
        refused([&](own_or_rent& o) { o.capital = dollars_of(bad); }, "capital");
        refused([&](own_or_rent& o) { o.years = bad; }, "years");
        refused([&](own_or_rent& o) { o.fixed = dollars_per_hour(bad); }, "fixed");
        refused([&](own_or_rent& o) { o.energy = dollars_per_hour(bad); }, "energy");
        refused([&](own_or_rent& o) { o.rent = dollars_per_hour(bad); }, "rent");
        CHECK_THROWS_WITH(paid_back(at(dollars_per_hour(3)), bad), doctest::Contains("in use"));
        CHECK_THROWS_WITH(api_break_even(dollars_per_hour(bad), dollars_per_hour(1)), doctest::Contains("rent"));
        CHECK_THROWS_WITH(api_break_even(dollars_per_hour(1), dollars_per_hour(bad)), doctest::Contains("API"));
    }
    CHECK_THROWS_WITH(paid_back(at(dollars_per_hour(3)), 0.0), doctest::Contains("in use"));
    own_or_rent no_life = at(dollars_per_hour(3));
    no_life.years = 0;
    CHECK_THROWS_WITH(break_even(no_life), doctest::Contains("years"));
}
