// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the ranks send each other: the payload is the whole buffer of a collective, and of an exchange or a hand-over
/// what one rank sends. How long it takes: roofline/collective.hpp. T tokens, T_out of them with logits, hidden size H,
/// Mamba's time rank R and state N (model/blocks.hpp).
///
///     tensor    all-reduce of T H 2 bytes after every product whose inputs were cut (one per layer when parallel) and
///               after the embedding; in a Mamba-1 mixer also of its T (R + 2 N) 2 of parameters
///     expert    with attention data parallelism: dispatch and combine of T H 2 remote_expert_ranks / tensor ranks each
///     head      all-gather of the logits of T_out tokens
///     pipeline  T H 2 to the next stage

#include <gambrel/operators/operation.hpp>
#include <gambrel/operators/parallelism.hpp>
#include <gambrel/operators/precision.hpp>

namespace gambrel {

constexpr operation collective(message_kind kind, std::string_view name, double elements, int ranks) {
    return {.name = name,
            .kind = kind == message_kind::point_to_point ? operator_class::transfer : operator_class::collective,
            .message = kind,
            .payload = bytes_of(elements * activation_bytes),
            .ranks = ranks};
}
/// The hand-overs of one pass between `stages` stages of `apart` devices each.
constexpr operation hand_overs(double elements, int stages, int apart) {
    operation op = collective(message_kind::point_to_point, "stage hand-over", elements, stages);
    op.repeats = static_cast<double>(stages - 1);
    op.apart = apart;
    return op;
}

/// Ranks other than its own that need a token whose `top_k` experts lie, uniformly, in `groups` groups of
/// `ranks_per_group` ranks that share each expert: every rank of a group that is hit, less itself.
constexpr double remote_expert_ranks(double groups, double ranks_per_group, double top_k) {
    const double hit = groups > 1.0 ? 1.0 - math::pow(1.0 - 1.0 / groups, top_k) : 1.0;  // chance that a group is
    return hit * (groups * ranks_per_group - 1.0);
}
}  // namespace gambrel
