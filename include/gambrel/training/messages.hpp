// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Messages between ranks that do not stand next to each other: data and context ranks, `stride` devices apart.
///
///     in a node of n devices: n / stride of the group; between nodes by each one's own port (roofline/collective.hpp)
///
/// so that all ports of a node carry the messages of all its groups at once. Without a network figure the scale-up link is
/// taken throughout. Evidence: tests/training/step_time_test.cpp.

#include <gambrel/roofline/roof.hpp>

namespace gambrel::training {

/// Time of a collective over `payload` bytes, the whole buffer, of `ranks` ranks `stride` devices apart.
template <class Y>
constexpr seconds<Y> group_message(message_kind kind, double payload, int ranks, int stride, const device<Y>& d,
                                   const calibration<Y>& c) {
    if (ranks < 2) return {};
    interconnect<Y> inside = d.scale_up.present() ? d.scale_up : d.host_link;
    const operation op{
        .kind = operator_class::collective, .message = kind, .payload = bytes_of(payload), .ranks = ranks};
    const bool joined = d.scale_up.present() && d.scale_out.present();
    inside.devices = inside.devices / stride > 1 ? inside.devices / stride : 1;
    if (!joined || ranks <= inside.devices) return collective_duration(op, inside, c.collective).total();
    return collective_across(op, inside, d.scale_out, c.collective).total();
}
}  // namespace gambrel::training
