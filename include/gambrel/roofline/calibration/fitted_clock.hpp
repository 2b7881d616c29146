// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Puts the clock law of a board whose chip's energies were fitted into a calibration; others keep none, and are held at
/// no clock but the one in their kernel tables.

#include <gambrel/roofline/calibration/calibration.hpp>
#include <gambrel/roofline/calibration/catalog/clock.hpp>
#include <gambrel/roofline/roof.hpp>

namespace gambrel {

/// The law of a board that may draw `room` beside idling and has the energies `e`: onset = room / (joules per flop x
/// peak), streaming = joules per byte x bandwidth / room. Evidence: tests/roofline/clock_law_test.cpp.
template <class Y>
constexpr clock_law<> clock_law_of(const device<Y>& d, const switching_energy& e, const watts<>& room) {
    clock_law<> law = catalog::clock_constants;
    for (std::size_t i = 0; i < law.onset.size(); ++i) {
        const auto m = static_cast<multiply>(i);
        const auto& peak = native_peak(d, m);
        const double draws = peak.known() ? e.of(m) * 1e-12 * math::plain((*peak).value()) : 0.0;
        law.onset[i] = draws > 0.0 ? room.value() / draws : 0.0;
    }
    law.streaming = catalog::picojoules_per_byte * 1e-12 * math::plain((*d.memory.bandwidth).value()) / room.value();
    return law;
}

/// Replaces the clock law of `c` where `chip` was measured. Evidence: tests/roofline/clock_law_test.cpp.
template <class Y> constexpr void take_fitted_clock(calibration<>& c, const device<Y>& d, chip_match chip) {
    const watts<> own = watts<>::from_value(math::plain(power_room(d).value()));
    if (!(own > watts<>{}) || !d.memory.bandwidth.known()) return;
    for (const auto& e : catalog::switching_energies) {
        if (e.chip != chip.chip) continue;
        c.clock = clock_law_of(d, e, smaller(own, watts<>::from_value(e.room)));
        c.clock.sigma *= chip.widening();
    }
}
}  // namespace gambrel
