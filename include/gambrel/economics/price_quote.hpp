// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One quoted rent: for which device, by whom, on what terms, where, when, and who says so.

#include <array>
#include <cstddef>
#include <gambrel/units.hpp>
#include <string_view>

namespace gambrel {

enum class commitment : unsigned char { on_demand, spot, reserved };

constexpr std::string_view name_of(commitment c) {
    constexpr std::array<std::string_view, 3> names{"on-demand", "spot", "reserved"};
    return names[static_cast<std::size_t>(c)];
}

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
