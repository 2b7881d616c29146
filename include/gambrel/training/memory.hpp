// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Memory of the fullest rank, at the two instants that decide.
///
///     start of backward   states + activations + logits                   gradients are not there yet
///     end of backward     states + gradients + one layer's activations
///     peak = the larger + workspace + reserve         several micro-batches: gradients are there at both
///     workspace = the largest layer's gradient as it is summed under ZeRO-3, where that is wider than 16 bit
///
/// States are weights, optimizer and, under ZeRO-3, the gathered layers. Bytes of a parameter come from the recipe, what
/// is shared out by whom from the layout, what kernels keep from the software. First and last stage are looked at, which
/// hold the table and the head. Validity: no fragmentation beyond `reserve`; sequences of one length.
/// Source: docs/models/training.md. Evidence: tests/training/memory_test.cpp: ZeRO, DeepSpeed, Megatron-LM and Korthikanti
/// et al. to the digits.

#include <gambrel/training/activations.hpp>

namespace gambrel::training {

/// Memory that the software takes beside what it computes with.
struct memory_habits {
    keeping kept{};
    bytes<> reserve{};           ///< context of the device, buffers of messages, what the allocator cannot use
    double gathered_layers = 2;  ///< whole at a time under ZeRO-3: the one that runs and the next
    double workspace_bytes = 0;  ///< of each element of the largest layer under ZeRO-3: its gradient in a wider message
};

struct memory_of_rank {
    int stage = 0;
    bytes<> weights{}, gradients{}, optimizer{};
    bytes<> gathered{};     ///< whole layers of sharded weights
    bytes<> activations{};  ///< kept at the start of the backward pass
    bytes<> one_layer{};    ///< kept or computed again at its end
    bytes<> logits{};
    bytes<> workspace{}, reserve{};
    bytes<> states_on_host{};  ///< of this rank, in the memory of the host
    bytes<> activations_on_host{};
    double kept_micro_batches = 1;  ///< whose activations these are
    bool gradients_stay = false;    ///< from one micro-batch to the next

    constexpr bytes<> on_host() const { return states_on_host + activations_on_host; }
    constexpr bytes<> states() const { return weights + optimizer + gathered; }
    constexpr bytes<> backward_start() const {
        return states() + activations + logits + (gradients_stay ? gradients : bytes<>{});
    }
    constexpr bytes<> backward_end() const { return states() + gradients + one_layer; }
    constexpr bytes<> peak() const { return larger(backward_start(), backward_end()) + workspace + reserve; }
};

/// Bytes of weights, gradients and optimizer of `n` parameters that `shards` ranks share out by `zero`.
/// Evidence: tests/training/memory_test.cpp.
struct state_memory {
    double weights = 0, gradients = 0, optimizer = 0, on_host = 0;

    constexpr double all() const { return weights + gradients + optimizer; }
};
constexpr state_memory state_memory_of(double n, const state_bytes& s, zero_stage zero, double shards,
                                       offloading away = offloading::none) {
    const auto shared = [&](zero_stage from) { return zero >= from ? shards : 1.0; };
    const double working = zero == zero_stage::weights ? 0.0 : s.working_gradient;
    state_memory m{n * s.weights / shared(zero_stage::weights),
                   n * (s.gradient / shared(zero_stage::gradients) + working),
                   n * s.optimizer / shared(zero_stage::optimizer)};
    if (away == offloading::none) return m;
    m.on_host = m.optimizer + n * s.gradient / shared(zero_stage::gradients);
    m.optimizer = m.gradients = 0.0;
    if (away == offloading::states) {
        m.on_host += m.weights;
        m.weights = 0.0;
    }
    return m;
}

namespace detail {
constexpr memory_of_rank memory_on_stage(const architecture& m, const layout& l, const batch& b, const recipe& r,
                                         const memory_habits& h, int stage) {
    memory_of_rank x;
    x.stage = stage;
    const rank_parameters own = on_rank(m, l, stage, r.adapter);
    const auto add = [&](double n, const state_bytes& s, double shards) {
        const state_memory part = state_memory_of(n, s, l.zero, shards, r.offload);
        x.weights += bytes_of(part.weights);
        x.gradients += bytes_of(part.gradients);
        x.optimizer += bytes_of(part.optimizer);
        x.states_on_host += bytes_of(part.on_host);
    };
    const auto shards = static_cast<double>(l.shards());
    const auto expert_shards = static_cast<double>(l.expert_shards());
    const double trained = r.adapts() ? own.adapters : own.largest;
    if (r.adapts()) {
        const state_bytes base{r.frozen.bytes_per_element(), 0, 0, 0};
        const double kept_16_bit = r.widens_base() ? own.tables : 0.0;  // table and head stay where layers are narrowed
        add(own.dense - kept_16_bit, base, shards);
        add(kept_16_bit, {2, 0, 0, 0}, shards);
        add(own.experts, base, expert_shards);
        add(own.adapters, r.states, shards);
    } else {
        add(own.dense, r.states, shards);
        add(own.experts, r.states, expert_shards);
    }
    if (r.optimizer_in_backward)
        x.gradients = bytes_of(trained * (r.states.gradient + r.states.working_gradient) /
                               (l.zero >= zero_stage::gradients ? shards : 1.0));
    if (l.zero == zero_stage::weights && l.shards() > 1) {
        const double gradient = r.adapts() ? 0.0 : r.states.working_gradient > 0.0 ? r.states.working_gradient : 2.0;
        x.gathered = bytes_of(own.largest * (r.moved_bytes() * h.gathered_layers + gradient) +
                              (r.widens_base() ? 2.0 * own.largest_matrix : 0.0));
        if (!r.adapts()) x.workspace = bytes_of(own.largest * h.workspace_bytes);
    } else if (r.offload == offloading::states) {
        x.gathered = bytes_of(own.largest * r.moved_bytes() * h.gathered_layers);
    }
    const double micro_batches = larger(1.0, b.micro_batches(l));
    const double tokens = b.micro * b.sequence / static_cast<double>(l.context);
    double kept = 0.0, widest = 0.0, most = 0.0;
    for (const layer_group& g : m) {
        const auto of = [&](recomputation again) {
            return kept_bytes(g.layer, m.hidden, tokens, b.sequence, l, h.kept, r.dropout, again);
        };
        kept += of(r.recompute) * static_cast<double>(g.layers);
        widest = larger(widest, of(r.recompute));
        most = larger(most, of(r.recompute == recomputation::selective ? r.recompute : recomputation::none));
    }
    kept *= layers_on_stage(m, l, stage) / static_cast<double>(m.layers());
    const bool first = stage == 0 || l.stages_held() > 1, last = stage == l.pipeline - 1 || l.stages_held() > 1;
    x.kept_micro_batches = kept_micro_batches(l, stage, micro_batches);
    if (first)  // indices, and the mask behind the table
        kept += tokens * (h.kept.index_bytes + (r.dropout ? static_cast<double>(m.hidden) : 0.0)) /
                static_cast<double>(l.sequence ? l.tensor : 1);
    kept *= x.kept_micro_batches;
    if (r.offload_activations) {  // the layer that leaves and the one that comes back
        x.activations_on_host = bytes_of(kept);
        kept = 2.0 * widest;
    }
    x.activations = bytes_of(kept + (r.recompute == recomputation::full ? most : 0.0));
    x.one_layer = bytes_of(most);
    if (last) x.logits = bytes_of(logit_bytes(m, tokens, l, h.kept, r.chunked_loss));
    x.reserve = h.reserve;
    x.gradients_stay = micro_batches > 1.0;
    return x;
}
}  // namespace detail

/// Memory of the fullest rank: of the first stage or the last. Evidence: tests/training/memory_test.cpp.
constexpr memory_of_rank memory_of(const architecture& m, const layout& l, const batch& b, const recipe& r,
                                   const memory_habits& h = {}) {
    const memory_of_rank first = detail::memory_on_stage(m, l, b, r, h, 0);
    if (l.pipeline == 1) return first;
    const memory_of_rank last = detail::memory_on_stage(m, l, b, r, h, l.pipeline - 1);
    return first.peak() < last.peak() ? last : first;
}
}  // namespace gambrel::training
