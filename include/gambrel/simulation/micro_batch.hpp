// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One batch of a replica: ranks in lockstep, a clock, and passes one after the other.
///
///     pass time = max over ranks of law(load of the rank)          beside mean_tokens, the mean tokens of all ranks
///
/// Each pass: arrivals that the schedulers may see are read (inbox.hpp), each rank's pass is planned (schedulers.hpp),
/// and at its end tokens are counted (pass_accounting.hpp) and requests decode on, are handed over or leave
/// (completion.hpp). Pure decode passes with nothing waiting are skipped over without planning (decode_stretch.hpp).
/// A rank without work takes part in the pass with a token or none (vLLM, SGLang, TensorRT-LLM), which is not counted.
/// In a decode pass from a graph every rank computes as many tokens as the fullest; with a prompt anywhere, its own.
/// Sources of ranks: vLLM v1/worker/dp_utils.py (017e9f4), SGLang layers/dp_attention.py (v0.5.18), TensorRT-LLM
/// _torch/pyexecutor (0004396). Evidence: tests/simulation/.

#include <deque>
#include <gambrel/simulation/completion.hpp>
#include <gambrel/simulation/decode_stretch.hpp>
#include <gambrel/simulation/rank_balance.hpp>

namespace gambrel::simulation {

/// `Sink` hears of passes, gaps, hand-overs and ends (pass_accounting.hpp, completion.hpp). The batch keeps references
/// to the law, the pipeline, the pool and the sink, and to itself: it is neither copied nor moved once it has a request.
template <step_law Law, class Sink> class micro_batch {
public:
    /// `blocks`: of each rank.
    micro_batch(const Law& law, const server& s, pipeline& stages, std::deque<kv_blocks>& blocks, request_pool& pool,
                Sink& sink, std::uint32_t replica)
        : law_(law),
          pool_(pool),
          pipeline_(stages),
          scheduler_(s),
          balance_(s),
          inbox_(s.scheduling),
          accounting_(sink, replica),
          completion_(s, pool, sink, accounting_, replica) {
        for (int i = 0; i < s.ranks; ++i) {
            ranks_.emplace_back(s, pool, blocks[static_cast<std::size_t>(i)],
                                first_stream + 4096ULL * replica + static_cast<std::uint64_t>(i));
            schedulers_.emplace_back(s);
        }
    }
    micro_batch(const micro_batch&) = delete;
    micro_batch& operator=(const micro_batch&) = delete;

    /// When this batch next does something by itself; infinite while it has nothing to do.
    double next_time() const { return clock_.in_pass ? clock_.end : ready_ ? clock_.now : unlimited; }

    /// Whether `r` fits this server at all.
    bool can_ever_run(const in_flight& r) const { return scheduler_.can_ever_run(r, ranks_.front()); }
    bool pass_holds(const in_flight& r) const { return scheduler_.pass_holds(r); }

    /// A request reaches the batch: it goes to the rank with the fewest requests.
    void arrive(slot s, double now) {
        clock_.idle_until(now);
        account(now);
        in_flight& r = pool_[s];
        std::size_t to = 0;
        for (std::size_t i = 1; i < ranks_.size(); ++i)
            if (requests_of(i) < requests_of(to)) to = i;
        r.rank = static_cast<std::uint32_t>(to);
        ++accounting_.under_way;
        if (inbox_.holds_arrivals(clock_.in_pass)) inbox_.push(s);
        else ranks_[to].waiting.push_back(s, r.asked.priority);
        ready_ = true;
    }

    /// Does what is due at `next_time()`, be it before `limit` or not, and everything after it that begins before
    /// `limit`, in seconds. `watched`: returns as soon as a request left, because its client may send another at once.
    void advance(double limit, bool watched) {
        for (bool due = true;; due = false) {
            if (clock_.in_pass) {
                if (finish_pass() && watched) return;
                due = false;
            }
            if (!due && clock_.now >= limit) return;
            if (!begin_pass()) {
                ready_ = false;
                return;
            }
            if (only_decodes_ && !skip_decodes(law_, ranks_.front(), inbox_, accounting_, clock_, limit)) begin_pass();
            if (clock_.end >= limit) return;
        }
    }

    /// Blocks may have become free elsewhere at `now`: requests that wait are looked at again.
    void wake(double now) {
        if (clock_.in_pass || ready_ || accounting_.under_way == 0) return;
        clock_.idle_until(now);
        ready_ = true;
    }

    /// The KV of the parked request `s` has been sent away.
    void release_parked(slot s, double now) {
        clock_.idle_until(now);
        account(now);
        completion_.sent_away(ranks_[pool_[s].rank], s);
        ready_ = true;
    }

    /// Brings the time-weighted sums up to `now`.
    void account(double now) {
        accounting_.account(now, [this] { return running(); });
    }
    const pass_sums& sums() const { return accounting_.sums; }
    std::uint64_t under_way() const { return accounting_.under_way; }
    std::uint64_t waiting() const { return accounting_.under_way - running(); }
    const std::vector<rank>& ranks() const { return ranks_; }

private:
    static constexpr std::uint64_t first_stream = 16;  ///< random streams of the ranks' draws, after those of others

    std::uint64_t running() const {
        std::uint64_t n = 0;
        for (const rank& r : ranks_) n += r.running() + r.parked + prompts_in_pass(r);
        return n;
    }
    /// Requests in the pass under way that `rank::running` does not count: whole prompts, and the last piece of one.
    std::uint64_t prompts_in_pass(const rank& r) const {
        if (!clock_.in_pass) return 0;
        std::uint64_t n = r.chunks.size();
        if (r.partial != no_slot && !r.chunks.empty() && r.chunks.back().who == r.partial) --n;
        return n;
    }
    std::uint64_t requests_of(std::size_t rank) const {
        return ranks_[rank].under_way() + inbox_.count_if([&](slot s) { return pool_[s].rank == rank; });
    }
    bool any_decodes() const {
        return std::any_of(ranks_.begin(), ranks_.end(), [](const rank& r) { return r.has_decodes(); });
    }

    /// Plans and starts the next pass at the clock; false when there is nothing to run.
    bool begin_pass() {
        inbox_.read_for_pass([this] { return any_decodes(); },
                             [this](slot s) { ranks_[pool_[s].rank].waiting.push_back(s, pool_[s].asked.priority); });
        account(clock_.now);
        const bool held = balance_.holds(ranks_, scheduler_, pool_);
        loads_.clear();
        only_decodes_ = ranks_.size() == 1 && pipeline_.stages() == 1;
        for (std::size_t i = 0; i < ranks_.size(); ++i) {
            rank& on = ranks_[i];
            schedulers_[i].plan(on, pool_, held);
            if (on.chunks.empty() && !on.decodes_run) continue;
            loads_.push_back(load_of(on, pool_, clock_.now));
            only_decodes_ = only_decodes_ && on.chunks.empty() && on.waiting.empty() && !inbox_.any_missed() &&
                            on.partial == no_slot && on.padding == 0 && !on.speculates();
        }
        if (loads_.empty()) {
            if (inbox_.any_missed()) return begin_pass();  // nothing was planned, so nothing was missed
            only_decodes_ = false;
            return false;
        }
        clock_.begin(slowest_rank(), pipeline_);
        return true;
    }
    /// Seconds of the pass of `loads_`, one for each rank that has work.
    double slowest_rank() {
        if (ranks_.size() > 1) {
            const auto with_prompts = [](const pass_load& l) { return l.prompts > 0.0; };
            double sum = 0.0, most = 0.0;
            for (const pass_load& l : loads_) {
                sum += l.tokens();
                most = std::max(most, l.tokens());
            }
            const bool padded = std::none_of(loads_.begin(), loads_.end(), with_prompts);
            for (pass_load& l : loads_) l.mean_tokens = padded ? most : sum / static_cast<double>(ranks_.size());
        }
        double longest = 0.0;
        for (const pass_load& l : loads_) longest = std::max(longest, law_.seconds(l));
        return longest;
    }

    /// Ends the pass under way; true when a request left.
    bool finish_pass() {
        const double now = clock_.end;
        account(now);
        clock_.now = now;
        bool left = false;
        bool prompts = false;
        for (rank& on : ranks_) {
            const std::uint64_t decodes = on.decodes_run ? on.decodes() : 0;
            note(on, decodes);
            if (decodes > 0) {
                accounting_.gaps(on, decodes - on.padding, now);
                accounting_.sums.decode_tokens += on.step_done();
                for (slot s = on.pop_ended(); s != no_slot; s = on.pop_ended())
                    left = completion_.last_token(on, s, now) || left;
            }
            for (const chunk& p : on.chunks) left = completion_.chunk_done(on, p, now) || left;
            prompts = prompts || !on.chunks.empty();
            on.chunks.clear();
            if (!on.done.empty() && !on.has_decodes()) {
                completion_.batch_done(on, now);
                left = true;
            }
        }
        clock_.in_pass = false;
        ready_ = true;
        inbox_.pass_done(prompts);
        return left;
    }
    /// Counts the pass under way on `on`; a rank without work takes no part in it, but the first stands for all.
    void note(const rank& on, std::uint64_t decodes) {
        if (&on == &ranks_.front()) accounting_.pass_done(on, decodes, clock_, inbox_);
        else if (decodes > 0 || !on.chunks.empty()) accounting_.rank_done(on, decodes, clock_, inbox_);
        if (!on.chunks.empty()) ++accounting_.sums.prompt_passes;
    }

    const Law& law_;
    request_pool& pool_;
    pipeline& pipeline_;
    scheduler scheduler_;
    rank_balance balance_;
    std::vector<rank> ranks_{};
    std::vector<scheduler> schedulers_{};
    inbox inbox_;
    pass_accounting<Sink> accounting_;
    completion<Sink> completion_;
    pass_clock clock_{};
    std::vector<pass_load> loads_{};  ///< of the pass being planned
    bool ready_ = false;              ///< there may be something to plan at the clock
    bool only_decodes_ = false;       ///< the pass under way is of one rank's decodes, and nothing waits
};
}  // namespace gambrel::simulation
