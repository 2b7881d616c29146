// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Softmax attention over stored keys and values, and multi-head latent attention.
///
///     prefill of s new tokens after p cached: pairs = s p + s (s + 1) / 2       (half of s^2: causal)
///     decode at context S:                    pairs = S per new token
///     a window w caps the keys a query sees at w; a chunk of w tokens lets it see its own chunk's past only
///     flop = 2 heads (d_qk + d_v) pairs       cache bytes = keys seen x kv_heads (d_k + d_v) x element
///
/// Latent attention keeps one (rank + rope) vector per token for all heads. Prefill expands it (d_qk = nope + rope,
/// d_v); decode works on the latent itself (d_qk = rank + rope, d_v = rank), which every tensor rank reads whole, and
/// takes its queries into the latent and its results out of it by the up-projection, absorbed.
/// A sparse indexer scores all keys and attention then sees the best `top_k`.
/// Sources: FlashAttention (arXiv 2205.14135) for reading keys and values once; DeepSeek-V2 (2405.04434) for MLA.

#include <gambrel/operators/gemm.hpp>
#include <gambrel/operators/step_shape.hpp>

namespace gambrel {

/// How far back a query sees.
struct attention_reach {
    double window = 0;     ///< tokens; 0: everything
    bool chunked = false;  ///< the window is a fixed chunk, not sliding

    constexpr attention_reach(double tokens = 0.0, bool fixed_chunks = false) : window(tokens), chunked(fixed_chunks) {}
};

namespace detail {
/// Pairs of the first `x` tokens when each sees its chunk of `w` only.
constexpr double pairs_in_chunks(double x, double w) {
    const double whole = math::floor(x / w), rest = x - whole * w;
    return 0.5 * (whole * w * (w + 1.0) + rest * (rest + 1.0));
}
}  // namespace detail

/// Query-key pairs of `s` new tokens after `past`.
constexpr double causal_pairs(double s, double past, attention_reach reach) {
    const double all = s * past + 0.5 * s * (s + 1.0), w = reach.window;
    if (w <= 0.0 || past + s <= w) return all;
    if (reach.chunked) return detail::pairs_in_chunks(past + s, w) - detail::pairs_in_chunks(past, w);
    const double growing = larger(0.0, smaller(s, w - past));  // queries that still see everything
    return growing * past + 0.5 * growing * (growing + 1.0) + (s - growing) * w;
}

/// Keys a decode at `context` sees; within chunks, the mean over the places it may have in one.
constexpr double keys_seen(double context, attention_reach reach) {
    if (reach.window <= 0.0 || context <= reach.window) return context;
    return reach.chunked ? 0.5 * (reach.window + 1.0) : reach.window;
}

struct attention_heads {
    double query = 0, kv = 0;  ///< on one rank
    double key_dim = 0, value_dim = 0;
};

constexpr attention_heads heads_on_rank(const attention_block& a, double ranks) {
    const auto q = static_cast<double>(a.query_heads), kv = static_cast<double>(a.kv_heads);
    return {q / ranks, larger(1.0, kv / ranks), static_cast<double>(a.head_dim), static_cast<double>(a.value_dim())};
}

/// Kernels multiply 8-bit floats as they are stored; everything else is widened to 16 bit on the way in.
constexpr multiply attention_issue(const storage_format& kv) {
    return kv.issue == multiply::as_8_bit_float ? multiply::as_8_bit_float : multiply::as_16_bit;
}

/// Attention itself, and what cuts its work before (a schedule) or joins it after (split keys).
inline constexpr double attention_kernels = 2.0;

constexpr operation prefill_attention(const attention_heads& h, attention_reach reach, const step_shape& shape,
                                      const storage_format& kv) {
    const double pairs = shape.prompts * causal_pairs(shape.prompt_tokens, shape.prompt_past, reach);
    const double keys = shape.prompts * (shape.prompt_tokens + keys_seen(shape.prompt_past, reach));
    const double width = h.key_dim + h.value_dim;
    return {.name = "prefill attention",
            .kind = operator_class::prefill_attention,
            .work = flop_of(2.0 * h.query * width * pairs),
            .cache = bytes_of(keys * h.kv * width * kv.bytes_per_element()),
            .activations = bytes_of(shape.prompts * shape.prompt_tokens * h.query * width * activation_bytes),
            .issue = attention_issue(kv),
            .rows = shape.prompt_tokens,
            .inputs = h.key_dim,
            .streams = shape.prompts * h.kv,
            .depth = keys_seen(shape.prompt_past + shape.prompt_tokens, reach),
            .scores = h.query * pairs,
            .score_cells = h.query * shape.prompt_tokens * keys,
            .kernels = attention_kernels};
}

constexpr operation decode_attention(const attention_heads& h, attention_reach reach, const step_shape& shape,
                                     const storage_format& kv) {
    const double keys = shape.decodes * keys_seen(shape.context, reach);
    const double width = h.key_dim + h.value_dim;
    return {.name = "decode attention",
            .kind = operator_class::decode_attention,
            .work = flop_of(2.0 * h.query * width * keys * shape.tokens_per_decode),
            .cache = bytes_of(keys * h.kv * width * kv.bytes_per_element()),
            .activations = bytes_of(shape.decode_tokens() * h.query * width * activation_bytes),
            .issue = attention_issue(kv),
            .rows = shape.decode_tokens(),
            .inputs = h.key_dim,
            .streams = shape.decodes * h.kv,
            .depth = keys_seen(shape.context, reach),
            .scores = h.query * keys * shape.tokens_per_decode,
            .kernels = attention_kernels};
}

/// Latent attention of the prompts, keys and values expanded.
constexpr operation latent_prefill(const latent_attention_block& a, double ranks, const step_shape& shape,
                                   const storage_format& kv) {
    const attention_heads h{static_cast<double>(a.heads) / ranks, static_cast<double>(a.heads) / ranks,
                            static_cast<double>(a.nope_dim + a.rope_dim), static_cast<double>(a.value_dim)};
    operation op = prefill_attention(h, static_cast<double>(a.indexer_top_k), shape, kv);
    op.cache = prefill_attention(h, 0.0, shape, kv).cache;  // queries pick different keys: together nearly all
    op.latent = true;
    return op;
}

/// Latent attention of the decodes on the latent itself: one key-value head that every rank reads.
constexpr operation latent_decode(const latent_attention_block& a, double ranks, const step_shape& shape,
                                  const storage_format& kv) {
    const auto latent = static_cast<double>(a.kv_rank + a.rope_dim);
    const attention_heads h{static_cast<double>(a.heads) / ranks, 1.0, latent, static_cast<double>(a.kv_rank)};
    operation op = decode_attention(h, static_cast<double>(a.indexer_top_k), shape, kv);
    op.cache = bytes_of(shape.decodes * keys_seen(shape.context, static_cast<double>(a.indexer_top_k)) * latent *
                        kv.bytes_per_element());
    // One latent serves all heads; work splits over tiles of up to 64 heads.
    op.streams = shape.decodes * larger(1.0, h.query / 64.0);
    op.latent = true;
    return op;
}

inline constexpr std::string_view absorbed_queries = "absorbed queries", absorbed_values = "absorbed values";
constexpr bool is_absorbed(const operation& op) { return op.name == absorbed_queries || op.name == absorbed_values; }

/// The up-projection of keys and values, absorbed into a decode on the latent: head by head, queries go from nope into
/// the latent and results from the latent into values. Two batched products of the decodes; serving engines keep these
/// weights widened to 16 bit. `into_latent`: the first of the two.
constexpr operation absorbed_product(const latent_attention_block& a, double ranks, const step_shape& shape,
                                     bool into_latent) {
    const auto rank = static_cast<double>(a.kv_rank);
    const auto dim = static_cast<double>(into_latent ? a.nope_dim : a.value_dim);
    const double heads = static_cast<double>(a.heads) / ranks, tokens = shape.decode_tokens();
    return {.name = into_latent ? absorbed_queries : absorbed_values,
            .kind = operator_class::gemm,
            .work = flop_of(2.0 * tokens * heads * rank * dim),
            .weights = bytes_of(heads * rank * dim * activation_bytes),
            .activations = bytes_of(tokens * heads * (rank + dim) * activation_bytes),
            .rows = tokens,
            .outputs = into_latent ? rank : dim,
            .inputs = into_latent ? dim : rank};
}

inline constexpr double indexer_cache_scale_bytes = 4.0;

/// Scores of the sparse indexer over the whole context, in 8 bit with one scale per token. A ReLU follows each, not an
/// exponential, so `scores` stays 0.
constexpr operation sparse_indexer(const latent_attention_block& a, const step_shape& shape) {
    const auto heads = static_cast<double>(a.indexer_heads), dim = static_cast<double>(a.indexer_dim);
    const double pairs = shape.decode_tokens() * shape.context +
                         shape.prompts * causal_pairs(shape.prompt_tokens, shape.prompt_past, {});
    const double keys = shape.decodes * shape.context + shape.prompts * (shape.prompt_tokens + shape.prompt_past);
    return {.name = "indexer scores",
            .kind = operator_class::decode_attention,
            .work = flop_of(2.0 * heads * dim * pairs),
            .cache = bytes_of(keys * (dim + indexer_cache_scale_bytes)),
            .activations = bytes_of(shape.tokens() * heads * dim),
            .issue = multiply::as_8_bit_float,
            .rows = shape.tokens(),
            .inputs = dim,
            .streams = shape.sequences(),
            .depth = larger(shape.context, shape.prompt_tokens + shape.prompt_past)};
}
}  // namespace gambrel
