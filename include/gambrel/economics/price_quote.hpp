// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One quoted rent: for which device, by whom, on what terms, where, when, and who says so.

#include <array>
#include <cstddef>
#include <gambrel/numeric/enum_table.hpp>
#include <gambrel/units.hpp>
#include <string_view>

namespace gambrel {

enum class commitment : unsigned char { on_demand, spot, reserved };

// clang-format off
template <> inline constexpr std::array<enum_row<commitment>, 3> enum_table<commitment>{{
    {commitment::on_demand, "on-demand", "on-demand"},
    {commitment::spot, "spot", "spot"},
    {commitment::reserved, "reserved", "reserved"},
}};
// clang-format on

struct price_quote {
    std::string_view device;  ///< name in the hardware catalog
    std::string_view provider;
    std::string_view instance;  ///< empty where the source names none
    commitment terms = commitment::on_demand;
    std::string_view region;  ///< empty where the source names none
    std::string_view date;    ///< of the price; "undated" where the source has none
    rental<> rent{};          ///< per device
    std::string_view source;
};
}  // namespace gambrel
