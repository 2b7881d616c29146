// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How one copy of a model is cut over devices, as counts.
///
///   tensor    every matrix over `tensor` ranks; two all-reduces per layer
///   pipeline  layers over `pipeline` stages; one hand-over between stages
///   data      attention copies that share one set of experts (attention data parallelism); for a model without
///             experts they are plain copies
///   expert    experts over `expert` ranks; the tensor x data / expert ranks left cut each expert
///   replicas  independent copies of all this
///
///   exchange  how tokens of attention copies come to the ranks of their experts and back
///
/// devices = tensor pipeline data replicas. Devices stand next to each other in the order tensor, data, pipeline: a
/// group of ranks that the scale-up link can join lies inside one of its domains. With `sequence`, the activations between the matrices of a layer are cut
/// over the tensor ranks too: the same bytes travel (reduce-scatter and all-gather for one all-reduce), norms shrink.

#include <gambrel/model/is_dense.hpp>
#include <gambrel/numeric/enum_table.hpp>

namespace gambrel {

/// How the tokens of attention copies come to the ranks of their experts and back. What the servers call it:
///
///     gather      vLLM all2all_backend allgather_reducescatter, SGLang moe_a2a_backend none, TensorRT-LLM without MNNVL
///     per_rank    vLLM deepep_high_throughput, SGLang deepep with deepep_mode normal
///     per_expert  vLLM deepep_low_latency and pplx, SGLang deepep with deepep_mode low_latency
///     by_pass     SGLang deepep with deepep_mode auto
enum class expert_exchange : unsigned char {
    gather,      ///< every rank gets all tokens, and the sums are scattered: a communication library's collectives
    per_rank,    ///< a token travels once to each rank that needs it: for many tokens
    per_expert,  ///< a token travels once for each of its experts, at once: for few
    by_pass,     ///< per_rank in passes with prompts, per_expert in those of decodes alone
};
// clang-format off
template <> inline constexpr std::array<enum_row<expert_exchange>, 4> enum_table<expert_exchange>{{
    {expert_exchange::gather, "gather", "all-gather and reduce-scatter"},
    {expert_exchange::per_rank, "per_rank", "one copy per rank"},
    {expert_exchange::per_expert, "per_expert", "one copy per expert"},
    {expert_exchange::by_pass, "by_pass", "one copy per rank for prompts, per expert for decodes"},
}};
// clang-format on

struct parallelism {
    int tensor = 1;
    int pipeline = 1;
    int data = 1;
    int expert = 1;
    int replicas = 1;
    bool sequence = false;
    bool balanced_experts = false;  ///< hot experts are replicated until the expert ranks carry equal loads (EPLB)
    expert_exchange exchange = expert_exchange::gather;
    bool two_batches =
        false;  ///< a pass in two halves, of which one exchanges while the other computes (vLLM DBO, SGLang TBO)

    constexpr int devices_per_replica() const { return tensor * pipeline * data; }
    constexpr int devices() const { return devices_per_replica() * replicas; }
    /// Ranks that together hold one copy of the experts of a layer.
    constexpr int expert_ranks() const { return tensor * data; }
    /// Ranks that share one expert's matrices.
    constexpr int ranks_per_expert() const { return expert_ranks() / expert; }
};

/// Whether a pass of a rank runs in two halves that exchange and compute in turns: a gather's collectives are not
/// hidden so, and one sequence is not cut.
constexpr bool in_halves(const parallelism& cut, double decodes, double tokens) {
    return cut.two_batches && cut.data > 1 && cut.exchange != expert_exchange::gather && tokens >= 2.0 &&
           (decodes == 0.0 || decodes >= 2.0);
}

/// Attention copies whose passes wait for each other: those that share experts. Copies of a dense model do not.
constexpr int copies_in_step(const architecture& m, const parallelism& cut) {
    return cut.data == 1 || is_dense(m) ? 1 : cut.data;
}
/// Devices whose messages make one pass of one stage: the tensor ranks of the copies in step.
constexpr int ranks_in_step(const architecture& m, const parallelism& cut) {
    return cut.tensor * copies_in_step(m, cut);
}
}  // namespace gambrel
