// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the ranks send each other: the payload is the whole buffer of a collective, and of an exchange or a hand-over
/// what one rank sends. How long it takes: roofline/collective.hpp. T tokens, T_out of them with logits, hidden size H,
/// Mamba's time rank R and state N (model/blocks.hpp).
///
///     tensor    all-reduce of T H 2 bytes after every product whose inputs were cut (one per layer when parallel) and
///               after the embedding; in a Mamba-1 mixer also of its T (R + 2 N) 2 of parameters
///     expert    with attention data parallelism, the T / tensor tokens of a rank to their experts and back:
///               gather: all-gather and reduce-scatter of T data H 2 bytes among all tensor x data ranks
///               else dispatch of T / tensor H b bytes and combine of T / tensor H 2, counted once a token, more by as much
///               as the busiest rank has more than the mean; b = 1 + 4/128 where experts multiply in 8 bit, else 2
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

/// Bytes of a value that travels to the experts: 8 bit with a 32-bit scale for 128 of them where they multiply so.
constexpr double dispatched_bytes(multiply issue) {
    return issue == multiply::as_8_bit_float ? 1.0 + 4.0 / 128.0 : activation_bytes;
}
/// The way of the tokens of one rank to their experts, or back: `payload` is one copy of each, `busiest` what the most
/// loaded rank receives relative to the mean.
constexpr operation exchange(message_kind way, std::string_view name, bytes<> payload, const experts_block& e,
                             int ranks, bool copy_per_expert, double busiest) {
    return {.name = name,
            .kind = operator_class::collective,
            .message = way,
            .payload = payload * busiest,
            .ranks = ranks,
            .picks = static_cast<double>(e.top_k),
            .experts = static_cast<double>(e.experts),
            .groups = static_cast<double>(e.groups),
            .top_groups = static_cast<double>(e.top_groups),
            .copy_per_expert = copy_per_expert};
}
}  // namespace gambrel
