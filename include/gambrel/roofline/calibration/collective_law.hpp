// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The efficiency laws of collectives; the equations are in roofline/collective.hpp.
///
/// A communication library (NCCL and the like) moves everything along a ring: `ring_law`. Serving runtimes bring an
/// all-reduce of their own for small payloads inside a node, one kernel that reads the neighbours' memory directly:
/// `direct_law`, absent (`largest` 0) where the runtime has none.

#include <gambrel/roofline/calibration/product_law.hpp>

namespace gambrel {

template <class Y = double> struct ring_law {
    seconds<Y> latency{};   ///< of an exchange, before its first step
    seconds<Y> per_step{};  ///< of each step around the ring
    Y share{};              ///< share of the link that the steps reach; above 1 what `copies` takes back
    double copies = 0;      ///< passes of the whole payload through the device's own memory, at the speed of the link
    double pipelining = 0;  ///< cost of cutting the payload into pieces that overlap: times sqrt(latency x transfer)
    double in_switch = 1;   ///< transfer of an all-reduce whose sums the switch makes, relative to the ring's
    double crowding =
        0;  ///< transfer grows as (ranks / 2)^crowding where ranks share a path (host bridges); 0: they do not
    double sigma = 0.35;
    int rows = 0;  ///< measurements the constants were fitted on; 0: constants of the class
};

template <class Y = double> struct direct_law {
    seconds<Y> latency{};         ///< of the one-shot exchange between two ranks
    seconds<Y> per_rank{};        ///< more for each further rank
    Y one_shot{};                 ///< share of the link while every rank reads the whole buffer of every other
    seconds<Y> two_shot_extra{};  ///< the second phase's latency
    Y two_shot{};                 ///< share of the link in reduce-scatter + all-gather
    bytes<> largest{};            ///< payload above which the runtime calls the communication library
    double sigma = 0.35;
    int rows = 0;

    constexpr bool present() const { return largest.value() > 0.0; }
};

template <class Y = double> struct collective_law {
    ring_law<Y> ring{};  ///< over the scale-up link, or the host link without one
    direct_law<Y> direct{};
    ring_law<Y> network{};  ///< over the scale-out link
};

/// Throws `error` naming the first constant out of range.
template <class Y> constexpr void check(const ring_law<Y>& l) {
    detail::check_time(l.latency);
    detail::check_time(l.per_step);
    detail::check_share(l.share);
    checked(l.copies, 0.0, 100.0, "the copies of a ring collective");
    checked(l.pipelining, 0.0, 100.0, "the pipelining of a ring collective");
    checked(l.in_switch, 0.01, 1.0, "the gain of adding in the switch");
    checked(l.crowding, 0.0, 10.0, "the crowding of a ring collective");
    detail::check_sigma(l.sigma);
}
template <class Y> constexpr void check(const direct_law<Y>& l) {
    if (!l.present()) return;
    detail::check_time(l.latency);
    detail::check_time(l.per_rank);
    detail::check_share(l.one_shot);
    detail::check_time(l.two_shot_extra);
    detail::check_share(l.two_shot);
    checked(l.largest.value(), 0.0, 1e18, "the largest payload of a direct all-reduce in bytes");
    detail::check_sigma(l.sigma);
}
template <class Y> constexpr void check(const collective_law<Y>& l) {
    check(l.ring);
    check(l.direct);
    check(l.network);
}

/// `l` with its constants on scalar `Y`.
template <class Y, class X> constexpr ring_law<Y> as(const ring_law<X>& l) {
    return {detail::as_time<Y>(l.latency),
            detail::as_time<Y>(l.per_step),
            Y(l.share),
            l.copies,
            l.pipelining,
            l.in_switch,
            l.crowding,
            l.sigma,
            l.rows};
}
template <class Y, class X> constexpr direct_law<Y> as(const direct_law<X>& l) {
    return {detail::as_time<Y>(l.latency),
            detail::as_time<Y>(l.per_rank),
            Y(l.one_shot),
            detail::as_time<Y>(l.two_shot_extra),
            Y(l.two_shot),
            l.largest,
            l.sigma,
            l.rows};
}
template <class Y, class X> constexpr collective_law<Y> as(const collective_law<X>& l) {
    return {as<Y>(l.ring), as<Y>(l.direct), as<Y>(l.network)};
}
}  // namespace gambrel
