// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Puts the clock law of a board whose chip's energies were fitted into a calibration; others keep none, and are held at
/// no clock but the one in their kernel tables.

#include <gambrel/roofline/calibration/calibration.hpp>
#include <gambrel/roofline/calibration/catalog/clock.hpp>

namespace gambrel {

/// The law of a board that may draw `room` beside idling, of a chip with the energies `e`.
/// Evidence: tests/roofline/clock_law_test.cpp.
constexpr clock_law clock_law_of(const switching_energy& e, const watts<>& room) {
    constexpr double pico = 1e-12;
    clock_law law = catalog::clock_constants;
    for (std::size_t i = 0; i < law.per_flop.size(); ++i)
        law.per_flop[i] = e.of(static_cast<multiply>(i)) * pico / room.value();
    law.per_byte = catalog::picojoules_per_byte * pico / room.value();
    return law;
}

/// Replaces the clock law of `c` where `chip` was measured. Evidence: tests/roofline/clock_law_test.cpp.
template <class Y> constexpr void take_fitted_clock(calibration<>& c, const device<Y>& d, chip_match chip) {
    const watts<> own = watts<>::from_value(math::plain(power_room(d).value()));
    if (!(own > watts<>{})) return;
    for (const auto& e : catalog::switching_energies) {
        if (e.chip != chip.chip) continue;
        c.clock = clock_law_of(e, smaller(own, watts<>::from_value(e.room)));
        c.clock.sigma *= chip.widening();
    }
}
}  // namespace gambrel
