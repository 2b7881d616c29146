// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The link that carries the KV of prompts from a prefill pool to a decode pool.
///
///     a transfer of n tokens holds one of `channels` for n bytes_per_token / bytes_per_second and lands `latency`
///     later
///
/// First come, first served; a channel gives its whole rate to one transfer, so that the pool's throughput is that of
/// fair sharing and the order that of arrival. Blocks at the origin are held until the transfer has landed; the
/// destination takes it into a buffer of its own before it finds blocks (assumption).
/// Evidence: tests/simulation/cluster_test.cpp.

#include <algorithm>
#include <gambrel/error.hpp>
#include <vector>

namespace gambrel::simulation {

struct transfer_link {
    double bytes_per_second = 0;
    double bytes_per_token = 0;
    double latency = 0;  ///< seconds
    int channels = 1;
};
inline const transfer_link& checked(const transfer_link& l) {
    gambrel::checked(l.bytes_per_second, 1.0, 1e18, "the rate of the transfer link in bytes per second");
    gambrel::checked(l.bytes_per_token, 0.0, 1e12, "the KV bytes of a token");
    gambrel::checked(l.latency, 0.0, 1e6, "the latency of the transfer link in seconds");
    gambrel::checked(l.channels, 1.0, 65536.0, "the number of channels of the transfer link");
    return l;
}

class transfer_queue {
public:
    explicit transfer_queue(const transfer_link& l)
        : link_(checked(l)), free_(static_cast<std::size_t>(l.channels), 0.0) {}

    /// When a transfer of `tokens` asked for at `now` has landed.
    double land(double now, double tokens) {
        double& channel = *std::min_element(free_.begin(), free_.end());
        const double start = std::max(now, channel), time = tokens * link_.bytes_per_token / link_.bytes_per_second;
        busy_ += time;
        waited_ += start - now;
        channel = start + time;
        return channel + link_.latency;
    }
    double busy() const { return busy_; }      ///< channel-seconds
    double waited() const { return waited_; }  ///< seconds, summed over transfers

private:
    transfer_link link_;
    std::vector<double> free_;
    double busy_ = 0, waited_ = 0;
};
}  // namespace gambrel::simulation
