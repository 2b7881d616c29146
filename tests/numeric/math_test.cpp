// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <gambrel/numeric/math.hpp>
#include <limits>

using namespace gambrel;

namespace {
// The same arguments are evaluated by the compiler into a table and by <cmath> at run time.
constexpr std::size_t samples = 200;
using table = std::array<double, samples>;

constexpr table spread(double from, double to) {
    table x{};
    for (std::size_t i = 0; i < samples; ++i)
        x[i] = from + (to - from) * static_cast<double>(i) / static_cast<double>(samples - 1);
    return x;
}
template <class F> constexpr table each(const table& x, F f) {
    table y{};
    for (std::size_t i = 0; i < samples; ++i) y[i] = f(x[i]);
    return y;
}
/// 10^-12 ... 10^12 without using the functions under test.
constexpr table decades = [] {
    table x{};
    double value = 1e-12;
    for (double& v : x) {
        v = value;
        value *= 1.32;
    }
    return x;
}();

double relative_error(double computed, double expected) {
    if (computed == expected) return 0.0;
    return std::fabs(computed - expected) / std::fabs(expected);
}
template <class F> double greatest_error(const table& x, const table& computed, F expected) {
    double greatest = 0.0;
    for (std::size_t i = 0; i < samples; ++i)
        greatest = std::max(greatest, relative_error(computed[i], expected(x[i])));
    return greatest;
}
}  // namespace

TEST_CASE("constant evaluation agrees with <cmath> to 1e-14 relative") {
    {
        static constexpr table x = spread(-40.0, 40.0);
        static constexpr table y = each(x, [](double v) { return math::exp(v); });
        CHECK(greatest_error(x, y, [](double v) { return std::exp(v); }) < 1e-14);
    }
    {
        static constexpr table x = spread(-700.0, 709.0);
        static constexpr table y = each(x, [](double v) { return math::exp(v); });
        CHECK(greatest_error(x, y, [](double v) { return std::exp(v); }) < 1e-14);
    }
    {
        static constexpr table y = each(decades, [](double v) { return math::log(v); });
        CHECK(greatest_error(decades, y, [](double v) { return std::log(v); }) < 1e-14);
    }
    {
        static constexpr table x = spread(0.9, 1.1);
        static constexpr table y = each(x, [](double v) { return math::log(v); });
        CHECK(greatest_error(x, y, [](double v) { return std::log(v); }) < 1e-14);
    }
    {
        static constexpr table y = each(decades, [](double v) { return math::sqrt(v); });
        CHECK(greatest_error(decades, y, [](double v) { return std::sqrt(v); }) < 1e-14);
    }
    {
        static constexpr table x = spread(-1e6, 1e6);
        static constexpr table down = each(x, [](double v) { return math::floor(v); });
        static constexpr table up = each(x, [](double v) { return math::ceil(v); });
        CHECK(greatest_error(x, down, [](double v) { return std::floor(v); }) == 0.0);
        CHECK(greatest_error(x, up, [](double v) { return std::ceil(v); }) == 0.0);
    }
}

TEST_CASE("constant pow agrees with <cmath> to 1e-14 over the exponents of the roofline") {
    // ratio in (0, 1] to a p of 1.2 to 8, and the root of what is between 1 and 2
    static constexpr table ratio = spread(0.05, 1.0);
    static constexpr table sum = spread(1.0, 2.0);
    static constexpr table a = each(ratio, [](double v) { return math::pow(v, 1.2); });
    static constexpr table b = each(ratio, [](double v) { return math::pow(v, 8.0); });
    static constexpr table c = each(sum, [](double v) { return math::pow(v, 1.0 / 3.0); });
    static constexpr table d = each(decades, [](double v) { return math::pow(v, 0.5); });
    CHECK(greatest_error(ratio, a, [](double v) { return std::pow(v, 1.2); }) < 1e-14);
    CHECK(greatest_error(ratio, b, [](double v) { return std::pow(v, 8.0); }) < 1e-14);
    CHECK(greatest_error(sum, c, [](double v) { return std::pow(v, 1.0 / 3.0); }) < 1e-14);
    CHECK(greatest_error(decades, d, [](double v) { return std::pow(v, 0.5); }) < 1e-14);
}

TEST_CASE("beyond that range pow loses accuracy in proportion to the exponent, as its header says") {
    static constexpr table y = each(decades, [](double v) { return math::pow(v, 11.0); });
    for (std::size_t i = 0; i < samples; ++i) {
        const double bound = 1e-15 + std::fabs(11.0 * std::log(decades[i])) * 2e-16;
        CHECK(relative_error(y[i], std::pow(decades[i], 11.0)) <= bound);
    }
}

TEST_CASE("the edges are the same at compile time as at run time") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    static_assert(math::exp(0.0) == 1.0 && math::exp(-800.0) == 0.0 && math::exp(710.0) == infinity);
    static_assert(math::exp(709.78) < infinity && math::exp(709.7828) == infinity);
    static_assert(math::log(1.0) == 0.0 && math::log(0.0) == -infinity && math::log(-1.0) != math::log(-1.0));
    static_assert(math::sqrt(0.0) == 0.0 && math::sqrt(4.0) == 2.0 && math::sqrt(infinity) == infinity);
    static_assert(math::pow(0.0, 2.0) == 0.0 && math::pow(0.0, 0.0) == 1.0 && math::pow(5.0, 0.0) == 1.0);
    static_assert(math::pow(0.0, -1.0) == infinity && math::pow(1.0, 1e300) == 1.0);
    static_assert(math::floor(-0.5) == -1.0 && math::ceil(-0.5) == 0.0 && math::ceil(2.0) == 2.0);
    static_assert(math::floor(1e300) == 1e300 && math::pieces(100.0, 16.0) == 7.0 && math::pieces(96.0, 16.0) == 6.0);
    static_assert(math::is_finite(1e308) && !math::is_finite(infinity) && !math::is_finite(-infinity) &&
                  !math::is_finite(std::numeric_limits<double>::quiet_NaN()));
    static_assert(math::abs(-2.0) == 2.0 && math::plain(3.0) == 3.0);
    volatile double zero = 0.0;
    CHECK(math::log(zero) == -infinity);
    CHECK(math::exp(zero - 800.0) == 0.0);
    CHECK(math::exp(zero + 710.0) == infinity);
    CHECK(math::pow(zero, -1.0) == infinity);
}

namespace {
// A user's own scalar: only friends, declared after the kernel that uses them.
template <class T> constexpr auto kernel(const T& x) { return math::exp(x) * math::pow(x, 2.0) + math::ceil(x); }

struct labelled {
    double value;
    constexpr explicit labelled(double v) : value(v) {}
    friend constexpr labelled operator*(const labelled& a, const labelled& b) { return labelled(a.value * b.value); }
    friend constexpr labelled operator+(const labelled& a, const labelled& b) { return labelled(a.value + b.value); }
    friend constexpr labelled exp(const labelled& x) { return labelled(math::exp(x.value)); }
    friend constexpr labelled ceil(const labelled& x) { return labelled(math::ceil(x.value)); }
    friend constexpr labelled pow(const labelled& x, double y) { return labelled(math::pow(x.value, y)); }
    friend constexpr double plain(const labelled& x) { return x.value; }
};
}  // namespace

TEST_CASE("a scalar of one's own brings its functions as friends") {
    static_assert(kernel(labelled(1.5)).value == kernel(1.5));
    static_assert(math::plain(labelled(1.5)) == 1.5 && math::is_finite(labelled(1.5)));
}

// log m = 2 atanh s is a series to s^21: at |s| = 0.172 (m = sqrt 2) what is left out is 0.172^22 / 23 < 1e-18 of it.
TEST_CASE("the series of constant expressions at run time, where their range ends") {
    for (const double m : {0.7072, 0.71, 0.9, 1.0001, 1.2, 1.41, 1.4142}) {
        CAPTURE(m);
        CHECK(relative_error(math::constant_evaluation::log(m), std::log(m)) < 4e-16);
    }
    namespace series = math::constant_evaluation;
    const auto worst = [](const table& x, auto f, auto expected) { return greatest_error(x, each(x, f), expected); };
    const auto exp_of = [](double x) { return std::exp(x); };
    const auto log_of = [](double x) { return std::log(x); };
    CHECK(worst(spread(-700.0, 709.7), series::exp, exp_of) < 5e-16);  // r^14 / 14! < 5e-18 left out
    CHECK(worst(spread(-0.3466, 0.3466), series::exp, exp_of) < 5e-16);
    CHECK(worst(decades, series::log, log_of) < 5e-16);
    CHECK(worst(spread(0.71, 1.42), series::log, log_of) < 5e-16);
    CHECK(worst(decades, series::sqrt, [](double x) { return std::sqrt(x); }) < 3e-16);
    CHECK(worst(spread(-7.25, 12.5), series::floor, [](double x) { return std::floor(x); }) == 0.0);
    // Where numbers lose digits, and where they end.
    CHECK(relative_error(series::log(5e-324), std::log(5e-324)) < 5e-16);
    CHECK(relative_error(series::log(1e308), std::log(1e308)) < 5e-16);
    CHECK(relative_error(series::exp(-740.0), std::exp(-740.0)) < 0.01);
    CHECK(series::exp(-745.0) > 0.0);
    CHECK(series::exp(-745.3) == 0.0);
    CHECK(series::exp(709.78) < std::numeric_limits<double>::infinity());
    CHECK(series::exp(709.79) == std::numeric_limits<double>::infinity());
    CHECK(series::floor(9007199254740993.0) == 9007199254740993.0);
}
