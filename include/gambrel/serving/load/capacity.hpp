// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The greatest request rate that meets a service level, the replicas that a rate needs, and the curve of latency by
/// rate.
///
///     greatest rate     bisection on "meets the level", since times grow with the rate
///     fewest replicas   doubling, then bisection, since more replicas each get a smaller rate
///
/// The one search for both: the load model's own answers, and those with ranges (ask/load_answer.hpp), go through it.
/// Evidence: tests/serving/load/capacity_test.cpp.

#include <algorithm>
#include <gambrel/numeric/bisection.hpp>
#include <gambrel/serving/load/replicas.hpp>
#include <gambrel/serving/load/service_level.hpp>
#include <vector>

namespace gambrel {

inline constexpr double greatest_rate_accuracy = 1e-3;  ///< of the rate: far inside every prediction's range
inline constexpr int most_replicas = 1'000'000;

/// The greatest rate below `limit` that `meets` accepts, to 0.1 %; 0 where not even a lone request (rate 0) is.
template <class Meets> request_rate<> greatest_rate(Meets&& meets, request_rate<> limit) {
    if (!meets(request_rate<>{})) return {};
    const auto at = [&](double rate) { return meets(requests_per_second(rate)); };
    return requests_per_second(bisected(at, {0.0, limit.value()}, greatest_rate_accuracy).low);
}

/// The fewest replicas, from `first` on, that `enough` accepts; 0 where a million (most_replicas) are not enough.
template <class Enough> int fewest_replicas(Enough&& enough, int first = 1) {
    return least_that(enough, smaller(first, most_replicas), most_replicas);
}

/// The greatest rate of one replica that meets `level`; 0 where not even a lone request does.
/// At most 5 ms (tests/benchmarks/load_benchmark.cpp).
template <step_law Law>
request_rate<> most_rate(const load_model<Law>& m, const service_level& level, double variation = 1.0) {
    checked(level);
    return greatest_rate([&](request_rate<> rate) { return meets(m.at(rate, variation), level); }, m.limit());
}

/// The fewest replicas that give `rate` what `level` asks for; 0 where no number does.
template <step_law Law>
int replicas_needed(const load_model<Law>& m, request_rate<> rate, const service_level& level,
                    arrival_split how = arrival_split::random, double variation = 1.0) {
    checked(level);
    if (!meets(m.at(request_rate<>{}, 1.0), level)) return 0;
    const double stable_from = std::ceil(rate / m.limit());
    return fewest_replicas([&](int n) { return meets(over_replicas(m, rate, n, how, variation), level); },
                           static_cast<int>(std::clamp(stable_from, 1.0, static_cast<double>(most_replicas))));
}

/// `points` predictions at rates evenly from `from` to `to` of the limit of one replica: the latency-throughput curve.
/// 0.88: the greatest utilisation without a warning (validity.hpp); 0.05: chosen.
template <step_law Law>
std::vector<load_prediction> load_curve(const load_model<Law>& m, int points, double from = 0.05, double to = 0.88,
                                        double variation = 1.0) {
    checked(points, 2.0, 1e6, "the number of points of a load curve");
    std::vector<load_prediction> curve;
    for (int i = 0; i < points; ++i)
        curve.push_back(m.at(m.limit() * (from + (to - from) * i / (points - 1)), variation));
    return curve;
}
}  // namespace gambrel
