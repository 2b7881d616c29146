// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Normalisation with residual, rotary embedding, gate activation and cache write of one layer: bytes only.
///
///     norm      4 T H 2 (read input and residual, write both)      cut by T over ranks with sequence parallelism
///     rotary    2 T (a + g) d 2 and the append of keys and values
///     gate      3 T F 2
///
/// The flop are negligible against the bytes.
///
/// Kernels of a layer beside its products, as engines launch them (vLLM 0.11.0 compiled, SGLang 0.5.9, TensorRT-LLM 1.x;
/// their counts differ by one or two, and a runtime's time per kernel takes that up):
///
///     norms     one each, the residual added in it                       queries and keys: one each where normalised
///     attention rotary, cache write                                      latent: two norms, rotary, concatenation, cache
///     gate      one                                                      also of shared experts
///     routing   softmax and top-k, sorting by expert (two)
///
/// Sources: vllm/model_executor/models and csrc (f71952c1c), sglang/srt/models and layers (0.5.9), TensorRT-LLM
/// _torch/models (0004396); their kernels were read from the code, not traced. Evidence: tests/operators/kernels_test.cpp.

#include <gambrel/operators/attention.hpp>

namespace gambrel {

constexpr operation elementwise(const layer& l, count hidden, const parallelism& p, const step_shape& shape,
                                const storage_format& kv) {
    const auto ranks = static_cast<double>(p.tensor), width = static_cast<double>(hidden);
    const double tokens = shape.tokens();
    double bytes_per_token = 4.0 * static_cast<double>(l.norms) * width * activation_bytes / (p.sequence ? ranks : 1.0);
    double kernels = static_cast<double>(l.norms);
    if (l.attention.present()) {
        const auto h = heads_on_rank(l.attention, ranks);
        bytes_per_token += 2.0 * (h.query + h.kv) * h.key_dim * activation_bytes;
        if (!l.attention.shares_kv) bytes_per_token += h.kv * (h.key_dim + h.value_dim) * kv.bytes_per_element();
        kernels += l.attention.shares_kv ? 1.0 : 2.0;
        if (l.attention.qk_norm != query_key_norm::none) kernels += 2.0;
    }
    if (l.latent.present()) {
        const auto& a = l.latent;
        bytes_per_token += 2.0 * static_cast<double>(a.heads * a.rope_dim) / ranks * activation_bytes +
                           static_cast<double>(a.kv_rank + a.rope_dim) * kv.bytes_per_element();
        kernels += 5.0;
    }
    if (l.feed_forward.present()) {
        bytes_per_token +=
            (l.feed_forward.gated ? 3.0 : 2.0) * static_cast<double>(l.feed_forward.width) / ranks * activation_bytes;
        kernels += 1.0;
    }
    if (l.experts.present()) {
        const auto& e = l.experts;
        const double width_per_token = static_cast<double>(e.top_k * e.width) / static_cast<double>(p.expert_ranks()) *
                                           static_cast<double>(p.data) +
                                       static_cast<double>(e.shared_width) / ranks;
        bytes_per_token += (e.gated ? 3.0 : 2.0) * width_per_token * activation_bytes;
        kernels += e.shared_width > 0 ? 5.0 : 4.0;
    }
    return {.name = "norms, rotary, activation",
            .kind = operator_class::elementwise,
            .activations = bytes_of(tokens * bytes_per_token),
            .rows = tokens,
            .kernels = kernels};
}

/// Rows of the embedding table that the tokens of a pass pick; a gather, no arithmetic.
constexpr operation embedding(const architecture& m, const step_shape& shape, const storage_format& format) {
    const auto width = static_cast<double>(m.embedding_width > 0 ? m.embedding_width : m.hidden);
    return {.name = "embedding",
            .kind = operator_class::elementwise,
            .weights = bytes_of(shape.tokens() * width * format.bytes_per_element()),
            .activations = bytes_of(shape.tokens() * width * activation_bytes),
            .rows = shape.tokens()};
}
}  // namespace gambrel
