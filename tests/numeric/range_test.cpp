// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/numeric/range.hpp>
#include <gambrel/units.hpp>

using namespace gambrel;
using namespace gambrel::literals;

TEST_CASE("the range holds four fifths of a log-normal figure") {
    const figure<seconds<>> t = with_range(10_ms, 0.2);
    // P(|ln(x / value)| <= ln(high / value)) = erf(ln(high / value) / (sigma sqrt 2))
    CHECK(std::fabs(std::erf(std::log(t.high / t.value) / (0.2 * std::sqrt(2.0))) - 0.8) < 1e-12);
    CHECK(std::fabs(t.low * t.high / (t.value * t.value) - 1.0) < 1e-15);
    CHECK(t.contains(10_ms));
    CHECK(!t.contains(1_s));
    CHECK(with_range(10_ms, 0.0).low == 10_ms);
}

TEST_CASE("a rate from a time swaps the ends; scaling keeps them") {
    static_assert(exactly(3_s).low == 3_s && exactly(3_s).high == 3_s);
    constexpr figure<seconds<>> t{2_s, 1_s, 4_s};
    constexpr auto rate = inverse(8_tok, t);
    static_assert(rate.value == 4_tok_per_s && rate.low == 2_tok_per_s && rate.high == 8_tok_per_s);
    constexpr auto cost = scaled(t, 3_usd / 1_s);
    static_assert(cost.value == 6_usd && cost.low == 3_usd && cost.high == 12_usd);
}
