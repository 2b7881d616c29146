// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The efficiency laws of the kernels that bring tokens to the ranks of their experts and back (DeepEP and its like);
/// the equations are in roofline/exchange.hpp, the fits in docs/calibration/exchange.md.
/// Evidence: tests/roofline/exchange_test.cpp.

#include <gambrel/operators/operation.hpp>
#include <gambrel/roofline/calibration/product_law.hpp>

namespace gambrel {

template <class Y = double> struct exchange_law {
    seconds<Y> latency{};       ///< of an exchange without tokens, inside a domain of the scale-up link
    seconds<Y> per_expert{};    ///< more for each expert that a rank holds: each has a message of its own
    Y share{};                  ///< of the scale-up link that the kernel reaches at most
    byte_rate<Y> most{};        ///< bytes a second that its threads move at most, whatever the link
    seconds<Y> first_hop{};     ///< more as soon as ranks lie in several domains
    seconds<Y> per_doubling{};  ///< more for each doubling of the domains beyond two
    Y network_share{};          ///< of the network link of a rank
    double overlap = 1;         ///< p of the p-norm of inside and across: 1 adds them, a large one hides the lesser
    double sigma = 0.35;
    int rows = 0;  ///< measurements the constants were fitted on; 0: those of other devices
};

/// Throws `error` naming the first constant out of range.
template <class Y> constexpr void check(const exchange_law<Y>& l) {
    detail::check_time(l.latency);
    detail::check_time(l.per_expert);
    detail::check_share(l.share);
    checked(math::plain(l.most.value()), 1.0, 1e18, "the bytes a second that an exchange moves at most");
    detail::check_time(l.first_hop);
    detail::check_time(l.per_doubling);
    detail::check_share(l.network_share);
    checked(l.overlap, 1.0, 100.0, "the overlap of an exchange");
    detail::check_sigma(l.sigma);
}

/// `l` with its constants on scalar `Y`.
template <class Y, class X> constexpr exchange_law<Y> as(const exchange_law<X>& l) {
    return {detail::as_time<Y>(l.latency),
            detail::as_time<Y>(l.per_expert),
            Y(l.share),
            byte_rate<Y>::from_value(Y(l.most.value())),
            detail::as_time<Y>(l.first_hop),
            detail::as_time<Y>(l.per_doubling),
            Y(l.network_share),
            l.overlap,
            l.sigma,
            l.rows};
}
}  // namespace gambrel
