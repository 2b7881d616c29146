// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One timed kernel of a device, as the operation that the prediction counts for it.
///
///     product     M tokens x N outputs x K inputs               operators/gemm.hpp
///     experts     T tokens to the `picked` of E experts over `ranks` ranks, routed evenly       operators/experts.hpp
///     attention   B sequences x (heads, kv_heads, head) over a context, or of a prompt       operators/attention.hpp
///     all-reduce  payload among `ranks`                     operators/messages.hpp
///     copy        payload read and written once in the device's memory; host copy: payload over the host link
///
/// What the shapes are to be: docs/how-to-your-own-gpu.md. Evidence: tests/calibration/kernel_rows_test.cpp.

#include <gambrel/operators/attention.hpp>
#include <gambrel/operators/experts.hpp>
#include <gambrel/operators/messages.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <string>

namespace gambrel {

enum class timed_kind : unsigned char { gemm, experts, prefill, decode, all_reduce, copy, host_copy };
// clang-format off
template <> inline constexpr std::array<enum_row<timed_kind>, 7> enum_table<timed_kind>{{
    {timed_kind::gemm, "gemm", "product"},
    {timed_kind::experts, "experts", "experts"},
    {timed_kind::prefill, "prefill", "prefill attention"},
    {timed_kind::decode, "decode", "decode attention"},
    {timed_kind::all_reduce, "all_reduce", "all-reduce"},
    {timed_kind::copy, "copy", "copy in memory"},
    {timed_kind::host_copy, "host_copy", "copy from the host"},
}};
// clang-format on

struct kernel_row {
    timed_kind kind = timed_kind::gemm;
    storage_format format = formats::bf16;  ///< of the weights, or of the cache
    kernel_library library = kernel_library::other;
    std::string version{};  ///< of the library, as the file says
    operation op{};         ///< what was timed
    seconds<> time{};       ///< mean of the replays
    double spread = 0;      ///< standard deviation of their logarithm
    double clock = 0;       ///< while it ran, over the highest of the table; 0: not known
    std::size_t line = 0;   ///< of the file
    std::string shape{};    ///< as printed: "64 x 8192 x 8192"
};

/// A product of `tokens` x `outputs` x `inputs`.
constexpr operation timed_product(double tokens, double outputs, double inputs, const storage_format& f) {
    const matrix x{matrix_role::down, weight_part::feed_forward, split::none, static_cast<count>(outputs),
                   static_cast<count>(inputs)};
    return gemm(x, tokens, 1, 1, f);
}
/// The gated experts of one layer on the busiest of `ranks`, `tokens` routed evenly at random.
constexpr operation timed_experts(double tokens, int experts, int picked, double hidden, double width, double ranks,
                                  const storage_format& f) {
    experts_block e{.experts = experts, .top_k = picked, .width = static_cast<count>(width)};
    e.gated = true;
    return expert_products(e, hidden, busiest_load(experts, picked, tokens, ranks, 0.0), tokens, 1, f);
}
/// Attention of `batch` sequences: one query each after `context` keys, or prompts of `context` tokens.
constexpr operation timed_attention(bool decode, double batch, double heads, double kv_heads, double head,
                                    double context, const storage_format& cache) {
    const attention_heads h{heads, kv_heads, head, head};
    return decode ? decode_attention(h, {}, step_shape::decode(batch, context), cache)
                  : prefill_attention(h, {}, step_shape::prefill(batch, context), cache);
}
/// A copy of `payload` within the device's memory.
constexpr operation timed_copy(bytes<> payload) {
    return {.name = "copy", .kind = operator_class::elementwise, .activations = payload * 2.0};
}
}  // namespace gambrel
