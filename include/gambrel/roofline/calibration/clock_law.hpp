// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The third roof: a board that would draw more than its power limit lowers its clock until it does not.
///
///     energy  = sum over operations of t active + flop per_flop + bytes per_byte       of a pass, in seconds of the room
///     demand  = energy / full                                full: seconds of the pass at full clock
///     settled = w demand + (1 - w) before,  w = 1 - (1 - exp(-full / settling)) settling / full
///     held    = device (max(1, settled)^(1 / exponent) - 1)                   seconds beyond full clock
///     room    = limit - idle                                  what the limit leaves for work, in watts
///
/// `per_flop` (by kind of multiply) and `per_byte` are energies over the room, so in seconds; `active` is what a board draws
/// that runs kernels and moves nothing. Energy per operation is constant at one clock and falls with the clock, since the
/// voltage falls with it: power goes as clock^exponent. The controller answers the mean over about `settling`: kernel
/// tables time bursts of a few milliseconds at full clock, and a pass with prompts among passes of decodes is held less
/// than one of many. `before` is the mean demand of the passes before; a pass that follows its like has its own.
/// Assumptions: only the device's own time is held, all of it alike; temperature and the spread of boards are in sigma.
/// Validity: the useful flop of grouped products of few tokens understate what their tiles draw.
/// Evidence: tests/roofline/clock_law_test.cpp; docs/calibration/clock.md: products of H200, B200 and GB200 timed in
/// bursts and for a second (`fit_kernels ... clock`).

#include <array>
#include <gambrel/error.hpp>
#include <gambrel/model/weight_format.hpp>
#include <gambrel/numeric/math.hpp>
#include <gambrel/units.hpp>

namespace gambrel {

struct clock_law {
    std::array<double, 5> per_flop{};  ///< seconds of the room for a flop, by kind of multiply; 0: it draws nothing
    double per_byte = 0;               ///< seconds of the room for a byte
    double active = 0;                 ///< of the room, while any kernel runs
    double exponent = 2;               ///< of power over clock
    seconds<> settling{};              ///< of the controller
    double sigma = 0;                  ///< of the logarithm of the stretch where it is held
    int rows = 0;

    constexpr bool known() const { return per_byte > 0.0; }

    /// Seconds of the room that work of `t` seconds takes. Evidence: tests/roofline/clock_law_test.cpp.
    template <class Y> constexpr Y energy(multiply m, double flop, double bytes, const Y& t) const {
        return t * active + (flop * per_flop[static_cast<std::size_t>(m)] + bytes * per_byte);
    }
    /// The demand that the clock answers in a pass of `full` seconds that wants `own` after passes that wanted `before`.
    template <class Y> constexpr Y settled(const Y& own, const Y& before, const Y& full) const {
        const Y spans = full / settling.value();
        if (!(spans > 0.0)) return before;
        const Y gone = (1.0 - math::exp(-spans)) / spans;  // of what was before, on average over the pass
        return own + (before - own) * gone;
    }
    /// Seconds at the sustained clock / seconds at full clock, 1 or more. Evidence: tests/roofline/clock_law_test.cpp.
    template <class Y> constexpr Y stretch(const Y& wanted) const {
        const Y most = larger(Y(1.0), wanted);
        return math::plain(most) > 1.0 ? math::pow(most, 1.0 / exponent) : Y(1.0);
    }
};

/// Throws `error` naming the first constant out of range.
constexpr void check(const clock_law& l) {
    for (const double each : l.per_flop) checked(each, 0.0, 1.0, "the power of a flop over that of a board");
    checked(l.per_byte, 0.0, 1.0, "the power of a byte over that of a board");
    checked(l.active, 0.0, 1e9, "the share of a board's power that running kernels draw");
    checked(l.exponent, 1.0, 10.0, "the exponent of power over clock");
    checked(l.settling.value(), 0.0, 10.0, "the settling time of a power controller in seconds");
    checked(l.sigma, 0.0, 10.0, "the deviation of a law");
}
}  // namespace gambrel
