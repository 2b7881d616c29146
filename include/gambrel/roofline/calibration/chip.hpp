// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The chips whose kernels were measured, and which of them a device carries: constants fitted on one board serve the
/// other boards of its chip, a little less surely.

#include <array>
#include <gambrel/hardware/device.hpp>

namespace gambrel {

enum class chip : unsigned char { none, a100, h100, h200, b200, gb200, l40s, rtx_pro_6000 };
inline constexpr std::size_t chip_count = 8;

/// The catalog's name of the measured board; empty for `none`.
constexpr std::string_view board_of(chip c) {
    constexpr std::array<std::string_view, chip_count> names{"",         "a100-sxm-80", "h100-sxm", "h200-sxm",
                                                             "b200-sxm", "gb200",       "l40s",     "rtx-pro-6000-bse"};
    return names[static_cast<std::size_t>(c)];
}

/// Widens every sigma of a fit taken to another board of the chip: other clocks, power limit, memory. Measured: 183
/// 16-bit products of an A100 PCIe (SimuMax) under the constants of the A100 SXM err by 13 %, its own rows by 7.5 %.
inline constexpr double sister_board_widening = 1.7;

/// The H20 is a Hopper whose matrix rate is cut to a seventh: neither power nor latency hold it below that. Measured:
/// median 0.924 of peak over 112 8-bit products with M >= 4096, N, K >= 1024 (InferSim); the uncut chip: 0.6 to 0.8.
inline constexpr double cut_rate_compute = 0.92;

struct chip_match {
    gambrel::chip chip = gambrel::chip::none;
    bool exact = false;    ///< the measured board itself
    double compute = 0.0;  ///< share of the peak in products where the board's differs from the chip's; 0: it does not

    constexpr bool found() const { return chip != gambrel::chip::none; }
    constexpr double widening() const { return exact ? 1.0 : sister_board_widening; }
};

/// The chip on `d`, by the catalog's names; `none` for a device whose chip was not measured.
/// Evidence: tests/roofline/chip_test.cpp.
template <class Y> constexpr chip_match chip_of(const device<Y>& d) {
    if (d.vendor != vendor::nvidia) return {};
    const std::string_view name = d.name.view();
    for (std::size_t i = 1; i < chip_count; ++i)
        if (const auto c = static_cast<chip>(i); name == board_of(c)) return {c, true};
    struct sister {
        std::string_view board;
        gambrel::chip chip;
    };
    constexpr std::array sisters{sister{"a100-sxm-40", chip::a100},  sister{"a100-pcie-80", chip::a100},
                                 sister{"a100-pcie-40", chip::a100}, sister{"a800-sxm-80", chip::a100},
                                 sister{"a800-pcie-80", chip::a100}, sister{"h800-pcie", chip::h100},
                                 sister{"h100-pcie", chip::h100},    sister{"h100-nvl", chip::h100},
                                 sister{"h800-sxm", chip::h100},     sister{"gh200-96", chip::h100},
                                 sister{"gh200-144", chip::h200},    sister{"h200-nvl", chip::h200},
                                 sister{"h20", chip::h200},          sister{"h20-3e", chip::h200},
                                 sister{"b100", chip::b200},         sister{"b300-sxm", chip::b200},
                                 sister{"gb300", chip::gb200},       sister{"l40", chip::l40s},
                                 sister{"rtx-6000-ada", chip::l40s}, sister{"rtx-pro-6000-ws", chip::rtx_pro_6000}};
    for (const sister& s : sisters)
        if (name == s.board) return {s.chip, false, s.board == "h20" || s.board == "h20-3e" ? cut_rate_compute : 0.0};
    return {};
}
}  // namespace gambrel
