// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Arithmetic of a trained token, forward and backward, in the conventions that MFU is quoted in.
///
///     linear    = 6 x matrix elements that a token is multiplied by (the input embedding is not)
///     attention = 6 heads (d_qk + d_v) pairs / s over the layers       pairs: s^2 / 2 causal, s^2 full; within windows fewer
///     mfu       = (linear + attention) x tokens / s of a device / peak
///     hfu       = the same with what is recomputed: 8/6 where every layer is
///
/// Which peak is part of the figure: that of the format the linear layers multiply in. Sources: PaLM (arXiv 2204.02311,
/// appendix B); docs/models/training.md says which source counts how. Evidence: tests/training/layout_test.cpp.

#include <gambrel/model/parameters.hpp>
#include <gambrel/operators/attention.hpp>

namespace gambrel::training {

using gambrel::checked;

enum class attention_count : unsigned char { causal, full };

struct token_work {
    flop<> linear{};
    flop<> causal{};  ///< attention where only keys before a query are multiplied
    flop<> full{};    ///< attention as if all were

    constexpr flop<> all(attention_count how) const { return linear + (how == attention_count::full ? full : causal); }
};

/// Work of a token of a sequence of `s`, forward and backward. Evidence: tests/training/layout_test.cpp.
constexpr token_work work_per_token(const architecture& m, double s) {
    checked(s, 1.0, 1e8, "the tokens of a sequence");
    token_work w{flop_of(6.0 * static_cast<double>(linear_parameters_per_token(m)))};
    for (const layer_group& g : m) {
        const auto add = [&](double width, double window) {
            const double seen = window > 0.0 && window < s ? causal_pairs(s, 0.0, window) / s : 0.5 * s;
            const double each = 6.0 * static_cast<double>(g.layers) * width;
            w.causal += flop_of(each * seen);
            w.full += flop_of(each * (window > 0.0 && window < s ? 2.0 * seen : s));
        };
        if (const auto& a = g.layer.attention; a.present())
            add(static_cast<double>(a.query_heads * (a.head_dim + a.value_dim())), static_cast<double>(a.window));
        if (const auto& a = g.layer.latent; a.present())
            add(static_cast<double>(a.heads * (a.nope_dim + a.rope_dim + a.value_dim)), 0.0);
    }
    return w;
}
}  // namespace gambrel::training
