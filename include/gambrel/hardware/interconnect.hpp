// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A link between devices: bandwidth of one device in ONE direction, and how many devices it joins.

#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/numeric/sourced.hpp>
#include <gambrel/numeric/text.hpp>
#include <gambrel/units.hpp>

namespace gambrel {

enum class fabric : unsigned char { none, pcie, nvlink, xgmi, ici, neuronlink, ethernet, infiniband, shared_memory };
// clang-format off
template <> inline constexpr std::array<enum_row<fabric>, 9> enum_table<fabric>{{
    {fabric::none, "none", "none"},
    {fabric::pcie, "pcie", "pcie"},
    {fabric::nvlink, "nvlink", "nvlink"},
    {fabric::xgmi, "xgmi", "xgmi"},
    {fabric::ici, "ici", "ici"},
    {fabric::neuronlink, "neuronlink", "neuronlink"},
    {fabric::ethernet, "ethernet", "ethernet"},
    {fabric::infiniband, "infiniband", "infiniband"},
    {fabric::shared_memory, "shared_memory", "shared_memory"},
}};
// clang-format on

template <class Y = double> struct interconnect {
    name_text name{};
    fabric kind = fabric::none;
    sourced<byte_rate<Y>> per_direction{};
    int devices = 1;                   ///< how many devices one domain of this link joins
    bool in_switch_reduction = false;  ///< NVLink SHARP and the like: the switch adds, so an all-reduce sends once

    constexpr bool present() const { return kind != fabric::none && per_direction.known(); }
};
}  // namespace gambrel
