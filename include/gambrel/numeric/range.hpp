// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A predicted figure: the value and its 80 % range. Every public answer is one of these.
///
/// A positive figure whose logarithm has standard deviation sigma lies, four times in five, within a factor
/// exp(1.2816 sigma) of its value: low = value / f, high = value f.

#include <gambrel/numeric/math.hpp>

namespace gambrel {

inline constexpr double normal_quantile_90 = 1.2815515655446004;  // 80 % two-sided

template <class T> struct figure {
    T value{};
    T low{};
    T high{};

    constexpr bool contains(const T& x) const { return !(x < low) && !(high < x); }
};

/// value with the 80 % range of relative (logarithmic) standard deviation `sigma`.
template <class T> constexpr figure<T> with_range(const T& value, double sigma) {
    const double factor = math::exp(normal_quantile_90 * sigma);
    return {value, value * (1.0 / factor), value * factor};
}
/// A figure known exactly.
template <class T> constexpr figure<T> exactly(const T& value) { return {value, value, value}; }

/// The figure of a quantity inversely proportional to `f` (a rate from a time): ends swap.
template <class T, class N> constexpr auto inverse(const N& numerator, const figure<T>& f) {
    using R = decltype(numerator / f.value);
    return figure<R>{numerator / f.value, numerator / f.high, numerator / f.low};
}
template <class T, class N> constexpr auto scaled(const figure<T>& f, const N& factor) {
    using R = decltype(f.value * factor);
    return figure<R>{f.value * factor, f.low * factor, f.high * factor};
}
}  // namespace gambrel
