// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <operators/collected.hpp>
#include <random>
#include <ridgepoint/model/catalog/deepseek.hpp>
#include <ridgepoint/model/catalog/mistral.hpp>

using namespace ridgepoint;

// Source: E (1 - (1 - k/E)^T) evaluated by hand, three figures.
TEST_CASE("expected distinct experts") {
    struct row { double experts, top_k, tokens, distinct; };
    for (const row& r : {row{256, 8, 1, 8}, {256, 8, 8, 57.4}, {256, 8, 32, 163.3}, {256, 8, 128, 251.6},
                         {8, 2, 4, 5.47}, {8, 2, 16, 7.92}}) {
        CAPTURE(r.tokens);
        CHECK(distinct_experts(r.experts, r.top_k, r.tokens) == doctest::Approx(r.distinct).epsilon(0.001));
    }
    CHECK(distinct_experts(8, 2, 0) == 0);
    CHECK(distinct_experts(8, 8, 1) == 8);
    CHECK(distinct_experts(8, 2, 1e6) == 8);
}

TEST_CASE("expected distinct experts agree with routing drawn at random") {
    std::mt19937 random(7);
    const int experts = 16, top_k = 4, tokens = 6, trials = 20000;
    double touched = 0;
    for (int trial = 0; trial < trials; ++trial) {
        bool hit[experts] = {};
        for (int t = 0; t < tokens; ++t) {
            bool taken[experts] = {};
            for (int k = 0; k < top_k;) {
                const auto e = random() % experts;
                if (taken[e]) continue;
                taken[e] = hit[e] = true;
                ++k;
            }
        }
        for (const bool h : hit) touched += h;
    }
    // One trial's standard deviation is below 1.5, so 20,000 give 0.01; five of them:
    CHECK(distinct_experts(experts, top_k, tokens) == doctest::Approx(touched / trials).epsilon(0.05 / 13));
}

TEST_CASE("Mixtral by hand: one token runs two of eight experts, many tokens read all eight") {
    const precision formats{};
    const double expert = 3.0 * 4096 * 14336;
    const auto experts = of_class(operator_class::experts);
    const sums one = sum_of(collected(catalog::mixtral_8x7b, {}, formats, step_shape::decode(1, 100)), experts);
    CHECK(one.work == doctest::Approx(32 * 2 * 2 * expert));
    CHECK(one.weights == doctest::Approx(32 * 2 * 2 * expert));
    const sums many = sum_of(collected(catalog::mixtral_8x7b, {}, formats, step_shape::decode(512, 100)), experts);
    CHECK(many.work == doctest::Approx(512 * one.work));
    CHECK(many.weights == doctest::Approx(32 * 2 * 8 * expert).epsilon(1e-9));
}

TEST_CASE("cutting experts by width or by expert shares work and weights out evenly") {
    const precision formats{};
    const auto experts = of_class(operator_class::experts);
    const auto at = [&](const parallelism& cut) {
        return sum_of(collected(catalog::mixtral_8x7b, cut, formats, step_shape::decode(16, 100)), experts);
    };
    const sums whole = at({});
    for (const parallelism cut : {parallelism{.tensor = 8}, {.tensor = 8, .expert = 8}, {.tensor = 8, .expert = 2}}) {
        CAPTURE(cut.expert);
        CHECK(at(cut).work == doctest::Approx(whole.work / 8));
        CHECK(at(cut).weights == doctest::Approx(whole.weights / 8));
    }
}

TEST_CASE("attention data parallelism: the experts see the tokens of all groups") {
    const precision formats{};
    const auto experts = of_class(operator_class::experts);
    const auto& m = catalog::deepseek_v3;
    const sums alone = sum_of(collected(m, {}, formats, step_shape::decode(8 * 16, 100)), experts);
    const sums group = sum_of(collected(m, {.data = 8, .expert = 8}, formats, step_shape::decode(16, 100)), experts);
    CHECK(group.work == doctest::Approx(alone.work / 8));
    CHECK(group.weights == doctest::Approx(alone.weights / 8));
}
