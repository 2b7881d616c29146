// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How a model is trained, whatever the software and the machines: what is kept of each parameter, what the products
/// multiply in, what is computed twice instead of being kept, and which parameters learn.
///
///     bytes of a parameter = weights + working gradient + gradient + optimizer
///
///     mixed precision, ZeRO's count         2 + 0 + 2 + 12        master weights and two moments in fp32
///     the same, gradients added up in fp32  2 + 0 + 4 + 12        Megatron
///     DeepSpeed                             2 + 2 + 4 + 12        16-bit gradients until they are reduced
///     fp32 shards (FSDP)                    4 + 0 + 4 + 8         gathered in 16 bit
///     pure bf16                             2 + 0 + 2 + 4         moments in bf16, no master
///     pure bf16, 8-bit Adam                 2 + 0 + 2 + 2
///     frozen base under LoRA                2 or 4.5 / 8          adapters by one of the above
///
/// Sources: ZeRO (arXiv 1910.02054, section 3.1), Megatron-LM and DeepSpeed estimators (docs/models/training.md), 8-bit
/// optimizers (2110.02861), QLoRA (2305.14314). Evidence: tests/training/memory_test.cpp.

#include <gambrel/model/adapter.hpp>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/operators/precision.hpp>

namespace gambrel::training {

/// What is computed again in the backward pass instead of being kept.
/// `alternate`: what lies between products, the attention core and every other product (torchtitan's "selective").
enum class recomputation : unsigned char { none, selective, alternate, full };
/// What waits in the memory of the host between its uses.
enum class offloading : unsigned char { none, optimizer, states };
}  // namespace gambrel::training

namespace gambrel {
// clang-format off
template <> inline constexpr std::array<enum_row<training::recomputation>, 4> enum_table<training::recomputation>{{
    {training::recomputation::none, "none", "none"},
    {training::recomputation::selective, "selective", "the attention core"},
    {training::recomputation::alternate, "alternate", "every other product"},
    {training::recomputation::full, "full", "every layer"},
}};
template <> inline constexpr std::array<enum_row<training::offloading>, 3> enum_table<training::offloading>{{
    {training::offloading::none, "none", "nothing"},
    {training::offloading::optimizer, "optimizer", "gradients and optimizer"},
    {training::offloading::states, "states", "weights, gradients and optimizer"},
}};
// clang-format on
}  // namespace gambrel

namespace gambrel::training {

using gambrel::checked;

/// Bytes that are kept of each parameter that learns.
struct state_bytes {
    double weights = 2;           ///< whole until ZeRO-3
    double working_gradient = 0;  ///< 16-bit, beside the ones that are reduced; with ZeRO-3 of one layer only
    double gradient = 4;          ///< sharded from ZeRO-2 on
    double optimizer = 12;        ///< sharded from ZeRO-1 on

    constexpr double all() const { return weights + working_gradient + gradient + optimizer; }
};

/// Of `s.optimizer`, the fp32 weights beside those that products read: two moments take 1, 2 or 4 bytes each.
constexpr double master_bytes(const state_bytes& s) { return s.optimizer >= 12.0 || s.optimizer == 6.0 ? 4.0 : 0.0; }
/// Bytes that an optimizer moves of each parameter: what it keeps and the weights are read and written, gradients read and
/// cleared; weights that copy fp32 ones are written alone. Adam in mixed precision with fp32 gradients: 34.
constexpr double update_bytes(const state_bytes& s) {
    return 2.0 * (s.gradient + s.optimizer) + s.weights * (master_bytes(s) > 0.0 ? 1.0 : 2.0);
}

namespace states {
inline constexpr state_bytes mixed{2, 0, 2, 12};
inline constexpr state_bytes mixed_fp32_gradients{2, 0, 4, 12};
inline constexpr state_bytes deepspeed{2, 2, 4, 12};
inline constexpr state_bytes fp32_shards{4, 0, 4, 8};
inline constexpr state_bytes pure_bf16{2, 0, 2, 4};
inline constexpr state_bytes pure_bf16_adam_8_bit{2, 0, 2, 2};
inline constexpr state_bytes pure_bf16_sgd{2, 0, 2, 0};
}  // namespace states

struct recipe {
    storage_format products = formats::bf16;  ///< what linear layers multiply in, forward and backward
    state_bytes states = training::states::mixed_fp32_gradients;
    recomputation recompute = recomputation::none;
    bool dropout = false;                ///< masks of one byte are kept
    bool chunked_loss = false;           ///< logits exist a part of the tokens at a time
    bool optimizer_in_backward = false;  ///< a gradient is used as soon as it is there: only the largest exists
    bool offload_activations = false;    ///< kept activations wait in the host's memory
    offloading offload = offloading::none;
    gambrel::adapter adapter{};             ///< rank 0: everything learns
    storage_format frozen = formats::bf16;  ///< what the base is kept in under an adapter; nf4: QLoRA
    double padding = 0;                     ///< share of the tokens of a batch that are padding

    constexpr bool adapts() const { return adapter.rank > 0; }
    /// Whether the base is widened for each product.
    constexpr bool widens_base() const { return adapts() && frozen.bits < 16.0; }
    /// Of a weight that is brought whole to a device, in a message or over a link: as a narrow base is kept, else 16 bit.
    constexpr double moved_bytes() const { return widens_base() ? frozen.bytes_per_element() : 2.0; }
};

/// bitsandbytes 4 bit with its scales quantised again (QLoRA, section 3): 8-bit scales per 64 and an fp32 one per 256.
inline constexpr storage_format nf4_double{
    .name = "nf4_double", .bits = 4, .block_rows = 1, .block_columns = 64, .scale_bits = 8.125};

/// Throws `error` naming the first number out of range; returns `r` otherwise.
constexpr const recipe& checked(const recipe& r) {
    checked(r.products);
    checked(r.frozen);
    for (const double each : {r.states.weights, r.states.working_gradient, r.states.gradient, r.states.optimizer})
        checked(each, 0.0, 64.0, "the bytes kept of a parameter");
    checked(r.padding, 0.0, 0.99, "the share of padding tokens");
    checked(static_cast<double>(r.adapter.rank), 0.0, 65536.0, "the rank of an adapter");
    return r;
}
}  // namespace gambrel::training
