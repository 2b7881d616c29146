// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Single changes of a recipe or a layout that save memory, each with what it makes of peak and step: what to do about a
/// training run that does not fit, and which of it alone is enough.
///
///     recompute layers, chunk the loss, use gradients at once, an 8-bit optimizer, adapters, a 4-bit base under them,
///     activations, optimizer or all states in the host's memory, sequences one at a time, everything sharded
///
/// Changes that the job has already, or that its kind does not know, are left out; so is offloading where the host's memory
/// is the device's own. Evidence: tests/training/changes_test.cpp.

#include <algorithm>
#include <gambrel/training/predict.hpp>
#include <vector>

namespace gambrel::training {

enum class change : unsigned char {
    recompute,
    chunk_loss,
    gradients_at_once,
    optimizer_8_bit,
    adapters,
    adapters_on_4_bit,
    offload_activations,
    offload_optimizer,
    offload_states,
    smaller_micro_batch,
    shard
};
}  // namespace gambrel::training

namespace gambrel {
// clang-format off
template <> inline constexpr std::array<enum_row<training::change>, 11> enum_table<training::change>{{
    {training::change::recompute, "recompute", "recompute every layer (gradient checkpointing)"},
    {training::change::chunk_loss, "chunk_loss", "compute the loss in chunks"},
    {training::change::gradients_at_once, "gradients_at_once", "run the optimizer inside the backward pass"},
    {training::change::optimizer_8_bit, "optimizer_8_bit", "an 8-bit optimizer"},
    {training::change::adapters, "adapters", "train adapters only (LoRA)"},
    {training::change::adapters_on_4_bit, "adapters_on_4_bit", "adapters on a 4-bit base (QLoRA)"},
    {training::change::offload_activations, "offload_activations", "keep activations in the host's memory"},
    {training::change::offload_optimizer, "offload_optimizer", "keep optimizer and gradients in the host's memory"},
    {training::change::offload_states, "offload_states", "keep weights, gradients and optimizer in the host's memory"},
    {training::change::smaller_micro_batch, "smaller_micro_batch", "one sequence at a time"},
    {training::change::shard, "shard", "share everything out over the data ranks (ZeRO-3)"},
}};
// clang-format on
}  // namespace gambrel

namespace gambrel::training {

struct changed {
    change what{};
    fit_verdict fits{};
    bytes<> peak{};
    seconds<> step{};
};

/// Rank of adapters where none is asked for.
inline constexpr count usual_rank = 16;

/// Makes `what` of recipe, layout and batch; false where there is nothing to make.
constexpr bool apply(change what, recipe& r, layout& l, batch& b) {
    switch (what) {
        case change::recompute:
            if (r.recompute == recomputation::full) return false;
            r.recompute = recomputation::full;
            return true;
        case change::chunk_loss:
            if (r.chunked_loss) return false;
            return r.chunked_loss = true;
        case change::gradients_at_once:
            if (r.optimizer_in_backward || r.adapts() || b.micro_batches(l) > 1.0) return false;
            return r.optimizer_in_backward = true;
        case change::optimizer_8_bit: {
            const double master = master_bytes(r.states);  // and two moments of a byte each
            if (r.adapts() || r.states.optimizer <= master + 2.0) return false;
            r.states.optimizer = master + 2.0;
            return true;
        }
        case change::adapters:
            if (r.adapts()) return false;
            r.adapter = {.rank = usual_rank, .on_feed_forward = true};
            return true;
        case change::adapters_on_4_bit:
            if (r.widens_base()) return false;
            if (!r.adapts()) r.adapter = {.rank = usual_rank, .on_feed_forward = true};
            r.frozen = nf4_double;
            return true;
        case change::offload_activations:
            if (r.offload_activations) return false;
            return r.offload_activations = true;
        case change::offload_optimizer:
            if (r.offload != offloading::none || r.adapts()) return false;
            r.offload = offloading::optimizer;
            return true;
        case change::offload_states:
            if (r.offload == offloading::states) return false;
            r.offload = offloading::states;
            return true;
        case change::smaller_micro_batch:
            if (b.micro <= 1.0) return false;
            b.micro = 1.0;
            return true;
        case change::shard:
            if (l.zero == zero_stage::weights || l.copies() < 2 || l.pipeline > 1) return false;
            l.zero = zero_stage::weights;
            return true;
    }
    return false;
}

constexpr bool offloads(change c) {
    return c == change::offload_activations || c == change::offload_optimizer || c == change::offload_states;
}

/// Every change that `j` has left, those that fit first and by their step. Evidence: tests/training/changes_test.cpp.
inline std::vector<changed> single_changes(const job<>& j) {
    std::vector<changed> all;
    for (std::size_t i = 0; i < enum_count<change>; ++i) {
        const auto what = static_cast<change>(i);
        if (offloads(what) && j.shares_memory()) continue;
        job<> each{j.model, j.device, j.stack, j.recipe, j.layout, j.batch, j.constants};
        if (!apply(what, each.recipe, each.layout, each.batch) || !each.check().ok()) continue;
        const prediction<> p = predict(each);
        all.push_back({what, p.fits, p.memory.peak(), p.step.value});
    }
    std::stable_sort(all.begin(), all.end(), [](const changed& a, const changed& b) {
        return a.fits != b.fits ? a.fits < b.fits : a.step < b.step;
    });
    return all;
}
}  // namespace gambrel::training
