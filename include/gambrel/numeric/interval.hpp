// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A number known to lie between two ends. Whatever the inputs were inside their ends, the result is inside its own.
///
/// Ends are rounded outward: one unit in the last place for + - * / and sqrt, eight for exp, log and pow, whose
/// doubles are correct to a few. An end that is exactly zero or infinite stays. The same input used twice is treated as
/// two inputs (x - x is not zero), so a long formula gives a wider range than the truth, never a narrower one.
///
/// `a < b` compares midpoints. It is there so that a kernel can choose a branch; only the branch taken is in the
/// result. `larger` and `smaller` do not choose: they return the range of the maximum and of the minimum.
/// Evidence: tests/numeric/interval_test.cpp, random samples stay inside.

#include <bit>
#include <compare>
#include <concepts>
#include <cstdint>
#include <gambrel/error.hpp>
#include <gambrel/numeric/math.hpp>
#include <gambrel/units.hpp>
#include <limits>
#include <string>

namespace gambrel {

struct interval {
    double low = 0.0;
    double high = 0.0;

    constexpr interval() = default;
    template <std::convertible_to<double> Number>
    constexpr interval(const Number& exactly) : interval(static_cast<double>(exactly), static_cast<double>(exactly)) {}
    constexpr interval(double from, double to) : low(from), high(to) {
        if (!(from <= to))
            fail("an interval from " + std::to_string(from) + " to " + std::to_string(to) +
                 "; the first must not exceed the second");
    }
    constexpr double middle() const { return 0.5 * low + 0.5 * high; }
    constexpr bool contains(double x) const { return low <= x && x <= high; }

    friend constexpr interval operator-(const interval& a) { return {-a.high, -a.low}; }
    friend constexpr interval operator+(const interval& a) { return a; }
    friend constexpr interval operator+(const interval& a, const interval& b) {
        return outward(a.low + b.low, a.high + b.high, 1);
    }
    friend constexpr interval operator-(const interval& a, const interval& b) { return a + (-b); }
    friend constexpr interval operator*(const interval& a, const interval& b) {
        return hull(a.low * b.low, a.low * b.high, a.high * b.low, a.high * b.high);
    }
    /// Error when the divisor may be zero.
    friend constexpr interval operator/(const interval& a, const interval& b) {
        if (b.contains(0.0))
            fail("division by an interval from " + std::to_string(b.low) + " to " + std::to_string(b.high) +
                 "; the divisor must not contain zero");
        return hull(a.low / b.low, a.low / b.high, a.high / b.low, a.high / b.high);
    }
    constexpr interval& operator+=(const interval& b) { return *this = *this + b; }
    constexpr interval& operator-=(const interval& b) { return *this = *this - b; }
    constexpr interval& operator*=(const interval& b) { return *this = *this * b; }
    constexpr interval& operator/=(const interval& b) { return *this = *this / b; }

    friend constexpr bool operator==(const interval& a, const interval& b) { return a.middle() == b.middle(); }
    friend constexpr std::partial_ordering operator<=>(const interval& a, const interval& b) {
        return a.middle() <=> b.middle();
    }

    friend constexpr double plain(const interval& x) { return x.middle(); }
    friend constexpr interval abs(const interval& x) {
        if (x.contains(0.0)) return {0.0, -x.low > x.high ? -x.low : x.high};
        return x.low < 0.0 ? -x : x;
    }
    friend constexpr interval floor(const interval& x) { return {math::floor(x.low), math::floor(x.high)}; }
    friend constexpr interval ceil(const interval& x) { return {math::ceil(x.low), math::ceil(x.high)}; }
    friend constexpr interval exp(const interval& x) { return outward(math::exp(x.low), math::exp(x.high), 8); }
    /// Error unless x >= 0; likewise sqrt and pow.
    friend constexpr interval log(const interval& x) {
        not_negative(x, "log");
        return outward(math::log(x.low), math::log(x.high), 8);
    }
    friend constexpr interval sqrt(const interval& x) {
        not_negative(x, "sqrt");
        return outward(math::sqrt(x.low), math::sqrt(x.high), 1);
    }
    /// y log x is linear in y and in log x, so the extremes are at the corners.
    friend constexpr interval pow(const interval& x, const interval& y) {
        not_negative(x, "pow");
        return hull(math::pow(x.low, y.low), math::pow(x.low, y.high), math::pow(x.high, y.low),
                    math::pow(x.high, y.high), 8);
    }
    friend constexpr interval larger(const interval& a, const interval& b) {
        return {a.low < b.low ? b.low : a.low, a.high < b.high ? b.high : a.high};
    }
    friend constexpr interval smaller(const interval& a, const interval& b) {
        return {b.low < a.low ? b.low : a.low, b.high < a.high ? b.high : a.high};
    }

private:
    /// The double `steps` beyond x, away from zero (steps > 0) or towards it.
    static constexpr double step(double x, int steps) {
        if (x == 0.0 || !math::is_finite(x)) return x;
        const auto magnitude = std::bit_cast<std::int64_t>(x < 0.0 ? -x : x) + steps;
        const double moved = magnitude > 0 ? std::bit_cast<double>(magnitude) : 0.0;
        return x < 0.0 ? -moved : moved;
    }
    static constexpr interval outward(double from, double to, int steps) {
        return {step(from, from < 0.0 ? steps : -steps), step(to, to < 0.0 ? -steps : steps)};
    }
    static constexpr interval hull(double a, double b, double c, double d, int steps = 1) {
        using gambrel::larger, gambrel::smaller;
        return outward(smaller(smaller(a, b), smaller(c, d)), larger(larger(a, b), larger(c, d)), steps);
    }
    static constexpr void not_negative(const interval& x, const char* function) {
        if (!(x.low >= 0.0))
            fail(std::string(function) + " of an interval from " + std::to_string(x.low) + " to " +
                 std::to_string(x.high) + "; it must not be negative");
    }
};
template <> inline constexpr bool is_scalar<interval> = true;

/// The range of the maximum and of the minimum of two quantities with ranges.
template <quantity Quantity>
requires std::same_as<value_type_t<Quantity>, interval>
constexpr Quantity larger(const Quantity& a, const Quantity& b) { return make<Quantity>(larger(a.value(), b.value())); }
template <quantity Quantity>
requires std::same_as<value_type_t<Quantity>, interval>
constexpr Quantity smaller(const Quantity& a, const Quantity& b) {
    return make<Quantity>(smaller(a.value(), b.value()));
}
}  // namespace gambrel
