// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/economics/energy.hpp>
#include <limits>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
constexpr power_law simple{{0.1, given_by_user}, {0.4, given_by_user}, {0.2, given_by_user},
                           {0.9, given_by_user}, {0.1, given_by_user}, 0.2};
constexpr double in_watts(const figure<watts<>>& p) { return p.value / 1_W; }
}  // namespace

static_assert(in_watts(board_power(1000_W, simple, {1.0, 0.0, 0.0})) == 400.0);

TEST_CASE("board power: idle, active, streaming, multiplying and between") {
    CHECK(in_watts(board_power(700_W, simple, {0.0, 0.0, 0.0})) == approx(70));
    CHECK(in_watts(board_power(700_W, simple, {1.0, 0.0, 0.0})) == approx(280));
    CHECK(in_watts(board_power(700_W, simple, {1.0, 0.0, 1.0})) == approx(280 + 140));
    // base = 70 + 210 x 0.8 + 140 x 0.5 = 308; top 630; one knee of computing covers 1 - 1/e of the way
    CHECK(in_watts(board_power(700_W, simple, {0.8, 0.1, 0.5})) == approx(308 + 322 * (1 - std::exp(-1.0))));
    CHECK(in_watts(board_power(700_W, simple, {1.0, 1.0, 1.0})) == approx(630).epsilon(1e-4));  // ten knees
    // a known idle power replaces the law's
    CHECK(in_watts(board_power(700_W, simple, {0.5, 0.0, 0.0}, 100_W)) == approx(100 + 180 * 0.5));
}

TEST_CASE("board power rises with every share and never passes the top") {
    double before = 0.0;
    for (const double share : {0.0, 0.01, 0.05, 0.1, 0.3, 0.6, 1.0}) {
        CAPTURE(share);
        const double now = in_watts(board_power(700_W, power_laws::hopper, {1.0, share, 0.5}));
        CHECK(now > before);
        CHECK(now <= 0.985 * 700);
        CHECK(in_watts(board_power(700_W, power_laws::hopper, {1.0, 0.1, share})) >=
              in_watts(board_power(700_W, power_laws::hopper, {1.0, 0.1, 0.0})));
        before = now;
    }
}

TEST_CASE("board power: range of the law, never above the limit") {
    const auto p = board_power(1000_W, simple, {1.0, 0.0, 0.0});
    const double factor = std::exp(1.2815515655446004 * 0.2);
    CHECK(p.low / 1_W == approx(400 / factor));
    CHECK(p.high / 1_W == approx(400 * factor));
    CHECK(board_power(1000_W, simple, {1.0, 0.95, 0.5}).high == 1000_W);
}

TEST_CASE("the laws meet their anchors: 690 W in large products on H200, 696 and 989 W on B200, 80 W idle") {
    CHECK(in_watts(board_power(700_W, power_laws::hopper, {1.0, 0.8, 0.3})) == approx(690).epsilon(0.005));
    CHECK(in_watts(board_power(1000_W, power_laws::blackwell, {1.0, 0.0, 0.9})) == approx(696).epsilon(0.01));
    CHECK(in_watts(board_power(1000_W, power_laws::blackwell, {1.0, 0.8, 0.3})) == approx(989).epsilon(0.015));
    CHECK(in_watts(board_power(700_W, power_laws::hopper, {0.0, 0.0, 0.0})) == approx(80).epsilon(0.01));
}

// ML.ENERGY leaderboard @0cd52da, H100, dense models in bf16 at 8 sequences: watts of a board; the shares of bandwidth and
// of the peak are those of a decode pass over the time it was measured to take.
TEST_CASE("serving of few sequences, as measured") {
    struct row {
        double streaming, computing, watts;
    };
    for (const row& r : {row{0.68, 0.018, 443}, row{0.64, 0.017, 425}, row{0.57, 0.015, 427}, row{0.57, 0.015, 424},
                         row{0.56, 0.014, 406}, row{0.62, 0.017, 441}, row{0.63, 0.017, 486}, row{0.61, 0.016, 447}}) {
        CAPTURE(r.watts);
        CHECK(in_watts(board_power(700_W, power_laws::hopper, {1.0, r.computing, r.streaming})) ==
              approx(r.watts).epsilon(0.10));
    }
}

// arXiv 2605.11999 (2026-05): decodes on an H200 draw 137 to 300 W. How much of the bandwidth each of them reached is not
// known here; a board that always runs kernels and moves up to a quarter of its bandwidth is inside, and one that waits for
// its host half of the time too. One at half of its bandwidth and above is predicted to draw more than was measured.
TEST_CASE("a lone decode of an H200 may draw as little as was measured") {
    for (const double streaming : {0.0, 0.1, 0.2, 0.25}) {
        CAPTURE(streaming);
        const double power = in_watts(board_power(700_W, power_laws::hopper, {1.0, 0.003, streaming}, 80_W));
        CHECK(power > 137);
        CHECK(power < 300);
    }
    CHECK(in_watts(board_power(700_W, power_laws::hopper, {1.0, 0.0, 0.0}, 80_W)) == approx(0.244 * 700));
    const double waiting = in_watts(board_power(700_W, power_laws::hopper, {0.5, 0.0015, 0.05}, 80_W));
    CHECK(waiting > 137);
    CHECK(waiting < 160);
}

// A cap acts where the board would draw more: published of decodes on an H200 (arXiv 2605.11999), where no cap of 300 W and
// above triggered.
TEST_CASE("a capped board draws what it drew until its cap acts") {
    const auto at = [](watts<> cap, const activity& doing) {
        return board_power(cap, power_laws::hopper, doing, 80_W, 700_W);
    };
    const activity decode{1.0, 0.002, 0.2}, product{1.0, 0.7, 0.3};
    const double whole = in_watts(board_power(700_W, power_laws::hopper, decode, 80_W));
    CHECK(whole < 300);
    CHECK(in_watts(at(350_W, decode)) == approx(whole));
    CHECK(in_watts(at(300_W, decode)) == approx(whole));
    CHECK(in_watts(at(200_W, decode)) == approx(200));
    CHECK(in_watts(at(350_W, product)) == approx(350));
    CHECK(at(350_W, product).high == 350_W);
    // a limit above the one it is sold with is the board's own
    CHECK(in_watts(board_power(900_W, power_laws::hopper, decode, 80_W, 700_W)) ==
          approx(in_watts(board_power(900_W, power_laws::hopper, decode, 80_W))));
}

TEST_CASE("grouped products multiply tiles: more power for the same useful work") {
    activity doing{1.0, 0.02, 0.3};
    const double dense = in_watts(board_power(700_W, power_laws::hopper, doing));
    doing.grouped = true;
    const double grouped = in_watts(board_power(700_W, power_laws::hopper, doing));
    const double base = 700 * (0.244 + 0.563 * 0.3), rest = 700 * 0.985 - base;
    CHECK(dense == approx(base + rest * (1 - std::exp(-0.02 / 0.096))));
    CHECK(grouped == approx(base + rest * (1 - std::exp(-0.02 * 2.84 / 0.096))));
}

TEST_CASE("laws by architecture; an unknown one gets the general law and the widest range") {
    CHECK(&power_law_of("Hopper GH100") == &power_laws::hopper);
    CHECK(&power_law_of("Grace Hopper") == &power_laws::hopper);
    CHECK(&power_law_of("Blackwell") == &power_laws::blackwell);
    CHECK(&power_law_of("blackwell ultra") == &power_laws::blackwell);
    CHECK(&power_law_of("Blackwell GB202") == &power_laws::general);
    CHECK(&power_law_of("CDNA 3") == &power_laws::general);
    CHECK(&power_law_of("") == &power_laws::general);
    CHECK(power_laws::general.sigma > power_laws::hopper.sigma);
}

TEST_CASE("energy per token = devices x power x server x PUE / rate; its cost is that of a kWh") {
    constexpr figure<watts<>> power = exactly(watts<>(525_W));
    constexpr figure<token_rate<>> rate = exactly(token_rate<>(1400_tok_per_s));
    CHECK(energy_per_token(4, power, rate).value / 1_J_per_tok == approx(1.5));
    const auto all = energy_per_token(4, power, rate, {.server = 1.5, .pue = 1.2});
    CHECK(all.value / 1_J_per_tok == approx(2.7));
    // 2.7 J at 0.12 $/kWh: 2.7 / 3.6e6 x 0.12 = 9e-8 $ = 0.09 $ per million tokens
    const auto cost = energy_cost_per_token(all, 0.12_usd_per_kWh);
    CHECK(cost.value / 1_usd_per_Mtok == approx(0.09));
    CHECK(cost.low == cost.high);
}

TEST_CASE("ranges of power and rate combine in quadrature, each end with its own") {
    const figure<watts<>> power{100_W, 80_W, 110_W};
    const figure<token_rate<>> rate{10_tok_per_s, 5_tok_per_s, 12_tok_per_s};
    const auto e = energy_per_token(1, power, rate);
    const auto apart = [](double a, double b) { return std::exp(std::hypot(std::log(a), std::log(b))); };
    CHECK(e.low / 1_J_per_tok == approx(10 / apart(1.25, 1.2)));
    CHECK(e.high / 1_J_per_tok == approx(10 * apart(1.1, 2.0)));
}

TEST_CASE("energy refuses bad values and names them") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    const auto power = exactly(watts<>(500_W));
    const auto rate = exactly(token_rate<>(100_tok_per_s));
    for (const double bad : {nan, -1.0, inf}) {
        CAPTURE(bad);
        CHECK_THROWS_WITH(board_power(watts_of(bad), simple, {}), doctest::Contains("limit"));
        CHECK_THROWS_WITH(board_power(700_W, simple, {bad, 0.0, 0.0}), doctest::Contains("busy"));
        CHECK_THROWS_WITH(board_power(700_W, simple, {1.0, bad, 0.0}), doctest::Contains("compute"));
        CHECK_THROWS_WITH(board_power(700_W, simple, {1.0, 0.0, bad}), doctest::Contains("bandwidth"));
        CHECK_THROWS_WITH(board_power(700_W, simple, {}, watts_of(bad)), doctest::Contains("idle"));
        CHECK_THROWS_WITH(energy_per_token(bad, power, rate), doctest::Contains("devices"));
        CHECK_THROWS_WITH(energy_per_token(1, exactly(watts_of(bad)), rate), doctest::Contains("power"));
        CHECK_THROWS_WITH(energy_per_token(1, power, exactly(tokens_per_second(bad))), doctest::Contains("output"));
        CHECK_THROWS_WITH(energy_per_token(1, power, rate, {.server = bad}), doctest::Contains("server"));
        CHECK_THROWS_WITH(energy_per_token(1, power, rate, {.pue = bad}), doctest::Contains("power usage"));
        CHECK_THROWS_WITH(energy_cost_per_token(energy_per_token(1, power, rate), dollars_per_kilowatt_hour(bad)),
                          doctest::Contains("electricity"));
    }
    CHECK_THROWS_AS(board_power(0_W, simple, {}), error);
    CHECK_THROWS_AS(board_power(700_W, simple, {0.3, 0.4, 0.0}), error);
    CHECK_THROWS_AS(energy_per_token(1, power, exactly(token_rate<>(0_tok_per_s))), error);
}

TEST_CASE("a prediction's activity: shares of the time in which passes run") {
    prediction<> p;
    p.utilisation = 0.5;
    p.mfu = 0.2;
    p.mbu = 0.6;
    const activity doing = activity_of(p, true);
    CHECK(doing.busy == 0.5);
    CHECK(doing.computing == approx(0.1));
    CHECK(doing.streaming == approx(0.3));
    CHECK(doing.grouped);
    CHECK_FALSE(activity_of(p, false).grouped);
}

TEST_CASE("an overhead that states nothing is the board alone, and a board that states nothing is always busy") {
    power_overhead board;
    CHECK(board.server == 1.0);
    CHECK(board.pue == 1.0);
    activity doing;
    CHECK(doing.busy == 1.0);
    CHECK(doing.computing == 0.0);
    CHECK(doing.streaming == 0.0);
}
