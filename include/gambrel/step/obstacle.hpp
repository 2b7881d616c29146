// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What keeps a deployment from existing: which obstacle, by how much, and the nearest value that works. An answer, not
/// an exception. Found by: step/divisibility.hpp, step/feasibility.hpp, step/memory_fit.hpp, serving/.
/// Evidence: tests/step/feasibility_test.cpp.

#include <array>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/numeric/text.hpp>
#include <gambrel/units.hpp>

namespace gambrel {

// clang-format off
enum class obstacle : unsigned char {
    none, heads_not_divisible, width_not_divisible, too_many_stages, no_experts, experts_not_divisible,
    ranks_not_divisible, experts_cut, format_not_on_device, format_not_in_runtime, device_not_in_runtime,
    devices_not_linked, capacity_unknown, context_too_long, prompt_too_long, no_images, does_not_fit, not_known, unstable
};
// clang-format on

// clang-format off
template <> inline constexpr std::array<enum_row<obstacle>, 19> enum_table<obstacle>{{
    {obstacle::none, "none", "none"},
    {obstacle::heads_not_divisible, "heads_not_divisible", "heads not divisible"},
    {obstacle::width_not_divisible, "width_not_divisible", "width not divisible"},
    {obstacle::too_many_stages, "too_many_stages", "too many stages"},
    {obstacle::no_experts, "no_experts", "no experts"},
    {obstacle::experts_not_divisible, "experts_not_divisible", "experts not divisible"},
    {obstacle::ranks_not_divisible, "ranks_not_divisible", "ranks not divisible"},
    {obstacle::experts_cut, "experts_cut", "experts cut"},
    {obstacle::format_not_on_device, "format_not_on_device", "format not on device"},
    {obstacle::format_not_in_runtime, "format_not_in_runtime", "format not in runtime"},
    {obstacle::device_not_in_runtime, "device_not_in_runtime", "device not in runtime"},
    {obstacle::devices_not_linked, "devices_not_linked", "devices not linked"},
    {obstacle::capacity_unknown, "capacity_unknown", "capacity unknown"},
    {obstacle::context_too_long, "context_too_long", "context too long"},
    {obstacle::prompt_too_long, "prompt_too_long", "prompt too long"},
    {obstacle::no_images, "no_images", "no images"},
    {obstacle::does_not_fit, "does_not_fit", "does not fit"},
    {obstacle::not_known, "not_known", "not known"},
    {obstacle::unstable, "unstable", "unstable"},
}};
// clang-format on

struct feasibility {
    obstacle what = obstacle::none;
    double have = 0;        ///< what was asked for
    double limit = 0;       ///< what it must divide, or what there is
    double suggestion = 0;  ///< the nearest value that works, 0 when none does
    text<16> format{};      ///< of a format obstacle
    text<16> instead{};     ///< a format that works
    bytes<> shortfall{};    ///< of a memory obstacle, on one device

    constexpr bool ok() const { return what == obstacle::none; }
};
}  // namespace gambrel
