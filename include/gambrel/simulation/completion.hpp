// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What becomes of a request when a pass has computed the last of its prompt or made its last token:
///
///     prompt computed     it decodes from the next pass on; or, in a prefill pool, it is handed over: its blocks stay
///                         (`parked`) until its KV has been sent
///     last token made     its blocks are freed and it leaves; in a static batch it stays as padding until the last
///                         request of the batch ends, and all leave together
///
/// Evidence: tests/simulation/schedulers_test.cpp, tests/simulation/cluster_test.cpp.

#include <gambrel/simulation/pass_accounting.hpp>

namespace gambrel::simulation {

/// `Sink` besides what `pass_accounting` asks: `hands_over(replica, slot, now)`, true where the KV goes elsewhere, and
/// `finished(replica, slot, now)`.
template <class Sink> class completion {
public:
    completion(const server& s, request_pool& pool, Sink& sink, pass_accounting<Sink>& accounting,
               std::uint32_t replica)
        : static_batch_(s.scheduling.batching == batching::fixed_batch),
          pool_(pool),
          sink_(sink),
          accounting_(accounting),
          replica_(replica) {}

    /// The chunk `p` of a prompt is computed at `now`; true when its request left the replica or was handed over. The
    /// last chunk makes a token: the first, or, after a preemption, the next one.
    bool chunk_done(rank& on, const chunk& p, double now) {
        in_flight& r = pool_[p.who];
        accounting_.sums.prompt_tokens += p.tokens;
        r.computed += p.tokens;
        if (!p.last) return false;
        ++accounting_.sums.first_tokens;
        accounting_.sums.cached_tokens += r.cached;
        ++r.generated;
        if (r.first_token < 0.0) r.first_token = now;
        else sink_.gap(now - r.last_token, 1);
        if (r.generated >= r.asked.output) {
            r.start = on.steps();
            return last_token(on, p.who, now);
        }
        if (sink_.hands_over(replica_, p.who, now)) {
            ++on.parked;
            return true;
        }
        r.last_token = now;
        on.begin_decoding(p.who);
        return false;
    }

    /// The last token of `s` is made; true when it leaves.
    bool last_token(rank& on, slot s, double now) {
        if (static_batch_) {
            on.done.push_back(s);
            ++on.padding;
            return false;
        }
        on.free(s, on.stored(pool_[s]), true);
        leave(s, now);
        return true;
    }

    /// The last request of the static batch on `on` has ended: all leave.
    void batch_done(rank& on, double now) {
        for (const slot s : on.done) {
            on.free(s, 0, true);
            leave(s, now);
        }
        on.end_batch();
    }

    /// The KV of the parked request `s` has been sent.
    void sent_away(rank& on, slot s) {
        on.free(s, pool_[s].computed, true);
        --on.parked;
        --accounting_.under_way;
    }

private:
    void leave(slot s, double now) {
        --accounting_.under_way;
        sink_.finished(replica_, s, now);
    }

    bool static_batch_;
    request_pool& pool_;
    Sink& sink_;
    pass_accounting<Sink>& accounting_;
    std::uint32_t replica_;
};
}  // namespace gambrel::simulation
