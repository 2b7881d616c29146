// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What one sequence keeps on one rank, as a function of its length.
///
///     bytes(tokens) = state + growing x tokens + sum over window sizes of per_token x min(tokens, window)
///
/// A latent is whole on every rank; heads are cut, and copied where there are more ranks than heads; layers / stages are
/// rounded up. Windows are kept in full where the runtime does not let them roll. Exact. Source: model/kv_cache.hpp.
/// Evidence: tests/step/memory_fit_test.cpp.

#include <gambrel/model/state.hpp>
#include <gambrel/operators/attention.hpp>
#include <gambrel/operators/precision.hpp>

namespace gambrel {

/// Bytes that one sequence keeps on one rank, as a function of its length: a part that grows with every token, a
/// part per window layer that stops growing, and a constant state.
class sequence_memory {
public:
    sequence_memory() = default;
    constexpr sequence_memory(const architecture& m, const parallelism& cut, const precision& p, double block_tokens,
                              bool rolling_windows)
        : block_(block_tokens) {
        add(m, cut, p, rolling_windows);
    }
    /// Adds what a second model beside it keeps of the same sequence: a drafter.
    constexpr void add(const architecture& m, const parallelism& cut, const precision& p, bool rolling_windows) {
        const auto ranks = static_cast<double>(cut.tensor);
        const double element = p.kv.bytes_per_element();
        double layers = 0.0;
        for (const layer_group& g : m) layers += static_cast<double>(g.layers);
        const double stage = layers > 0.0 ? math::pieces(layers, static_cast<double>(cut.pipeline)) / layers : 1.0;
        double attending = 0.0, recurrent = 0.0;
        for (const layer_group& g : m) {
            const double here = static_cast<double>(g.layers) * stage;
            if (const auto& a = g.layer.attention; a.present() && !a.shares_kv) {
                const attention_heads h = heads_on_rank(a, ranks);
                const double per_token = here * h.kv * (h.key_dim + h.value_dim) * element;
                if (a.window > 0 && rolling_windows) {
                    part_of(static_cast<double>(a.window)).per_token += per_token;
                } else {
                    growing_ += per_token;
                }
            }
            if (const auto& a = g.layer.latent; a.present()) {
                growing_ += here * static_cast<double>(a.kv_rank + a.rope_dim) * element;
                if (a.indexer_heads > 0 && !a.indexer_shared)
                    growing_ += here * (static_cast<double>(a.indexer_dim) + indexer_cache_scale_bytes);
            }
            const double state = static_cast<double>(state_elements(g.layer, m.hidden)) * p.state_bytes / ranks;
            state_ += here * state;
            if (state > 0.0) layer_state_ = larger(layer_state_, state), recurrent += here;
            else attending += here;
        }
        state_block_ =
            larger(state_block_, layer_state_ * (attending > 0.0 ? smaller(attending, recurrent) : recurrent));
    }

    /// Bytes of a sequence of `tokens`, no rounding.
    constexpr bytes<> ideal(double tokens) const {
        double sum = state_ + growing_ * tokens;
        for (std::size_t i = 0; i < window_count_; ++i)
            sum += windows_[i].per_token * smaller(tokens, windows_[i].window);
        return bytes_of(sum);
    }
    /// Bytes as a paged allocator hands them out: the length rounded up to whole blocks.
    constexpr bytes<> allocated(double tokens) const {
        return ideal(block_ > 1.0 ? math::pieces(tokens, block_) * block_ : tokens);
    }
    /// Bytes of each further token once every window is full.
    constexpr bytes<> per_token() const { return bytes_of(growing_); }
    constexpr bytes<> state() const { return bytes_of(state_); }
    /// One block of recurrent state in a pool that layers share in groups as large as the smaller kind: vLLM's hybrid
    /// pool hands out such blocks for states and for tokens alike.
    constexpr bytes<> state_block() const { return bytes_of(state_block_); }

    /// Longest sequence that `room` holds, at most `most`; models with a constant state only return `most`.
    constexpr double longest(const bytes<>& room, double most) const {
        double length = 0.0;
        for (std::size_t full = 0; full <= window_count_; ++full) {  // each round fills one more window
            double left = room.value() - state_, rate = growing_;
            for (std::size_t i = 0; i < window_count_; ++i) {
                if (windows_[i].window < length) left -= windows_[i].per_token * windows_[i].window;
                else rate += windows_[i].per_token;
            }
            if (left < 0.0) return 0.0;
            length = rate > 0.0 ? smaller(most, left / rate) : most;
        }
        return length;
    }

private:
    struct window_part {
        double window = 0, per_token = 0;
    };
    constexpr window_part& part_of(double window) {
        for (std::size_t i = 0; i < window_count_; ++i)
            if (windows_[i].window == window) return windows_[i];
        if (window_count_ == windows_.size()) fail("a model has more than 4 window sizes");
        windows_[window_count_].window = window;
        return windows_[window_count_++];
    }
    double block_ = 1.0;
    double growing_ = 0.0, state_ = 0.0, layer_state_ = 0.0, state_block_ = 0.0;
    std::array<window_part, 4> windows_{};
    std::size_t window_count_ = 0;
};
}  // namespace gambrel
