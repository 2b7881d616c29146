// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Every operation of one forward pass of a decoder, on one rank, visited in the order it runs. Equal layers are
/// visited once with `repeats`. Pure counting: model, cut, formats and shape go in; hardware is never seen.
///
/// With pipeline stages, the visit is the whole pass through all stages (a token must cross them all).
/// Evidence: tests/operators/decoder_test.cpp (parameters and flop against model/parameters.hpp and hand counts).

#include <gambrel/operators/adapters.hpp>
#include <gambrel/operators/elementwise.hpp>
#include <gambrel/operators/experts.hpp>
#include <gambrel/operators/messages.hpp>
#include <gambrel/operators/speculation.hpp>
#include <gambrel/operators/state.hpp>
#include <gambrel/operators/vision.hpp>

namespace gambrel {

/// What a pass is made of besides its shape.
struct pass_inputs {
    const architecture& model;
    const parallelism& cut;
    const precision& formats;
    gambrel::adapter adapter{};
    const gambrel::speculation* drafts = nullptr;  ///< step/pass.hpp counts its passes; null: none

    constexpr bool speculates() const { return drafts != nullptr && drafts->on(); }
};

/// Visits the operations of one kind of layer.
template <class Visit> struct layer_visit {
    const pass_inputs& terms;
    const gambrel::layer& layer;
    const step_shape& shape;
    double layers;
    Visit& visit;

    constexpr double ranks() const { return static_cast<double>(terms.cut.tensor); }
    constexpr double hidden() const { return static_cast<double>(terms.model.hidden); }

    /// `presence`: the share of passes that run `op` at all, where a shape is a mean over passes.
    constexpr void emit(operation&& op, double presence = 1.0) const {
        op.repeats = layers * presence;
        visit(static_cast<const operation&>(op));
    }
    /// Every matrix of a block as a product of all tokens.
    template <class Block> constexpr void products(const Block& block, double kv_heads = 1.0) const {
        const double tokens = shape.tokens();
        for_each_matrix(block, terms.model.hidden, [&](const matrix& x) {
            emit(gemm(x, tokens, ranks(), kv_heads, terms.formats.weights.of(x.part)));
            if (adapts(terms.adapter, x)) emit(adapter_products(terms.adapter, x, tokens, ranks(), kv_heads));
        });
    }
    /// The sum over tensor ranks that a product with cut inputs needs.
    constexpr void reduce() const {
        if (terms.cut.tensor > 1)
            emit(collective(message_kind::all_reduce, "all-reduce", shape.tokens() * hidden(), terms.cut.tensor));
    }

    /// The decodes of a pass that has any; a mean below one is one in that share of passes.
    constexpr double presence() const { return smaller(1.0, shape.decodes); }
    constexpr step_shape some_decodes() const {
        step_shape some = shape;
        some.decodes = larger(1.0, shape.decodes);
        return some;
    }

    constexpr void attention() const {
        const attention_block& a = layer.attention;
        const attention_heads h = heads_on_rank(a, ranks());
        const attention_reach reach{static_cast<double>(a.window), a.chunked};
        products(a, static_cast<double>(a.kv_heads));
        if (shape.prompts > 0.0) emit(prefill_attention(h, reach, shape, terms.formats.kv));
        if (shape.decodes > 0.0) emit(decode_attention(h, reach, some_decodes(), terms.formats.kv), presence());
    }
    constexpr void latent() const {
        const latent_attention_block& a = layer.latent;
        // Prompts expand their latents, the cached ones again for each piece; decodes absorb the up-projection instead.
        const double expanded = shape.prompts * (shape.prompt_tokens + shape.prompt_past);
        for_each_matrix(a, terms.model.hidden, [&](const matrix& x) {
            const double rows = x.role == matrix_role::latent_kv_up ? expanded : shape.tokens();
            if (rows > 0.0) emit(gemm(x, rows, ranks(), 1.0, terms.formats.weights.of(x.part)));
        });
        if (shape.decodes > 0.0)
            for (const bool into_latent : {true, false})
                emit(absorbed_product(a, ranks(), some_decodes(), into_latent), presence());
        if (a.indexer_heads > 0 && !a.indexer_shared) emit(sparse_indexer(a, shape));
        if (shape.prompts > 0.0) emit(latent_prefill(a, ranks(), shape, terms.formats.kv));
        if (shape.decodes > 0.0) emit(latent_decode(a, ranks(), some_decodes(), terms.formats.kv), presence());
    }
    constexpr void recurrence() const {
        if (const state_space_block& s = layer.state_space; s.present()) {
            products(s);
            if (s.kind == state_space_kind::mamba && terms.cut.tensor > 1)
                emit(collective(message_kind::all_reduce, "state parameters all-reduce",
                                shape.tokens() * static_cast<double>(s.time_rank + 2 * s.state), terms.cut.tensor));
        }
        if (layer.linear.present()) products(layer.linear);
        if (layer.convolution.present()) products(layer.convolution);
        emit(state_update(layer, terms.model.hidden, ranks(), shape, terms.formats.state_bytes));
    }
    /// With attention data parallelism, tokens travel to the ranks of their experts and back (messages.hpp).
    constexpr void exchange_tokens(message_kind way, const experts_block& e, double busiest) const {
        const parallelism& cut = terms.cut;
        if (cut.data == 1) return;
        const bool back = way == message_kind::combine;
        const std::string_view name = back ? "expert combine" : "expert dispatch";
        if (cut.exchange == expert_exchange::gather)
            return emit(collective(back ? message_kind::reduce_scatter : message_kind::all_gather, name,
                                   shape.tokens() * static_cast<double>(cut.data) * hidden(), cut.expert_ranks()));
        const double each = back ? activation_bytes : dispatched_bytes(terms.formats.weights.experts.issue);
        const bool copy_per_expert = cut.exchange == expert_exchange::per_expert ||
                                     (cut.exchange == expert_exchange::by_pass && !(shape.prompts > 0.0));
        emit(exchange(way, name, bytes_of(shape.tokens() / ranks() * hidden() * each), e, cut.expert_ranks(),
                      copy_per_expert, busiest));
    }
    constexpr void experts() const {
        const experts_block& e = layer.experts;
        const double tokens = shape.tokens();
        const double all_tokens = shape.tokens_to_experts() * static_cast<double>(terms.cut.data);
        const auto top_k = static_cast<double>(e.top_k);
        double busiest = 1.0;  // what the most loaded rank receives, relative to the mean
        for_each_matrix(e, terms.model.hidden, [&](const matrix& x) {
            if (x.part != weight_part::experts)
                return emit(gemm(x, tokens, ranks(), 1.0, terms.formats.weights.of(x.part)));
            if (x.role != matrix_role::expert_gate_up) return;  // all expert matrices run as one operation
            const expert_load load =
                busiest_load(static_cast<double>(e.experts), top_k, all_tokens, static_cast<double>(terms.cut.expert),
                             e.routing_variation, terms.cut.balanced_experts);
            if (load.rows > 0.0) busiest = load.rows / (all_tokens * top_k / static_cast<double>(terms.cut.expert));
            exchange_tokens(message_kind::dispatch, e, busiest);
            const bool all_there = terms.cut.data == 1 || terms.cut.exchange == expert_exchange::gather;
            emit(expert_products(e, static_cast<double>(x.inputs), load, all_there ? all_tokens : load.rows / top_k,
                                 static_cast<double>(terms.cut.ranks_per_expert()), terms.formats.weights.experts));
        });
        exchange_tokens(message_kind::combine, e, busiest);
    }
    constexpr void all() const {
        const bool recurs = layer.state_space.present() || layer.linear.present() || layer.convolution.present();
        const bool mixes = layer.attention.present() || layer.latent.present() || recurs;
        const bool feeds = layer.feed_forward.present() || layer.experts.present();
        emit(elementwise(layer, terms.model.hidden, terms.cut, shape, terms.formats.kv));
        if (layer.attention.present()) attention();
        if (layer.latent.present()) latent();
        if (recurs) recurrence();
        if (mixes && !(layer.parallel && feeds)) reduce();
        if (layer.feed_forward.present()) products(layer.feed_forward);
        if (layer.experts.present()) experts();
        if (feeds) reduce();
    }
};

/// Calls `visit(const operation&)` for every operation of one pass of `shape` on one rank.
template <class Visit> constexpr void for_each_operation(const pass_inputs& t, const step_shape& shape, Visit&& visit) {
    if (shape.images > 0.0 && t.model.vision.present())
        visit(static_cast<const operation&>(
            vision_encoder(t.model.vision, shape.images, static_cast<double>(t.cut.tensor))));
    visit(static_cast<const operation&>(embedding(t.model, shape, t.formats.weights.embedding)));
    if (t.cut.tensor > 1)  // each rank has a share of the vocabulary
        visit(static_cast<const operation&>(collective(message_kind::all_reduce, "embedding all-reduce",
                                                       shape.tokens() * static_cast<double>(t.model.hidden),
                                                       t.cut.tensor)));
    for (const layer_group& g : t.model)
        layer_visit<std::remove_reference_t<Visit>>{t, g.layer, shape, static_cast<double>(g.layers), visit}.all();
    if (shape.logit_rows() > 0.0) {
        const matrix head = head_matrix(t.model);
        const storage_format& format = t.model.tied_embedding ? t.formats.weights.embedding : t.formats.weights.head;
        visit(static_cast<const operation&>(
            gemm(head, shape.logit_rows(), static_cast<double>(t.cut.tensor), 1.0, format)));
        if (t.cut.tensor > 1)
            visit(static_cast<const operation&>(collective(message_kind::all_gather, "logits all-gather",
                                                           shape.logit_rows() * static_cast<double>(t.model.vocabulary),
                                                           t.cut.tensor)));
    }
    if (t.cut.pipeline > 1)
        visit(static_cast<const operation&>(hand_overs(shape.tokens() * static_cast<double>(t.model.hidden),
                                                       t.cut.pipeline, ranks_in_step(t.model, t.cut))));
}
}  // namespace gambrel
