// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the ranks send each other: the payload is the whole buffer of the collective; how long it takes is
/// roofline/collective.hpp's business.
///
///     tensor    all-reduce of T H 2 bytes after every product whose inputs were cut (one per layer when parallel)
///     expert    with attention data parallelism: dispatch of T H and combine of T H to the ranks of the experts
///     head      all-gather of the logits of T_out tokens
///     pipeline  T H 2 to the next stage

#include <ridgepoint/operators/operation.hpp>
#include <ridgepoint/operators/parallelism.hpp>
#include <ridgepoint/operators/precision.hpp>

namespace ridgepoint {

constexpr operation collective(message_kind kind, std::string_view name, double elements, int ranks) {
    return {.name = name,
            .kind = kind == message_kind::point_to_point ? operator_class::transfer : operator_class::collective,
            .message = kind,
            .payload = bytes_of(elements * activation_bytes),
            .ranks = ranks};
}

/// Ranks other than its own that one token's experts lie on, of `groups` (expected, uniform routing).
constexpr double remote_expert_ranks(double groups, double top_k) {
    if (groups <= 1.0) return 0.0;
    return (groups - 1.0) * (1.0 - math::pow(1.0 - 1.0 / groups, top_k));
}
}  // namespace ridgepoint
