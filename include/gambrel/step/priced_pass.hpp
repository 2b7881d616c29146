// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Time and launches of some of the operations of a pass: what a table of a part of it is filled with (tabulated_step.hpp).
/// Evidence: tests/step/tabulated_step_test.cpp.

#include <array>
#include <gambrel/step/pass.hpp>

namespace gambrel::detail {

struct priced_pass {
    const pass_inputs& terms;
    const gambrel::roof<>& roof;
    const runtime<>& software;
};
/// Seconds and kernels of the operations of a pass of `shape` for which `wanted` holds.
template <class Wanted> std::array<double, 2> sum_of(const priced_pass& by, const step_shape& shape, Wanted&& wanted) {
    std::array<double, 2> s{};
    for_each_operation(by.terms, shape, [&](const operation& op) {
        if (!wanted(op)) return;
        s[0] += time_in_pass(op, by.roof, by.software).total.value() * op.repeats;
        s[1] += op.kernels * op.repeats;
    });
    return s;
}
}  // namespace gambrel::detail
