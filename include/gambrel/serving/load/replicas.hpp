// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Requests shared out over replicas, each a load model of its own.
///
/// Squared coefficient of variation (SCV) of the gaps that one of n replicas sees, of arrivals whose gaps have SCV v:
///     at random (or by user)   1 + (v - 1) / n       a renewal stream thinned with probability 1/n
///     in turn                  v / n                  every gap is a sum of n
/// Source: thinning and superposition of renewal streams (Cox 1962, cited from memory);
/// docs/models/serving-under-load.md.
/// Evidence: tests/serving/load/capacity_test.cpp.

#include <cmath>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/serving/load/load_model.hpp>

namespace gambrel {

/// How requests are spread over replicas.
enum class arrival_split : unsigned char { random, in_turn };
// clang-format off
template <> inline constexpr std::array<enum_row<arrival_split>, 2> enum_table<arrival_split>{{
    {arrival_split::random, "random", "random"},
    {arrival_split::in_turn, "in_turn", "in-turn"},
}};
// clang-format on

/// SCV of the gaps that one of `replicas` sees of a stream whose gaps have SCV `variance`.
inline double split_variance(double variance, double replicas, arrival_split how) {
    return how == arrival_split::random ? 1.0 + (variance - 1.0) / replicas : variance / replicas;
}

/// What `replicas` of `m` together give `rate`: times are those of a request, counts and rates of all replicas.
/// `variation`: coefficient of variation of the gaps.
/// Throws `error` for less than one replica.
template <step_law Law>
load_prediction over_replicas(const load_model<Law>& m, request_rate<> rate, double replicas, arrival_split how,
                              double variation = 1.0) {
    checked(replicas, 1.0, 1e7, "the number of replicas");
    const double variation_of_each = std::sqrt(split_variance(variation * variation, replicas, how));
    load_prediction p = m.at(rate / replicas, variation_of_each);
    p.rate = rate;
    p.limit = p.limit * replicas;
    p.backlog = p.backlog * replicas;
    p.running *= replicas;
    p.waiting *= replicas;
    return p;
}
}  // namespace gambrel
