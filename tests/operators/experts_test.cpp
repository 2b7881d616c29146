// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <gambrel/model/catalog/deepseek.hpp>
#include <gambrel/model/catalog/mistral.hpp>
#include <operators/collected.hpp>
#include <random>

using namespace gambrel;

// Source: E (1 - (1 - k/E)^T) evaluated by hand, three figures.
TEST_CASE("expected distinct experts") {
    struct row {
        double experts, top_k, tokens, distinct;
    };
    for (const row& r : {row{256, 8, 1, 8},
                         {256, 8, 8, 57.4},
                         {256, 8, 32, 163.3},
                         {256, 8, 128, 251.6},
                         {8, 2, 4, 5.47},
                         {8, 2, 16, 7.92}}) {
        CAPTURE(r.tokens);
        CHECK(distinct_experts(r.experts, r.top_k, r.tokens) == approx(r.distinct).epsilon(0.001));
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
    CHECK(distinct_experts(experts, top_k, tokens) == approx(touched / trials).epsilon(0.05 / 13));
}

TEST_CASE("Mixtral by hand: one token runs two of eight experts, many tokens read all eight") {
    const precision formats{};
    const double expert = 3.0 * 4096 * 14336;
    const auto experts = of_class(operator_class::experts);
    const sums one = sum_of(collected(catalog::mixtral_8x7b, {}, formats, step_shape::decode(1, 100)), experts);
    CHECK(one.work == approx(32 * 2 * 2 * expert));
    CHECK(one.weights == approx(32 * 2 * 2 * expert));
    const sums many = sum_of(collected(catalog::mixtral_8x7b, {}, formats, step_shape::decode(10000, 100)), experts);
    CHECK(many.work == approx(10000 * one.work));
    CHECK(many.weights == approx(32 * 2 * 8 * expert).epsilon(1e-9));
}

TEST_CASE("unevenly picked experts: fewer are touched, never fewer than one token's") {
    // A floor of 0.03 and Gamma shares of variation 1: P(none) = e^(-0.03 lambda) (1 + lambda / 0.97)^(-0.97^2).
    const double lambda = -32 * std::log(1 - 8.0 / 256);
    const double none = std::exp(-0.03 * lambda) * std::pow(1 + lambda / 0.97, -0.97 * 0.97);
    CHECK(distinct_experts(256, 8, 32, 1.0) == approx(256 * (1 - none)));
    CHECK(distinct_experts(256, 8, 32, 1e-4) == approx(distinct_experts(256, 8, 32)).epsilon(1e-6));
    for (const double v : {0.5, 1.0, 2.0, 4.0}) {
        double before = 0;
        for (double tokens = 1; tokens < 1e6; tokens *= 2) {
            const double d = distinct_experts(256, 8, tokens, v);
            CHECK(d >= before);
            CHECK(d <= distinct_experts(256, 8, tokens) * (1 + 1e-12));
            CHECK(d >= 8);
            before = d;
        }
    }
}

TEST_CASE("unevenly picked experts agree with drawn shares") {
    std::mt19937 random(11);
    const int experts = 64, copies = 4 * 20, trials = 4000;
    const double v = 1.3;
    const double rest = 1 - least_share;
    std::gamma_distribution<double> shares(rest * rest / (v * v), v * v / rest);
    double touched = 0;
    for (int trial = 0; trial < trials; ++trial)
        for (int e = 0; e < experts; ++e) {
            std::poisson_distribution<int> drawn(std::max(1e-12, (least_share + shares(random)) * copies / experts));
            touched += drawn(random) > 0 ? 1.0 / trials : 0.0;
        }
    // 4,000 trials of a deviation below 4 give 0.07; lambda is 3 % above copies / experts because a token's picks
    // differ.
    CHECK(distinct_experts(experts, 4, 20, v) == approx(touched).epsilon(0.03));
}

TEST_CASE("the busiest of several ranks, against drawn loads") {
    std::mt19937 random(13);
    const int trials = 4000;
    struct row {
        int experts, groups;
        double mean, variation;
    };  // mean: copies per rank
    for (const row& r : {row{256, 8, 128, 0}, {256, 8, 128, 1.3}, {256, 32, 64, 1.3}, {128, 4, 500, 1.6}}) {
        CAPTURE(r.groups);
        CAPTURE(r.variation);
        double busiest = 0;
        for (int trial = 0; trial < trials; ++trial) {
            double most = 0;
            for (int g = 0; g < r.groups; ++g) {
                double expected = r.mean;
                if (r.variation > 0) {
                    const int here = r.experts / r.groups;
                    const double v2 = r.variation * r.variation;
                    std::gamma_distribution<double> rank(here / v2, v2 / here);
                    expected *= rank(random);
                }
                std::poisson_distribution<int> drawn(std::max(1e-9, expected));
                most = std::max(most, static_cast<double>(drawn(random)));
            }
            busiest += most / trials;
        }
        const double tokens = r.mean * r.groups / 8;
        CHECK(busiest_load(r.experts, 8, tokens, r.groups, r.variation).rows == approx(busiest).epsilon(0.05));
    }
}

TEST_CASE("limits of the busiest load") {
    CHECK(busiest_load(256, 8, 0, 8, 1.3).rows == 0);
    const expert_load whole = busiest_load(256, 8, 64, 1, 1.3);  // one group: nobody is busier
    CHECK(whole.rows == 64 * 8);
    CHECK(whole.distinct == distinct_experts(256, 8, 64, 1.3));
    CHECK(busiest_load(256, 8, 64, 8, 1.3, true).rows == 64);  // replicas even it out
    for (const double v : {0.0, 1.3, 5.0})
        for (const double groups : {2.0, 8.0, 64.0, 256.0})
            for (double tokens = 0.1; tokens < 1e5; tokens *= 3) {
                const expert_load l = busiest_load(256, 8, tokens, groups, v);
                CHECK(l.rows >= tokens * 8 / groups * (1 - 1e-12));
                CHECK(l.rows <= tokens * std::min(8.0, 256 / groups) * (1 + 1e-12));
                CHECK(l.distinct > 0);
                CHECK(l.distinct <= std::min(l.rows, 256 / groups) * (1 + 1e-12));
            }
}

TEST_CASE("cutting experts by width shares work and weights out evenly; by expert, the busiest rank has more") {
    const precision formats{};
    const auto experts = of_class(operator_class::experts);
    const auto at = [&](const parallelism& cut) {
        return sum_of(collected(catalog::mixtral_8x7b, cut, formats, step_shape::decode(16, 100)), experts);
    };
    const sums whole = at({});
    for (const parallelism cut : {parallelism{.tensor = 8},
                                  {.tensor = 8, .expert = 8, .balanced_experts = true},
                                  {.tensor = 8, .expert = 2, .balanced_experts = true}}) {
        CAPTURE(cut.expert);
        CHECK(at(cut).work == approx(whole.work / 8));
        CHECK(at(cut).weights == approx(whole.weights / 8));
    }
    CHECK(at({.tensor = 8, .expert = 8}).work > 1.5 * whole.work / 8);
    CHECK(at({.tensor = 8, .expert = 2}).work > 1.05 * whole.work / 8);
}

TEST_CASE("attention data parallelism: the experts see the tokens of all groups") {
    const precision formats{};
    const auto experts = of_class(operator_class::experts);
    const auto& m = catalog::deepseek_v3;
    const sums alone = sum_of(collected(m, {}, formats, step_shape::decode(8 * 16, 100)), experts);
    const sums group =
        sum_of(collected(m, {.data = 8, .expert = 8, .balanced_experts = true}, formats, step_shape::decode(16, 100)),
               experts);
    CHECK(group.work == approx(alone.work / 8));
    CHECK(group.weights == approx(alone.weights / 8));
}

TEST_CASE("what one layer's experts ask, by hand: 2 of 4 experts of 3 x 8 x 16, fp8, cut in two") {
    const experts_block e{.experts = 4, .top_k = 2, .width = 16};
    const operation op = expert_products(e, 8, {10, 3}, 6, 2, formats::fp8);
    CHECK(op.work == flop_of(2.0 * 10 * 8 * 8 * 3));
    CHECK(op.weights == bytes_of(3.0 * 8 * 8 * 3));
    // input read, written and read narrow (2 + 1 + 1), gate and up written in 16 bit, their product the same way in,
    // output
    CHECK(op.activations == bytes_of(10.0 * (8 * 4 + 2 * 8 * 2 + 8 * 4 + 8 * 2)));
    CHECK(op.routed == bytes_of(6.0 * 2 * 8 * 2));
    CHECK(op.format == expert_format::fp8);
}

TEST_CASE("which law serves which weights") {
    CHECK(expert_format_of(formats::bf16) == expert_format::bits_16);
    CHECK(expert_format_of(formats::fp8) == expert_format::fp8);
    CHECK(expert_format_of(formats::fp8_block) == expert_format::fp8_block);
    CHECK(expert_format_of(formats::int4_g128) == expert_format::int4);
    CHECK(expert_format_of(formats::w8a16) == expert_format::int4);
    CHECK(expert_format_of(formats::mxfp4) == expert_format::mxfp4);
    CHECK(expert_format_of(formats::nvfp4) == expert_format::nvfp4);
}

TEST_CASE("a cut that states nothing is one device; experts that are not spread are cut by the tensor ranks") {
    parallelism alone, cut{.tensor = 4, .data = 2};
    CHECK(alone.devices() == 1);
    CHECK(cut.devices() == 8);
    CHECK(cut.ranks_per_expert() == 8);
    cut.expert = 8;
    CHECK(cut.ranks_per_expert() == 1);
}
