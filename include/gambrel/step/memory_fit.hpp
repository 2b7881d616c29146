// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What one device must hold, and how many sequences that leaves room for.
///
///     usable = fraction x capacity                                   (runtimes that budget the whole device)
///     KV     = usable - weights - activations - logits - graphs - communication - reserve
///     KV     = fraction x (capacity - everything else)               (runtimes that budget what is left)
///     sequences that fit = KV / bytes of one sequence, rounded up to blocks
///
/// Weights are those of the fullest rank: layers / stages (rounded up), every matrix cut as the operators cut it, the
/// embedding and the head on the stage that has them; a vision tower and adapters, in 16 bit, on every stage. Exact for
/// weights and KV; activations, logits and buffers are estimates with the runtime's constants. Evidence:
/// tests/step/memory_fit_test.cpp.

#include <gambrel/model/parameters.hpp>
#include <gambrel/model/state.hpp>
#include <gambrel/operators/adapters.hpp>
#include <gambrel/operators/attention.hpp>
#include <gambrel/runtime/runtime.hpp>

namespace gambrel {

/// Bytes that one sequence keeps on one rank, as a function of its length: a part that grows with every token, a
/// part per window layer that stops growing, and a constant state.
class sequence_memory {
public:
    sequence_memory() = default;
    constexpr sequence_memory(const architecture& m, const parallelism& cut, const precision& p, double block_tokens,
                              bool rolling_windows)
        : block_(block_tokens) {
        const auto ranks = static_cast<double>(cut.tensor);
        const double element = p.kv.bytes_per_element();
        double layers = 0.0;
        for (const layer_group& g : m) layers += static_cast<double>(g.layers);
        const double stage = layers > 0.0 ? math::pieces(layers, static_cast<double>(cut.pipeline)) / layers : 1.0;
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
            state_ += here * static_cast<double>(state_elements(g.layer, m.hidden)) * p.state_bytes / ranks;
        }
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
    double growing_ = 0.0, state_ = 0.0;
    std::array<window_part, 4> windows_{};
    std::size_t window_count_ = 0;
};

/// Weight bytes of the fullest rank.
constexpr bytes<> weights_on_rank(const architecture& m, const parallelism& cut, const weight_formats& f) {
    const auto ranks = static_cast<double>(cut.tensor);
    double layers = 0.0;
    for (const layer_group& g : m) layers += static_cast<double>(g.layers);
    const double stage = layers > 0.0 ? math::pieces(layers, static_cast<double>(cut.pipeline)) / layers : 1.0;
    double sum = 0.0;
    for (const layer_group& g : m) {
        const double kv_heads = g.layer.attention.present() ? static_cast<double>(g.layer.attention.kv_heads) : 1.0;
        double per_layer = static_cast<double>(vector_parameters(g.layer, m.hidden)) * f.other.bytes_per_element();
        for_each_matrix(g.layer, m.hidden, [&](const matrix& x) {
            const bool expert = x.split == split::experts_outputs || x.split == split::experts_inputs;
            const shard s = shard_of(x, expert ? static_cast<double>(cut.ranks_per_expert()) : ranks, kv_heads);
            const double copies = static_cast<double>(x.copies) / (expert ? static_cast<double>(cut.expert) : 1.0);
            per_layer += copies * (f.of(x.part).size(s.outputs, s.inputs).value() +
                                   static_cast<double>(x.bias) * f.other.bytes_per_element());
        });
        sum += per_layer * static_cast<double>(g.layers) * stage;
    }
    const auto width = static_cast<double>(m.embedding_width > 0 ? m.embedding_width : m.hidden);
    const double rows = static_cast<double>(m.vocabulary) / ranks;
    const double table = f.embedding.size(rows, width).value(), head = f.head.size(rows, width).value();
    const bool one_stage = cut.pipeline == 1;
    sum += m.tied_embedding ? table : one_stage ? table + head : larger(table, head);
    sum += static_cast<double>(parameter_count(m.vision)) / ranks * f.other.bytes_per_element();
    sum += static_cast<double>((m.head_bias ? m.vocabulary : 0) + m.position_rows * m.hidden +
                               m.embedding_norm_parameters + m.final_norm_parameters + m.extra_parameters) *
           f.other.bytes_per_element();
    return bytes_of(sum);
}

/// Tokens of context where a model states no limit (recurrent and ALiBi models).
inline constexpr double most_context_of_any = 1e8;

/// Where a device's memory goes, and what fits.
struct memory_fit {
    bytes<> capacity{};
    bytes<> usable{};  ///< the share of the device that the runtime allocates
    bytes<> weights{};
    bytes<> activations{};
    bytes<> logits{};
    bytes<> graphs{};
    bytes<> communication{};
    bytes<> reserve{};
    bytes<> for_kv{};            ///< left for keys, values and state; zero when nothing is
    bytes<> kv_per_token{};      ///< of one sequence, on this rank
    bytes<> kv_ideal{};          ///< of one whole request
    bytes<> kv_allocated{};      ///< the same, rounded to blocks
    double most_sequences = 0;   ///< requests that fit at once on one rank group, each as long as it is on average
    double longest_context = 0;  ///< tokens of a single sequence
    bytes<> shortfall{};         ///< what is missing to hold one request; zero when it fits

    constexpr bool fits() const { return !(shortfall > bytes<>{}); }
};

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

/// The part of a `memory_fit` that does not depend on the lengths of requests, so that it is worked out once.
class memory_budget {
public:
    memory_budget() = default;
    template <class Y>
    constexpr memory_budget(const architecture& m, const bytes<Y>& device_capacity, const runtime<Y>& software,
                            const parallelism& cut, const precision& formats, const adapter& adapters = {})
        : sequence_(m, cut, formats, software.memory.block_tokens, software.memory.rolling_windows),
          slots_(software.scheduling.most_sequences) {
        const memory_policy& policy = software.memory;
        memory_fit& r = empty_;
        r.capacity = bytes_of(math::plain(device_capacity.value()));
        const auto adapted = static_cast<double>(parameter_count(adapters, m) * adapters.distinct_in_batch);
        r.weights = weights_on_rank(m, cut, formats.weights) +
                    bytes_of(adapted / static_cast<double>(cut.tensor) * activation_bytes);
        const double tokens = software.scheduling.token_budget;
        r.activations = bytes_of(tokens * widest_activation(m, cut) * activation_bytes * policy.activation_copies);
        r.logits = bytes_of(software.scheduling.most_sequences * static_cast<double>(m.vocabulary) /
                            static_cast<double>(cut.tensor) * 4.0);
        r.graphs = policy.graphs.value;
        r.communication = cut.devices_per_replica() > 1 ? policy.communication.value : bytes<>{};
        r.reserve = policy.reserve.value;
        const bytes<> besides = r.weights + r.activations + r.logits + r.graphs + r.communication + r.reserve;
        r.usable = policy.basis == memory_basis::total ? r.capacity * policy.fraction : r.capacity;
        left_ = policy.basis == memory_basis::total ? r.usable - besides : (r.capacity - besides) * policy.fraction;
        r.for_kv = larger(bytes<>{}, left_);
        r.kv_per_token = sequence_.per_token();
        r.longest_context =
            sequence_.longest(r.for_kv, m.most_context > 0 ? static_cast<double>(m.most_context) : most_context_of_any);
    }

    /// The fit of requests of `request_tokens`, of which a running one holds `resident_tokens` (0: all of them).
    constexpr memory_fit fit(double request_tokens, double resident_tokens = 0.0) const {
        memory_fit r = empty_;
        r.kv_ideal = sequence_.ideal(request_tokens);
        r.kv_allocated = sequence_.allocated(request_tokens);
        if (left_ < r.kv_allocated) r.shortfall = r.kv_allocated - left_;
        const bytes<> resident = resident_tokens > 0.0 ? sequence_.allocated(resident_tokens) : r.kv_allocated;
        r.most_sequences = resident > bytes<>{} ? r.for_kv / resident : slots_;
        return r;
    }

private:
    sequence_memory sequence_{};
    double slots_ = 0.0;
    bytes<> left_{};      ///< for keys, values and state; negative where the weights alone do not fit
    memory_fit empty_{};  ///< without requests
};

/// Memory of one rank running `software` with requests of `request_tokens` (prompt and output together), of which a
/// running one holds `resident_tokens` on average (0: all of them).
template <class Y>
constexpr memory_fit fit_memory(const architecture& m, const bytes<Y>& device_capacity, const runtime<Y>& software,
                                const parallelism& cut, const precision& p, double request_tokens,
                                double resident_tokens = 0.0, const adapter& adapters = {}) {
    return memory_budget(m, device_capacity, software, cut, p, adapters).fit(request_tokens, resident_tokens);
}
}  // namespace gambrel
