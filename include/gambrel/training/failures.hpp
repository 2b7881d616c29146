// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What failures take of a long run, and how often to write a checkpoint.
///
///     M = hours between failures of a device / devices
///     interval   Young: sqrt(2 d M)      Daly: sqrt(2 d M) (1 + sqrt(d / 2M) / 3 + (d / 2M) / 9) - d, and M for d >= 2 M
///     lost       d / interval + interval / 2 M + R / M             goodput = 1 / (1 + lost)
///
/// d: seconds that writing a checkpoint stops the run; R: from a failure until the run is where its last checkpoint was.
/// First order: failures are rare against the interval; independent and alike, as exponential times between them are.
/// Sources: Young (1974, CACM 17(9)), Daly (2006, FGCS 22(3), equation 37). Measured: Llama 3, 419 unexpected
/// interruptions in 54 days on 16,384 H100 (arXiv 2407.21783, section 3.3.4). Evidence: tests/training/run_test.cpp.

#include <gambrel/error.hpp>
#include <gambrel/numeric/math.hpp>
#include <gambrel/numeric/sourced.hpp>
#include <gambrel/units.hpp>

namespace gambrel::training {

using gambrel::checked;

inline constexpr source llama_3_interruptions{
    "arXiv 2407.21783, section 3.3.4: 419 unexpected interruptions in 54 days on 16,384 devices", "2024-07",
    evidence::measured};

struct failure_terms {
    /// Hours between failures of one device; zero: none are counted.
    sourced<seconds<>> between{hours(16384.0 * 54.0 * 24.0 / 419.0), llama_3_interruptions};
    seconds<> checkpoint = seconds_of(30);  ///< that writing one stops the run
    seconds<> restart = seconds_of(600);    ///< until the run goes on
    seconds<> interval{};                   ///< zero: the best, by Daly
};

struct goodput {
    seconds<> between{};   ///< failures of the whole run
    seconds<> interval{};  ///< of checkpoints
    double lost = 0;       ///< time beside what steps take, relative to it
    double share = 1;      ///< of the time in which steps are made that are kept
};

/// The interval of least loss, to first order. Evidence: tests/training/run_test.cpp.
constexpr seconds<> young_interval(const seconds<>& checkpoint, const seconds<>& between) {
    return seconds_of(math::sqrt(2.0 * checkpoint.value() * between.value()));
}
constexpr seconds<> daly_interval(const seconds<>& checkpoint, const seconds<>& between) {
    const double d = checkpoint.value(), m = between.value();
    if (d >= 2.0 * m) return between;
    const double x = d / (2.0 * m);
    return seconds_of(math::sqrt(2.0 * d * m) * (1.0 + math::sqrt(x) / 3.0 + x / 9.0) - d);
}

/// What `devices` devices lose. Evidence: tests/training/run_test.cpp.
constexpr goodput goodput_of(const failure_terms& t, double devices) {
    checked(devices, 1.0, 1e7, "the number of devices");
    checked(t.checkpoint.value(), 0.0, 1e6, "the seconds that a checkpoint stops a run");
    checked(t.restart.value(), 0.0, 1e7, "the seconds of a restart");
    checked(t.interval.value(), 0.0, 1e9, "the seconds between checkpoints");
    goodput g;
    if (!t.between.known() || !(t.between.value > seconds<>{})) return g;
    checked(t.between.value / hours(1), 1.0, 1e9, "the hours between failures of a device");
    g.between = t.between.value / devices;
    const double m = g.between.value();
    g.interval =
        t.interval > seconds<>{} ? t.interval : larger(daly_interval(t.checkpoint, g.between), seconds_of(1.0));
    g.lost = t.checkpoint / g.interval + g.interval.value() / (2.0 * m) + t.restart.value() / m;
    g.share = 1.0 / (1.0 + g.lost);
    return g;
}
}  // namespace gambrel::training
