// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The efficiency law of the grouped multiply of a mixture of experts, its routing and permutation included.
///
///     t = ((flop / (peak compute))^p + (bytes / (bandwidth memory))^p)^(1/p) + fixed
///     bytes = weights + activation_passes activations + routing_passes routed
///
/// `activations` are those of the rows this rank multiplies, read and written once by each product; fused kernels pass
/// over them more often (gathering, gating, un-permuting). `routed` are the token copies for all ranks: kernels of
/// several libraries go over all of them, also those that other ranks multiply. Validity: measured for 1 to 16,384
/// tokens, 8 to 896 experts, experts cut over up to 32 and shared out over up to 256 ranks.

#include <gambrel/operators/operation.hpp>
#include <gambrel/roofline/calibration/product_law.hpp>

namespace gambrel {

template <class Y = double> struct experts_law {
    Y compute{};           ///< share of the peak rate
    Y memory{};            ///< share of the bandwidth
    double overlap = 1.5;  ///< p
    seconds<Y> fixed{};
    double activation_passes = 1;
    double routing_passes = 0;
    double sigma = 0.4;
    int rows = 0;  ///< measurements the constants were fitted on; 0: constants of the class

    /// Bytes the law counts for `op`.
    constexpr bytes<> moved(const operation& op) const {
        return op.weights + op.activations * activation_passes + op.routed * routing_passes;
    }
};

/// Throws `error` naming the first constant out of range.
template <class Y> constexpr void check(const experts_law<Y>& l) {
    detail::check_share(l.compute);
    detail::check_share(l.memory);
    checked(l.overlap, 1.0, 100.0, "the overlap exponent");
    detail::check_time(l.fixed);
    checked(l.activation_passes, 0.0, 1000.0, "the activation passes of experts");
    checked(l.routing_passes, 0.0, 1000.0, "the routing passes of experts");
    detail::check_sigma(l.sigma);
}

/// `l` with its constants on scalar `Y`.
template <class Y, class X> constexpr experts_law<Y> as(const experts_law<X>& l) {
    return {Y(l.compute),        Y(l.memory),      l.overlap, detail::as_time<Y>(l.fixed),
            l.activation_passes, l.routing_passes, l.sigma,   l.rows};
}
}  // namespace gambrel
