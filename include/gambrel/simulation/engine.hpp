// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The loop over events: requests arrive, replicas end their passes, KV transfers land. Totals by request and by pass agree.

#include <gambrel/simulation/arrival_gaps.hpp>
#include <gambrel/simulation/frontend.hpp>
#include <gambrel/simulation/options.hpp>
#include <gambrel/simulation/replica.hpp>
#include <gambrel/simulation/run_window.hpp>
#include <gambrel/simulation/transfer_link.hpp>
#include <queue>

namespace gambrel::simulation::detail {

/// Replicas of one kind: `what` each is, and how many.
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
        : source_(source), how_(how), door_(pools.front().what), transfers_(link) {
        const std::uint64_t all = source.expected(), measured = all > how.warm_up ? all - how.warm_up : 0;
        for (time_tally* t : {&result_.ttft, &result_.tpot, &result_.latency, &result_.queued})
            *t = time_tally(measured);
        std::uint32_t index = 0;
        for (const pool_of<Law>& pool : pools) {
            checked(pool.what);
            checked(pool.replicas, 1.0, 65536.0, "the number of replicas");
            routers_.emplace_back(how.routing, how.seed + routers_.size());
            std::deque<replica_type>& group = groups_.emplace_back();
            for (std::uint32_t i = 0; i < pool.replicas; ++i)
                all_.push_back(&group.emplace_back(*pool.law, pool.what, requests_, *this, index++));
        }
    }
    engine(const engine&) = delete;

    summary run() {
        // Source::hears: the source answers an end with a new request. Then, and where a prompt may be handed over, no
        // replica may run ahead of what another one's next end brings.
        const bool watched = Source::hears || groups_.size() > 1;
        for (;;) {
            const double earliest = source_.next_time() + door_.delay();  // of a request that is still to be sent
            const double arrival = door_.serial() ? door_.next_time() : earliest,
                         lands = landings_.empty() ? unlimited : landings_.top().time;
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
            if (std::min({earliest, arrival, lands, next}) == unlimited) break;
            if (door_.serial() && earliest <= std::min({arrival, lands, next})) {
                door_.enter(source_.take());
            } else if (lands <= arrival && lands <= next) {
                land();
            } else if (arrival <= next) {
                if (!deliver(arrival)) break;
            } else {
                const double limit = std::min({earliest, arrival, lands});
                all_[first]->advance(watched ? std::min(limit, after) : limit, watched);
            }
        }
        conclude();
        return std::move(result_);
    }

    bool wants_steps() const { return static_cast<bool>(how_.on_step); }
    void step(const step_record& s) { how_.on_step(s); }
    void gap(double seconds, std::uint64_t weight) { result_.itl.add(seconds, weight); }
    /// Starts the KV transfer of a computed prompt; false where the replica decodes it itself.
    bool hands_over(std::uint32_t replica, slot s, double now) {
        if (groups_.size() == 1 || replica >= groups_[0].size()) return false;
        in_flight& r = requests_[s];
        r.last_token = now;
        r.origin = replica;
        landings_.push({transfers_.land(now, r.target), s});
        return true;
    }
    void finished(std::uint32_t replica, slot s, double now) {
        const in_flight& r = requests_[s];
        request_record record = record_of(r);
        record.finished = seconds_of(now);
        record.replica = replica;
        ++result_.ended;
        latest_ = std::max(latest_, now);
        latency_sum_ += now - r.arrived;
        tokens_asked_ += r.asked.output;
        result_.preemptions += r.preemptions;
        if (r.id >= how_.warm_up) {
            result_.ttft.add(record.ttft().value());
            if (record.output > 1) result_.tpot.add(record.tpot().value());
            result_.latency.add(record.latency().value());
            result_.queued.add((record.scheduled - record.sent).value());
        }
        requests_.give(s);
        if (how_.on_request) how_.on_request(record);
        source_.ended(record);
    }

private:
    /// The next request reaches a scheduler at `now`; false when the run is given up.
    bool deliver(double now) {
        request asked = door_.serial() ? door_.take() : source_.take();
        const std::uint64_t id = result_.sent++;
        gaps_.sent_at(asked.sent.value());
        if (id == how_.warm_up) begin_ = counted(now);
        if (asked.prompt == 0 || asked.output == 0) fail("request " + std::to_string(id + 1) + " has no tokens");
        const slot s = requests_.take(std::move(asked), id);
        requests_[s].arrived = now;
        if (how_.on_progress && result_.sent % how_.progress_every == 0)
            how_.on_progress(result_.sent, source_.expected());
        for (const auto& group : groups_)
            if (!group.front().can_ever_run(requests_[s])) return reject(s, now);
        replica_type& to = groups_[0][routers_[0].choose(groups_[0], requests_[s].asked.client)];
        to.arrive(s, now, requests_);
        const bool give_up = to.waiting() >= how_.most_waiting;
        if (result_.sent == source_.expected() || give_up) end_ = counted(now);
        if (give_up) result_.stable = false;
        return !give_up;
    }
    /// The KV that left first has landed: the request changes pools.
    void land() {
        const auto [now, s] = landings_.top();
        landings_.pop();
        all_[requests_[s].origin]->release_parked(s, requests_[s].batch, now);
        requests_[s].transferred = true;
        groups_[1][routers_[1].choose(groups_[1], requests_[s].asked.client)].arrive(s, now, requests_);
    }
    bool reject(slot s, double now) {
        ++result_.rejected;
        if (!groups_[0].front().pass_holds(requests_[s])) ++result_.too_long;
        request_record record = record_of(requests_[s]);
        record.scheduled = record.first_token = {};  // it never ran
        record.finished = seconds_of(now);
        record.rejected = true;
        requests_.give(s);
        if (result_.sent == source_.expected()) end_ = counted(now);
        if (how_.on_request) how_.on_request(record);
        source_.ended(record);
        return true;
    }

    run_counts counted(double now) {
        run_counts c{.time = now, .ended = result_.ended, .in_line = door_.waiting()};
        for (replica_type* each : all_)
            for (auto& b : each->batches()) {
                b.account(now);
                c.busy += b.sums().busy;
                c.running += b.sums().running_time;
                c.waiting += b.sums().waiting_time;
                c.output_tokens += b.sums().decode_tokens + b.sums().first_tokens;
                c.prompt_tokens += b.sums().prompt_tokens;
                c.in_line += b.waiting();
            }
        return c;
    }

    void conclude() {
        summary& a = result_;
        a.left = requests_.under_way();
        a.duration = seconds_of(std::max(0.0, latest_ - gaps_.first()));
        if (a.sent == 0) return;
        const run_counts all = counted(std::max(latest_, end_.time));
        const double grown = line_growth(begin_, end_), sending = end_.time - begin_.time;
        if (!Source::hears) {
            const double arrived = static_cast<double>(a.sent - std::min(a.sent, how_.warm_up));
            if (gaps_.cannot_explain(grown, arrived)) a.stable = false;
        }
        if (Source::to_last_answer && how_.warm_up == 0) end_ = all;
        std::size_t batches = 0;
        for (const replica_type* each : all_) batches += each->batches().size();
        fill_window(a, begin_, end_, batches);
        // Of the line while requests came: at the last answer it is empty.
        if (sending > 0.0) a.backlog_growth = requests_per_second(grown / sending);
        a.latency_sum = seconds_of(latency_sum_);
        a.under_way_time = seconds_of(all.running + all.waiting);
        a.output_tokens = all.output_tokens;
        a.prompt_tokens = all.prompt_tokens;
        double decode_time = 0.0, block_time = 0.0;
        for (const replica_type* each : all_)
            for (const auto& b : each->batches()) {
                a.passes += b.sums().passes;
                a.prompt_passes += b.sums().prompt_passes;
                a.cached_tokens += b.sums().cached_tokens;
                decode_time += b.sums().decode_time;
                block_time += b.sums().block_time;
                for (const rank& on : b.ranks()) {
                    a.most_blocks = std::max(a.most_blocks, on.kv.most_held());
                    a.recomputed_tokens += on.recomputed;
                }
            }
        if (groups_.size() > 1) {
            a.transfer_wait = seconds_of(transfers_.waited());
            a.transfer_busy = seconds_of(transfers_.busy());
        }
        a.batch = all.busy > 0.0 ? decode_time / all.busy : 0.0;
        a.blocks = all.busy > 0.0 ? block_time / all.busy : 0.0;
        assert(conserves());
    }

    /// Each conservation law of run.hpp, its two sides counted independently.
    bool conserves() const {
        const summary& a = result_;
        if (a.sent != a.ended + a.rejected + a.left) return false;
        if (a.left > 0) return true;
        const double sum = a.latency_sum.value(), slack = 1e-9 * std::max(1.0, sum);
        if (std::abs(sum - a.under_way_time.value()) > slack) return false;
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
    frontend door_;
    summary result_{};
    request_pool requests_{};
    std::deque<std::deque<replica_type>> groups_{};
    std::vector<replica_type*> all_{};
    std::vector<router> routers_{};
    transfer_queue transfers_;
    std::priority_queue<landing> landings_{};
    run_counts begin_{}, end_{};
    arrival_gaps gaps_{};
    double latest_ = 0, latency_sum_ = 0;
    std::uint64_t tokens_asked_ = 0;
};
}  // namespace gambrel::simulation::detail
