// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/serving/load/linearised_step.hpp>
#include <gambrel/serving/load/load_shape.hpp>

using namespace gambrel;

TEST_CASE("weighted points keep mean and deviation of every kind of length") {
    const std::array<double, 5> measured{100, 200, 400, 900, 3000};
    for (const length& l :
         {length(500), length::uniform(128, 384), length::log_normal(1000, 1.0), length::empirical(measured)}) {
        double weights = 0.0, mean = 0.0, square = 0.0;
        for (const weighted_length& p : points_of(l)) {
            CHECK(p.tokens >= 1.0);
            weights += p.weight;
            mean += p.weight * p.tokens;
            square += p.weight * p.tokens * p.tokens;
        }
        CHECK(weights == approx(1.0).epsilon(1e-12));
        CHECK(mean == approx(l.mean()).epsilon(0.005));
        CHECK(square - mean * mean == approx(l.variance()).epsilon(0.02));
    }
}

TEST_CASE("the context of a decode: longer outputs are met more often") {
    const load_shape s(length(1000), length::uniform(100, 300), 0.25);
    CHECK(s.prompt == approx(1000));
    CHECK(s.output == approx(200));
    CHECK(s.decode_steps() == approx(199));
    CHECK(s.context == approx(1000 + 0.5 * (200.0 * 200.0 + 200.0 * 200.0 / 12.0) / 200.0));
    CHECK(s.fresh_share == 0.75);
    CHECK(load_shape(length(10), length(1)).decode_steps() == 0.0);
    CHECK_THROWS_AS(load_shape(length(10), length(10), 1.5), error);
}

TEST_CASE("a straight law comes back as it is") {
    const linear_step law{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};
    const load_shape s(length::uniform(512, 1536), length::uniform(128, 384), 0.5);
    for (const bool apart : {false, true}) {
        const linearised_step t = linearised(law, s, apart, 100.0, 2.5, 2.5);
        CHECK(t.fixed == approx(6.7e-3).epsilon(1e-9));
        CHECK(t.per_sequence == approx(2.08e-5 + 4.9e-8 * s.context).epsilon(1e-9));
        CHECK(t.context_share == approx(4.9e-8 / t.per_sequence).epsilon(1e-6));
        CHECK(t.extra == approx(apart ? 6.7e-3 : 0.0).epsilon(1e-9));
        CHECK(t.mean_prefill() == approx(512 * 2.08e-5).epsilon(1e-9));
        CHECK(t.prefill.size() == s.prompts.size());
    }
}

namespace {
/// Weights are read once for everybody; prompts multiply.
struct bent_step {
    double seconds(const pass_load& l) const {
        return std::fmax(5e-3, 1e-5 * (l.decodes + l.prompt_tokens)) + (l.prompts > 0.0 ? 2e-3 : 0.0);
    }
};
}  // namespace

TEST_CASE("a bent law keeps its time at the point it was asked for") {
    const load_shape s(length(300), length(100));
    for (const double k : {1.0, 1.7, 4.0}) {
        const linearised_step t = linearised(bent_step{}, s, false, 50.0, k, k);
        CHECK(t.decode_step(50.0) == approx(5e-3));
        const double asked = bent_step{}.seconds({.decodes = 50, .prompts = k, .prompt_tokens = 300 * k});
        CHECK(t.decode_step(50.0) + t.extra + k * t.mean_prefill() == approx(asked).epsilon(1e-9));
    }
}
