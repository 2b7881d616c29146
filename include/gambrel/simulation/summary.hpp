// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The figures of a run. Figures of requests are of those sent after the warm-up (the first requests, options.hpp);
/// rates and means over time are over the window from the end of the warm-up to the last request sent, or, for a closed
/// loop, sessions and a trace without a warm-up, to the last answer: a trace of one instant has a rate, too.

#include <gambrel/simulation/time_tally.hpp>

namespace gambrel::simulation {

struct summary {
    std::uint64_t sent = 0, ended = 0, rejected = 0, left = 0;  ///< `left`: under way when the run was given up
    std::uint64_t too_long =
        0;  ///< of the rejected: prompts that a pass does not hold; the others need more KV than there is
    time_tally ttft{}, tpot{}, latency{}, queued{};  ///< `queued`: from sending to the first pass that computes it
    time_tally itl{};                                ///< gaps between tokens, pooled over requests

    seconds<> duration{};  ///< first request sent to last one ended
    seconds<> window{};    ///< of the means over time
    request_rate<> request_throughput{};
    token_rate<> output_throughput{}, prompt_throughput{};
    double running = 0, waiting = 0;  ///< requests, means over the window
    double utilisation = 0;           ///< share of the window that a replica is in a pass
    double batch = 0;                 ///< decodes of a pass, by time, over all passes of the run
    double blocks = 0;                ///< KV blocks held by all ranks, by time, over all passes of the run
    std::uint64_t most_blocks = 0;    ///< held on one rank at once
    std::uint64_t passes = 0, prompt_passes = 0, preemptions = 0;
    std::uint64_t prompt_tokens = 0, output_tokens = 0, cached_tokens = 0, recomputed_tokens = 0;

    seconds<> transfer_wait{}, transfer_busy{};  ///< between pools: time in line, and in use, summed over transfers

    bool stable = true;
    request_rate<> backlog_growth{};            ///< of the waiting line, while requests were sent; about 0 when stable
    seconds<> latency_sum{}, under_way_time{};  ///< summed over requests; Little's law: equal when all have ended
};
}  // namespace gambrel::simulation
