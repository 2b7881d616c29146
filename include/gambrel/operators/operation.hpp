// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What one operator asks of one rank: arithmetic, bytes moved, bytes sent. Pure counting; hardware comes later.

#include <array>
#include <gambrel/model/block_type.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/numeric/palette.hpp>
#include <gambrel/units.hpp>
#include <string_view>

namespace gambrel {

/// Operators that share one efficiency law.
enum class operator_class : unsigned char {
    gemm,
    experts,
    prefill_attention,
    decode_attention,
    state,
    elementwise,
    collective,
    transfer
};
// clang-format off
template <> inline constexpr std::array<enum_row<operator_class>, 8> enum_table<operator_class>{{
    {operator_class::gemm, "gemm", "GEMM", "", colours::blue},
    {operator_class::experts, "experts", "experts", "", colours::sky},
    {operator_class::prefill_attention, "prefill_attention", "prefill attention", "", colours::vermilion},
    {operator_class::decode_attention, "decode_attention", "decode attention", "", colours::orange},
    {operator_class::state, "state", "state", "", colours::yellow},
    {operator_class::elementwise, "element_wise", "element-wise", "", colours::purple},
    {operator_class::collective, "collective", "collective", "", colours::green},
    {operator_class::transfer, "transfer", "transfer", "", colours::black},
}};
// clang-format on
inline constexpr std::size_t operator_class_count = enum_count<operator_class>;

enum class message_kind : unsigned char {
    none,
    all_reduce,
    all_gather,
    reduce_scatter,
    all_to_all,  ///< equal shares to every rank, by a communication library
    point_to_point,
    dispatch,  ///< tokens to the ranks of their experts, by kernels made for it
    combine,   ///< the results back
};

/// Exchanges between the ranks of experts have a law each (roofline/exchange.hpp): dispatch and combine with one copy of
/// a token for each rank that needs it, then both with one for each expert.
inline constexpr std::size_t exchange_kernel_count = 4;
constexpr bool is_exchange(message_kind k) { return k == message_kind::dispatch || k == message_kind::combine; }
constexpr std::size_t exchange_kernel_of(message_kind k, bool copy_per_expert) {
    return (copy_per_expert ? 2U : 0U) + (k == message_kind::combine ? 1U : 0U);
}

/// Weights of experts whose kernels differ enough for a law of their own.
enum class expert_format : unsigned char { bits_16, fp8, fp8_block, int4, mxfp4, nvfp4 };
inline constexpr std::size_t expert_format_count = 6;

/// The law that serves `f`; formats whose kernels were not measured take that of the nearest.
constexpr expert_format expert_format_of(const storage_format& f) {
    switch (f.issue) {
        case multiply::as_16_bit: return f.bits < 16.0 ? expert_format::int4 : expert_format::bits_16;
        case multiply::as_fp32: return expert_format::bits_16;
        case multiply::as_8_bit_float: return f.scale_bits > 0.0 ? expert_format::fp8_block : expert_format::fp8;
        case multiply::as_8_bit_integer: return expert_format::fp8;
        case multiply::as_4_bit_float: break;
    }
    return f.block_columns >= 32.0 ? expert_format::mxfp4 : expert_format::nvfp4;
}

struct operation {
    std::string_view name{};
    operator_class kind = operator_class::gemm;
    double repeats = 1;  ///< how many layers run it, times the share of passes that do
    flop<> work{};
    bytes<> weights{};      ///< read once
    bytes<> cache{};        ///< keys, values or state read (and state written back)
    bytes<> activations{};  ///< read and written
    bytes<> conversion{};   ///< read and written by a pass before, which narrows the inputs for the multiply
    bytes<> routed{};       ///< experts: token copies for all ranks, which the routing passes go over
    multiply issue = multiply::as_16_bit;
    bool weight_only = false;                       ///< weights are narrower than the multiply
    bool block_scaled = false;                      ///< an 8-bit multiply of blocks that have scales of their own
    expert_format format = expert_format::bits_16;  ///< of experts
    block_type blocks = block_type::bits_16;        ///< of the weights, as GGUF stores them
    double rows = 0, outputs = 0, inputs = 0;  ///< M, N, K of a GEMM (per expert rows for experts; K: width of a head)
    double streams = 0;                        ///< attention: sequences x key-value heads, the unit of parallel work
    double depth = 0;                          ///< attention: keys the longest query sees, one tile after the other
    double scores = 0;                         ///< attention: query-key pairs x heads, an exponential each
    double score_cells = 0;  ///< prefill attention: queries x keys x heads, those that the mask hides among them
    bool latent = false;     ///< attention on the one latent vector all heads share
    double kernels = 1;      ///< launches
    message_kind message = message_kind::none;
    bytes<>
        payload{};  ///< the full buffer of a collective; of a hand-over, what is sent; of an exchange, one copy of each token
    int ranks = 1;                  ///< that send to each other, one device after the other; of a hand-over, the stages
    int apart = 1;                  ///< of a hand-over: devices from one stage to the next
    double picks = 0, experts = 0;  ///< of an exchange: experts of a token, and of the layer
    double groups = 0, top_groups = 0;  ///< of experts, of which a token's come from so many; 0: from any
    bool copy_per_expert = false;       ///< of an exchange: a token travels once for each of its experts

    /// Streams of attention in units of a head of 128: the start of one grows with the root of its width `inputs`.
    constexpr double stream_units() const { return inputs > 0.0 ? streams * math::sqrt(inputs / 128.0) : streams; }
    /// What the operator itself moves.
    constexpr bytes<> streamed() const { return bytes_of(weights.value() + cache.value() + activations.value()); }
    constexpr bytes<> traffic() const { return streamed() + conversion; }
};
}  // namespace gambrel
