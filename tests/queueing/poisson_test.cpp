// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/queueing/poisson.hpp>

using gambrel::queueing::poisson_mean;

TEST_CASE("moments and the generating function of a Poisson number, from 0 to a million") {
    for (const double mean : {0.0, 1e-9, 0.3, 1.0, 17.5, 800.0, 1e6}) {
        CAPTURE(mean);
        CHECK(poisson_mean(mean, [](std::size_t) { return 1.0; }) == approx(1.0).epsilon(1e-15));
        const double number = poisson_mean(mean, [](std::size_t n) { return static_cast<double>(n); });
        CHECK(std::abs(number - mean) <= 1e-12 * mean + 2e-18);  // terms below 1e-18 are left out
        CHECK(poisson_mean(mean, [](std::size_t n) { return std::pow(0.999, static_cast<double>(n)); }) ==
              approx(std::exp(-0.001 * mean)).epsilon(1e-9));
    }
    CHECK(poisson_mean(3.0, [](std::size_t n) { return n == 2 ? 1.0 : 0.0; }) ==
          approx(4.5 * std::exp(-3.0)).epsilon(1e-14));
}

TEST_CASE("a mean that is no mean is refused") {
    const auto one = [](std::size_t) { return 1.0; };
    CHECK_THROWS_AS(poisson_mean(-1.0, one), gambrel::error);
    CHECK_THROWS_AS(poisson_mean(std::nan(""), one), gambrel::error);
}
