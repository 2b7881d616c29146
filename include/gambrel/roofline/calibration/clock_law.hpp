// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The third roof: a board that would draw more than its power limit lowers its clock until it does not.
///
///     energy  = sum over operations of t_i (active + u_i / onset + v_i streaming)     of a pass, in seconds of the room
///     demand  = energy / full                                full: seconds of the pass at full clock
///     settled = w demand + (1 - w) before,  w = 1 - (1 - exp(-full / settling)) settling / full
///     held    = device (max(1, settled)^(1 / exponent) - 1)                   seconds beyond full clock
///     room    = limit - idle                                  what the limit leaves for work, in watts
///
/// `u` is the share of the peak and `v` that of the bandwidth which an operation of t seconds reaches at full clock.
/// `onset`, a share of the peak for each kind of multiply, is where products alone draw the limit: room / (joules per
/// flop x peak). Energy per operation is constant at one clock and falls with the clock, since the voltage falls with
/// it: power goes as clock^exponent. The controller answers the mean over about `settling`: kernel tables time bursts of a
/// few milliseconds at full clock, and a pass with prompts among passes of decodes is held less than one of many. `before`
/// is the mean demand of the passes before; a pass that follows its like has its own.
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

template <class Y = double> struct clock_law {
    std::array<Y, 5> onset{};  ///< by kind of multiply, a share of its peak; 0: never held
    Y streaming{};             ///< of the limit's room, at full bandwidth
    double active = 0;         ///< of the room, while any kernel runs
    double exponent = 2.4;     ///< of power over clock
    seconds<> settling{};      ///< of the controller
    double sigma = 0;          ///< of the logarithm of the stretch where it is held
    int rows = 0;

    constexpr const Y& onset_of(multiply m) const { return onset[static_cast<std::size_t>(m)]; }

    /// Seconds of the limit's room for a second at the peak of `m`; 0 where it is never held.
    constexpr Y per_flop(multiply m) const { return onset_of(m) > 0.0 ? 1.0 / onset_of(m) : Y(0.0); }
    /// Power wanted at full clock, of what the limit leaves beside idling, while a share `u` of the peak of `m` and `v`
    /// of the bandwidth are reached. Evidence: tests/roofline/clock_law_test.cpp.
    constexpr Y demand(multiply m, const Y& u, const Y& v) const { return active + u * per_flop(m) + v * streaming; }
    /// The demand that the clock answers in a pass of `full` seconds that wants `own` after passes that wanted `before`.
    constexpr Y settled(const Y& own, const Y& before, const Y& full) const {
        const Y spans = full / settling.value();
        if (!(spans > 0.0)) return before;
        const Y gone = (1.0 - math::exp(-spans)) / spans;  // of what was before, on average over the pass
        return own * (1.0 - gone) + before * gone;
    }
    /// Seconds at the sustained clock / seconds at full clock, 1 or more. Evidence: tests/roofline/clock_law_test.cpp.
    constexpr Y stretch(const Y& wanted) const { return wanted > 1.0 ? math::pow(wanted, 1.0 / exponent) : Y(1.0); }
};

/// `l` on a board that may draw `share` of what the law's board has for work, beside idling. Throws `error` unless the
/// share is positive. Evidence: tests/roofline/clock_law_test.cpp.
template <class Y> constexpr clock_law<Y> under_limit(clock_law<Y> l, double share) {
    checked(share, 1e-3, 1e3, "the share of a board's power beside idling");
    for (Y& onset : l.onset) onset = onset * share;
    l.streaming = l.streaming / share;
    l.active /= share;
    return l;
}

/// Throws `error` naming the first constant out of range.
template <class Y> constexpr void check(const clock_law<Y>& l) {
    for (const Y& onset : l.onset)
        checked(math::plain(onset), 0.0, 1e3, "the share of a peak at which power holds a product");
    checked(math::plain(l.streaming), 0.0, 1e3, "the share of a board's power that full bandwidth draws");
    checked(l.active, 0.0, 1e3, "the share of a board's power that running kernels draw");
    checked(l.exponent, 1.0, 10.0, "the exponent of power over clock");
    checked(l.settling.value(), 0.0, 10.0, "the settling time of a power controller in seconds");
    checked(l.sigma, 0.0, 10.0, "the deviation of a law");
}

/// `l` with its constants on scalar `Y`.
template <class Y, class X> constexpr clock_law<Y> as(const clock_law<X>& l) {
    clock_law<Y> r{.streaming = Y(l.streaming),
                   .active = l.active,
                   .exponent = l.exponent,
                   .settling = l.settling,
                   .sigma = l.sigma,
                   .rows = l.rows};
    for (std::size_t i = 0; i < l.onset.size(); ++i) r.onset[i] = Y(l.onset[i]);
    return r;
}
}  // namespace gambrel
