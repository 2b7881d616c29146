// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Time, power and launches of some of the operations of a pass: what a table of a part of it is filled with (tabulated_step.hpp).
/// Evidence: tests/step/tabulated_step_test.cpp.

#include <gambrel/step/pass.hpp>

namespace gambrel::detail {

struct priced_pass {
    const pass_inputs& terms;
    const gambrel::roof<>& roof;
    const runtime<>& software;
};
/// What some operations take: seconds at full clock, and seconds of all that the power limit leaves (clock_law.hpp).
struct pass_part {
    double seconds = 0, limit = 0;

    constexpr bool operator==(const pass_part&) const = default;
    friend constexpr pass_part operator+(const pass_part& a, const pass_part& b) {
        return {a.seconds + b.seconds, a.limit + b.limit};
    }
    friend constexpr pass_part operator-(const pass_part& a, const pass_part& b) {
        return {a.seconds - b.seconds, a.limit - b.limit};
    }
    friend constexpr pass_part operator*(double x, const pass_part& a) { return {x * a.seconds, x * a.limit}; }
    constexpr pass_part& operator+=(const pass_part& b) { return *this = *this + b; }
    constexpr pass_part& operator-=(const pass_part& b) { return *this = *this - b; }
};
/// A pass of the model itself, at full clock: on the device, and with the host in `full` seconds.
struct full_clock_pass {
    pass_part device{};
    double kernels = 0, full = 0;
};
/// Two batches of `half`, one exchanging while the other computes: the longer of both, twice. What runs beside the other
/// draws no `active` power of its own.
constexpr pass_part in_two_batches(const pass_part& half, const pass_part& exchanged, double active) {
    const double seen = larger(exchanged.seconds, half.seconds - exchanged.seconds);
    return {2.0 * seen, 2.0 * (half.limit - active * (half.seconds - seen))};
}
/// The operations of a pass of `shape` for which `wanted` holds.
struct summed_operations {
    pass_part part{};
    double kernels = 0;
};
template <class Wanted> summed_operations sum_of(const priced_pass& by, const step_shape& shape, Wanted&& wanted) {
    summed_operations s;
    for_each_operation(by.terms, shape, [&](const operation& op) {
        if (!wanted(op)) return;
        const seconds<> full = time_in_pass(op, by.roof, by.software).total;
        s.part += op.repeats * pass_part{full.value(), by.roof.at_limit(op, full).value()};
        s.kernels += op.kernels * op.repeats;
    });
    return s;
}
}  // namespace gambrel::detail
