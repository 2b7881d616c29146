// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a sequence keeps between steps: keys and values per token, and the fixed state of recurrent layers.
///
///     per token  = sum over layers that own a cache of kv_heads (d_k + d_v) or, for latent attention, rank + rope
///     a sequence = sum over those layers of per-layer bytes x min(S, window) + state
///
/// Ideal: no block rounding, no replication over ranks (step/memory_fit.hpp adds both); a window layer that an engine
/// stores in full costs `kv_bytes_per_token` x S instead. One pass over the groups, no allocation.
/// Sources: arXiv 2305.13245 (GQA), 2405.04434 (MLA), 2512.02556 (indexer cache).
/// Evidence: tests/model/kv_cache_test.cpp.

#include <gambrel/model/state.hpp>

namespace gambrel {

/// Elements that one token adds to the cache of one layer, the indexer's apart.
constexpr count kv_elements_per_token(const layer& l) {
    count n = 0;
    if (const auto& a = l.attention; a.present() && !a.shares_kv) n += a.kv_heads * (a.head_dim + a.value_dim());
    if (const auto& a = l.latent; a.present()) n += a.kv_rank + a.rope_dim;
    return n;
}

/// Bytes that one token adds while every window still grows.
constexpr bytes<> kv_bytes_per_token(const architecture& m, const storage_format& kv = formats::bf16) {
    count n = 0;
    for (const layer_group& g : m) n += g.layers * kv_elements_per_token(g.layer);
    return bytes_of(static_cast<double>(n) * kv.bytes_per_element());
}

/// Bytes that one token adds for ever: layers without a window.
constexpr bytes<> kv_bytes_per_token_unbounded(const architecture& m, const storage_format& kv = formats::bf16) {
    count n = 0;
    for (const layer_group& g : m)
        if (g.layer.attention.window == 0) n += g.layers * kv_elements_per_token(g.layer);
    return bytes_of(static_cast<double>(n) * kv.bytes_per_element());
}

/// The indexer of sparse attention keeps one 8-bit key and a 4-byte scale per token and layer.
constexpr bytes<> indexer_bytes_per_token(const architecture& m) {
    count n = 0;
    for (const layer_group& g : m)
        if (const auto& a = g.layer.latent; a.present() && a.indexer_heads > 0 && !a.indexer_shared)
            n += g.layers * (a.indexer_dim + 4);
    return bytes_of(static_cast<double>(n));
}

/// State of one sequence in elements, whatever its length.
constexpr count state_elements(const architecture& m) {
    count n = 0;
    for (const layer_group& g : m) n += g.layers * state_elements(g.layer, m.hidden);
    return n;
}
/// State of one sequence; engines keep it in fp32 unless told otherwise.
constexpr bytes<> state_bytes(const architecture& m, const storage_format& state = formats::fp32) {
    return bytes_of(static_cast<double>(state_elements(m)) * state.bytes_per_element());
}

/// Keys and values of a sequence of `length` tokens, windows kept at min(length, window); indexer cache included.
constexpr bytes<> kv_bytes(const architecture& m, double length, const storage_format& kv = formats::bf16) {
    double elements = 0.0;
    for (const layer_group& g : m) {
        const auto window = static_cast<double>(g.layer.attention.window);
        const double kept = window > 0.0 ? smaller(length, window) : length;
        elements += static_cast<double>(g.layers * kv_elements_per_token(g.layer)) * kept;
    }
    return bytes_of(elements * kv.bytes_per_element()) + indexer_bytes_per_token(m) * length;
}

/// Everything one sequence of `length` tokens keeps.
constexpr bytes<> sequence_bytes(const architecture& m, double length, const storage_format& kv = formats::bf16,
                                 const storage_format& state = formats::fp32) {
    return kv_bytes(m, length, kv) + state_bytes(m, state);
}
}  // namespace gambrel
