// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/numeric/bisection.hpp>

using namespace gambrel;

static_assert(math::abs(bisected_root([](double x) { return x * x - 2.0; }, 0.0, 2.0) - 1.4142135623730951) < 1e-12);
static_assert(least_that([](int n) { return n * n >= 50; }, 1, 1000) == 8);

TEST_CASE("a bracket closes round the point where the condition changes, as far as asked") {
    int calls = 0;
    const auto below = [&](double x) { return ++calls, x < 0.3; };
    const bracket b = bisected(below, {0.0, 1.0}, 0.0, 0x1p-10);
    CHECK(calls == 10);
    CHECK(b.low < 0.3);
    CHECK(b.high >= 0.3);
    CHECK(b.high - b.low == 0x1p-10);
    const bracket last = bisected(below, {0.0, 1.0}, 0.0);  // to neighbouring doubles
    CHECK(std::nextafter(last.low, 1.0) == last.high);
    CHECK(last.high == 0.3);
    CHECK(bisected([](double) { return true; }, {0.0, 1.0}, 1e-3).high == 1.0);
    CHECK(bisected([](double) { return false; }, {0.0, 1.0}, 1e-3).low == 0.0);
}

TEST_CASE("a root at an end is that end; without a change of sign there is none") {
    CHECK(bisected_root([](double x) { return x; }, 0.0, 1.0) == 0.0);
    CHECK(bisected_root([](double x) { return x - 1.0; }, 0.0, 1.0) == 1.0);
    CHECK(bisected_root([](double x) { return 2.0 - x * x; }, 0.0, 2.0) == approx(1.4142135623730951).epsilon(1e-12));
    CHECK_THROWS_AS(bisected_root([](double x) { return x * x + 1.0; }, -1.0, 1.0), error);
}

TEST_CASE("the least number that is enough, by counting up") {
    for (const int answer : {1, 2, 3, 4, 5, 7, 8, 9, 63, 64, 65, 99, 100})
        for (const int first : {1, 2, 6}) {
            const auto enough = [&](int n) { return n >= answer; };
            CHECK(least_that(enough, first, 100) == std::max(answer, first));
        }
    CHECK(least_that([](int n) { return n >= 101; }, 1, 100) == 0);
}
