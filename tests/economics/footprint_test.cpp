// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/economics/footprint.hpp>
#include <limits>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
constexpr power_overhead around{.server = 1.33, .pue = 1.2};
}

static_assert(footprint_of(1_J_per_tok, {}, {.grid = 360_g_per_kWh}).operation > 99_g_per_Mtok);

TEST_CASE("carbon: 1.82 J a token, server 1.33, PUE 1.2, 429 g/kWh: 0.8069 kWh and 346.1 g a million") {
    constexpr footprint f = footprint_of(1.82_J_per_tok, around, {.grid = 429_g_per_kWh});
    CHECK(f.energy * 1_Mtok / 1_kWh == approx(0.8069).epsilon(0.00005 / 0.8069));
    CHECK(f.operation / 1_g_per_Mtok == approx(346.1).epsilon(0.05 / 346.1));
    CHECK(f.embodied.value() == 0.0);
    CHECK(f.carbon() / 1_g_per_Mtok == approx(346.1).epsilon(0.05 / 346.1));
    CHECK(f.water.value() == 0.0);
}

TEST_CASE("embodied: 318 kg of an A100 with its server share, over 500 tokens a second for 4 years") {
    const tokens<> life = 500_tok_per_s * hours(4 * 8760);
    const footprint f = footprint_of(1_J_per_tok, {}, {.embodied = 318_kg, .life_tokens = life});
    CHECK(f.embodied / 1_g_per_Mtok == approx(318e3 / (500 * 4 * 8760 * 3600.0) * 1e6));
    CHECK(f.carbon() == f.embodied);
}

TEST_CASE("water: on site per kWh of IT, of electricity per kWh at the meter") {
    const footprint f = footprint_of(3.6_J_per_tok, {.server = 1.25, .pue = 1.2},
                                     {.on_site = 0.38_L_per_kWh, .generation = 2_L_per_kWh});
    // 1 kWh of boards a million tokens, 1.25 of IT, 1.5 at the meter
    CHECK(f.water / 1_L_per_Mtok == approx(1.25 * 0.38 + 1.5 * 2));
}

TEST_CASE("footprints refuse bad values and name them") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    for (const double bad : {nan, -1.0, inf}) {
        CAPTURE(bad);
        const auto refused = [](const footprint_terms& t, const char* what) {
            CHECK_THROWS_WITH(footprint_of(1_J_per_tok, around, t), doctest::Contains(what));
        };
        refused({.grid = grams_per_kilowatt_hour(bad)}, "carbon intensity");
        refused({.embodied = kilograms(bad)}, "embodied");
        refused({.life_tokens = tokens_of(bad)}, "life");
        refused({.on_site = litres_per_kilowatt_hour(bad)}, "usage effectiveness");
        refused({.generation = litres_per_kilowatt_hour(bad)}, "water");
        CHECK_THROWS_WITH(footprint_of(joules_per_token(bad), around, {}), doctest::Contains("energy"));
        CHECK_THROWS_WITH(footprint_of(1_J_per_tok, {.server = bad}, {}), doctest::Contains("server"));
        CHECK_THROWS_WITH(footprint_of(1_J_per_tok, {.pue = bad}, {}), doctest::Contains("power usage"));
    }
}
