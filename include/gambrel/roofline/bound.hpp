// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What an operation, a pass or an answer is limited by: a roof, its power, a link, kernel launches or the host.
/// Evidence: tests/roofline/roof_test.cpp.

#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/numeric/palette.hpp>

namespace gambrel {

enum class bound : unsigned char { compute, memory, interconnect, launch, host, power };
// clang-format off
template <> inline constexpr std::array<enum_row<bound>, 6> enum_table<bound>{{
    {bound::compute, "compute", "compute", "", colours::vermilion},
    {bound::memory, "memory_bandwidth", "memory bandwidth", "memory", colours::blue},
    {bound::interconnect, "interconnect", "interconnect", "link", colours::green},
    {bound::launch, "kernel_launch", "kernel launch", "launch", colours::purple},
    {bound::host, "host", "host", "", colours::grey},
    {bound::power, "power_limit", "power limit", "power", colours::orange},
}};
// clang-format on
inline constexpr std::size_t bound_count = enum_count<bound>;
}  // namespace gambrel
