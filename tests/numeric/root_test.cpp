// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/numeric/root.hpp>

using namespace gambrel;

TEST_CASE("roots of smooth, flat and steep functions") {
    CHECK(bracketed_root([](double x) { return std::cos(x) - x; }, 0.0, 1.0) ==
          approx(0.7390851332151607).epsilon(1e-11));
    CHECK(bracketed_root([](double x) { return std::pow(x - 1.0, 3); }, 0.0, 3.0, 1e-12) == approx(1.0).epsilon(1e-4));
    CHECK(bracketed_root([](double x) { return std::atan(1e6 * (x - 0.3)); }, -10.0, 50.0) ==
          approx(0.3).epsilon(1e-11));
    CHECK(bracketed_root([](double x) { return x < 0.25 ? -1.0 : 1.0; }, 0.0, 1.0) == approx(0.25).epsilon(1e-11));
}

TEST_CASE("an end that is the root is returned, and few evaluations are spent on a smooth function") {
    CHECK(bracketed_root([](double x) { return x; }, 0.0, 1.0) == 0.0);
    CHECK(bracketed_root([](double x) { return x - 1.0; }, 0.0, 1.0) == 1.0);
    int calls = 0;
    bracketed_root([&](double x) { return ++calls, std::exp(x) - 5.0; }, 0.0, 10.0);
    CHECK(calls < 20);
}

TEST_CASE("a bracket without a change of sign is refused") {
    CHECK_THROWS_AS(bracketed_root([](double x) { return x * x + 1.0; }, -1.0, 1.0), error);
}
