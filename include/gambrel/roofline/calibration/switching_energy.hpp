// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The energy of an operation on a chip, and the clock law that it gives a board.
///
///     per_flop = joules per flop / room        per_byte = joules per byte / room
///     room     = min(limit - idle, that of the measured board)
///
/// Energies are of the chip, at full clock; the limit is the board's. No board with a limit above the
/// measured one's was seen to keep a higher clock, so a higher limit is not believed.
/// Evidence: tests/roofline/clock_law_test.cpp; docs/calibration/clock.md.

#include <gambrel/roofline/calibration/chip.hpp>
#include <gambrel/roofline/calibration/clock_law.hpp>

namespace gambrel {

struct switching_energy {
    gambrel::chip chip = gambrel::chip::none;
    std::array<double, 3> picojoules_per_flop{};  ///< of a 16-bit, 8-bit and 4-bit product; 0: unknown
    double room = 0;                              ///< watts beside idling of the board it was measured on

    constexpr double of(multiply m) const {
        switch (m) {
            case multiply::as_16_bit: return picojoules_per_flop[0];
            case multiply::as_8_bit_float:
            case multiply::as_8_bit_integer: return picojoules_per_flop[1];
            case multiply::as_4_bit_float: return picojoules_per_flop[2];
            case multiply::as_fp32: return 0.0;
        }
        return 0.0;
    }
};

/// Of a board's limit, where its idle power is not known: H200, 80 of 700 W (2026-08).
inline constexpr double idling_share = 0.114;

/// Power that `d` may draw beside idling; 0 where its limit is not known.
template <class Y> constexpr watts<Y> power_room(const device<Y>& d) {
    if (!d.power.limit.known()) return {};
    return d.power.idle.known() ? *d.power.limit - *d.power.idle : *d.power.limit * (1.0 - idling_share);
}
}  // namespace gambrel
