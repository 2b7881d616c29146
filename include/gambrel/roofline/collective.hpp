// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How long a collective of n ranks takes, S bytes of payload, over a link of B bytes/s per direction.
///
///     ring       latency + per_step steps + w + pipelining sqrt(latency w)
///                w = (sent + copies S) / (share B)        sent = 2 (n-1)/n S of an all-reduce, (n-1)/n S of an
///                all-gather or reduce-scatter, in 2 (n-1) and n-1 steps; an all-to-all sends its payload in 3
///     direct     latency + per_rank (n-2), and then
///                one-shot, every rank reads all of S from every other:        + (n-1) S / (one_shot B)
///                two-shot, reduce-scatter then all-gather:    + two_shot_extra + 2 (n-1)/n S / (two_shot B)
///     all-reduce = the fastest of one-shot, two-shot and ring up to `largest`, the ring beyond
///
/// Cutting a payload into k pieces that overlap costs k starts and leaves w / k uncovered; the best k leaves a term in
/// sqrt(start w). A switch that adds in flight multiplies w of an all-reduce by `in_switch`. Ranks that share a path
/// (host bridges) multiply it by (n / 2)^crowding.
///
/// A group of n ranks larger than the domain of the scale-up link (a node of m ranks, a rack) takes two levels. Between
/// the n / m nodes each rank talks to its peers of equal place, over its own port of the network (a rail), by the ring of
/// the law `network`:
///
///     all-reduce       reduce-scatter(S, m) + all-reduce(S / m, n / m) over the network + all-gather(S, m)
///     all-gather       all-gather(S / m, n / m) over the network + all-gather(S, m); a reduce-scatter is its mirror
///     all-to-all       the slower of what leaves the node, S (n - m) / (n - 1), and what stays
///     hand-over        over the network where the next stage lies in another node
///
/// Validity: measured for 2 to 8 ranks and 0.5 kB to 1 GB inside a node; more ranks extrapolate the ring, where a tree
/// would take fewer steps. Levels follow each other, which is slow for payloads of gigabytes, where libraries overlap
/// them. One collective at a time. Sources: ring and its pipelining, Thakur, Rabenseifner, Gropp (2005, recalled); two
/// levels, docs/models/collectives.md; docs/calibration/collectives.md.

#include <gambrel/hardware/device.hpp>
#include <gambrel/operators/operation.hpp>
#include <gambrel/roofline/calibration/calibration.hpp>

namespace gambrel {

template <class Y> struct collective_time {
    seconds<Y> latency{};  ///< independent of the payload
    seconds<Y> transfer{};
    double sigma = 0;  ///< of the law that is the faster
    constexpr seconds<Y> total() const { return latency + transfer; }
};

/// Switches that add in flight were seen to do so from here on: not at 4 ranks, at 8.
inline constexpr int fewest_ranks_for_switch_reduction = 5;

/// Steps of an all-to-all, in latency: measured between 2 and 4 for 2 to 8 ranks.
inline constexpr double exchange_steps = 3.0;

namespace detail {
/// Bytes one rank sends, the whole buffer, and the steps of the exchange.
struct ring_exchange {
    bytes<> sent{};
    bytes<> whole{};
    double steps = 1;
};
constexpr ring_exchange ring_exchange_of(message_kind kind, bytes<> payload, double n) {
    switch (kind) {
        case message_kind::all_reduce: return {payload * (2.0 * (n - 1.0) / n), payload, 2.0 * (n - 1.0)};
        case message_kind::all_gather:
        case message_kind::reduce_scatter: return {payload * ((n - 1.0) / n), payload, n - 1.0};
        case message_kind::all_to_all: return {payload, payload * (n / (n - 1.0)), exchange_steps};
        case message_kind::point_to_point: return {payload, payload, 1.0};
        case message_kind::dispatch:  // by kernels of their own: exchange.hpp
        case message_kind::combine:
        case message_kind::none: break;
    }
    return {};
}
}  // namespace detail

/// Time on the ring of a communication library; zero for fewer than two ranks.
template <class Y>
constexpr collective_time<Y> ring_duration(message_kind kind, bytes<> payload, int ranks, const interconnect<Y>& link,
                                           const ring_law<Y>& law) {
    const bool hand_over = kind == message_kind::point_to_point;
    if (kind == message_kind::none || (ranks < 2 && !hand_over)) return {{}, {}, law.sigma};
    const double n = hand_over ? 2.0 : static_cast<double>(ranks);
    const detail::ring_exchange e = detail::ring_exchange_of(kind, payload, n);
    const seconds<Y> latency = law.latency + law.per_step * e.steps;
    if (!(payload.value() > 0.0)) return {latency, {}, law.sigma};
    seconds<Y> transfer = (e.sent + e.whole * law.copies) / (law.share * link.per_direction.value);
    if (kind == message_kind::all_reduce && link.in_switch_reduction && ranks >= fewest_ranks_for_switch_reduction)
        transfer = transfer * law.in_switch;
    if (law.crowding > 0.0 && n > 2.0) transfer = transfer * math::pow(n / 2.0, law.crowding);
    const Y overlap = math::sqrt(law.latency.value() * transfer.value());
    return {latency, transfer + seconds<Y>::from_value(law.pipelining * overlap), law.sigma};
}

/// Time of a runtime's own all-reduce: the faster of one-shot and two-shot. Two ranks or more.
template <class Y>
constexpr collective_time<Y> direct_duration(bytes<> payload, int ranks, const interconnect<Y>& link,
                                             const direct_law<Y>& law) {
    const auto n = static_cast<double>(ranks);
    const auto wire = link.per_direction.value;
    const seconds<Y> latency = law.latency + law.per_rank * (n - 2.0);
    const seconds<Y> one_shot = payload * (n - 1.0) / (law.one_shot * wire);
    const seconds<Y> two_shot = payload * (2.0 * (n - 1.0) / n) / (law.two_shot * wire);
    if (one_shot < law.two_shot_extra + two_shot) return {latency, one_shot, law.sigma};
    return {latency + law.two_shot_extra, two_shot, law.sigma};
}

/// Time of the collective `op` inside one domain of `link`. Evidence: tests/roofline/collective_test.cpp.
template <class Y>
constexpr collective_time<Y> collective_duration(const operation& op, const interconnect<Y>& link,
                                                 const collective_law<Y>& law) {
    const collective_time<Y> ring = ring_duration(op.message, op.payload, op.ranks, link, law.ring);
    const bool direct_serves = law.direct.present() && op.message == message_kind::all_reduce && op.ranks >= 2 &&
                               op.payload <= law.direct.largest;
    if (!direct_serves) return ring;
    const collective_time<Y> direct = direct_duration(op.payload, op.ranks, link, law.direct);
    return direct.total() < ring.total() ? direct : ring;
}

namespace detail {
/// One after the other; sigma by their shares of the time.
template <class Y> constexpr collective_time<Y> operator+(const collective_time<Y>& a, const collective_time<Y>& b) {
    const double x = math::plain(a.total().value()), y = math::plain(b.total().value());
    return {a.latency + b.latency, a.transfer + b.transfer,
            x + y > 0.0 ? (a.sigma * x + b.sigma * y) / (x + y) : larger(a.sigma, b.sigma)};
}
}  // namespace detail

/// Time of the collective `op` of more ranks than a domain of `inside` joins, domains being joined by `network`.
/// Evidence: tests/roofline/two_levels_test.cpp.
template <class Y>
constexpr collective_time<Y> collective_across(const operation& op, const interconnect<Y>& inside,
                                               const interconnect<Y>& network, const collective_law<Y>& law) {
    using detail::operator+;
    const double n = static_cast<double>(op.ranks), nodes = math::pieces(n, static_cast<double>(inside.devices));
    const double m = n / nodes;  // ranks of a node
    const int near = static_cast<int>(math::ceil(m)), far = static_cast<int>(nodes);
    const auto in_node = [&](message_kind kind, bytes<> payload) {
        return ring_duration(kind, payload, near, inside, law.ring);
    };
    const auto between = [&](message_kind kind, bytes<> payload) {
        return ring_duration(kind, payload, far, network, law.network);
    };
    switch (op.message) {
        case message_kind::all_reduce:
            return in_node(message_kind::reduce_scatter, op.payload) +
                   between(message_kind::all_reduce, op.payload / m) + in_node(message_kind::all_gather, op.payload);
        case message_kind::all_gather:
        case message_kind::reduce_scatter: return between(op.message, op.payload / m) + in_node(op.message, op.payload);
        case message_kind::all_to_all: {
            const double leaves = (n - m) / (n - 1.0);
            const collective_time<Y> out = between(op.message, op.payload * leaves),
                                     stays = in_node(op.message, op.payload * (1.0 - leaves));
            return stays.total() < out.total() ? out : stays;
        }
        case message_kind::point_to_point: return between(op.message, op.payload);
        case message_kind::dispatch:
        case message_kind::combine:
        case message_kind::none: break;
    }
    return {};
}

/// Share of the hand-overs between `stages` stages of `apart` devices that leave a domain of `devices` devices.
constexpr double hand_overs_between_nodes(int stages, int apart, int devices) {
    if (stages < 2) return 0.0;
    const int per_node = apart < devices ? devices / apart : 1;
    return (math::pieces(stages, per_node) - 1.0) / (stages - 1.0);
}
}  // namespace gambrel
