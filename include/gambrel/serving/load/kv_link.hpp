// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The way of a prompt's KV from a prefill pool to a decode pool. Used by the closed form and by the simulator alike.
///
///     transfer(tokens) = tokens bytes_per_token / bandwidth        during which it holds one of `channels`
///     landed           = start of its transfer + transfer(tokens) + latency
///
/// A channel gives its whole bandwidth to one transfer, first come, first served; its throughput is that of transfers
/// that share it. Evidence: tests/serving/load/disaggregation_test.cpp.

#include <gambrel/error.hpp>
#include <gambrel/units.hpp>

namespace gambrel {

struct kv_link {
    byte_rate<> bandwidth{};    ///< of one channel
    bytes<> bytes_per_token{};  ///< of KV
    seconds<> latency{};        ///< from the end of the transfer until the KV can be used
    int channels = 1;

    constexpr seconds<> transfer(double tokens) const {
        return seconds<>::from_value(tokens * bytes_per_token.value() / bandwidth.value());
    }
};

/// Throws `error` naming the figure out of range; returns `l` otherwise.
constexpr const kv_link& checked(const kv_link& l) {
    checked(l.bandwidth.value(), 1.0, 1e18, "the rate of the transfer link in bytes per second");
    checked(l.bytes_per_token.value(), 0.0, 1e12, "the KV bytes of a token");
    checked(l.latency.value(), 0.0, 1e6, "the latency of the transfer link in seconds");
    checked(l.channels, 1.0, 65536.0, "the number of channels of the transfer link");
    return l;
}
}  // namespace gambrel
