// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How long a collective of n ranks takes, S bytes of payload, over a link of B bytes/s per direction.
///
///     one-shot   every rank sends all of S to every other:      latency + (n-2) per_rank + (n-1) S / (one_shot B)
///     two-shot   reduce-scatter, then all-gather: one-shot latency + two_shot_extra + 2 (n-1)/n S / (two_shot B)
///     all-reduce = the faster of the two; all-gather and reduce-scatter move (n-1)/n S once; the payload of an
///     all-to-all is what one rank sends to others. A switch that adds in flight shortens the two-shot exchange.
///
/// Ranks beyond the scale-up domain meet over the slower link; the hierarchy is approximated by that link carrying
/// the whole exchange of one rank per node. Validity: payload up to GBs, n up to some hundreds, one collective at a
/// time. Source of the form: two-protocol fits of measured all-reduce reach 3 to 9 % where a single line is 12 to 34 %.

#include <ridgepoint/hardware/device.hpp>
#include <ridgepoint/operators/operation.hpp>
#include <ridgepoint/roofline/calibration/calibration.hpp>

namespace ridgepoint {

template <class Y> struct collective_time {
    seconds<Y> latency{};   ///< independent of the payload
    seconds<Y> transfer{};
    constexpr seconds<Y> total() const { return latency + transfer; }
};

/// Two-shot time with in-switch reduction relative to a ring. Measured all-reduce on 450 GB/s of NVLink reaches 470 GB/s
/// of bus bandwidth at 8 ranks, where the switch adds, and 350 at 4, where it does not.
inline constexpr double switch_reduction_gain = 0.75;
inline constexpr int fewest_ranks_for_switch_reduction = 5;

template <class Y>
constexpr collective_time<Y> collective_duration(const operation& op, const interconnect<Y>& link,
                                                 const collective_law<Y>& law) {
    const auto n = static_cast<double>(op.ranks);
    const auto wire = link.per_direction.value;
    if (op.message == message_kind::point_to_point) return {law.latency, op.payload / (law.two_shot * wire)};
    if (op.ranks < 2) return {};
    const seconds<Y> latency = law.latency + law.per_rank * (n - 2.0);
    if (op.message == message_kind::all_to_all) return {latency, op.payload / (law.two_shot * wire)};
    const bytes<> share = op.payload * ((n - 1.0) / n);
    if (op.message != message_kind::all_reduce) return {latency, share / (law.two_shot * wire)};
    const seconds<Y> direct = op.payload * (n - 1.0) / (law.one_shot * wire);
    const double gain = link.in_switch_reduction && op.ranks >= fewest_ranks_for_switch_reduction ? switch_reduction_gain : 1.0;
    const seconds<Y> staged = 2.0 * gain * share / (law.two_shot * wire);
    if (direct < law.two_shot_extra + staged) return {latency, direct};
    return {latency + law.two_shot_extra, staged};
}
}  // namespace ridgepoint
