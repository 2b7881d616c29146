// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Constants that training software of one kind has in common, and putting them into a descriptor. Few, so that a source
/// left out of their fit can still be predicted. Figures: catalog/fitted.hpp, written by the program fit_training.
///
/// None is a measurement of what it is called after: each takes what its rows' steps have left. On which rows, and what
/// besides its name it stands for:
///
///     products            Hopper, Blackwell: sustained against burst beyond the clock law; kernels the tables do not have
///     products_unheld     A100: the same, and its power
///     attention_*         all: masks, biases and sequences packed as inference has none; the pair is known by its sum of
///                         a forward and a backward alone, backward's share of it is the prior's
///     eager, fused        A100; Hopper and Blackwell: element-wise kernels, and what a layer takes besides that grows with
///                         its tokens (casts, copies, dropout)
///     launch_*            what a layer and micro-batch takes whatever its size. launch_2022 is bigscience's alone: waits of
///                         its pipeline engine and hand-overs by 4 x 100 Gb/s with it, not launches of so long
///     tensor_*, data_*, experts_*   shares that no overlap hides, and how far networks are from the law of collectives
///     per_doubling        waits for the slowest
///
/// launch_2021, launch_fused, launch_experts_captured and per_doubling are known within a factor of two at best: they are
/// where their priors put them.
///
/// Evidence: docs/calibration/training.md; tests/training/catalog_test.cpp.

#include <gambrel/training/stack.hpp>

namespace gambrel::training {

struct fitted_traits {
    double products = 1, products_unheld = 1;
    double attention_forward = 1, attention_backward = 2.5;
    double eager = 1, fused = 1;  ///< times the counted bytes of element-wise kernels
    /// Seconds of a layer and micro-batch: Megatron-LM of 2021, Megatron-DeepSpeed of 2022, eager PyTorch, fused.
    double launch_2021 = 0, launch_2022 = 0, launch_eager = 0, launch_fused = 0;
    double launch_experts = 0, launch_experts_captured = 0;  ///< more for a layer with experts; on Blackwell in graphs
    double tensor_2022 = 1;    ///< tensor messages of Megatron-DeepSpeed over the law of collectives
    double tensor_hidden = 1;  ///< exposed share where they run beside products
    double data_exposed = 1;
    double experts_2025 = 1, experts_early_2026 = 1, experts_late_2026 = 1;  ///< exposed share of exchanges, by release
    double per_doubling = 0, per_owner = 0;
    double sigma = 0.2, experts_sigma = 0.35;
};

/// `s` with the constants `f` of its kind.
constexpr stack<> with_traits(stack<> s, const fitted_traits& f, const source& from) {
    s.kernels = {.products = f.products,
                 .products_unheld = f.products_unheld,
                 .attention_forward = f.attention_forward,
                 .attention_backward = f.attention_backward,
                 .per_doubling = f.per_doubling};
    s.data_exposed = f.data_exposed;
    s.sigma = f.sigma;
    s.experts_sigma = f.experts_sigma;
    const auto put = [&](double passes, double launch) {
        s.elementwise = passes;
        s.launch = {seconds_of(launch), from};
    };
    switch (s.kind) {
        case software_kind::unfused_2021: put(f.eager, f.launch_2021); break;
        case software_kind::deepspeed_2022:
            put(f.eager, f.launch_2022);
            s.tensor_slowness = f.tensor_2022;
            break;
        case software_kind::eager: put(f.eager, f.launch_eager); break;
        case software_kind::fused: put(f.fused, f.launch_fused); break;
        case software_kind::overlapped:
            put(f.fused, f.launch_fused);
            s.tensor_exposed = f.tensor_hidden;
            break;
    }
    s.expert_launch = {seconds_of(f.launch_experts), from};
    s.expert_launch_captured = {seconds_of(f.launch_experts_captured), from};
    switch (s.exchange_era) {
        case exchange_era::until_2025: s.expert_exposed = f.experts_2025; break;
        case exchange_era::early_2026: s.expert_exposed = f.experts_early_2026; break;
        case exchange_era::late_2026: s.expert_exposed = f.experts_late_2026; break;
    }
    if (s.per_owner.known()) s.per_owner = {seconds_of(f.per_owner), from};
    return s;
}
}  // namespace gambrel::training
