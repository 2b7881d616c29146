// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How long it takes to bring the tokens of a rank to the ranks of their experts, or the results back, by kernels made
/// for it. n ranks in d domains of m (a node, a rack), S bytes of this rank's tokens counted once each, k experts picked
/// of E, k(x) = x (1 - (1 - 1/x)^k) the expected number of x equally likely places that k picks touch:
///
///     one copy per rank     inside = k(n) (m - 1)/m S     across = k(d) (d - 1)/d S
///                           a domain gets one copy, which its first device hands on to the ranks that need it
///     one copy per expert   inside = k (m - 1)/n S        across = k (n - m)/n S
///                           straight from device to device, nothing is merged
///     time = latency + per_expert E/n + (first_hop + per_doubling log2(d / 2), where d > 1)
///          + ((inside / min(share B, most))^p + (across / (network_share N))^p)^(1/p)       p = overlap
///
/// B and N are the rates of a rank's scale-up link and network port per direction. What travels inside overlaps what
/// travels across, incompletely: two domains forward the most for each byte that crosses, and are the slowest per byte.
/// Routing limited to g of G groups of experts touches fewer: x g / G of x places, or k(x) of g picks where x < G.
/// Validity: 64 and more experts, 8 to 64 ranks (256 for one copy per expert), 1 to 16,384 tokens a rank. Sources:
/// docs/calibration/exchange.md; the two ways of copying are those of DeepEP's "normal" and "low-latency" kernels.

#include <gambrel/roofline/blend.hpp>
#include <gambrel/roofline/calibration/exchange_law.hpp>
#include <gambrel/roofline/collective.hpp>

namespace gambrel {

/// Expected number of `places`, all equally likely, that `picks` independent picks touch.
constexpr double places_hit(double places, double picks) {
    return places > 1.0 ? places * (1.0 - math::pow(1.0 - 1.0 / places, picks)) : smaller(picks, 1.0);
}
/// The same of the picks of `op`, all of which come from `top_groups` of the `groups` of experts, which lie side by side.
constexpr double places_hit(double places, const operation& op) {
    if (!(op.groups > op.top_groups)) return places_hit(places, op.picks);
    const double open = places < op.groups ? places_hit(places, op.top_groups) : places * op.top_groups / op.groups;
    return places_hit(open, op.picks);
}

/// What one rank sends in an exchange: bytes over the scale-up link, and over the network.
struct exchange_bytes {
    double inside = 0, across = 0;
};
constexpr exchange_bytes bytes_of_exchange(const operation& op, int domain) {
    const double n = op.ranks, d = math::pieces(n, static_cast<double>(domain)), m = n / d, s = op.payload.value();
    if (op.copy_per_expert) return {op.picks * (m - 1.0) / n * s, op.picks * (n - m) / n * s};
    return {places_hit(n, op) * (m - 1.0) / m * s, d > 1.0 ? places_hit(d, op) * (d - 1.0) / d * s : 0.0};
}

/// Time of the exchange `op` where `inside` joins `domain` devices. Evidence: tests/roofline/exchange_test.cpp.
template <class Y>
constexpr collective_time<Y> exchange_duration(const operation& op, const interconnect<Y>& inside, int domain,
                                               const interconnect<Y>& network, const exchange_law<Y>& law) {
    if (op.ranks < 2) return {{}, {}, law.sigma};
    const double n = op.ranks, d = math::pieces(n, static_cast<double>(domain));
    seconds<Y> latency = law.latency + law.per_expert * (op.experts / n);
    if (d > 1.0) latency = latency + law.first_hop + law.per_doubling * (math::log(d / 2.0) / math::log(2.0));
    const exchange_bytes b = bytes_of_exchange(op, domain);
    const byte_rate<Y> link = law.share * inside.per_direction.value;
    const seconds<Y> within = bytes_of(b.inside) / (law.most < link ? law.most : link);
    if (!(b.across > 0.0)) return {latency, within, law.sigma};
    const seconds<Y> out = bytes_of(b.across) / (law.network_share * network.per_direction.value);
    return {latency, seconds<Y>::from_value(detail::p_norm(within.value(), out.value(), law.overlap)), law.sigma};
}
}  // namespace gambrel
