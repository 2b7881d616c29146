// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The parts that the time of a training step is made of. Evidence: tests/training/step_time_test.cpp.

#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/numeric/palette.hpp>

namespace gambrel::training {

/// Where the time of a step goes.
enum class part : unsigned char {
    forward,
    input_gradients,
    weight_gradients,
    recompute,
    tensor,
    context,
    experts,
    pipeline,
    data,
    optimizer,
    launch,
    power,
    offload,
    scale
};
inline constexpr std::size_t part_count = 14;
}  // namespace gambrel::training

namespace gambrel {
// clang-format off
template <> inline constexpr std::array<enum_row<training::part>, training::part_count> enum_table<training::part>{{
    {training::part::forward, "forward", "forward", "", colours::blue},
    {training::part::input_gradients, "input_gradients", "backward, input gradients", "", colours::sky},
    {training::part::weight_gradients, "weight_gradients", "backward, weight gradients", "", colours::vermilion},
    {training::part::recompute, "recompute", "computed again", "", colours::orange},
    {training::part::tensor, "tensor_messages", "messages of tensor ranks", "", colours::green},
    {training::part::context, "context_messages", "messages of context ranks", "", colours::green},
    {training::part::experts, "expert_messages", "exchanges between expert ranks", "", colours::yellow},
    {training::part::pipeline, "pipeline", "pipeline bubble and hand-overs", "", colours::purple},
    {training::part::data, "data_messages", "gradients and weights between data ranks", "", colours::green},
    {training::part::optimizer, "optimizer", "optimizer", "", colours::grey},
    {training::part::launch, "launch", "launches by the host", "", colours::black},
    {training::part::power, "power", "held by the power limit", "", colours::orange},
    {training::part::offload, "offload", "to the host and back", "", colours::grey},
    {training::part::scale, "scale", "waiting for the slowest of many", "", colours::grey},
}};
// clang-format on
}  // namespace gambrel
