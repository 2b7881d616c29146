// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What one operator asks of one rank: arithmetic, bytes moved, bytes sent. Pure counting; hardware comes later.

#include <array>
#include <ridgepoint/model/weight_format.hpp>
#include <ridgepoint/units.hpp>
#include <string_view>

namespace ridgepoint {

/// Operators that share one efficiency law.
enum class operator_class : unsigned char {
    gemm, experts, prefill_attention, decode_attention, state, elementwise, collective, transfer
};
inline constexpr std::size_t operator_class_count = 8;

constexpr std::string_view name_of(operator_class c) {
    constexpr std::array<std::string_view, operator_class_count> names{
        "GEMM", "experts", "prefill attention", "decode attention", "state", "element-wise", "collective", "transfer"};
    return names[static_cast<std::size_t>(c)];
}

enum class message_kind : unsigned char { none, all_reduce, all_gather, reduce_scatter, all_to_all, point_to_point };

struct operation {
    std::string_view name{};
    operator_class kind = operator_class::gemm;
    double repeats = 1;             ///< how many layers run it, times the share of passes that do
    flop<> work{};
    bytes<> weights{};              ///< read once
    bytes<> cache{};                ///< keys, values or state read (and state written back)
    bytes<> activations{};          ///< read and written
    bytes<> conversion{};           ///< read and written by a pass before, which narrows the inputs for the multiply
    multiply issue = multiply::as_16_bit;
    bool weight_only = false;       ///< weights are narrower than the multiply
    bool block_scaled = false;      ///< an 8-bit multiply of blocks that have scales of their own
    double rows = 0, outputs = 0, inputs = 0;  ///< M, N, K of a GEMM (per expert rows for experts)
    double streams = 0;             ///< attention: sequences x key-value heads, the unit of parallel work
    double kernels = 1;             ///< launches
    message_kind message = message_kind::none;
    bytes<> payload{};              ///< the full buffer of the collective; of an exchange or hand-over, what is sent
    int ranks = 1;

    /// What the operator itself moves.
    constexpr bytes<> streamed() const { return bytes_of(weights.value() + cache.value() + activations.value()); }
    constexpr bytes<> traffic() const { return streamed() + conversion; }
};
}  // namespace ridgepoint
