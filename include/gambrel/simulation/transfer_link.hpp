// SPDX-License-Identifier: Apache-2.0
#pragma once
/// KV transfers that wait for a channel of a `kv_link`, first come, first served. Assumptions: the prefill replica
/// holds the blocks until the transfer has landed; the decode replica receives it in a buffer beside its KV blocks.
/// Evidence: tests/simulation/cluster_test.cpp.

#include <algorithm>
#include <gambrel/serving/load/kv_link.hpp>
#include <vector>

namespace gambrel::simulation {

class transfer_queue {
public:
    explicit transfer_queue(const kv_link& l) : link_(checked(l)), free_(static_cast<std::size_t>(l.channels), 0.0) {}

    /// When a transfer of `tokens` asked for at `now` has landed.
    double land(double now, double tokens) {
        double& channel = *std::min_element(free_.begin(), free_.end());
        const double start = std::max(now, channel), time = link_.transfer(tokens).value();
        busy_ += time;
        waited_ += start - now;
        channel = start + time;
        return channel + link_.latency.value();
    }
    double busy() const { return busy_; }      ///< channel-seconds
    double waited() const { return waited_; }  ///< seconds, summed over transfers

private:
    kv_link link_;
    std::vector<double> free_;
    double busy_ = 0, waited_ = 0;
};
}  // namespace gambrel::simulation
