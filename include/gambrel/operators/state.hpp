// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The recurrent part of state-space, linear-attention and short-convolution layers (their projections are GEMMs).
///
///     decode   reads and writes the whole state once per sequence and pass
///     prefill  reads and writes it once per prompt; the scan's arithmetic is per token
///
/// Flop per token: Mamba 2 I K + 9 I N; Mamba-2 2 (I + 2 G N) K + 6 I N; delta rule 2 (2 KD + VD) K + 7 n_v d_k d_v;
/// retention 6 n d_k d_v; RWKV 5 to 8 heads d^2. A chunked prefill does 1 to 1.3 times this with better locality;
/// the difference is left to the calibration. Sources: as in model/state.hpp and arXiv 2406.06484.

#include <gambrel/model/state.hpp>
#include <gambrel/operators/gemm.hpp>
#include <gambrel/operators/step_shape.hpp>

namespace gambrel {

constexpr double scan_flop_per_token(const state_space_block& s) {
    const auto inner = static_cast<double>(s.inner), n = static_cast<double>(s.state), k = static_cast<double>(s.conv);
    if (s.kind == state_space_kind::mamba) return 2.0 * inner * k + 9.0 * inner * n;
    return 2.0 * (inner + 2.0 * static_cast<double>(s.groups) * n) * k + 6.0 * inner * n;
}
constexpr double scan_flop_per_token(const linear_attention_block& l) {
    const auto matrix = static_cast<double>(l.value_heads * l.key_dim * l.value_dim);
    switch (l.kind) {
        case linear_attention_kind::gated_delta_net:
            return 2.0 * static_cast<double>((2 * l.key_heads * l.key_dim + l.value_heads * l.value_dim) * l.conv) +
                   7.0 * matrix;
        case linear_attention_kind::retention: return 6.0 * matrix;
        case linear_attention_kind::rwkv5:
        case linear_attention_kind::rwkv6: return 5.0 * matrix;
        case linear_attention_kind::rwkv7: return 8.0 * matrix;
    }
    return 0.0;
}
constexpr double scan_flop_per_token(const convolution_block& c) { return 2.0 * static_cast<double>(c.width * c.taps); }

/// Width of what streams through the recurrence per token: its inputs and its output.
constexpr double stream_width(const layer& l, double hidden) {
    double width = 0.0;
    if (l.state_space.present()) width += 3.0 * static_cast<double>(l.state_space.inner);
    if (l.linear.present())
        width += static_cast<double>(2 * l.linear.key_heads * l.linear.key_dim +
                                     2 * l.linear.value_heads * l.linear.value_dim);
    if (l.convolution.present()) width += 4.0 * static_cast<double>(l.convolution.width);
    return width > 0.0 ? width : hidden;
}

constexpr operation state_update(const layer& l, count hidden, double ranks, const step_shape& shape,
                                 double state_bytes) {
    double flop_per_token = 0.0;
    if (l.state_space.present()) flop_per_token += scan_flop_per_token(l.state_space);
    if (l.linear.present()) flop_per_token += scan_flop_per_token(l.linear);
    if (l.convolution.present()) flop_per_token += scan_flop_per_token(l.convolution);
    const double state = static_cast<double>(state_elements(l, hidden)) * state_bytes / ranks;
    return {.name = "state update",
            .kind = operator_class::state,
            .work = flop_of(flop_per_token * shape.tokens() / ranks),
            .cache = bytes_of(2.0 * state * shape.sequences()),
            .activations =
                bytes_of(shape.tokens() * stream_width(l, static_cast<double>(hidden)) * activation_bytes / ranks),
            .issue = multiply::as_fp32,
            .rows = shape.tokens(),
            .streams = shape.sequences()};
}
}  // namespace gambrel
