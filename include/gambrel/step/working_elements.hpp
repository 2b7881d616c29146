// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a pass holds of a token on one rank while it runs, in elements: the widest activation, what fused experts keep,
/// the heads of a rank, and the latents lifted at once. Sources: memory_fit.hpp, docs/calibration/memory.md.
/// Evidence: tests/step/memory_fit_test.cpp.

#include <algorithm>
#include <gambrel/model/matrices.hpp>
#include <gambrel/operators/parallelism.hpp>

namespace gambrel {

/// Widest activation of a token on one rank, in elements.
constexpr double widest_activation(const architecture& m, const parallelism& cut) {
    const auto ranks = static_cast<double>(cut.tensor);
    double widest = static_cast<double>(m.hidden);
    for (const layer_group& g : m) {
        for_each_matrix(g.layer, m.hidden, [&](const matrix& x) {
            if (x.part == weight_part::experts) return;
            widest = larger(widest, static_cast<double>(x.outputs) / (x.split == split::outputs ? ranks : 1.0));
        });
    }
    return widest + static_cast<double>(m.hidden);
}

/// What the routed experts of a layer keep of a token on one rank, in elements: for each expert its outputs, or its
/// inner pair of gate and up where that is wider, and the product of these (the two caches of vLLM's fused experts).
constexpr double expert_caches(const architecture& m, const parallelism& cut) {
    double most = 0.0;
    for (const layer_group& g : m) {
        const experts_block& e = g.layer.experts;
        if (!e.present()) continue;
        const double width = static_cast<double>(e.width) / static_cast<double>(cut.ranks_per_expert());
        const auto hidden = static_cast<double>(e.latent > 0 ? e.latent : m.hidden);
        most = larger(most, static_cast<double>(e.top_k) * (larger((e.gated ? 2.0 : 1.0) * width, hidden) + width));
    }
    return most;
}

/// Query heads of one rank, in the layer that has most.
constexpr double most_heads(const architecture& m, const parallelism& cut) {
    count most = 0;
    for (const layer_group& g : m)
        most = std::max({most, g.layer.attention.present() ? g.layer.attention.query_heads : 0, g.layer.latent.heads});
    return static_cast<double>(most) / static_cast<double>(cut.tensor);
}

/// Keys and values that latent attention lifts from the cache at once, in elements of one rank: `tokens` of all heads.
constexpr double lifted_latents(const architecture& m, const parallelism& cut, double tokens) {
    double most = 0.0;
    for (const layer_group& g : m)
        if (const auto& a = g.layer.latent; a.present())
            most = larger(most, tokens * static_cast<double>(a.heads) / static_cast<double>(cut.tensor) *
                                    static_cast<double>(a.nope_dim + a.value_dim));
    return most;
}
}  // namespace gambrel
