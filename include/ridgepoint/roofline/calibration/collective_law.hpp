// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The efficiency law of collectives: one-shot or two-shot, whichever is faster. The equation: roofline/collective.hpp.

#include <ridgepoint/roofline/calibration/product_law.hpp>

namespace ridgepoint {

template <class Y = double> struct collective_law {
    seconds<Y> latency{};        ///< of the one-shot exchange between two ranks
    seconds<Y> per_rank{};       ///< more for each further rank
    Y one_shot{};                ///< share of the link while every rank sends its whole buffer to every other
    seconds<Y> two_shot_extra{}; ///< the second phase's latency
    Y two_shot{};                ///< share of the link in reduce-scatter + all-gather
    double sigma = 0.35;
    int rows = 0;                ///< measurements the constants were fitted on; 0: a constant of the class
};

/// Throws `error` naming the first constant out of range.
template <class Y> constexpr void check(const collective_law<Y>& l) {
    detail::check_share(l.one_shot);
    detail::check_share(l.two_shot);
    detail::check_time(l.latency);
    detail::check_time(l.per_rank);
    detail::check_time(l.two_shot_extra);
    detail::check_sigma(l.sigma);
}

/// `l` with its constants on scalar `Y`.
template <class Y, class X> constexpr collective_law<Y> as(const collective_law<X>& l) {
    return {detail::as_time<Y>(l.latency), detail::as_time<Y>(l.per_rank), Y(l.one_shot),
            detail::as_time<Y>(l.two_shot_extra), Y(l.two_shot), l.sigma, l.rows};
}
}  // namespace ridgepoint
