// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every operation of one forward pass of a decoder, on one rank, visited in the order it runs. Equal layers are
/// visited once with `repeats`. Pure counting: model, cut, formats and shape go in; hardware is never seen.
///
/// With pipeline stages, the visit is the whole pass through all stages (a token must cross them all).
/// Evidence: tests/operators/decoder_test.cpp (parameters and flop against model/parameters.hpp and hand counts).

#include <ridgepoint/operators/elementwise.hpp>
#include <ridgepoint/operators/experts.hpp>
#include <ridgepoint/operators/messages.hpp>
#include <ridgepoint/operators/state.hpp>

namespace ridgepoint {

/// What a pass is made of besides its shape.
struct pass_terms {
    const architecture& model;
    const parallelism& cut;
    const precision& formats;
};

namespace detail {
template <class Visit>
constexpr void visit_layer(const pass_terms& t, const layer& l, const step_shape& shape, double layers, Visit& visit) {
    const auto ranks = static_cast<double>(t.cut.tensor);
    const double tokens = shape.tokens(), hidden = static_cast<double>(t.model.hidden);
    const auto emit = [&](operation&& op) {
        op.repeats = layers;
        visit(static_cast<const operation&>(op));
    };
    const auto reduce = [&] {
        if (t.cut.tensor > 1) emit(collective(message_kind::all_reduce, "all-reduce", tokens * hidden, t.cut.tensor));
    };
    const auto product = [&](double kv_heads) {
        return [&, kv_heads](const matrix& x) {
            emit(gemm(x, tokens, ranks, kv_heads, t.formats.weights.of(x.part)));
        };
    };

    emit(elementwise(l, t.model.hidden, t.cut, shape, t.formats.kv));
    if (const auto& a = l.attention; a.present()) {
        const attention_heads h = heads_on_rank(a, ranks);
        const auto window = static_cast<double>(a.window);
        for_each_matrix(a, t.model.hidden, product(static_cast<double>(a.kv_heads)));
        if (shape.prompts > 0.0) emit(prefill_attention(h, window, shape, t.formats.kv));
        if (shape.decodes > 0.0) emit(decode_attention(h, window, shape, t.formats.kv));
    }
    if (const auto& a = l.latent; a.present()) {
        for_each_matrix(a, t.model.hidden, product(1.0));
        if (a.indexer_heads > 0 && !a.indexer_shared) emit(sparse_indexer(a, shape));
        if (shape.prompts > 0.0) emit(latent_prefill(a, ranks, shape, t.formats.kv));
        if (shape.decodes > 0.0) emit(latent_decode(a, ranks, shape, t.formats.kv));
    }
    if (l.state_space.present()) for_each_matrix(l.state_space, t.model.hidden, product(1.0));
    if (l.linear.present()) for_each_matrix(l.linear, t.model.hidden, product(1.0));
    if (l.convolution.present()) for_each_matrix(l.convolution, t.model.hidden, product(1.0));
    if (l.state_space.present() || l.linear.present() || l.convolution.present())
        emit(state_update(l, t.model.hidden, ranks, shape, t.formats.state_bytes));

    const bool mixes = l.attention.present() || l.latent.present() || l.state_space.present() || l.linear.present() ||
                       l.convolution.present();
    const bool feeds = l.feed_forward.present() || l.experts.present();
    if (mixes && !(l.parallel && feeds)) reduce();

    if (l.feed_forward.present()) for_each_matrix(l.feed_forward, t.model.hidden, product(1.0));
    if (const auto& e = l.experts; e.present()) {
        const double all_tokens = tokens * static_cast<double>(t.cut.data);
        const auto experts = static_cast<double>(e.experts), top_k = static_cast<double>(e.top_k);
        const double touched = distinct_experts(experts, top_k, all_tokens);
        const bool exchange = t.cut.data > 1;
        const double copies = exchange ? remote_expert_ranks(static_cast<double>(t.cut.expert), top_k) : 0.0;
        const auto send = [&](std::string_view name) {
            if (exchange)
                emit(collective(message_kind::all_to_all, name, tokens * hidden * larger(1.0, copies),
                                t.cut.expert_ranks()));
        };
        bool dispatched = false;
        for_each_matrix(e, t.model.hidden, [&](const matrix& x) {
            if (x.part != weight_part::experts) return product(1.0)(x);
            if (!dispatched) send("expert dispatch");
            dispatched = true;
            emit(expert_gemm(x, e, all_tokens, touched, t.cut, t.formats.weights.experts));
        });
        send("expert combine");
    }
    if (feeds) reduce();
}
}  // namespace detail

/// Calls `visit(const operation&)` for every operation of one pass of `shape` on one rank.
template <class Visit>
constexpr void for_each_operation(const pass_terms& t, const step_shape& shape, Visit&& visit) {
    visit(static_cast<const operation&>(embedding(t.model, shape, t.formats.weights.embedding)));
    for (const layer_group& g : t.model)
        detail::visit_layer(t, g.layer, shape, static_cast<double>(g.layers), visit);
    if (shape.logit_rows() > 0.0) {
        const matrix head = head_matrix(t.model);
        const storage_format& format = t.model.tied_embedding ? t.formats.weights.embedding : t.formats.weights.head;
        visit(static_cast<const operation&>(
            gemm(head, shape.logit_rows(), static_cast<double>(t.cut.tensor), 1.0, format)));
        if (t.cut.tensor > 1)
            visit(static_cast<const operation&>(
                collective(message_kind::all_gather, "logits all-gather",
                           shape.logit_rows() * static_cast<double>(t.model.vocabulary), t.cut.tensor)));
    }
    if (t.cut.pipeline > 1) {
        operation op = collective(message_kind::point_to_point, "stage hand-over",
                                  shape.tokens() * static_cast<double>(t.model.hidden), 2);
        op.repeats = static_cast<double>(t.cut.pipeline - 1);
        visit(static_cast<const operation&>(op));
    }
}
}  // namespace ridgepoint
