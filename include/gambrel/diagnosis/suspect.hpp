// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What can make a server slower than predicted, each as a change of the question: the deployment or its load with one term
/// `x` times worse, which the same `predict` then answers. x = 1 changes nothing.
///
///     host                every host time of a pass times x
///     eager               no graphs: the host launches every kernel of every pass (x has no meaning)
///     a class of kernels  its law's time times x
///     dequantisation      narrow weights are unpacked before each product: GEMM with that takes x times its time
///     clocks              what follows the clock of the multiprocessors: compute and fixed times of every kernel, times x
///     bandwidth           of the device's memory, over x
///     frontend            a request takes (x - 1) of its own TTFT longer before a pass may carry it
///     cache_room          KV memory for 1 / x of the sequences that would run under the greatest load of the files
///     slots               1 / x as many slots as requests would run under it
///     token_budget        tokens of a pass over x (below 1: more)
///     cached_prompts      of each prompt 1 / x is computed, the rest found in the prefix cache: faster, not slower
///     clients             1 / x of the clients keep a request in flight, or of the rate is sent: no fault of the server
///
/// Assumption: one term at a time. Evidence: tests/diagnosis/suspect_test.cpp.

#include <array>
#include <gambrel/numeric/enum_table.hpp>

namespace gambrel {

enum class suspect : unsigned char {
    host,
    eager,
    gemm,
    dequantisation,
    experts,
    prefill_attention,
    decode_attention,
    elementwise,
    messages,
    clocks,
    bandwidth,
    frontend,
    cache_room,
    slots,
    token_budget,
    cached_prompts,
    clients,
};
// clang-format off
template <> inline constexpr std::array<enum_row<suspect>, 17> enum_table<suspect>{{
    {suspect::host, "host", "host time between passes"},
    {suspect::eager, "eager", "passes run without graphs"},
    {suspect::gemm, "gemm", "GEMM kernels"},
    {suspect::dequantisation, "dequantisation", "weights unpacked in kernels of their own"},
    {suspect::experts, "experts", "kernels of the experts"},
    {suspect::prefill_attention, "prefill_attention", "prefill attention kernel"},
    {suspect::decode_attention, "decode_attention", "decode attention kernel"},
    {suspect::elementwise, "elementwise", "element-wise kernels"},
    {suspect::messages, "messages", "messages between the devices"},
    {suspect::clocks, "clocks", "clocks of the device"},
    {suspect::bandwidth, "bandwidth", "bandwidth of the device's memory"},
    {suspect::frontend, "frontend", "frontend, tokenizer or network"},
    {suspect::cache_room, "cache_room", "room for the KV cache"},
    {suspect::slots, "slots", "slots: most sequences at once"},
    {suspect::token_budget, "token_budget", "tokens of a pass"},
    {suspect::cached_prompts, "cached_prompts", "prompts found in the prefix cache"},
    {suspect::clients, "clients", "the client sends less than it says"},
}};
// clang-format on
inline constexpr std::size_t suspect_count = enum_count<suspect>;

/// Whether `s` is of a server that takes requests, which one batch alone has not.
constexpr bool is_of_server(suspect s) {
    return s == suspect::frontend || s == suspect::cache_room || s == suspect::slots || s == suspect::token_budget ||
           s == suspect::cached_prompts || s == suspect::clients;
}

/// What a suspect's x may be: `least` to `most`, even in the logarithm. A range below 1 too is for what harms either way.
struct suspect_range {
    double least = 1.15, most = 4.0;
    constexpr bool fixed() const { return !(least < most); }
};
constexpr suspect_range range_of(suspect s) {
    switch (s) {
        case suspect::host: return {1.3, 12.0};
        case suspect::eager: return {1.0, 1.0};
        case suspect::clocks: return {1.08, 3.0};
        case suspect::bandwidth: return {1.08, 3.0};
        case suspect::frontend: return {1.3, 40.0};
        case suspect::token_budget: return {0.125, 8.0};
        case suspect::cache_room:
        case suspect::slots: return {1.1, 8.0};
        case suspect::cached_prompts: return {1.1, 16.0};
        case suspect::clients: return {1.1, 8.0};
        default: return {};
    }
}
}  // namespace gambrel
