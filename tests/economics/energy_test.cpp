// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <limits>
#include <ridgepoint/economics/energy.hpp>
#include <sstream>
#include <string>
#include <vector>

using namespace ridgepoint;
using namespace ridgepoint::literals;

namespace {
constexpr power_law simple{{0.1, given_by_user}, {0.5, given_by_user}, {1.0, given_by_user}, 0.2};
constexpr double in_watts(const figure<watts<>>& p) { return p.value / 1_W; }
}

static_assert(in_watts(board_power(1000_W, simple, {1.0, 0.0})) == 500.0);

TEST_CASE("board power: idle, streaming, multiplying and between") {
    CHECK(in_watts(board_power(700_W, simple, {0.0, 0.0})) == doctest::Approx(70));
    CHECK(in_watts(board_power(700_W, simple, {1.0, 0.0})) == doctest::Approx(350));
    CHECK(in_watts(board_power(700_W, simple, {1.0, 1.0})) == doctest::Approx(700));
    // idle + (350 - 70) 0.8 + (700 - 350) 0.3
    CHECK(in_watts(board_power(700_W, simple, {0.8, 0.3})) == doctest::Approx(70 + 280 * 0.8 + 350 * 0.3));
    // a known idle power replaces the law's
    CHECK(in_watts(board_power(700_W, simple, {0.5, 0.0}, 100_W)) == doctest::Approx(100 + 250 * 0.5));
}

TEST_CASE("board power: range of the law, never above the limit") {
    const auto p = board_power(1000_W, simple, {1.0, 0.0});
    const double factor = std::exp(1.2815515655446004 * 0.2);
    CHECK(p.low / 1_W == doctest::Approx(500 / factor));
    CHECK(p.high / 1_W == doctest::Approx(500 * factor));
    CHECK(board_power(1000_W, simple, {1.0, 0.95}).high == 1000_W);
}

TEST_CASE("the Hopper law meets its anchors: 0.63-0.65 of 700 W in small-batch serving, 690 W in large products") {
    CHECK(in_watts(board_power(700_W, power_laws::hopper, {1.0, 0.02})) / 700 == doctest::Approx(0.64).epsilon(0.02));
    CHECK(in_watts(board_power(700_W, power_laws::hopper, {1.0, 1.0})) == doctest::Approx(690).epsilon(0.002));
    CHECK(in_watts(board_power(1000_W, power_laws::blackwell, {1.0, 0.0})) == doctest::Approx(696).epsilon(0.01));
    CHECK(in_watts(board_power(1000_W, power_laws::blackwell, {1.0, 1.0})) == doctest::Approx(989).epsilon(0.01));
    CHECK(in_watts(board_power(700_W, power_laws::hopper, {0.0, 0.0})) == doctest::Approx(80).epsilon(0.01));
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
    CHECK(energy_per_token(4, power, rate).value / 1_J_per_tok == doctest::Approx(1.5));
    const auto all = energy_per_token(4, power, rate, {.server = 1.5, .pue = 1.2});
    CHECK(all.value / 1_J_per_tok == doctest::Approx(2.7));
    // 2.7 J at 0.12 $/kWh: 2.7 / 3.6e6 x 0.12 = 9e-8 $ = 0.09 $ per million tokens
    const auto cost = energy_cost_per_token(all, 0.12_usd_per_kWh);
    CHECK(cost.value / 1_usd_per_Mtok == doctest::Approx(0.09));
    CHECK(cost.low == cost.high);
}

TEST_CASE("ranges of power and rate combine in quadrature, each end with its own") {
    const figure<watts<>> power{100_W, 80_W, 110_W};
    const figure<token_rate<>> rate{10_tok_per_s, 5_tok_per_s, 12_tok_per_s};
    const auto e = energy_per_token(1, power, rate);
    const auto apart = [](double a, double b) { return std::exp(std::hypot(std::log(a), std::log(b))); };
    CHECK(e.low / 1_J_per_tok == doctest::Approx(10 / apart(1.25, 1.2)));
    CHECK(e.high / 1_J_per_tok == doctest::Approx(10 * apart(1.1, 2.0)));
}

TEST_CASE("energy refuses bad values and names them") {
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(), inf = std::numeric_limits<double>::infinity();
    const auto power = exactly(watts<>(500_W));
    const auto rate = exactly(token_rate<>(100_tok_per_s));
    for (const double bad : {nan, -1.0, inf}) {
        CAPTURE(bad);
        CHECK_THROWS_WITH(board_power(watts_of(bad), simple, {}), doctest::Contains("limit"));
        CHECK_THROWS_WITH(board_power(700_W, simple, {bad, 0.0}), doctest::Contains("busy"));
        CHECK_THROWS_WITH(board_power(700_W, simple, {1.0, bad}), doctest::Contains("compute"));
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
    CHECK_THROWS_AS(board_power(700_W, simple, {0.3, 0.4}), error);
    CHECK_THROWS_AS(energy_per_token(1, power, exactly(token_rate<>(0_tok_per_s))), error);
}

TEST_CASE("against measured H100 serving: held-out batches above 8") {
    const char* given = std::getenv("RIDGEPOINT_DATA");
    const std::string folder = given ? given : RIDGEPOINT_SOURCE_DIR "/../shared/data";
    std::ifstream file(folder + "/energy_measured.csv");
    if (!file) {
        MESSAGE("skipped: no energy_measured.csv in " << folder << " (set RIDGEPOINT_DATA)");
        return;
    }
    struct dense { const char* model; double parameters; };
    constexpr dense models[]{{"Qwen/Qwen3-8B", 8.2e9}, {"Qwen/Qwen3-14B", 14.8e9}, {"Qwen/Qwen3-32B", 32.8e9},
                             {"meta-llama/Llama-3.1-8B-Instruct", 8.03e9},
                             {"meta-llama/Llama-3.1-70B-Instruct", 70.6e9},
                             {"meta-llama/Llama-3.3-70B-Instruct", 70.6e9},
                             {"meta-llama/Llama-3.1-405B-Instruct-FP8", 405e9}};
    std::vector<double> errors;
    int inside = 0;
    std::string line;
    std::getline(file, line);
    // model,task,weight_precision,gpu,num_gpus,max_num_seqs,avg_batch,power_total,power_per_gpu,J_per_token,tok_s,itl
    while (std::getline(file, line)) {
        std::vector<std::string> cell;
        std::stringstream cells(line);
        for (std::string c; std::getline(cells, c, ',');) cell.push_back(c);
        if (cell.size() < 12 || cell[3] != "H100" || std::stod(cell[6]) <= 8.5) continue;
        for (const dense& m : models) {
            if (cell[0] != m.model) continue;
            // share of the compute roof: 2 flop per parameter and token over the dense peak
            const double peak = cell[2] == "bfloat16" ? 989e12 : 1979e12;
            const double computing = 2.0 * m.parameters * std::stod(cell[10]) / std::stod(cell[4]) / peak;
            const auto p = board_power(700_W, power_laws::hopper, {1.0, std::min(1.0, computing)});
            const double measured = std::stod(cell[8]);
            errors.push_back(std::abs(std::log(measured / in_watts(p))));
            inside += p.contains(watts_of(measured)) ? 1 : 0;
        }
    }
    REQUIRE(errors.size() > 50);
    std::sort(errors.begin(), errors.end());
    const double median = errors[errors.size() / 2], coverage = inside / static_cast<double>(errors.size());
    MESSAGE("board power, " << errors.size() << " runs: median error " << 100 * median << " %, in the 80 % range "
                            << 100 * coverage << " %");
    CHECK(median < 0.20);    // the law's sigma
    CHECK(coverage > 0.70);
}
