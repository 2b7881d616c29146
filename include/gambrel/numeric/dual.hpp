// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A number that carries its derivatives: value + sum_i slope[i] d(input i). Exact to rounding, no step size.
///
/// Swap the scalar, not the code: `seconds<dual<2>> t = bytes<dual<2>> / byte_rate<dual<2>>` holds the time and how it
/// changes with two inputs. A comparison looks at the value only, so a branch takes the side that double would, and
/// a slope at a kink is the slope of the side taken. ceil and floor have slope zero. An input without influence
/// (slope zero) stays without influence where the function's own slope is infinite, as sqrt at zero.
/// Source: forward-mode differentiation, the chain rule term by term.
/// Evidence: tests/numeric/dual_test.cpp against the analytic derivatives and central differences.

#include <array>
#include <compare>
#include <concepts>
#include <cstddef>
#include <gambrel/error.hpp>
#include <gambrel/numeric/math.hpp>
#include <gambrel/units.hpp>
#include <limits>
#include <string>

namespace gambrel {

template <std::size_t N> struct dual {
    double value;
    std::array<double, N> slope;

    constexpr dual() : value(0.0), slope{} {}
    /// A constant, or a value with its slopes: dual<2>{3.0, {1.0, 0.0}}.
    template <std::convertible_to<double> Number>
    constexpr dual(const Number& number, const std::array<double, N>& slopes = {})
        : value(static_cast<double>(number)), slope(slopes) {}

    friend constexpr dual operator+(const dual& a, const dual& b) { return chain(a.value + b.value, a, 1.0, b, 1.0); }
    friend constexpr dual operator-(const dual& a, const dual& b) { return chain(a.value - b.value, a, 1.0, b, -1.0); }
    friend constexpr dual operator*(const dual& a, const dual& b) {
        return chain(a.value * b.value, a, b.value, b, a.value);
    }
    friend constexpr dual operator/(const dual& a, const dual& b) {
        const double quotient = a.value / b.value;
        return chain(quotient, a, 1.0 / b.value, b, -quotient / b.value);
    }
    friend constexpr dual operator-(const dual& a) { return chain(-a.value, a, -1.0); }
    friend constexpr dual operator+(const dual& a) { return a; }
    constexpr dual& operator+=(const dual& b) { return *this = *this + b; }
    constexpr dual& operator-=(const dual& b) { return *this = *this - b; }
    constexpr dual& operator*=(const dual& b) { return *this = *this * b; }
    constexpr dual& operator/=(const dual& b) { return *this = *this / b; }

    friend constexpr bool operator==(const dual& a, const dual& b) { return a.value == b.value; }
    friend constexpr std::partial_ordering operator<=>(const dual& a, const dual& b) { return a.value <=> b.value; }

    friend constexpr double plain(const dual& x) { return x.value; }
    friend constexpr dual abs(const dual& x) { return x.value < 0.0 ? -x : x; }
    friend constexpr dual floor(const dual& x) { return math::floor(x.value); }
    friend constexpr dual ceil(const dual& x) { return math::ceil(x.value); }
    friend constexpr dual exp(const dual& x) {
        const double e = math::exp(x.value);
        return chain(e, x, e);
    }
    friend constexpr dual log(const dual& x) { return chain(math::log(x.value), x, inverse_or_infinite(x.value)); }
    friend constexpr dual sqrt(const dual& x) {
        const double root = math::sqrt(x.value);
        return chain(root, x, 0.5 * inverse_or_infinite(root));
    }
    /// x to the power y, x >= 0; both may carry slopes.
    friend constexpr dual pow(const dual& x, const dual& y) {
        const double p = math::pow(x.value, y.value);
        const double by_x = y.value == 0.0 ? 0.0 : y.value * math::pow(x.value, y.value - 1.0);
        const double by_y = p == 0.0 ? 0.0 : p * math::log(x.value);
        return chain(p, x, by_x, y, by_y);
    }

private:
    static constexpr double inverse_or_infinite(double x) {
        return x == 0.0 ? std::numeric_limits<double>::infinity() : 1.0 / x;
    }
    static constexpr double term(double slope, double factor) { return slope == 0.0 ? 0.0 : slope * factor; }
    static constexpr dual chain(double value, const dual& a, double by_a) {
        dual r(value);
        for (std::size_t i = 0; i < N; ++i) r.slope[i] = term(a.slope[i], by_a);
        return r;
    }
    static constexpr dual chain(double value, const dual& a, double by_a, const dual& b, double by_b) {
        dual r(value);
        for (std::size_t i = 0; i < N; ++i) r.slope[i] = term(a.slope[i], by_a) + term(b.slope[i], by_b);
        return r;
    }
};
template <std::size_t N> inline constexpr bool is_scalar<dual<N>> = true;

/// Input number `i` of N: its slope is 1 with respect to itself, 0 with respect to the others. Error unless i < N.
template <std::size_t N> constexpr dual<N> variable(double value, std::size_t i) {
    if (i >= N) fail("input number " + std::to_string(i) + " of " + std::to_string(N) + "; they count from 0");
    dual<N> x(value);
    x.slope[i] = 1.0;
    return x;
}
}  // namespace gambrel
