// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What keeps a deployment from existing: which obstacle, by how much, and the nearest value that works. An answer, not
/// an exception. Found by: step/divisibility.hpp, step/feasibility.hpp, step/memory_fit.hpp, serving/.
/// Evidence: tests/step/feasibility_test.cpp.

#include <array>
#include <gambrel/numeric/text.hpp>
#include <gambrel/units.hpp>

namespace gambrel {

// clang-format off
enum class obstacle : unsigned char {
    none, heads_not_divisible, width_not_divisible, too_many_stages, no_experts, experts_not_divisible,
    ranks_not_divisible, format_not_on_device, format_not_in_runtime, device_not_in_runtime,
    devices_not_linked, capacity_unknown, context_too_long, no_images, does_not_fit, unstable
};
// clang-format on

constexpr std::string_view name_of(obstacle o) {
    // clang-format off
    constexpr std::array<std::string_view, 16> names{
        "none", "heads not divisible", "width not divisible", "too many stages", "no experts", "experts not divisible",
        "ranks not divisible", "format not on device", "format not in runtime", "device not in runtime",
        "devices not linked", "capacity unknown", "context too long", "no images", "does not fit", "unstable"};
    // clang-format on
    return names[static_cast<std::size_t>(o)];
}

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
