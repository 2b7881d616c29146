// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The efficiency law of operators that stream their operands once: products, experts, state, element-wise.
///
///     t = ((flop / (peak compute) + per_input K)^p + (bytes / (bandwidth memory))^p)^(1/p) + fixed
///
/// p = 1 adds the two times, p = infinity takes the larger. `per_input` is the serial part of a reduction over K
/// inputs: however small the product, its tiles walk along K. It is 0 where it was not fitted. `sigma` is the standard
/// deviation of the logarithm of measured over predicted time under this law; the ranges of a prediction are made from
/// it. `rows` counts the measurements the constants were fitted on; 0 marks a constant of the class.

#include <gambrel/error.hpp>
#include <gambrel/numeric/math.hpp>
#include <gambrel/units.hpp>

namespace gambrel {

template <class Y = double> struct product_law {
    Y compute{};           ///< share of the peak rate
    Y memory{};            ///< share of the bandwidth
    double overlap = 1.5;  ///< p
    seconds<Y> fixed{};
    double sigma = 0.2;
    int rows = 0;
    seconds<Y> per_input{};  ///< for each element of the reduction
};

namespace detail {
/// Throws unless `x` can be a share of a peak. Above 1 only where a cache serves part of the bytes.
template <class Y> constexpr void check_share(const Y& x) {
    checked(math::plain(x), 1e-4, 10.0, "a calibrated share of a peak");
}
template <class Y> constexpr void check_time(const seconds<Y>& t) {
    checked(math::plain(t.value()), 0.0, 1.0, "a calibrated time in seconds");
}
constexpr void check_sigma(double sigma) { checked(sigma, 0.0, 10.0, "the deviation of a law"); }

/// A time on scalar `Y`.
template <class Y, class X> constexpr seconds<Y> as_time(const seconds<X>& t) {
    return seconds<Y>::from_value(Y(t.value()));
}
}  // namespace detail

/// Throws `error` naming the first constant out of range.
template <class Y> constexpr void check(const product_law<Y>& l) {
    detail::check_share(l.compute);
    detail::check_share(l.memory);
    checked(l.overlap, 1.0, 100.0, "the overlap exponent");
    detail::check_time(l.fixed);
    detail::check_time(l.per_input);
    detail::check_sigma(l.sigma);
}

/// `l` with its constants on scalar `Y`.
template <class Y, class X> constexpr product_law<Y> as(const product_law<X>& l) {
    return {Y(l.compute),
            Y(l.memory),
            l.overlap,
            detail::as_time<Y>(l.fixed),
            l.sigma,
            l.rows,
            detail::as_time<Y>(l.per_input)};
}
}  // namespace gambrel
