// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How much load meets an objective, how many replicas a load needs, and what latency every load has.
///
///     most rate  = the greatest rate whose asked-for percentiles are all within their limits (bisection: times grow
///                  with the rate)
///     goodput    = rate P(TTFT within its limit) P(TPOT within) P(latency within)     as if they were independent
///     replicas   = the fewest whose shares of the rate meet the objective
///
/// What a replica sees of arrivals of squared gap variation v, split over n:
///     at random (or by user)   1 + (v - 1) / n       a renewal stream thinned with probability 1/n
///     in turn                  v / n                  every gap is a sum of n
/// Source: thinning and superposition of renewal streams (Cox 1962), recalled; docs/models/serving-under-load.md.
/// Evidence: tests/serving/load/capacity_test.cpp.

#include <gambrel/serving/load/load_model.hpp>
#include <gambrel/workload/workload.hpp>
#include <limits>

namespace gambrel {

/// An objective and the share of requests that must meet each of its limits.
struct service_level {
    objective limits{};
    double ttft_share = 0.99;
    double tpot_share = 0.99;
    double latency_share = 0.99;
};

constexpr const service_level& checked(const service_level& l) {
    checked(l.ttft_share, 0.0, 0.99999, "the share of requests whose TTFT is within its limit");
    checked(l.tpot_share, 0.0, 0.99999, "the share of requests whose TPOT is within its limit");
    checked(l.latency_share, 0.0, 0.99999, "the share of requests whose latency is within its limit");
    return l;
}

/// Every asked-for percentile of `p` is within its limit; false where the queue is unstable.
inline bool meets(const load_prediction& p, const service_level& l) {
    return p.stable && !(p.ttft.quantile(l.ttft_share) > l.limits.ttft) &&
           !(p.tpot.quantile(l.tpot_share) > l.limits.tpot) &&
           !(p.latency.quantile(l.latency_share) > l.limits.latency);
}

/// Requests per second that are within all limits, if TTFT, TPOT and latency were independent.
inline request_rate<> goodput(const load_prediction& p, const objective& o) {
    if (!p.stable) return {};
    const auto within = [](const time_law& law, seconds<> limit) {
        return limit.value() < std::numeric_limits<double>::infinity() ? 1.0 - law.tail(limit) : 1.0;
    };
    return p.rate * (within(p.ttft, o.ttft) * within(p.tpot, o.tpot) * within(p.latency, o.latency));
}

/// How requests are spread over replicas.
enum class routing : unsigned char { random, in_turn };

/// Squared gap variation that one of `replicas` sees of a stream of squared variation `variance`.
inline double split_variance(double variance, double replicas, routing how) {
    return how == routing::random ? 1.0 + (variance - 1.0) / replicas : variance / replicas;
}

/// What `replicas` of `m` together give `rate`: times are those of a request, counts and rates of all replicas.
/// Throws `error` for less than one replica.
template <step_law Law>
load_prediction over_replicas(const load_model<Law>& m, request_rate<> rate, double replicas, routing how,
                              double variation = 1.0) {
    checked(replicas, 1.0, 1e7, "the number of replicas");
    const double each = std::sqrt(split_variance(variation * variation, replicas, how));
    load_prediction p = m.at(rate / replicas, each);
    p.rate = rate;
    p.limit = p.limit * replicas;
    p.backlog = p.backlog * replicas;
    p.running *= replicas;
    p.waiting *= replicas;
    return p;
}

/// The greatest rate of one replica that meets `level`, to 0.1 %; 0 where not even a lone request does.
/// Evidence: tests/serving/load/capacity_test.cpp; at most 5 ms (tests/benchmarks/load_benchmark.cpp).
template <step_law Law>
request_rate<> most_rate(const load_model<Law>& m, const service_level& level, double variation = 1.0) {
    checked(level);
    double low = 0.0, high = m.limit().value();
    if (!meets(m.at(request_rate<>{}, variation), level)) return {};
    while (high - low > 1e-3 * high) {
        const double middle = 0.5 * (low + high);
        (meets(m.at(requests_per_second(middle), variation), level) ? low : high) = middle;
    }
    return requests_per_second(low);
}

/// The fewest replicas that give `rate` what `level` asks for; 0 where no number does.
template <step_law Law>
int replicas_needed(const load_model<Law>& m, request_rate<> rate, const service_level& level,
                    routing how = routing::random, double variation = 1.0) {
    checked(level);
    const auto enough = [&](int n) { return meets(over_replicas(m, rate, n, how, variation), level); };
    if (!meets(m.at(request_rate<>{}, 1.0), level)) return 0;
    int high = std::max(1, static_cast<int>(std::ceil(rate / m.limit())));
    int low = high - 1;
    while (!enough(high)) {
        if (high > 1'000'000) return 0;
        low = high;
        high *= 2;
    }
    while (high - low > 1) {
        const int middle = low + (high - low) / 2;
        (enough(middle) ? high : low) = middle;
    }
    return high;
}

/// `points` predictions from `from` to `to` of the limit of one replica, evenly: the latency-throughput curve.
template <step_law Law>
std::vector<load_prediction> load_curve(const load_model<Law>& m, int points, double from = 0.05, double to = 0.97,
                                        double variation = 1.0) {
    checked(points, 2.0, 1e6, "the number of points of a load curve");
    std::vector<load_prediction> curve;
    for (int i = 0; i < points; ++i)
        curve.push_back(m.at(m.limit() * (from + (to - from) * i / (points - 1)), variation));
    return curve;
}
}  // namespace gambrel
