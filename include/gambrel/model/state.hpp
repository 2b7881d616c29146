// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Elements of recurrent state that one layer keeps per sequence, whatever its length.
///
///     Mamba   I N + I (K-1)                    Mamba-2  I N + (I + 2 G N)(K-1)
///     gated delta net  n_v d_k d_v + (2 n_k d_k + n_v d_v)(K-1)
///     retention  n d_k d_v                     RWKV     heads d^2 + 2 H (two token shifts)
///     short convolution  c (K-1)
///
/// Sources: arXiv 2312.00752 (Mamba), 2405.21060 (Mamba-2), 2412.06464 (gated delta net), 2307.08621 (RetNet),
/// 2404.05892 (RWKV-5/6). Evidence: tests/model/kv_cache_test.cpp against published state sizes.

#include <gambrel/model/architecture.hpp>

namespace gambrel {

constexpr count state_elements(const state_space_block& s) {
    const count convolved = s.kind == state_space_kind::mamba2 ? s.inner + 2 * s.groups * s.state : s.inner;
    return s.inner * s.state + convolved * (s.conv - 1);
}
constexpr count state_elements(const linear_attention_block& l, count hidden) {
    const count matrix = l.value_heads * l.key_dim * l.value_dim;
    switch (l.kind) {
        case linear_attention_kind::gated_delta_net:
            return matrix + (2 * l.key_heads * l.key_dim + l.value_heads * l.value_dim) * (l.conv - 1);
        case linear_attention_kind::retention: return matrix;
        case linear_attention_kind::rwkv5:
        case linear_attention_kind::rwkv6:
        case linear_attention_kind::rwkv7: return matrix + 2 * hidden;
    }
    return matrix;
}
constexpr count state_elements(const convolution_block& c) { return c.width * (c.taps - 1); }

/// All state of one layer, in elements.
constexpr count state_elements(const layer& l, count hidden) {
    count n = 0;
    if (l.state_space.present()) n += state_elements(l.state_space);
    if (l.linear.present()) n += state_elements(l.linear, hidden);
    if (l.convolution.present()) n += state_elements(l.convolution);
    return n;
}
}  // namespace gambrel
