// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <gambrel/error.hpp>
#include <gambrel/numeric/interval.hpp>
#include <gambrel/units.hpp>
#include <limits>
#include <random>
#include <type_traits>

using namespace gambrel;

namespace {
template <class T> constexpr T blend(const T& a, const T& b, double p) {
    const T longer = larger(a, b), shorter = smaller(a, b);
    return longer * math::pow(1.0 + math::pow(shorter / longer, p), 1.0 / p);
}

struct sampler {
    std::mt19937_64 random{3};
    double between(double low, double high) { return std::uniform_real_distribution<double>(low, high)(random); }
    interval any(double low, double high) {
        const double a = between(low, high), b = between(low, high);
        return {std::min(a, b), std::max(a, b)};
    }
    double inside(const interval& x) { return between(x.low, x.high); }
};

/// Long double stands for the exact result: a result rounded to double could hide an end one place too narrow.
bool holds(const interval& range, long double exact) { return range.low <= exact && exact <= range.high; }
}  // namespace

TEST_CASE("whatever the inputs, the result lies inside") {
    sampler s;
    for (int i = 0; i < 1000; ++i) {
        const interval a = s.any(-5.0, 5.0), b = s.any(-5.0, 5.0), c = s.any(0.01, 5.0), d = s.any(0.01, 5.0);
        for (int j = 0; j < 4; ++j) {
            const long double x = s.inside(a), y = s.inside(b), z = s.inside(c), w = s.inside(d);
            CHECK(holds(a + b, x + y));
            CHECK(holds(a - b, x - y));
            CHECK(holds(a * b, x * y));
            CHECK(holds(a / c, x / z));
            CHECK(holds(a / -c, x / -z));
            CHECK(holds(-a, -x));
            CHECK(holds(math::abs(a), std::fabs(x)));
            CHECK(holds(math::exp(a), std::exp(x)));
            CHECK(holds(math::log(c), std::log(z)));
            CHECK(holds(math::sqrt(c), std::sqrt(z)));
            CHECK(holds(math::pow(c, b), std::pow(z, y)));
            CHECK(holds(math::pow(c, d), std::pow(z, w)));
            CHECK(holds(math::ceil(a), std::ceil(x)));
            CHECK(holds(math::floor(a), std::floor(x)));
            CHECK(holds(larger(a, b), std::max(x, y)));
            CHECK(holds(smaller(a, b), std::min(x, y)));
            CHECK(holds(2 * a - 1.5 + b / 4, 2 * x - 1.5L + y / 4));
        }
    }
}

TEST_CASE("a single number stays inside although its operations round") {
    sampler s;
    for (int i = 0; i < 1000; ++i) {
        const double x = s.between(0.01, 50.0), y = s.between(0.01, 50.0);
        const interval a = x, b = y;
        const long double u = x, v = y;
        CHECK(holds(a + b, u + v));
        CHECK(holds(a - b, u - v));
        CHECK(holds(a * b, u * v));
        CHECK(holds(a / b, u / v));
        CHECK(holds(math::exp(a), std::exp(u)));
        CHECK(holds(math::log(a), std::log(u)));
        CHECK(holds(math::sqrt(a), std::sqrt(u)));
        CHECK(holds(math::pow(a, 1.7), std::pow(u, static_cast<long double>(1.7))));
        CHECK((a * b).high - (a * b).low <= 1e-15 * x * y);  // and stays narrow
    }
}

TEST_CASE("also when the compiler evaluates it") {
    constexpr interval e = math::exp(interval(1.0)), l = math::log(interval(10.0)), r = math::sqrt(interval(2.0)),
                       p = math::pow(interval(7.0), 3.3);
    CHECK(holds(e, std::exp(1.0L)));
    CHECK(holds(l, std::log(10.0L)));
    CHECK(holds(r, std::sqrt(2.0L)));
    CHECK(holds(p, std::pow(7.0L, static_cast<long double>(3.3))));
}

TEST_CASE("quantities of intervals, and the blend of two times with ranges") {
    static_assert(std::same_as<decltype(bytes<interval>{} / make<byte_rate<interval>>(1.0)), seconds<interval>>);
    sampler s;
    for (int i = 0; i < 300; ++i) {
        const interval a = s.any(0.1, 5.0), b = s.any(0.1, 5.0);
        const auto range = blend(make<seconds<interval>>(a), make<seconds<interval>>(b), 3.0);
        for (int j = 0; j < 10; ++j) {
            const double x = s.inside(a), y = s.inside(b);
            CHECK(range.value().contains(std::cbrt(x * x * x + y * y * y)));
        }
    }
}

TEST_CASE("the range of a maximum is not one of the two ranges") {
    constexpr auto wide = make<seconds<interval>>(interval(1.0, 10.0));
    constexpr auto inner = make<seconds<interval>>(interval(5.0, 6.0));
    constexpr auto m = larger(wide, inner);
    static_assert(m.value().low == 5.0 && m.value().high == 10.0);
    constexpr auto n = smaller(interval(1.0, 10.0), interval(5.0, 6.0));
    static_assert(n.low == 1.0 && n.high == 6.0);
}

TEST_CASE("comparison is by midpoint, zero stays zero, a negative stays negative") {
    static_assert(interval(1.0, 10.0) > interval(5.0, 5.5) && interval(1.0, 3.0) == 2.0 && interval(1.0, 2.0) < 2);
    static_assert((interval(0.0, 1.0) * 3.0).low == 0.0 && (interval(0.0) + 0.0).high == 0.0);
    static_assert(math::plain(interval(1.0, 3.0)) == 2.0 && (interval(-2.0, -1.0) * 1.0).high < 0.0);
}

TEST_CASE("what has no answer is an error that names the interval") {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(interval(2.0, 1.0), error);
    CHECK_THROWS_AS(interval(nan, 1.0), error);
    CHECK_THROWS_AS(interval{nan}, error);
    CHECK_THROWS_WITH_AS(interval(1.0) / interval(-1.0, 1.0), doctest::Contains("must not contain zero"), error);
    CHECK_THROWS_AS(interval(1.0) / interval(0.0, 1.0), error);
    CHECK_THROWS_WITH_AS(math::log(interval(-1.0, 1.0)), doctest::Contains("-1.0"), error);
    CHECK_THROWS_AS(math::sqrt(interval(-1.0, 1.0)), error);
    CHECK_THROWS_AS(math::pow(interval(-1.0, 1.0), 2.0), error);
}
