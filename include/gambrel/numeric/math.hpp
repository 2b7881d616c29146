// SPDX-License-Identifier: Apache-2.0
#pragma once
/// exp, log, pow, sqrt, ceil, floor that are constexpr on every compiler.
///
/// At run time they are <cmath>'s. In a constant expression clang uses range reduction and a short series, correct
/// to about 1e-15 relative (pow: 1e-15 + |y log x| 2e-16); the last bits may differ from <cmath>.
///
/// A scalar of its own (dual, interval) brings `exp`, `log`, `pow`, ... and `plain` as friend functions. The
/// templates at the end find them through the argument, so a kernel says `math::pow(x, p)` whatever x is and
/// whichever header came first. A ratio of two quantities counts as the scalar it holds.
/// Evidence: tests/numeric/math_test.cpp compares the two over the range used.

#include <gambrel/version.hpp>

#include <bit>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace gambrel::math {

namespace constant_evaluation {
inline constexpr double ln2_high = 0x1.62e42fee00000p-1;  // ln 2 split so that k * ln2_high is exact
inline constexpr double ln2_low = 0x1.a39ef35793c76p-33;
inline constexpr double ln2 = 0x1.62e42fefa39efp-1;

constexpr double floor(double x) {
    if (!(x > -9007199254740992.0 && x < 9007199254740992.0)) return x;
    const auto whole = static_cast<double>(static_cast<std::int64_t>(x));
    return whole > x ? whole - 1.0 : whole;
}
constexpr double scale_by_power_of_two(double x, int k) {
    while (k > 1000) {
        x *= 0x1p1000;
        k -= 1000;
    }
    while (k < -1000) {
        x *= 0x1p-1000;
        k += 1000;
    }
    return x * std::bit_cast<double>(static_cast<std::uint64_t>(1023 + k) << 52);
}
constexpr double exp(double x) {
    if (x != x) return x;
    if (x > 709.782712893384) return std::numeric_limits<double>::infinity();
    if (x < -745.2) return 0.0;
    const double k = floor(x / ln2 + 0.5);
    const double r = (x - k * ln2_high) - k * ln2_low;  // |r| <= ln2 / 2
    // 1 + r (1 + r/2 (1 + r/3 (...))), written out: a loop costs the compiler several times as much.
    const double low = 1 + r / 8 * (1 + r / 9 * (1 + r / 10 * (1 + r / 11 * (1 + r / 12 * (1 + r / 13)))));
    const double sum = 1 + r * (1 + r / 2 * (1 + r / 3 * (1 + r / 4 * (1 + r / 5 * (1 + r / 6 * (1 + r / 7 * low))))));
    return scale_by_power_of_two(sum, static_cast<int>(k));
}
constexpr double log(double x) {
    if (x != x || x < 0.0) return std::numeric_limits<double>::quiet_NaN();
    if (x == 0.0) return -std::numeric_limits<double>::infinity();
    if (x > std::numeric_limits<double>::max()) return x;
    int k = 0;
    if (x < std::numeric_limits<double>::min()) {
        x *= 0x1p54;
        k = -54;
    }
    const auto bits = std::bit_cast<std::uint64_t>(x);
    k += static_cast<int>(bits >> 52) - 1023;
    double m = std::bit_cast<double>((bits & 0xfffffffffffffULL) | 0x3ff0000000000000ULL);
    if (m > 1.4142135623730951) {
        m *= 0.5;
        ++k;
    }
    const double s = (m - 1.0) / (m + 1.0);  // log m = 2 atanh s, |s| <= 0.172
    const double s2 = s * s;
    const double low = 1.0 / 11 + s2 * (1.0 / 13 + s2 * (1.0 / 15 + s2 * (1.0 / 17 + s2 * (1.0 / 19 + s2 / 21))));
    const double sum = 1 + s2 * (1.0 / 3 + s2 * (1.0 / 5 + s2 * (1.0 / 7 + s2 * (1.0 / 9 + s2 * low))));
    return k * ln2_high + (k * ln2_low + 2.0 * s * sum);
}
constexpr double sqrt(double x) {
    if (x != x || x < 0.0) return std::numeric_limits<double>::quiet_NaN();
    if (x == 0.0 || x > std::numeric_limits<double>::max()) return x;
    double y = exp(0.5 * log(x));
    y = 0.5 * (y + x / y);
    return 0.5 * (y + x / y);
}
}  // namespace constant_evaluation

/// GCC folds <cmath> calls in constant expressions, as an extension and at a tenth of the cost of the series; it
/// leaves out arguments that set errno. Clang needs the series.
#if defined(__GNUC__) && !defined(__clang__)
inline constexpr bool compiler_folds_cmath = true;
#else
inline constexpr bool compiler_folds_cmath = false;
#endif

constexpr double exp(double x) {
    const bool safe = compiler_folds_cmath && x > -700.0 && x < 700.0;
    return std::is_constant_evaluated() && !safe ? constant_evaluation::exp(x) : std::exp(x);
}
constexpr double log(double x) {
    const bool safe = compiler_folds_cmath && x > 0.0 && x < 1e300;
    return std::is_constant_evaluated() && !safe ? constant_evaluation::log(x) : std::log(x);
}
constexpr double sqrt(double x) {
    const bool safe = compiler_folds_cmath && x >= 0.0 && x < 1e300;
    return std::is_constant_evaluated() && !safe ? constant_evaluation::sqrt(x) : std::sqrt(x);
}
constexpr double floor(double x) {
    return std::is_constant_evaluated() ? constant_evaluation::floor(x) : std::floor(x);
}
constexpr double ceil(double x) { return -floor(-x); }

/// x to the power y, x >= 0.
constexpr double pow(double x, double y) {
    const bool safe = compiler_folds_cmath && x > 1e-30 && x < 1e30 && y > -10.0 && y < 10.0;
    if (!std::is_constant_evaluated() || safe) return std::pow(x, y);
    if (y == 0.0 || x == 1.0) return 1.0;
    if (x == 0.0) return y > 0.0 ? 0.0 : std::numeric_limits<double>::infinity();
    return constant_evaluation::exp(y * constant_evaluation::log(x));
}
constexpr bool is_finite(double x) {
    return x >= std::numeric_limits<double>::lowest() && x <= std::numeric_limits<double>::max();
}
constexpr double abs(double x) { return x < 0.0 ? -x : x; }

/// Smallest whole number of `step`-sized pieces that hold `x`.
constexpr double pieces(double x, double step) { return ceil(x / step); }

/// The double inside any scalar, for decisions that must not depend on derivatives.
constexpr double plain(double x) { return x; }

/// A scalar that is more than a double: what follows is for these.
template <class T> concept own_scalar = std::is_class_v<T> && !std::convertible_to<const T&, double>;

}  // namespace gambrel::math

// Outside gambrel::math, where the unqualified name can only mean the friend of the argument.
namespace gambrel::friend_of_argument {
template <class T> constexpr auto exp_of(const T& x) { return exp(x); }
template <class T> constexpr auto log_of(const T& x) { return log(x); }
template <class T> constexpr auto sqrt_of(const T& x) { return sqrt(x); }
template <class T> constexpr auto floor_of(const T& x) { return floor(x); }
template <class T> constexpr auto ceil_of(const T& x) { return ceil(x); }
template <class T> constexpr auto abs_of(const T& x) { return abs(x); }
template <class T> constexpr auto plain_of(const T& x) { return plain(x); }
template <class A, class B> constexpr auto pow_of(const A& x, const B& y) { return pow(x, y); }
}  // namespace gambrel::friend_of_argument

namespace gambrel::math {
template <own_scalar T> constexpr auto exp(const T& x) { return friend_of_argument::exp_of(x); }
template <own_scalar T> constexpr auto log(const T& x) { return friend_of_argument::log_of(x); }
template <own_scalar T> constexpr auto sqrt(const T& x) { return friend_of_argument::sqrt_of(x); }
template <own_scalar T> constexpr auto floor(const T& x) { return friend_of_argument::floor_of(x); }
template <own_scalar T> constexpr auto ceil(const T& x) { return friend_of_argument::ceil_of(x); }
template <own_scalar T> constexpr auto abs(const T& x) { return friend_of_argument::abs_of(x); }
template <own_scalar T> constexpr double plain(const T& x) { return friend_of_argument::plain_of(x); }
template <own_scalar T> constexpr bool is_finite(const T& x) { return is_finite(plain(x)); }
template <class A, class B>
requires(own_scalar<A> || own_scalar<B>) constexpr auto pow(const A& x, const B& y) {
    return friend_of_argument::pow_of(x, y);
}
template <class A, class B>
requires(own_scalar<A> || own_scalar<B>) constexpr auto pieces(const A& x, const B& step) { return ceil(x / step); }
}  // namespace gambrel::math
