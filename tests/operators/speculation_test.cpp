// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/operators/speculation.hpp>
#include <vector>

using namespace gambrel;

// Leviathan et al. 2023, table 1 (recalled): acceptance, drafts, tokens of a step, arithmetic over that without.
TEST_CASE("tokens of a step") {
    struct row {
        double acceptance;
        int drafts;
        double tokens, arithmetic;
    };
    for (const row& r : {row{0.6, 2, 1.96, 1.53}, row{0.7, 3, 2.53, 1.58}, row{0.8, 2, 2.44, 1.23},
                         row{0.8, 5, 3.69, 1.63}, row{0.9, 2, 2.71, 1.11}, row{0.9, 10, 6.86, 1.60}}) {
        const speculation s{r.drafts, r.acceptance};
        CHECK(std::abs(s.tokens() - r.tokens) <= 0.0051);
        CHECK(std::abs((r.drafts + 1) / s.tokens() - r.arithmetic) <= 0.0051);
        const double closed = (1 - std::pow(r.acceptance, r.drafts + 1)) / (1 - r.acceptance);
        CHECK(s.tokens() == approx(closed).epsilon(1e-12));
        double all = 0.0, mean = 0.0, square = 0.0;
        for (int n = 0; n <= r.drafts + 2; ++n)
            all += s.chance_of(n), mean += n * s.chance_of(n), square += n * n * s.chance_of(n);
        CHECK(all == approx(1.0).epsilon(1e-12));
        CHECK(mean == approx(s.tokens()).epsilon(1e-12));
        CHECK(square == approx(s.square()).epsilon(1e-12));
    }
}

TEST_CASE("ends: no drafts, nothing right, all right") {
    static_assert(speculation{0, 0.7}.tokens() == 1.0);
    static_assert(speculation{5, 0.0}.tokens() == 1.0);
    static_assert(speculation{5, 1.0}.tokens() == 6.0);
    static_assert(speculation{0, 0.7}.passes(100) == 100);
    static_assert(speculation{5, 0.0}.passes(100) == 100);
    static_assert(speculation{3, 0.7}.passes(0) == 0 && speculation{3, 0.7}.passes(1) == 1);
    static_assert(!speculation{5, 0.0}.uneven() && !speculation{5, 1.0}.uneven() && speculation{5, 0.5}.uneven());
    CHECK(speculation{5, 1.0}.passes_variance(100) == approx(0.0));
}

TEST_CASE("steps of n tokens: the exact mean and variance of the process") {
    for (const double a : {0.2, 0.6, 0.9})
        for (const int drafts : {1, 3, 7}) {
            CAPTURE(a);
            CAPTURE(drafts);
            const speculation s{drafts, a};
            // mean[n], square[n]: of the steps that n tokens take, from those of fewer.
            std::vector<double> mean(257, 0.0), square(257, 0.0);
            for (int n = 1; n <= 256; ++n)
                for (int k = 1; k <= drafts + 1; ++k) {
                    const auto left = static_cast<std::size_t>(n > k ? n - k : 0);
                    mean[static_cast<std::size_t>(n)] += s.chance_of(k) * (1.0 + mean[left]);
                    square[static_cast<std::size_t>(n)] += s.chance_of(k) * (1.0 + 2.0 * mean[left] + square[left]);
                }
            for (const int n : {32, 255}) {  // a law of many steps: of 32 tokens there are six where most are right
                const auto i = static_cast<std::size_t>(n);
                CHECK(s.passes(n) == approx(mean[i]).epsilon(n == 32 ? 0.005 : 0.001));
                CHECK(s.passes_variance(n) == approx(square[i] - mean[i] * mean[i]).epsilon(n == 32 ? 0.2 : 0.03));
            }
        }
}

TEST_CASE("figures out of range are refused by name") {
    CHECK_THROWS_WITH_AS(checked(speculation{-1, 0.5}), doctest::Contains("drafted tokens"), error);
    CHECK_THROWS_WITH_AS(checked(speculation{1, 1.5}), doctest::Contains("acceptance of a drafted token"), error);
    CHECK_THROWS_WITH_AS(checked(speculation{1, 0.5, drafting::n_gram, nullptr, {}, -0.1}),
                         doctest::Contains("deviation of the tokens"), error);
}
