// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Two times that overlap in part, by a p-norm:
///
///     blend = (a^p + b^p)^(1/p)          p = 1 adds them, a large p takes the larger
///
/// Evidence: tests/roofline/roof_test.cpp.

#include <gambrel/numeric/math.hpp>
#include <gambrel/units.hpp>

namespace gambrel {

namespace detail {
/// (a^p + b^p)^(1/p); the smaller one is dropped where it cannot matter.
template <class Y> constexpr Y p_norm(const Y& a, const Y& b, double p) {
    const bool first = b < a;
    const Y& most = first ? a : b;
    const Y& least = first ? b : a;
    if (!(least > 0.0)) return most;
    const Y ratio = least / most;
    if (math::plain(ratio) < 1e-7) return most;
    if (p == 1.0) return most + least;
    return most * math::pow(1.0 + math::pow(ratio, p), 1.0 / p);
}
}  // namespace detail

/// (a^p + b^p)^(1/p) of two times: p = 1 adds them, a large p takes the larger.
template <class Y> constexpr seconds<Y> blend(const seconds<Y>& a, const seconds<Y>& b, double p) {
    return seconds<Y>::from_value(detail::p_norm(a.value(), b.value(), p));
}
}  // namespace gambrel
