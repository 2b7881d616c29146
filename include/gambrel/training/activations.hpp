// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the forward pass keeps for the backward one, on a rank, for T tokens of a micro-batch; in bytes, 16-bit values.
///
///     layer   = T [ 8 H / r                          inputs of two norms and of the first products of attention and MLP
///                 + 2 H / r                          two masks, with dropout
///                 + 2 (2 a + 2 g) d / t              queries, result; keys, values
///                 + 4 a / t or 5 a s / t             fused attention: log-sum-exp; else probabilities (2; with dropout 5)
///                 + 2 (n + 1) F / t ]                gate, up and their product; n = 2 gated, 1 not
///                 + 4 E / r                      logits of a router of E experts, in fp32
///               r = t with sequence parallelism, else 1
///     latent attention   2 (q + kv + rope) of the latents, whole on each rank; 4 n (nope + rope + d_v) / t of n heads
///                 + 2 k H e_t / t                copies of a token for its k experts, of widths F k; shared ones beside
///     full recomputation: 2 H of each token and layer (cut by r), and one layer as above while it is computed again
///     alternate: half of what is kept without
///     eager   + 8 H / r + 4 (a + g) d / t + 2 F / t  casts of norms, rotated copies, the activation's own input
///     tokens  = 8 B indices, the table's mask with dropout    logits: bytes x T V / t on the last stage
///
/// Kept micro-batches on stage i of p:  1F1B min(p - i, m)        DualPipe min(p + 1, m), of both its stages
///     interleaved, in pieces of 1 / v  min(2 (p - i - 1) + (v - 1) p + 1, m v) / v
/// Sources: Korthikanti et al. (arXiv 2205.05198), sections 4 and 5 and equation 2; Megatron-core's schedules.py for what
/// is warmed up (one more is under way); DualPipe's README. The eager terms are from torchtune's runs; bytes of a logit
/// are counted (16 bit, fp32 and the gradient of it), 12 where a copy more lives and 3 in chunks are assumed.
/// Evidence: tests/training/memory_test.cpp: their figure 1 and Megatron-LM's report to the digits.

#include <gambrel/training/recipe.hpp>
#include <gambrel/training/stage.hpp>

namespace gambrel::training {

/// How the software's kernels keep things.
struct keeping {
    bool scores = false;          ///< attention keeps its scores: before FlashAttention
    bool log_sum_exp = true;      ///< flash attention's fp32 row sums
    bool eager = false;           ///< nothing is fused
    double logit_bytes = 10;      ///< of each logit: 16 bit, fp32, its gradient; 3 in chunks
    double head_input_bytes = 2;  ///< of the head's input
    double index_bytes = 0;       ///< of a token's index, kept for the table
};

/// Bytes that `tokens` of a rank keep in one layer. `seen`: keys of a query, for kept scores.
constexpr double kept_bytes(const layer& x, count hidden, double tokens, double seen, const layout& l, const keeping& k,
                            bool dropout, recomputation again) {
    const double t = l.tensor, r = l.sequence ? t : 1.0, h = static_cast<double>(hidden);
    if (again == recomputation::full) return tokens * 2.0 * h / r;
    double each = (8.0 + (dropout ? 2.0 : 0.0) + (k.eager ? 8.0 : 0.0)) * h / r;
    const auto attention = [&](double heads, double width) {
        each += 2.0 * width / t;
        if (again == recomputation::selective) return;
        if (k.scores) each += (dropout ? 5.0 : 2.0) * heads * seen / t;
        else if (k.log_sum_exp) each += 4.0 * heads / t;
    };
    if (const auto& a = x.attention; a.present()) {
        const auto q = static_cast<double>(a.query_heads), d = static_cast<double>(a.head_dim);
        const double kv = larger(static_cast<double>(a.kv_heads), t);  // copied beyond its heads
        attention(q, (q + kv) * (d + static_cast<double>(a.value_dim())));
        if (k.eager) each += 2.0 * (q + kv) * d / t;
    }
    if (const auto& a = x.latent; a.present()) {
        const auto n = static_cast<double>(a.heads);
        each += 2.0 * static_cast<double>(a.query_rank + a.kv_rank + a.rope_dim);
        attention(n, 2.0 * n * static_cast<double>(a.nope_dim + a.rope_dim + a.value_dim));
    }
    const auto products = [&](const auto& block) {  // mixers with a state: what goes in and out of their products
        if (!block.present()) return;
        for_each_matrix(block, hidden, [&](const matrix& w) {
            each += 2.0 * static_cast<double>(w.split == split::inputs ? w.inputs : w.outputs) / t;
        });
    };
    products(x.state_space);
    products(x.linear);
    products(x.convolution);
    const auto mlp = [&](double width, bool gated) {
        each += 2.0 * ((gated ? 3.0 : 2.0) + (k.eager ? 1.0 : 0.0)) * width;
    };
    if (x.feed_forward.present()) mlp(static_cast<double>(x.feed_forward.width) / t, x.feed_forward.gated);
    if (const auto& e = x.experts; e.present()) {
        const auto picks = static_cast<double>(e.top_k);
        each += 2.0 * picks * static_cast<double>(e.latent > 0 ? e.latent : hidden) * l.expert_tensor /
                t;  // copies of tokens
        mlp(picks * static_cast<double>(e.width) / t, e.gated);
        mlp(static_cast<double>(e.shared_width) / t, e.gated);
        each += 4.0 * static_cast<double>(e.experts) / r;
    }
    // Of what layers keep, the outputs of every other product remain.
    return tokens * (again == recomputation::alternate ? 0.5 * each : each);
}

/// Micro-batches whose activations stage `stage` keeps, in units of all its layers.
constexpr double kept_micro_batches(const layout& l, int stage, double micro_batches) {
    if (l.pipeline == 1) return 1.0;
    const double p = l.pipeline, v = l.virtual_stages;
    if (l.schedule == schedule::dual_pipe) return smaller(p + 1.0, larger(1.0, micro_batches));
    if (l.virtual_stages == 1) return smaller(p - stage, micro_batches);
    return smaller(2.0 * (p - stage - 1.0) + (v - 1.0) * p + 1.0, micro_batches * v) / v;
}

/// Bytes of the logits of `tokens`, on the ranks of the last stage.
constexpr double logit_bytes(const architecture& m, double tokens, const layout& l, const keeping& k, bool chunked) {
    const double bytes = chunked ? smaller(3.0, k.logit_bytes) : k.logit_bytes;
    return tokens *
           (bytes * static_cast<double>(m.vocabulary) / static_cast<double>(l.tensor) +
            k.head_input_bytes * static_cast<double>(m.hidden) / static_cast<double>(l.sequence ? l.tensor : 1));
}
}  // namespace gambrel::training
