// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The training software as a descriptor: which kernels it runs, what it hides behind them, what its host spends, what it
/// keeps in memory. Catalog, by era: training/catalog.
///
/// A constant that was not fitted on runs of the software itself is said to be assumed in its catalog entry.
/// Evidence: tests/training/step_time_test.cpp; docs/models/training.md.

#include <gambrel/error.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/numeric/sourced.hpp>
#include <gambrel/numeric/text.hpp>
#include <gambrel/operators/parallelism.hpp>
#include <gambrel/training/memory.hpp>

namespace gambrel::training {

/// Kernels of attention. `unfused` writes the scores of all pairs to memory; `flash_2` reaches less of Hopper and later.
enum class attention_kernels : unsigned char { unfused, flash_2, newest };
/// Software of one kind shares fitted constants: Megatron-LM of 2021 and 2022, Megatron-DeepSpeed of 2022, kernels one after
/// the other as written in Python, kernels fused by hand or compiler, and these with messages beside products.
enum class software_kind : unsigned char { unfused_2021, deepspeed_2022, eager, fused, overlapped };
/// Releases whose exchanges between expert ranks hide alike.
enum class exchange_era : unsigned char { until_2025, early_2026, late_2026 };
}  // namespace gambrel::training

namespace gambrel {
// clang-format off
template <> inline constexpr std::array<enum_row<training::attention_kernels>, 3> enum_table<training::attention_kernels>{{
    {training::attention_kernels::unfused, "unfused", "unfused"},
    {training::attention_kernels::flash_2, "flash_2", "FlashAttention-2"},
    {training::attention_kernels::newest, "newest", "FlashAttention-3, cuDNN"},
}};
// clang-format on
}  // namespace gambrel

namespace gambrel::training {

using gambrel::checked;

/// What is alike for every software: a step goes on where kernel tables time bursts. Where the power of a chip is known
/// (roofline/calibration/clock_law.hpp) it holds the step by itself; elsewhere `products_unheld` stands for it.
struct kernel_shares {
    double products = 1;              ///< of the rate of the products' law, on chips whose power is known
    double products_unheld = 1;       ///< the same on the others
    double attention_forward = 1;     ///< times the law of prefill attention
    double attention_backward = 2.5;  ///< times forward: five products of the pairs for two
    double per_doubling = 0;          ///< more of a step for each doubling of devices beyond 8
};

template <class Y = double> struct stack {
    name_text name{};  ///< the key users type: "megatron-core"
    name_text title{};
    name_text version{};

    software_kind kind = software_kind::fused;
    training::exchange_era exchange_era = exchange_era::late_2026;
    attention_kernels attention = attention_kernels::newest;
    bool fused_accumulation = true;                ///< weight gradients are added by the product that makes them
    bool early_stop = false;                       ///< recomputation leaves out the last product of a layer
    double elementwise = 1;                        ///< times the bytes counted (fitted_traits.hpp)
    sourced<seconds<Y>> launch{};                  ///< of the host, for each layer and micro-batch, not hidden
    sourced<seconds<Y>> expert_launch{};           ///< more for a layer with experts
    sourced<seconds<Y>> expert_launch_captured{};  ///< the same on Blackwell, whose recipes run them from graphs
    double tensor_exposed = 1;                     ///< share of the messages between tensor ranks that nothing hides
    double tensor_slowness = 1;                    ///< those messages, over the law of collectives
    bool hand_overs_beside =
        false;                      ///< interleaved stages hand over while they compute; others wait (assumed: for all)
    double data_exposed = 1;        ///< share of gradient and weight messages, ZeRO-0 to 2
    double shard_contention = 0.1;  ///< of ZeRO-3 messages that hide: what they cost the products beside them; assumed
    double expert_exposed = 1;      ///< share of the exchanges between expert ranks
    double reduce_bytes = 2;        ///< of a gradient in a message: 16 bit, assumed where an entry says nothing
    sourced<seconds<Y>> per_owner{};  ///< ZeRO-1 that broadcasts each rank's shard in turn: of each rank
    expert_exchange exchange = expert_exchange::per_rank;
    memory_habits memory{};
    state_bytes states = training::states::mixed_fp32_gradients;
    zero_stage zero = zero_stage::optimizer;  ///< what it does where nothing is said
    kernel_shares kernels{};
    double sigma = 0.2;           ///< logarithmic deviation of a step's time, sources left out
    double memory_sigma = 0.19;   ///< of its peaks: four fifths of 101 measured ones, of all software
    double experts_sigma = 0.35;  ///< the same of models with experts
};

/// FlashAttention-2 on Hopper and later, over kernels made for them: 35 % of the peak, where FlashAttention-3 reaches 75 %
/// (arXiv 2407.08608, abstract).
inline constexpr double flash_2_on_hopper = 0.75 / 0.35;

/// Throws `error` naming the first number out of range; returns `s` otherwise.
template <class Y> constexpr const stack<Y>& checked(const stack<Y>& s) {
    checked(s.elementwise, 0.1, 100.0, "the passes of element-wise kernels");
    checked(math::plain(s.launch.value.value()), 0.0, 1.0, "the launch time of a layer in seconds");
    checked(s.tensor_exposed, 0.0, 1.0, "the exposed share of tensor messages");
    checked(s.tensor_slowness, 0.1, 100.0, "the slowness of tensor messages");
    checked(s.data_exposed, 0.0, 1.0, "the exposed share of data messages");
    checked(s.expert_exposed, 0.0, 1.0, "the exposed share of expert messages");
    checked(s.kernels.products, 0.05, 2.0, "the share of a kernel table's rate");
    checked(s.sigma, 0.0, 5.0, "the deviation of a step's time");
    return s;
}

/// `s` with its times on scalar `Y`.
template <class Y, class X> constexpr stack<Y> as(const stack<X>& s) {
    const auto cast = [](const sourced<seconds<X>>& f) {
        return f.map([](const seconds<X>& t) { return seconds<Y>::from_value(Y(t.value())); });
    };
    return {s.name,
            s.title,
            s.version,
            s.kind,
            s.exchange_era,
            s.attention,
            s.fused_accumulation,
            s.early_stop,
            s.elementwise,
            cast(s.launch),
            cast(s.expert_launch),
            cast(s.expert_launch_captured),
            s.tensor_exposed,
            s.tensor_slowness,
            s.hand_overs_beside,
            s.data_exposed,
            s.shard_contention,
            s.expert_exposed,
            s.reduce_bytes,
            cast(s.per_owner),
            s.exchange,
            s.memory,
            s.states,
            s.zero,
            s.kernels,
            s.sigma,
            s.memory_sigma,
            s.experts_sigma};
}
}  // namespace gambrel::training
