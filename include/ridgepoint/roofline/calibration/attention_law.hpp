// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The efficiency law of attention: a product, plus `per_stream` for every sequence x key-value head, inside the norm.

#include <ridgepoint/roofline/calibration/product_law.hpp>

namespace ridgepoint {

template <class Y = double> struct attention_law {
    product_law<Y> product{};
    seconds<Y> per_stream{};
};

/// Throws `error` naming the first constant out of range.
template <class Y> constexpr void check(const attention_law<Y>& l) {
    check(l.product);
    detail::check_time(l.per_stream);
}

/// `l` with its constants on scalar `Y`.
template <class Y, class X> constexpr attention_law<Y> as(const attention_law<X>& l) {
    return {as<Y>(l.product), detail::as_time<Y>(l.per_stream)};
}
}  // namespace ridgepoint
