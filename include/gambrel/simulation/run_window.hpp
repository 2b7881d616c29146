// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The window of a run over which rates and means over time are taken, from what had been counted at its two ends.
///
///     rate = (count at the end - count at the begin) / window          window = end.time - begin.time
///     mean = (integral at the end - integral at the begin) / window
///
/// Evidence: tests/simulation/run_test.cpp.

#include <gambrel/simulation/summary.hpp>

namespace gambrel::simulation::detail {

/// What a run has counted up to a moment, over all replicas: seconds in passes, request-seconds running and waiting,
/// and numbers of ended requests, tokens and requests that wait at that moment.
struct run_counts {
    double time = 0, busy = 0, running = 0, waiting = 0;
    std::uint64_t ended = 0, output_tokens = 0, prompt_tokens = 0, in_line = 0;
};

/// How much longer the waiting line was at the end.
inline double line_growth(const run_counts& begin, const run_counts& end) {
    return static_cast<double>(end.in_line) - static_cast<double>(begin.in_line);
}

/// Fills the rates and means over time of `a`.
inline void fill_window(summary& a, const run_counts& begin, const run_counts& end, std::size_t replicas) {
    const double window = end.time - begin.time;
    a.window = seconds_of(window);
    if (!(window > 0.0)) return;
    const auto per_second = [&](std::uint64_t n) { return static_cast<double>(n) / window; };
    a.request_throughput = requests_per_second(per_second(end.ended - begin.ended));
    a.output_throughput = tokens_per_second(per_second(end.output_tokens - begin.output_tokens));
    a.prompt_throughput = tokens_per_second(per_second(end.prompt_tokens - begin.prompt_tokens));
    a.running = (end.running - begin.running) / window;
    a.waiting = (end.waiting - begin.waiting) / window;
    a.utilisation = (end.busy - begin.busy) / window / static_cast<double>(replicas);
    a.backlog_growth = requests_per_second(line_growth(begin, end) / window);
}
}  // namespace gambrel::simulation::detail
