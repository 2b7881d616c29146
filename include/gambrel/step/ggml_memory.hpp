// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What llama.cpp allocates beside the weights, in bytes: everything when it starts, for the whole context.
///
///     ctx      context of all sequences, in steps of 256 tokens; ub: tokens computed at once (-ub)
///     KV       layers x ctx x kv heads (d_k bytes_K + d_v bytes_V); --parallel does not multiply it
///     compute  outputs of every token (2024 to mid-2026; 2025: one input more is kept)
///                  max(4 V ub + inputs 4 h ub,  16 h ub + [no flash attention] (4 H + 4) ctx ub)
///              outputs of the last token (2026-10)
///                  flash attention     2 ctx ub + 4 ub (3 f + 5 h)
///                  without             4 ctx ub + max(4 ub (3 h + 3 H d + 2 Hkv d) + 4 H ctx ub,  4 ub (3 f + 5 h))
///                  mixtures            3 used f_e + used h + 5 h in the place of 3 f + 5 h
///     host     the token embedding, which stays there, and inputs 4 h ub + mask 4 ctx ub
///     output   4 V
///
/// Of the layer that needs most; V vocabulary, h hidden, H heads, f feed-forward. Validity: the last-token form was measured on
/// the CPU backend of build 11549, where it is exact in 20 of 21 runs; a context of one micro-batch or less needs up to
/// 15 % more. Outside of all this: the context of the driver (CUDA 300 to 500 MiB a process and device).
/// Sources: buffers that builds of 2024 to 2026-10 print (logs in public repositories; PyPI xllamacpp 2026.10.11549, on
/// files of real shapes), read 2026-11. Evidence: tests/step/ggml_memory_test.cpp.

#include <gambrel/model/architecture.hpp>
#include <gambrel/operators/precision.hpp>
#include <gambrel/runtime/memory_policy.hpp>
#include <gambrel/step/sequence_memory.hpp>

namespace gambrel {

/// The context that llama.cpp allocates for `tokens`.
constexpr double ggml_context(double tokens) { return math::pieces(tokens, 256.0) * 256.0; }

namespace detail {
/// Widths of the layer that asks for most: elements a token of its feed-forward part, of its attention, and its heads.
struct ggml_widths {
    double feed = 0, attend = 0, heads = 0;
};
constexpr ggml_widths ggml_widths_of(const architecture& m) {
    const auto h = static_cast<double>(m.hidden);
    ggml_widths w;
    for (const layer_group& g : m) {
        const layer& l = g.layer;
        if (l.feed_forward.present())
            w.feed = larger(w.feed, 3.0 * static_cast<double>(l.feed_forward.width) + 5.0 * h);
        if (l.experts.present()) {
            const auto used = static_cast<double>(l.experts.top_k);
            w.feed = larger(w.feed, 3.0 * used * static_cast<double>(l.experts.width) + used * h + 5.0 * h);
        }
        if (l.attention.present()) {
            const attention_heads a = heads_on_rank(l.attention, 1.0);
            w.attend = larger(w.attend, 3.0 * h + 3.0 * a.query * a.key_dim + a.kv * (a.key_dim + a.value_dim));
            w.heads = larger(w.heads, a.query);
        }
        if (l.latent.present()) w.heads = larger(w.heads, static_cast<double>(l.latent.heads));
    }
    return w;
}
}  // namespace detail

/// The compute buffer of a device that runs all layers of `m`.
constexpr bytes<> ggml_compute_buffer(const architecture& m, ggml_outputs outputs, bool flash_attention, double ub,
                                      double tokens) {
    const double ctx = ggml_context(tokens), h = static_cast<double>(m.hidden), v = static_cast<double>(m.vocabulary);
    const detail::ggml_widths w = detail::ggml_widths_of(m);
    if (outputs != ggml_outputs::last) {
        const double inputs = outputs == ggml_outputs::every_2025 ? 8.0 : 4.0;
        const double scores = flash_attention ? 0.0 : (4.0 * w.heads + 4.0) * ctx * ub;
        return bytes_of(larger(4.0 * v * ub + inputs * h * ub, 16.0 * h * ub + scores));
    }
    if (flash_attention) return bytes_of(2.0 * ctx * ub + 4.0 * ub * w.feed);
    return bytes_of(4.0 * ctx * ub + larger(4.0 * ub * w.attend + 4.0 * w.heads * ctx * ub, 4.0 * ub * w.feed));
}

/// Keys and values of the whole context.
constexpr bytes<> ggml_kv_buffer(const architecture& m, const precision& p, double tokens) {
    return sequence_memory(m, {}, p, 256.0, false).allocated(tokens);
}

/// What stays in the host's memory although all layers are on a device: the embedding in `format`, inputs and mask.
constexpr bytes<> ggml_host_embedding(const architecture& m, const storage_format& format) {
    return format.size(static_cast<double>(m.vocabulary), static_cast<double>(m.hidden));
}
constexpr bytes<> ggml_host_buffer(const architecture& m, double ub, double tokens) {
    return bytes_of(4.0 * static_cast<double>(m.hidden) * ub + 4.0 * ggml_context(tokens) * ub);
}
/// Logits of a sequence.
constexpr bytes<> ggml_output_buffer(const architecture& m) {
    return bytes_of(4.0 * static_cast<double>(m.vocabulary));
}
}  // namespace gambrel
