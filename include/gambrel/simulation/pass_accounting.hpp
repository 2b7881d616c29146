// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The sums of one batch: over its passes (seconds busy, blocks and decodes weighted by time, tokens), over time
/// (requests running and waiting), and the gaps between tokens.
///
///     running_time = integral of the number of running requests        waiting_time = the same of the waiting
///     block_time   = sum over passes of (end - start) x blocks held    decode_time  = the same of decodes
///
/// Their sums over replicas are checked against the requests' own latencies at the end of every run (engine.hpp).
/// Evidence: tests/simulation/run_test.cpp.

#include <gambrel/simulation/inbox.hpp>
#include <gambrel/simulation/pass_of_rank.hpp>
#include <gambrel/simulation/pass_sums.hpp>
#include <gambrel/simulation/pipeline.hpp>

namespace gambrel::simulation {

/// When the pass under way enters the first stage and leaves the last, and the clock, in seconds.
struct pass_clock {
    double now = 0, start = 0, end = 0;
    double waits = 0;  ///< of the pass under way, behind others at the stages
    bool in_pass = false;

    void begin(double duration, pipeline& stages) {
        const pipeline::passage way = stages.send(now, duration);
        in_pass = true;
        start = way.enters;
        end = way.leaves;
        waits = stages.stages() == 1 ? 0.0 : end - start - duration;
    }
    /// Seconds of computing of the pass under way, over all stages.
    double busy() const { return end - start - waits; }
    /// Time goes on to `to` where no pass holds the clock.
    void idle_until(double to) {
        if (to > now && !in_pass) now = to;
    }
};

/// `Sink` hears of passes and gaps: `wants_steps()`, `step(step_record)`, `gap(seconds, weight)`.
template <class Sink> class pass_accounting {
public:
    pass_accounting(Sink& sink, std::uint32_t replica) : sink_(sink), replica_(replica) {}

    pass_sums sums{};
    std::uint64_t under_way = 0;  ///< requests of this replica: running, waiting, or parked until their KV is sent

    /// Adds the time since the last call to the sums; `running()` is the number of requests that ran in that time.
    template <class Running> void account(double now, Running&& running) {
        const double dt = now - accounted_;
        if (dt <= 0.0) return;
        const auto n = static_cast<double>(running());
        sums.running_time += dt * n;
        sums.waiting_time += dt * (static_cast<double>(under_way) - n);
        accounted_ = now;
    }

    /// The pass of `clock` is over, with `decodes` on its first rank `on`, which stands for the replica in what is
    /// counted once a pass; `unread`: requests that no scheduler has seen. Padding of a static batch makes no tokens.
    void pass_done(const rank& on, std::uint64_t decodes, const pass_clock& clock, const inbox& unread) {
        sums.busy += clock.busy();
        ++sums.passes;
        rank_done(on, decodes, clock, unread);
    }
    /// The same pass on another rank.
    void rank_done(const rank& on, std::uint64_t decodes, const pass_clock& clock, const inbox& unread) {
        const double dt = clock.busy();
        sums.block_time += dt * static_cast<double>(on.kv.held());
        sums.decode_time += dt * static_cast<double>(decodes);
        sums.decode_tokens += decodes - (decodes > 0 ? on.padding : 0);
        if (sink_.wants_steps()) sink_.step(step_of(on, decodes, clock.start, clock.end, replica_, unread.size()));
    }
    /// Gaps between tokens, of each of the `decodes` of a pass that ends at `end`: since the last decode pass, or, of
    /// those that joined since (rank::joined), since their own last token.
    void gaps(rank& on, std::uint64_t decodes, double end) {
        for (const double last : on.joined) sink_.gap(end - last, 1);
        sink_.gap(end - on.last_decode_end, decodes - on.joined.size());
        on.joined.clear();
        on.last_decode_end = end;
    }

private:
    Sink& sink_;
    std::uint32_t replica_;
    double accounted_ = 0;
};
}  // namespace gambrel::simulation
