// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/numeric/waiting_time_laws.hpp>
#include <initializer_list>

using namespace gambrel;

// Erlang laws in closed form: P(X <= x) = 1 - e^-x sum x^j / j!.
TEST_CASE("the shifted gamma law is near the closed one") {
    for (const int shape : {1, 2, 5, 20})
        for (const double quantile : {0.3, 0.7, 1.0, 1.5, 2.2}) {
            CAPTURE(shape);
            CAPTURE(quantile);
            const double x = quantile * shape;
            double term = std::exp(-x), below = 1.0;
            for (int j = 0; j < shape; ++j) {
                below -= term;
                term *= x / (j + 1);
            }
            const shifted_gamma g{.least = 3.0, .mean = 3.0 + shape, .deviation = std::sqrt(double(shape))};
            CHECK(std::abs(g.below(3.0 + x) - below) < (shape >= 2 ? 0.003 : 0.006));
        }
    const shifted_gamma constant{.least = 1.0, .mean = 2.0, .deviation = 0.0};
    CHECK(constant.below(1.9) == 0.0);
    CHECK(constant.below(2.0) == 1.0);
    CHECK(shifted_gamma{.least = 1.0, .mean = 2.0, .deviation = 0.5}.below(1.0) == 0.0);
}

// Convolution by the midpoint rule over the normal's 16 deviations.
TEST_CASE("an exponential wait and a normal time") {
    const wait_and_normal w{.rate = 2.0, .mean = 3.0, .deviation = 0.25};
    for (const double x : {2.5, 3.0, 3.5, 5.0}) {
        double sum = 0.0;
        const int n = 20000;
        for (int i = 0; i < n; ++i) {
            const double z = -8.0 + 16.0 * (i + 0.5) / n, left = x - 3.0 - 0.25 * z;
            if (left > 0.0)
                sum += std::exp(-0.5 * z * z) / std::sqrt(2.0 * 3.14159265358979) * (1.0 - std::exp(-2.0 * left)) *
                       16.0 / n;
        }
        CHECK(w.below(x) == approx(sum).epsilon(1e-4));
    }
}

// Where exp(r^2 s^2 / 2) overflows: a wait far shorter than the normal's deviation adds its mean and no more.
TEST_CASE("a wait far shorter than the deviation of what follows") {
    const wait_and_normal w{.rate = 1000.0, .mean = 3.0, .deviation = 0.25};
    for (const double x : {2.0, 2.9, 3.0, 3.1, 4.0})
        CHECK(w.below(x) == approx(normal_below((x - 1e-3 - 3.0) / std::hypot(0.25, 1e-3))).epsilon(1e-5));
    const wait_and_normal before{.rate = 48.2, .mean = 3.0, .deviation = 0.25},
        after{.rate = 48.3, .mean = 3.0, .deviation = 0.25};
    CHECK(before.below(3.0) == approx(after.below(3.0)).epsilon(1e-3));
}
