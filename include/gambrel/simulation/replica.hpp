// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One replica: ranks in lockstep, a clock, and passes one after the other.
///
///     pass time = max over ranks of law(load of the rank)
///
/// A stretch of pure decode passes with nothing waiting is stepped through without planning: each step costs a few
/// additions, and the law is asked once where it is a straight line in the context (`line_law`).

#include <gambrel/simulation/decode_line.hpp>
#include <gambrel/simulation/pass_of_rank.hpp>
#include <gambrel/simulation/pass_sums.hpp>
#include <gambrel/simulation/rank_balance.hpp>

namespace gambrel::simulation {

template <step_law Law, class Sink> class replica {
public:
    replica(const Law& law, const server& s, request_pool& pool, Sink& sink, std::uint32_t index)
        : law_(law), settings_(s), pool_(pool), sink_(sink), index_(index), scheduler_(s), balance_(s) {
        for (int i = 0; i < s.ranks; ++i) {
            ranks_.emplace_back(s, pool);
            schedulers_.emplace_back(s);
        }
        ahead_ = s.scheduling.async_scheduling && s.scheduling.batching == batching::mixed;
        poll_every_ = s.scheduling.batching == batching::prefill_first
                          ? static_cast<std::uint64_t>(std::max(1.0, s.scheduling.poll_interval_steps))
                          : 1;
    }

    /// When this replica next does something by itself; infinite while it has nothing to do.
    double next_time() const { return in_pass_ ? end_ : ready_ ? clock_ : unlimited; }

    /// Whether `r` fits this server at all.
    bool can_ever_run(const in_flight& r) const { return scheduler_.can_ever_run(r, ranks_.front()); }

    void arrive(slot s, double now) {
        if (now > clock_ && !in_pass_) clock_ = now;
        account(now);
        in_flight& r = pool_[s];
        std::size_t to = 0;
        for (std::size_t i = 1; i < ranks_.size(); ++i)
            if (ranks_[i].under_way() + unread_of(i) < ranks_[to].under_way() + unread_of(to)) to = i;
        r.rank = static_cast<std::uint32_t>(to);
        ++under_way_;
        if (poll_every_ > 1 || (ahead_ && in_pass_)) unread_.push_back(s);
        else ranks_[to].waiting.push_back(s, r.asked.priority);
        ready_ = true;
    }

    /// Does what is due at `next_time()`, whatever `limit`, and everything after it that comes before `limit`; returns
    /// early when a request ended and `watched` (its end may bring another).
    void advance(double limit, bool watched) {
        for (bool due = true;; due = false) {
            if (in_pass_) {
                if (finish_pass() && watched) return;
                due = false;
            }
            if (!due && clock_ >= limit) return;
            if (!begin_pass()) {
                ready_ = false;
                return;
            }
            if (quiet_) skip(limit);
            if (end_ >= limit) return;
        }
    }

    /// Brings the time-weighted sums up to `now`.
    void account(double now) {
        const double dt = now - accounted_;
        if (dt <= 0.0) return;
        const auto running = static_cast<double>(running_count());
        sums.running_time += dt * running;
        sums.waiting_time += dt * (static_cast<double>(under_way_) - running);
        accounted_ = now;
    }
    std::uint64_t under_way() const { return under_way_; }
    std::uint64_t waiting() const { return under_way_ - running_count(); }
    std::uint64_t blocks_held() const {
        std::uint64_t n = 0;
        for (const rank& r : ranks_) n += r.kv.held();
        return n;
    }
    const std::vector<rank>& ranks() const { return ranks_; }
    std::vector<rank>& ranks() { return ranks_; }
    double clock() const { return clock_; }
    std::uint32_t index() const { return index_; }
    /// A request parked after its prefill has been sent away.
    void release_parked(slot s, double now) {
        if (now > clock_ && !in_pass_) clock_ = now;
        account(now);
        rank& on = ranks_[pool_[s].rank];
        on.free(s, pool_[s].computed, true);
        --on.parked;
        --under_way_;
        ready_ = true;
    }

    pass_sums sums{};

private:
    std::uint64_t running_count() const {
        std::uint64_t n = 0;
        for (const rank& r : ranks_) n += r.running() + r.parked + unfinished_pieces(r);
        return n;
    }
    std::uint64_t unfinished_pieces(const rank& r) const {
        if (!in_pass_) return 0;
        std::uint64_t n = r.pieces.size();
        if (r.partial != no_slot && !r.pieces.empty() && r.pieces.back().who == r.partial) --n;
        return n;
    }
    std::uint64_t unread_of(std::size_t rank) const {
        const auto here = [&](slot s) { return pool_[s].rank == rank; };
        return static_cast<std::uint64_t>(std::count_if(unread_.begin(), unread_.end(), here) +
                                          std::count_if(missed_.begin(), missed_.end(), here));
    }

    void read(std::vector<slot>& requests) {
        for (const slot s : requests) ranks_[pool_[s].rank].waiting.push_back(s, pool_[s].asked.priority);
        requests.clear();
    }
    void read_requests() {
        steps_since_read_ = 0;
        read(unread_);
    }

    /// Plans and starts the next pass at `clock_`; false when there is nothing to run.
    bool begin_pass() {
        if (poll_every_ > 1 && (steps_since_read_ >= poll_every_ || !any_decodes())) read_requests();
        if (ahead_) {  // the pass that begins was planned before the last one ended
            read(missed_);
            missed_.swap(unread_);
        }
        account(clock_);
        const bool held = balance_.holds(ranks_, scheduler_);
        double longest = 0.0;
        bool any = false;
        quiet_ = ranks_.size() == 1;
        for (std::size_t i = 0; i < ranks_.size(); ++i) {
            rank& on = ranks_[i];
            schedulers_[i].plan(on, pool_, held);
            if (on.pieces.empty() && !on.decodes_run) continue;
            any = true;
            longest = std::max(longest, law_.seconds(load_of(on, pool_, clock_)));
            quiet_ = quiet_ && on.pieces.empty() && on.waiting.empty() && missed_.empty() && on.partial == no_slot &&
                     on.padding == 0;
        }
        if (!any) {
            if (!missed_.empty()) return begin_pass();  // nothing was planned
            quiet_ = false;
            return false;
        }
        in_pass_ = true;
        start_ = clock_;
        end_ = clock_ + longest;
        return true;
    }

    bool any_decodes() const {
        return std::any_of(ranks_.begin(), ranks_.end(), [](const rank& r) { return r.has_decodes(); });
    }

    /// Pure decode passes of the one rank, up to the one that ends at or after `limit`, makes a last token, or needs
    /// blocks that are not there. The pass under way when it returns is not finished.
    void skip(double limit) {
        rank& on = ranks_.front();
        const auto n = on.decodes();
        const auto decodes = static_cast<double>(n);
        auto context = static_cast<double>(on.context());
        decode_line line = line_of(law_, decodes, context);
        std::uint64_t left = on.next_end() - on.steps() - 1;  // passes that end nobody
        if (!unread_.empty()) left = std::min(left, poll_every_ - std::min(poll_every_, steps_since_read_ + 1));
        for (; left > 0 && end_ < limit; --left) {
            note_pass(on, n);
            note_gaps(on, n);
            on.step_done();
            if (++steps_since_read_ >= poll_every_) steps_since_read_ = 0;
            clock_ = end_;
            if (!on.kv.available(on.blocks_needed())) {
                in_pass_ = false;
                begin_pass();
                return;
            }
            on.grow();
            context += decodes;
            if (context >= line.until) line = line_of(law_, decodes, context);
            start_ = clock_;
            end_ = clock_ + line.fixed + line.per_context * context;
        }
    }

    void note_pass(const rank& on, std::uint64_t decodes) {
        const double dt = end_ - start_;
        sums.busy += dt;
        sums.block_time += dt * static_cast<double>(on.kv.held());
        sums.decode_time += dt * static_cast<double>(decodes);
        ++sums.passes;
        sums.decode_tokens += decodes - (decodes > 0 ? on.padding : 0);
        if (sink_.wants_steps())
            sink_.step(step_of(on, decodes, start_, end_, index_, unread_.size() + missed_.size()));
    }
    /// Gaps between tokens, of every decode of the pass that ends.
    void note_gaps(rank& on, std::uint64_t decodes) {
        for (const double last : on.joined) sink_.gap(end_ - last, 1);
        sink_.gap(end_ - on.last_decode_end, decodes - on.joined.size());
        on.joined.clear();
        on.last_decode_end = end_;
    }

    /// Ends the pass under way; true when a request ended.
    bool finish_pass() {
        account(end_);
        clock_ = end_;
        bool ended = false;
        bool prompts = false;
        for (rank& on : ranks_) {
            const std::uint64_t decodes = on.decodes_run ? on.decodes() : 0;
            if (&on == &ranks_.front() || decodes > 0 || !on.pieces.empty()) note_rank(on, decodes);
            if (decodes > 0) {
                note_gaps(on, decodes - on.padding);
                on.step_done();
                for (slot s = on.pop_ended(); s != no_slot; s = on.pop_ended()) ended = end(on, s) || ended;
            }
            for (const piece& p : on.pieces) ended = prompt_done(on, p) || ended;
            prompts = prompts || !on.pieces.empty();
            on.pieces.clear();
            if (!on.done.empty() && !on.has_decodes()) ended = end_batch(on) || ended;
        }
        in_pass_ = false;
        ready_ = true;
        steps_since_read_ = prompts ? poll_every_ : steps_since_read_ + 1;
        return ended;
    }
    void note_rank(const rank& on, std::uint64_t decodes) {
        if (&on == &ranks_.front()) {
            note_pass(on, decodes);
        } else {
            sums.decode_tokens += decodes - (decodes > 0 ? on.padding : 0);
            sums.decode_time += (end_ - start_) * static_cast<double>(decodes);
            sums.block_time += (end_ - start_) * static_cast<double>(on.kv.held());
            if (sink_.wants_steps())
                sink_.step(step_of(on, decodes, start_, end_, index_, unread_.size() + missed_.size()));
        }
        if (!on.pieces.empty()) ++sums.prompt_passes;
    }

    bool prompt_done(rank& on, const piece& p) {
        in_flight& r = pool_[p.who];
        sums.prompt_tokens += p.tokens;
        r.computed += p.tokens;
        if (!p.last) return false;
        ++sums.first_tokens;
        sums.cached_tokens += r.cached;
        ++r.generated;
        if (r.first_token < 0.0) r.first_token = end_;
        else sink_.gap(end_ - r.last_token, 1);
        if (r.generated >= r.asked.output) {
            r.start = on.steps();
            return end(on, p.who);
        }
        if (sink_.hands_over(*this, p.who, end_)) {
            ++on.parked;
            return true;
        }
        r.last_token = end_;
        on.begin_decoding(p.who);
        return false;
    }

    /// The last token of `s` is made; true when it leaves. A static batch leaves together.
    bool end(rank& on, slot s) {
        if (settings_.scheduling.batching == batching::fixed_batch) {
            on.done.push_back(s);
            ++on.padding;
            return false;
        }
        on.free(s, on.stored(pool_[s]), true);
        leave(s);
        return true;
    }
    bool end_batch(rank& on) {
        for (const slot s : on.done) {
            on.free(s, 0, true);
            leave(s);
        }
        on.end_batch();
        return true;
    }
    void leave(slot s) {
        --under_way_;
        sink_.finished(*this, s, end_);
    }

    const Law& law_;
    const server settings_;
    request_pool& pool_;
    Sink& sink_;
    std::uint32_t index_;
    scheduler scheduler_;
    rank_balance balance_;
    std::vector<rank> ranks_{};
    std::vector<scheduler> schedulers_{};
    std::vector<slot> unread_{}, missed_{};  ///< arrived, not in line yet; `missed_`: before the pass under way began
    std::uint64_t poll_every_ = 1, steps_since_read_ = 0, under_way_ = 0;
    double clock_ = 0, start_ = 0, end_ = 0, accounted_ = 0;
    bool ahead_ = false, in_pass_ = false, ready_ = false, quiet_ = false;
};
}  // namespace gambrel::simulation
