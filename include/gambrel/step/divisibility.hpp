// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whether a parallel cut divides a model, and the nearest cut that does.
///
///     heads, widths: tensor ranks must divide query heads and widths; key-value heads divide or are divided
///     experts:       expert ranks divide the experts and the tensor x data ranks
///                    and have whole experts each where an exchange brings tokens to them (cut.exchange)
///     layers:        at least one per pipeline stage
///
/// Evidence: tests/step/feasibility_test.cpp.

#include <gambrel/model/architecture.hpp>
#include <gambrel/operators/parallelism.hpp>
#include <gambrel/step/obstacle.hpp>

namespace gambrel {

namespace detail {
constexpr bool divides(count ranks, count n) { return n % ranks == 0; }

/// 0 when `ranks` can cut every layer; else the count it does not divide.
constexpr count undivided(const architecture& m, count ranks, bool& is_heads) {
    for (const layer_group& g : m) {
        const layer& l = g.layer;
        is_heads = true;
        if (l.attention.present()) {
            if (!divides(ranks, l.attention.query_heads)) return l.attention.query_heads;
            const count kv = l.attention.kv_heads;
            if (!divides(ranks, kv) && !divides(kv, ranks)) return kv;
        }
        if (l.latent.present() && !divides(ranks, l.latent.heads)) return l.latent.heads;
        if (l.state_space.heads > 0 && !divides(ranks, l.state_space.heads)) return l.state_space.heads;
        if (l.linear.present() && !divides(ranks, l.linear.value_heads)) return l.linear.value_heads;
        is_heads = false;
        if (l.state_space.present() && !divides(ranks, l.state_space.inner)) return l.state_space.inner;
        if (l.feed_forward.present() && !divides(ranks, l.feed_forward.width)) return l.feed_forward.width;
        if (l.experts.shared_width > 0 && !divides(ranks, l.experts.shared_width)) return l.experts.shared_width;
    }
    return 0;
}

/// Which of its conditions `cut` breaks on the experts of `m`; without a suggestion.
constexpr feasibility undivided_experts(const architecture& m, const parallelism& cut) {
    const auto asked = static_cast<double>(cut.expert), ranks = static_cast<double>(cut.expert_ranks());
    bool any = false;
    for (const layer_group& g : m) {
        const experts_block& e = g.layer.experts;
        if (!e.present()) continue;
        any = true;
        if (!divides(cut.expert, e.experts))
            return {obstacle::experts_not_divisible, asked, static_cast<double>(e.experts)};
        if (!divides(cut.expert, cut.expert_ranks())) return {obstacle::ranks_not_divisible, asked, ranks};
        if (!divides(cut.ranks_per_expert(), e.width))
            return {obstacle::width_not_divisible, static_cast<double>(cut.ranks_per_expert()),
                    static_cast<double>(e.width)};
        if (cut.data > 1 && cut.exchange != expert_exchange::gather && cut.expert != cut.expert_ranks())
            return {obstacle::experts_cut, asked, ranks};
    }
    if (!any && cut.expert > 1) return {obstacle::no_experts, asked};
    return {};
}
}  // namespace detail

/// Whether `cut` divides `m`. Positive cuts only; a cut below 1 throws.
constexpr feasibility check_parallelism(const architecture& m, const parallelism& cut) {
    for (const int n : {cut.tensor, cut.pipeline, cut.data, cut.expert, cut.replicas})
        checked(static_cast<double>(n), 1.0, 65536.0, "a degree of parallelism");
    feasibility f;
    bool is_heads = true;
    if (const count n = detail::undivided(m, cut.tensor, is_heads); n > 0) {
        f = {is_heads ? obstacle::heads_not_divisible : obstacle::width_not_divisible, static_cast<double>(cut.tensor),
             static_cast<double>(n)};
        for (count t = cut.tensor - 1; t >= 1; --t)
            if (detail::undivided(m, t, is_heads) == 0) {
                f.suggestion = static_cast<double>(t);
                break;
            }
        return f;
    }
    if (m.layers() < cut.pipeline)
        return {obstacle::too_many_stages, static_cast<double>(cut.pipeline), static_cast<double>(m.layers()),
                static_cast<double>(m.layers())};
    f = detail::undivided_experts(m, cut);
    if (f.ok()) return f;
    parallelism other = cut;
    int& degree = f.what == obstacle::width_not_divisible ? other.tensor : other.expert;
    const int asked = degree;
    for (int away = 1; away < cut.expert_ranks() + asked && f.suggestion == 0.0; ++away)
        for (const int n : {asked - away, asked + away}) {
            degree = n;
            if (n < 1 || n > cut.expert_ranks() || f.suggestion > 0.0) continue;
            if (detail::undivided(m, other.tensor, is_heads) == 0 && detail::undivided_experts(m, other).ok())
                f.suggestion = static_cast<double>(n);
        }
    return f;
}
}  // namespace gambrel
