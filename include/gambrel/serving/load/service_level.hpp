// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A service level (SLO): limits on TTFT, TPOT and latency, and the share of requests that must be within each.
///
///     meets    the asked-for percentile of each time is within its limit
///     goodput  = rate P(TTFT within its limit) P(TPOT within) P(latency within)     as if they were independent
///
/// Evidence: tests/serving/load/capacity_test.cpp.

#include <gambrel/serving/load/load_prediction.hpp>
#include <gambrel/workload/workload.hpp>
#include <limits>

namespace gambrel {

struct service_level {
    objective limits{};
    double ttft_share = 0.99;  ///< p99, as service levels are usually stated
    double tpot_share = 0.99;
    double latency_share = 0.99;
};

/// Throws `error` naming the share out of range; returns `l` otherwise. A share of 1 would be the longest time of all,
/// which has no bound.
constexpr const service_level& checked(const service_level& l) {
    checked(l.ttft_share, 0.0, 0.99999, "the share of requests whose TTFT is within its limit");
    checked(l.tpot_share, 0.0, 0.99999, "the share of requests whose TPOT is within its limit");
    checked(l.latency_share, 0.0, 0.99999, "the share of requests whose latency is within its limit");
    return l;
}

/// Every asked-for percentile of `p` is within its limit; false where the queue is unstable or the
/// load is not known.
inline bool meets(const load_prediction& p, const service_level& l) {
    return p.stable && p.known() && !(p.ttft.quantile(l.ttft_share) > l.limits.ttft) &&
           !(p.tpot.quantile(l.tpot_share) > l.limits.tpot) &&
           !(p.latency.quantile(l.latency_share) > l.limits.latency);
}

/// Requests per second that are within all limits, if TTFT, TPOT and latency were independent.
inline request_rate<> goodput(const load_prediction& p, const objective& o) {
    if (!p.stable || !p.known()) return {};
    const auto within = [](const latency_distribution& time, seconds<> limit) {
        return limit.value() < std::numeric_limits<double>::infinity() ? 1.0 - time.tail(limit) : 1.0;
    };
    return p.rate * (within(p.ttft, o.ttft) * within(p.tpot, o.tpot) * within(p.latency, o.latency));
}
}  // namespace gambrel
