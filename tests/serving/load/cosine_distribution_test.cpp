// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>

#include <gambrel/queueing/inversion.hpp>
#include <gambrel/serving/load/cosine_distribution.hpp>
#include <gambrel/serving/load/step_recursion.hpp>

using namespace gambrel;
using complex = std::complex<double>;

TEST_CASE("an Erlang law and a partial mass") {
    const auto erlang = [](complex s) { return 0.25 * std::pow(1.0 + s, -4.0); };
    const cosine_distribution<64> d(erlang, 0.25, 0.0, 24.0);
    for (const double x : {1.0, 3.0, 4.0, 8.0}) {
        const double below = 1.0 - std::exp(-x) * (1.0 + x + x * x / 2.0 + x * x * x / 6.0);
        CHECK(std::abs(d.below(x) - 0.25 * below) < 2e-5);  // 64 terms
    }
    CHECK(d.below(-1.0) == 0.0);
    CHECK(d.below(30.0) == approx(0.25).epsilon(1e-6));
}

TEST_CASE("a uniform law: its corners are smoothed over one term's width") {
    const auto uniform = [](complex s) { return (std::exp(-2.0 * s) - std::exp(-5.0 * s)) / (3.0 * s); };
    const cosine_distribution<64> d(uniform, 1.0, 0.0, 8.0);
    for (const double x : {1.0, 2.5, 3.0, 4.0, 4.75, 6.0})
        CHECK(std::abs(d.below(x) - std::clamp((x - 2.0) / 3.0, 0.0, 1.0)) < 0.004);
}

TEST_CASE("TTFT of the step recursion: the same as point-by-point inversion with many terms") {
    std::vector<weighted_time> prefill;
    for (const weighted_length& p : points_of(length::uniform(10.65, 31.95)))
        prefill.push_back({p.tokens * 1e-3, p.weight});
    const step_recursion r(12.4, prefill, {.fixed = 0.010}, 0.010);
    const auto lst = [&](complex s) { return r.first_token_transform(s); };
    const cosine_distribution<64> d(lst, 1.0, 0.02065, 0.213);
    for (const double t : {0.030, 0.0418, 0.060, 0.0714, 0.1120, 0.150})
        CHECK(std::abs(d.below(t) - queueing::distribution_from_lst(lst, t, {.plain = 200})) < 1.5e-3);
}
