// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The loop over events: requests arrive, replicas end their passes, transfers land; and the books that must agree.

#include <gambrel/simulation/options.hpp>
#include <gambrel/simulation/replica.hpp>
#include <gambrel/simulation/summary.hpp>
#include <gambrel/simulation/transfer_link.hpp>
#include <queue>

namespace gambrel::simulation::detail {

/// What a run has counted up to a moment, over all replicas.
struct counts {
    double time = 0, busy = 0, running = 0, waiting = 0;
    std::uint64_t ended = 0, output_tokens = 0, prompt_tokens = 0, in_line = 0;
};

/// Replicas of one kind.
template <step_law Law> struct pool_of {
    const Law* law = nullptr;
    server what{};
    std::uint32_t replicas = 1;
};

/// One run. The replicas tell it of gaps, passes and ends.
template <step_law Law, class Source> class engine {
public:
    using replica_type = replica<Law, engine>;

    /// One pool serves requests; of two, the first computes prompts and the second the rest.
    engine(const std::vector<pool_of<Law>>& pools, Source& source, const options& how,
           const kv_link& link = {.bandwidth = byte_rate<>::from_value(1.0)})
        : source_(source), how_(how), frontend_(pools.front().what.frontend), transfers_(link) {
        const std::uint64_t measured = source.expected() > how.warm_up ? source.expected() - how.warm_up : 0;
        for (tally* t : {&result_.ttft, &result_.tpot, &result_.latency, &result_.queued}) *t = tally(measured);
        std::uint32_t index = 0;
        for (const pool_of<Law>& pool : pools) {
            checked(pool.what);
            checked(pool.replicas, 1.0, 65536.0, "the number of replicas");
            routers_.emplace_back(how.routing, how.seed + routers_.size());
            std::vector<replica_type>& group = groups_.emplace_back();
            group.reserve(pool.replicas);
            for (std::uint32_t i = 0; i < pool.replicas; ++i)
                all_.push_back(&group.emplace_back(*pool.law, pool.what, requests_, *this, index++));
        }
    }
    engine(const engine&) = delete;
    engine& operator=(const engine&) = delete;

    summary run() {
        const bool watched = Source::hears || groups_.size() > 1;  // an end or a hand-over may bring another event
        for (;;) {
            const double arrival = source_.next_time() + frontend_;
            const double lands = landings_.empty() ? unlimited : landings_.top().time;
            std::size_t first = 0;
            double next = all_[0]->next_time(), after = unlimited;
            for (std::size_t i = 1; i < all_.size(); ++i) {
                const double t = all_[i]->next_time();
                if (t < next) {
                    after = next;
                    next = t;
                    first = i;
                } else {
                    after = std::min(after, t);
                }
            }
            if (std::min(arrival, lands) == unlimited && next == unlimited) break;
            if (lands <= arrival && lands <= next) {
                land();
            } else if (arrival <= next) {
                if (!deliver(arrival)) break;
            } else {
                const double limit = std::min(arrival, lands);
                all_[first]->advance(watched ? std::min(limit, after) : limit, watched);
            }
        }
        conclude();
        return std::move(result_);
    }

    // What a replica tells.
    bool wants_steps() const { return static_cast<bool>(how_.on_step); }
    void step(const step_record& s) { how_.on_step(s); }
    void gap(double seconds, std::uint64_t weight) { result_.itl.add(seconds, weight); }
    /// Sends the KV of a computed prompt on its way; false where the replica goes on with it itself.
    bool hands_over(replica_type& from, slot s, double now) {
        if (groups_.size() == 1 || &from < groups_[0].data() || &from >= groups_[0].data() + groups_[0].size())
            return false;
        in_flight& r = requests_[s];
        r.last_token = now;
        r.origin = from.index();
        landings_.push({transfers_.land(now, r.target), s});
        return true;
    }
    void finished(replica_type& at, slot s, double now) {
        const in_flight& r = requests_[s];
        const request_record record{.id = r.id,
                                    .sent = r.asked.sent,
                                    .scheduled = r.scheduled,
                                    .first_token = r.first_token,
                                    .finished = now,
                                    .prompt = r.asked.prompt,
                                    .output = r.asked.output,
                                    .cached = r.cached,
                                    .preemptions = r.preemptions,
                                    .client = r.asked.client,
                                    .replica = at.index(),
                                    .priority = r.asked.priority};
        ++result_.ended;
        latest_ = std::max(latest_, now);
        latency_sum_ += now - (r.asked.sent + frontend_);
        tokens_asked_ += r.asked.output;
        result_.preemptions += r.preemptions;
        if (r.id >= how_.warm_up) {
            result_.ttft.add(record.ttft());
            if (record.output > 1) result_.tpot.add(record.tpot());
            result_.latency.add(record.latency());
            result_.queued.add(record.scheduled - record.sent);
        }
        requests_.give(s);
        if (how_.on_request) how_.on_request(record);
        source_.ended(record);
    }

private:
    /// The next request reaches a scheduler at `now`; false when the run is given up.
    bool deliver(double now) {
        request asked = source_.take();
        const std::uint64_t id = result_.sent++;
        if (id == 0) first_sent_ = last_sent_ = asked.sent;
        gap_squares_ += (asked.sent - last_sent_) * (asked.sent - last_sent_);
        last_sent_ = asked.sent;
        if (id == how_.warm_up) begin_ = counted(now);
        if (asked.prompt == 0 || asked.output == 0) fail("request " + std::to_string(id + 1) + " has no tokens");
        const slot s = requests_.take(std::move(asked), id);
        if (how_.on_progress && result_.sent % how_.progress_every == 0)
            how_.on_progress(result_.sent, source_.expected());
        for (const auto& group : groups_)
            if (!group.front().can_ever_run(requests_[s])) return reject(s, now);
        replica_type& to = groups_[0][routers_[0].choose(groups_[0], requests_[s].asked.client)];
        to.arrive(s, now);
        const bool give_up = to.waiting() >= how_.most_waiting;
        if (result_.sent == source_.expected() || give_up) end_ = counted(now);
        if (give_up) result_.stable = false;
        return !give_up;
    }
    /// The KV that left first has landed: the request changes pools.
    void land() {
        const auto [now, s] = landings_.top();
        landings_.pop();
        all_[requests_[s].origin]->release_parked(s, now);
        requests_[s].transferred = true;
        groups_[1][routers_[1].choose(groups_[1], requests_[s].asked.client)].arrive(s, now);
    }
    bool reject(slot s, double now) {
        const in_flight& r = requests_[s];
        ++result_.rejected;
        const request_record record{.id = r.id,
                                    .sent = r.asked.sent,
                                    .finished = now,
                                    .prompt = r.asked.prompt,
                                    .output = r.asked.output,
                                    .client = r.asked.client,
                                    .priority = r.asked.priority,
                                    .rejected = true};
        requests_.give(s);
        if (result_.sent == source_.expected()) end_ = counted(now);
        if (how_.on_request) how_.on_request(record);
        source_.ended(record);
        return true;
    }

    counts counted(double now) {
        counts c{.time = now};
        c.ended = result_.ended;
        for (replica_type* each : all_) {
            replica_type& r = *each;
            r.account(now);
            c.busy += r.sums.busy;
            c.running += r.sums.running_time;
            c.waiting += r.sums.waiting_time;
            c.output_tokens += r.sums.decode_tokens + r.sums.first_tokens;
            c.prompt_tokens += r.sums.prompt_tokens;
            c.in_line += r.waiting();
        }
        return c;
    }

    void conclude() {
        summary& a = result_;
        a.left = requests_.under_way();
        a.duration = std::max(0.0, latest_ - first_sent_);
        if (a.sent == 0) return;
        const counts all = counted(std::max(latest_, end_.time));
        if (Source::hears && how_.warm_up == 0) end_ = all;
        judge_stability();
        a.window = end_.time - begin_.time;
        if (a.window > 0.0) {
            const auto per_second = [&](std::uint64_t n) { return static_cast<double>(n) / a.window; };
            a.request_throughput = per_second(end_.ended - begin_.ended);
            a.output_throughput = per_second(end_.output_tokens - begin_.output_tokens);
            a.prompt_throughput = per_second(end_.prompt_tokens - begin_.prompt_tokens);
            a.running = (end_.running - begin_.running) / a.window;
            a.waiting = (end_.waiting - begin_.waiting) / a.window;
            a.utilisation = (end_.busy - begin_.busy) / a.window / static_cast<double>(all_.size());
            a.backlog_growth = (static_cast<double>(end_.in_line) - static_cast<double>(begin_.in_line)) / a.window;
        }
        a.latency_sum = latency_sum_;
        a.under_way_time = all.running + all.waiting;
        a.output_tokens = all.output_tokens;
        a.prompt_tokens = all.prompt_tokens;
        double decode_time = 0.0, block_time = 0.0;
        for (const replica_type* each : all_) {
            const replica_type& r = *each;
            a.passes += r.sums.passes;
            a.prompt_passes += r.sums.prompt_passes;
            a.cached_tokens += r.sums.cached_tokens;
            decode_time += r.sums.decode_time;
            block_time += r.sums.block_time;
            for (const rank& on : r.ranks()) {
                a.most_blocks = std::max(a.most_blocks, on.kv.most_held());
                a.recomputed_tokens += on.recomputed;
            }
        }
        if (groups_.size() > 1) {
            a.transfer_wait = transfers_.waited();
            a.transfer_busy = transfers_.busy();
        }
        a.batch = all.busy > 0.0 ? decode_time / all.busy : 0.0;
        a.blocks = all.busy > 0.0 ? block_time / all.busy : 0.0;
        assert(conserves());
    }

    /// A line that grew by more than four standard deviations of the number of arrivals in the window. That number
    /// varies as that of a renewal process does: by the square root of itself, times the variation of the gaps.
    void judge_stability() {
        if (Source::hears) return;
        const double arrived = static_cast<double>(result_.sent - std::min(result_.sent, how_.warm_up));
        const double all = static_cast<double>(result_.sent), span = last_sent_ - first_sent_;
        const double variation = span > 0.0 ? std::sqrt(std::max(0.0, all * gap_squares_ / (span * span) - 1.0)) : 1.0;
        const double grown = static_cast<double>(end_.in_line) - static_cast<double>(begin_.in_line);
        if (span > 0.0 && grown > 4.0 * std::max(1.0, variation) * std::sqrt(arrived)) result_.stable = false;
    }

    /// Each law of conservation, from two books.
    bool conserves() const {
        const summary& a = result_;
        if (a.sent != a.ended + a.rejected + a.left) return false;
        if (a.left > 0) return true;
        const double slack = 1e-9 * std::max(1.0, a.latency_sum);
        if (std::abs(a.latency_sum - a.under_way_time) > slack) return false;
        if (a.output_tokens != tokens_asked_) return false;
        for (const replica_type* r : all_)
            if (r->blocks_held() != 0) return false;
        return true;
    }

    struct landing {
        double time;
        slot who;
        bool operator<(const landing& other) const { return time != other.time ? time > other.time : who > other.who; }
    };
    Source& source_;
    const options& how_;
    double frontend_;
    summary result_{};
    request_pool requests_{};
    std::deque<std::vector<replica_type>> groups_{};
    std::vector<replica_type*> all_{};
    std::vector<router> routers_{};
    transfer_queue transfers_;
    std::priority_queue<landing> landings_{};
    counts begin_{}, end_{};
    double first_sent_ = 0, last_sent_ = 0, gap_squares_ = 0, latest_ = 0, latency_sum_ = 0;
    std::uint64_t tokens_asked_ = 0;
};
}  // namespace gambrel::simulation::detail
