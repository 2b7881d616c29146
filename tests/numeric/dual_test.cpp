// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <gambrel/error.hpp>
#include <gambrel/numeric/dual.hpp>
#include <gambrel/units.hpp>
#include <limits>
#include <random>
#include <type_traits>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
bool near(double a, double b, double relative = 1e-13) {
    return std::fabs(a - b) <= relative * (std::fabs(b) + 1e-300);
}

/// The roofline's blend of two times, on any scalar and any quantity.
template <class T> constexpr T blend(const T& a, const T& b, double p) {
    const T longer = larger(a, b), shorter = smaller(a, b);
    return longer * math::pow(1.0 + math::pow(shorter / longer, p), 1.0 / p);
}
}  // namespace

TEST_CASE("a dual is a value with slopes and nothing else") {
    static_assert(sizeof(dual<2>) == 3 * sizeof(double) && std::is_trivially_copyable_v<dual<2>>);
    constexpr dual<2> x{3.0, {1.0, 0.0}};
    static_assert(x.value == 3.0 && x.slope[0] == 1.0 && x.slope[1] == 0.0);
    constexpr dual<2> constant = 5;
    static_assert(constant.value == 5.0 && constant.slope == std::array<double, 2>{});
    static_assert(variable<2>(3.0, 0).slope == x.slope && math::plain(x) == 3.0);
    static_assert(is_scalar<dual<2>> && scalar<dual<3>> && !quantity<dual<1>>);
    static_assert(x < 4.0 && 2 < x && x == 3.0 && x != 3.5 && dual<2>(3.0) == x);  // comparisons see the value only
    CHECK_THROWS_AS(variable<2>(1.0, 2), error);
}

TEST_CASE("each operation has its textbook derivatives") {
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> positive(0.1, 5.0);
    for (int i = 0; i < 200; ++i) {
        const double x = positive(random), y = positive(random);
        const dual<2> a = variable<2>(x, 0), b = variable<2>(y, 1);
        const auto is = [](const dual<2>& d, double value, double by_x, double by_y) {
            return near(d.value, value) && near(d.slope[0], by_x) && near(d.slope[1], by_y);
        };
        CHECK(is(a + b, x + y, 1, 1));
        CHECK(is(a - b, x - y, 1, -1));
        CHECK(is(a * b, x * y, y, x));
        CHECK(is(a / b, x / y, 1 / y, -x / (y * y)));
        CHECK(is(-a, -x, -1, 0));
        CHECK(is(3 * a - b / 2 + 1, 3 * x - y / 2 + 1, 3, -0.5));
        CHECK(is(1 / a, 1 / x, -1 / (x * x), 0));
        CHECK(is(math::exp(a), std::exp(x), std::exp(x), 0));
        CHECK(is(math::log(a), std::log(x), 1 / x, 0));
        CHECK(is(math::sqrt(a), std::sqrt(x), 0.5 / std::sqrt(x), 0));
        CHECK(is(math::pow(a, 2.5), std::pow(x, 2.5), 2.5 * std::pow(x, 1.5), 0));
        CHECK(is(math::pow(2.5, b), std::pow(2.5, y), 0, std::log(2.5) * std::pow(2.5, y)));
        CHECK(is(math::pow(a, b), std::pow(x, y), y * std::pow(x, y - 1), std::log(x) * std::pow(x, y)));
        CHECK(is(math::abs(-a), x, 1, 0));
        CHECK(is(math::ceil(a), std::ceil(x), 0, 0));
        CHECK(is(math::floor(a), std::floor(x), 0, 0));
        dual<2> c = a;
        c += b;
        c *= a;
        c -= 1;
        c /= b;
        CHECK(is(c, (x * x + x * y - 1) / y, (2 * x + y) / y, -(x * x - 1) / (y * y)));
    }
}

TEST_CASE("where the function's own slope is infinite, an input without influence stays without") {
    static_assert(math::sqrt(dual<1>(0.0)).slope[0] == 0.0);
    static_assert(math::pow(dual<1>(0.0), 0.5).slope[0] == 0.0);
    static_assert(math::pow(variable<1>(0.0, 0), 1.0).slope[0] == 1.0);
    static_assert(math::pow(variable<1>(0.0, 0), 3.0).slope[0] == 0.0);
    static_assert(math::pow(variable<1>(2.0, 0), 0.0).slope[0] == 0.0);
    CHECK(math::sqrt(variable<1>(0.0, 0)).slope[0] == std::numeric_limits<double>::infinity());
}

TEST_CASE("quantities of duals carry the sensitivity of a time to the bytes and to the bandwidth") {
    constexpr seconds<dual<2>> t = gigabytes(variable<2>(80.0, 0)) / terabytes_per_second(variable<2>(2.0, 1));
    CHECK(near(t.value().value, 0.04));
    CHECK(near(t.value().slope[0], 0.04 / 80.0));
    CHECK(near(t.value().slope[1], -0.04 / 2.0));
    constexpr seconds<dual<1>> twice = 2.0 * seconds<dual<1>>(make<seconds<dual<1>>>(variable<1>(3.0, 0)));
    static_assert(twice.value().value == 6.0 && twice.value().slope[0] == 2.0);
    static_assert(larger(twice, make<seconds<dual<1>>>(7.0)).value().slope[0] == 0.0);
    static_assert(larger(twice, make<seconds<dual<1>>>(5.0)).value().slope[0] == 2.0);
}

TEST_CASE("the p-norm of two times: analytic derivative and central difference agree with the dual") {
    std::mt19937_64 random(2);
    std::uniform_real_distribution<double> milliseconds_of(0.2, 5.0), exponent(1.2, 6.0);
    for (int i = 0; i < 200; ++i) {
        const double a = 1e-3 * milliseconds_of(random), b = 1e-3 * milliseconds_of(random), p = exponent(random);
        const auto t = blend(make<seconds<dual<2>>>(variable<2>(a, 0)), make<seconds<dual<2>>>(variable<2>(b, 1)), p);
        static_assert(std::same_as<decltype(t), const seconds<dual<2>>>);

        const double plain = std::pow(std::pow(a, p) + std::pow(b, p), 1.0 / p);
        CHECK(near(t.value().value, plain, 1e-12));
        CHECK(near(t.value().slope[0], std::pow(a / plain, p - 1.0), 1e-12));  // d/da (a^p + b^p)^(1/p)
        CHECK(near(t.value().slope[1], std::pow(b / plain, p - 1.0), 1e-12));

        const auto value = [&](double x, double y) { return blend(make<seconds<>>(x), make<seconds<>>(y), p) / 1_s; };
        // A value is good to about 1e-15, so a difference over 2 a step is good to 1e-15 t / (a step), which outweighs
        // the truncation (of order step^2 times the slope).
        const double step = 1e-6, rounding = 1e-15 * plain / step;
        const double by_a = (value(a * (1 + step), b) - value(a * (1 - step), b)) / (2 * a * step);
        const double by_b = (value(a, b * (1 + step)) - value(a, b * (1 - step))) / (2 * b * step);
        CHECK(std::fabs(t.value().slope[0] - by_a) <= rounding / a + 1e-10 * by_a);
        CHECK(std::fabs(t.value().slope[1] - by_b) <= rounding / b + 1e-10 * by_b);
    }
}

TEST_CASE("the same blend is a constant expression on duals") {
    constexpr auto t = blend(make<seconds<dual<1>>>(variable<1>(3.0, 0)), make<seconds<dual<1>>>(4.0), 2.0);
    static_assert(t.value().value > 5.0 - 1e-14 && t.value().value < 5.0 + 1e-14);        // 3-4-5
    static_assert(t.value().slope[0] > 0.6 - 1e-14 && t.value().slope[0] < 0.6 + 1e-14);  // a / t
}
