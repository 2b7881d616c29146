// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The efficiency law of quantising activations in front of a narrow multiply, a pass of its own.
///
///     t = bytes / (bandwidth share) + fixed
///
/// The pass comes before the product and does not overlap it. Where a runtime folds it into the norm or the activation
/// before, `operation::conversion` is zero and so is the time.

#include <gambrel/roofline/calibration/product_law.hpp>

namespace gambrel {

template <class Y = double> struct conversion_law {
    Y share{1.0};  ///< of the bandwidth
    seconds<Y> fixed{};
};

/// Throws `error` naming the first constant out of range.
template <class Y> constexpr void check(const conversion_law<Y>& l) {
    detail::check_share(l.share);
    detail::check_time(l.fixed);
}

/// `l` with its constants on scalar `Y`.
template <class Y, class X> constexpr conversion_law<Y> as(const conversion_law<X>& l) {
    return {Y(l.share), detail::as_time<Y>(l.fixed)};
}

/// A product and the quantisation in front of it, as they are fitted together.
template <class Y = double> struct gemm_law {
    product_law<Y> product{};
    conversion_law<Y> conversion{};
};
}  // namespace gambrel
