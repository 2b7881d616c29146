// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Requests that have arrived at a replica and that its schedulers do not see yet.
///
///     poll interval (SGLang)      read every `poll_interval_steps` passes, after a pass with prompts, and when nothing
///                                 decodes
///     async scheduling (vLLM)     a pass is planned while the one before it runs, so a request that arrives during a
///                                 pass misses the next one and is read for the one after
///     otherwise                   a request is in the waiting line at once, and this stays empty
///
/// Evidence: tests/simulation/inbox_test.cpp, tests/simulation/async_scheduling_test.cpp.

#include <algorithm>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/simulation/in_flight.hpp>
#include <vector>

namespace gambrel::simulation {

class inbox {
public:
    explicit inbox(const scheduling& s)
        : async_scheduling_(s.async_scheduling && s.batching == batching::mixed),
          poll_every_(s.batching == batching::prefill_first
                          ? static_cast<std::uint64_t>(std::max(1.0, s.poll_interval_steps))
                          : 1) {}

    /// Whether a request that arrives now has to wait here.
    bool holds_arrivals(bool in_pass) const { return poll_every_ > 1 || (async_scheduling_ && in_pass); }
    void push(slot s) { arrived_.push_back(s); }

    /// Calls `deliver(slot)` for every request that the pass about to be planned may see.
    template <class Any, class Deliver> void read_for_pass(Any&& any_decodes, Deliver&& deliver) {
        const auto read = [&](std::vector<slot>& requests) {
            for (const slot s : requests) deliver(s);
            requests.clear();
        };
        if (poll_every_ > 1 && (passes_since_read_ >= poll_every_ || !any_decodes())) {
            passes_since_read_ = 0;
            read(arrived_);
        }
        if (async_scheduling_) {
            read(missed_);
            missed_.swap(arrived_);
        }
    }
    /// After a pass with prompts the next pass reads: as if poll_every_ passes had gone by.
    void pass_done(bool had_prompts) { passes_since_read_ = had_prompts ? poll_every_ : passes_since_read_ + 1; }

    /// Pure decode passes, the one under way not counted, until arrivals are read next; at most `passes`.
    std::uint64_t passes_until_read(std::uint64_t passes) const {
        return arrived_.empty() ? passes
                                : std::min(passes, poll_every_ - std::min(poll_every_, passes_since_read_ + 1));
    }
    /// A pure decode pass is done, and nothing was read in it.
    void decode_pass_done() {
        if (++passes_since_read_ >= poll_every_) passes_since_read_ = 0;
    }

    bool any_missed() const { return !missed_.empty(); }
    std::size_t size() const { return arrived_.size() + missed_.size(); }
    template <class Wanted> std::uint64_t count_if(Wanted&& wanted) const {
        return static_cast<std::uint64_t>(std::count_if(arrived_.begin(), arrived_.end(), wanted) +
                                          std::count_if(missed_.begin(), missed_.end(), wanted));
    }

private:
    bool async_scheduling_;
    std::uint64_t poll_every_, passes_since_read_ = 0;
    std::vector<slot> arrived_{};
    std::vector<slot> missed_{};  ///< arrived during the pass before the one under way: read for the next one
};
}  // namespace gambrel::simulation
