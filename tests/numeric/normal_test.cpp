// SPDX-License-Identifier: Apache-2.0
// Reference quantiles: bisection of Phi(z) = 1/2 + phi(z) (z + z^3/3 + z^5/15 + ...) in 60-digit decimal arithmetic,
// independent of the algorithm under test.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/numeric/normal.hpp>
#include <limits>

using gambrel::normal_quantile;

static_assert(normal_quantile(0.5) == 0.0);
static_assert(normal_quantile(0.975) > 1.95996398454 && normal_quantile(0.975) < 1.95996398455);

TEST_CASE("normal quantiles agree with 60-digit references in all three regions") {
    struct row {
        double p, z;
    };
    constexpr row rows[]{
        {1e-12, -7.034483825301131929809}, {1e-6, -4.753424308822898948193},  {0.001, -3.090232306167813541540},
        {0.01, -2.326347874040841100885},  {0.025, -1.959963984540054235524}, {0.05, -1.644853626951472714863},
        {0.075, -1.439531470938455915342}, {0.1, -1.281551565544600466965},   {0.25, -0.674489750196081743202},
        {0.4, -0.253347103135799798798},   {0.92, 1.4050715603096325559509}};
    for (const row& r : rows) {
        CAPTURE(r.p);
        CHECK(normal_quantile(r.p) == approx(r.z).epsilon(1e-12));
    }
}

TEST_CASE("the normal quantile is odd about one half") {
    for (double p = 1e-4; p < 0.5; p += 0.0137) {
        CAPTURE(p);
        CHECK(normal_quantile(1.0 - p) == approx(-normal_quantile(p)).epsilon(1e-11));
    }
}

TEST_CASE("the normal quantile refuses what is not a probability") {
    for (const double p :
         {0.0, 1.0, -0.1, 1.1, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        CAPTURE(p);
        CHECK_THROWS_AS(normal_quantile(p), gambrel::error);
    }
}
