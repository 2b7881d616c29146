// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the frontend adds to TTFT beside its own time on a request (host_time::frontend), which is in `latency` already.
/// `others` more requests are in the system, and it spends `work` seconds on the prompt of each, one after another:
///
///     frontend_wait   spread out: the M/D/1 wait at utilisation others work / (latency + wait), solved for the wait:
///                     (sqrt(idle^2 + 2 work others work) - idle) / 2,   idle = latency - (others + 1) work
///     burst_wait      all at once, where passes take `each` seconds a prompt: the greater of
///                     others / 2 (work - each) and -idle
///                     Both keep (others + 1) / (latency + wait), the throughput, at 1 / work or below
///     boundary_after  closed loop: mean seconds from the end of the frontend to the start of a pass. A request is sent as a
///                     pass ends; passes take `mean` seconds, and a share `busy` of them carries prompts and outlasts the
///                     frontend: begun = (1 - (1 - busy)^passes) / busy passes are expected to begin until one does, of
///                     at most passes = frontend / decode + 1/2 (rounded up, on average)
///
/// Evidence: tests/serving/predict_test.cpp; tests/serving/protocol_test.cpp, against the simulator.

#include <gambrel/numeric/math.hpp>
#include <gambrel/units.hpp>

namespace gambrel {

template <class Y> constexpr Y frontend_wait(const Y& work, double others, const Y& latency) {
    if (!(work > 0.0) || !(others > 0.0)) return Y(0.0);
    const Y idle = latency - (others + 1.0) * work;
    return 0.5 * (math::sqrt(idle * idle + 2.0 * work * (others * work)) - idle);
}

template <class Y> constexpr Y burst_wait(const Y& work, double others, const Y& each, const Y& latency) {
    if (!(work > 0.0) || !(others > 0.0)) return Y(0.0);
    return larger(larger(Y(0.0), 0.5 * others * (work - each)), (others + 1.0) * work - latency);
}

template <class Y> constexpr Y boundary_after(const Y& frontend, const Y& step, const Y& mean, double busy) {
    constexpr double no_prompts = 1e-9;  // below: the limit busy -> 0
    const Y passes = frontend / step + 0.5;
    const Y begun = busy < no_prompts ? passes : (1.0 - math::pow(Y(1.0 - busy), passes)) / busy;
    return larger(Y(0.0), mean * begun - frontend);
}
}  // namespace gambrel
