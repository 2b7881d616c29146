// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Drafting heads as small models, so that their passes and weights are counted as any model's.
///
///     eagle    one layer as the model's last, its feed-forward also as wide as a projection 2 hidden -> hidden needs; the
///              model's own embedding and head
///     eagle3   the same, 3 hidden -> hidden, queries, keys and values of 2 hidden, a head over at most 32,000 tokens
///     mtp      the model's prediction module (its last layer where none is described); embedding and head the model's
///     medusa   for each guess a residual block hidden -> hidden and a head; one pass for all
///
/// A layer of experts stays one in `mtp`; EAGLE's is dense, as wide as the experts of one token. Norms are not counted.
/// Sources: Li et al. 2024 and 2025 (EAGLE, arXiv 2401.15077; EAGLE-3, arXiv 2503.01840, whose published heads for
/// Llama-3 have draft_vocab_size 32000); Cai et al. 2024 (Medusa, arXiv 2401.10774); DeepSeek-AI 2024 (arXiv 2412.19437);
/// all from memory. Evidence: tests/operators/drafter_test.cpp.

#include <gambrel/operators/speculation.hpp>

namespace gambrel {

inline constexpr count eagle3_vocabulary = 32000;

namespace detail {
/// Outputs of the query, key and value projections of `l`.
constexpr count query_outputs(const layer& l) {
    const attention_block& a = l.attention;
    return a.present() ? (a.query_heads + 2 * a.kv_heads) * a.head_dim : 0;
}
/// `l` with a dense feed-forward in place of experts, and a projection inputs x hidden -> hidden in its width: as many
/// elements in 3 (gated) or 2 matrices of hidden x width, which stays a multiple of 128 so that ranks can share it;
/// `wider_queries` outputs of attention read hidden more.
constexpr layer projecting(layer l, count hidden, count inputs, count wider_queries = 0) {
    if (l.experts.present()) {
        l.feed_forward = {.width = l.experts.top_k * l.experts.width + l.experts.shared_width,
                          .gated = l.experts.gated};
        l.experts = {};
    }
    constexpr count shared_by_ranks = 128;
    const count wider = (inputs * hidden + wider_queries) / (l.feed_forward.gated ? 3 : 2);
    l.feed_forward.width += (wider + shared_by_ranks - 1) / shared_by_ranks * shared_by_ranks;
    return l;
}
}  // namespace detail

/// The heads by which `how` drafts for `m`. Throws `error` for a draft model and for n-grams, which have none.
constexpr architecture drafting_heads(const architecture& m, drafting how, int drafts) {
    if (how == drafting::draft_model || how == drafting::n_gram)
        fail("a draft model and n-grams have no heads: heads are medusa, eagle, eagle3 or mtp");
    if (m.group_count == 0) fail("a model without layers has no drafting heads: describe its layers first");
    architecture d{.name = m.name, .family = m.family, .hidden = m.hidden, .vocabulary = m.vocabulary};
    d.most_context = m.most_context;
    d.stored = m.stored;
    d.kv_cache = m.kv_cache;
    const layer last = m.groups[m.group_count - 1].layer;
    switch (how) {
        case drafting::medusa: {
            layer block;
            block.feed_forward = {.width = m.hidden / 2, .gated = false};
            d.add(drafts, block);
            d.vocabulary = m.vocabulary * drafts;
            d.tied_embedding = true;
            break;
        }
        case drafting::eagle3:
            d.add(1, detail::projecting(last, m.hidden, 3, detail::query_outputs(last)));
            d.vocabulary = m.vocabulary < eagle3_vocabulary ? m.vocabulary : eagle3_vocabulary;
            d.tied_embedding = true;
            break;
        case drafting::mtp: {
            layer module = m.mtp.modules > 0 ? m.mtp.layer : last;
            if (!module.experts.present()) module = detail::projecting(module, m.hidden, 2);
            d.add(1, module);
            break;
        }
        default: d.add(1, detail::projecting(last, m.hidden, 2));
    }
    return d;
}

/// Whether the drafter reads embedding and head of the model, which are in memory already.
constexpr bool shares_tables(drafting how) { return how == drafting::eagle || how == drafting::mtp; }
/// Whether each guess is a pass; Medusa's heads make all of them in one.
constexpr bool guesses_one_by_one(drafting how) { return how != drafting::medusa; }
/// Whether the drafter keeps keys and values of its own.
constexpr bool keeps_keys(drafting how) { return how != drafting::medusa && how != drafting::n_gram; }
}  // namespace gambrel
