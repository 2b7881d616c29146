// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Simulates a server under a source of requests, pass by pass, on any `step_law`.
///
///     next event = the earlier of: the next request reaches the scheduler; a replica ends its pass
///     a request that arrives at the very moment a pass ends is seen by the next pass
///
/// Checked at the end of every run, by assertion where assertions are on: requests sent = ended + rejected + under way;
/// tokens out = tokens asked for; no block is held once all have ended; sum of latencies = integral of the number under
/// way (Little's law), each from its own books.
/// Evidence: tests/simulation/; docs/models/simulation.md.

#include <functional>
#include <ridgepoint/simulation/replica.hpp>
#include <ridgepoint/simulation/source.hpp>
#include <ridgepoint/simulation/summary.hpp>

namespace ridgepoint::simulation {

struct options {
    std::uint64_t warm_up = 0;            ///< requests at the start that no figure counts
    std::uint64_t most_waiting = 1'000'000;  ///< requests in line at which a run is given up as unstable
    std::uint32_t replicas = 1;
    std::function<void(const request_record&)> on_request{};  ///< every request that ends or is rejected
    std::function<void(const step_record&)> on_step{};        ///< every pass of every rank
    std::function<void(std::uint64_t sent, std::uint64_t expected)> on_progress{};
    std::uint64_t progress_every = 100'000;  ///< requests
};

namespace detail {
/// What a run has counted up to a moment, over all replicas.
struct counts {
    double time = 0, busy = 0, running = 0, waiting = 0;
    std::uint64_t ended = 0, output_tokens = 0, prompt_tokens = 0, in_line = 0;
};

/// One run. The replicas tell it of gaps, passes and ends.
template <step_law Law, class Source> class engine {
public:
    using replica_type = replica<Law, engine>;

    engine(const Law& law, const server& s, Source& source, const options& how)
        : server_(checked(s)), source_(source), how_(how),
          measured_(source.expected() > how.warm_up ? source.expected() - how.warm_up : 0) {
        for (tally* t : {&result_.ttft, &result_.tpot, &result_.latency, &result_.queued}) *t = tally(measured_);
        replicas_.reserve(how.replicas);
        for (std::uint32_t i = 0; i < how.replicas; ++i) replicas_.emplace_back(law, server_, pool_, *this, i);
    }

    summary run() {
        for (;;) {
            const double arrival = source_.next_time() + server_.frontend;
            std::size_t first = 0;
            double next = replicas_[0].next_time(), after = unlimited;
            for (std::size_t i = 1; i < replicas_.size(); ++i) {
                const double t = replicas_[i].next_time();
                if (t < next) {
                    after = next;
                    next = t;
                    first = i;
                } else {
                    after = std::min(after, t);
                }
            }
            if (arrival == unlimited && next == unlimited) break;
            if (arrival <= next) {
                if (!deliver(arrival)) break;
            } else {
                replicas_[first].advance(Source::hears ? std::min(arrival, after) : arrival, Source::hears);
            }
        }
        conclude();
        return std::move(result_);
    }

    // What a replica tells.
    bool wants_steps() const { return static_cast<bool>(how_.on_step); }
    void step(const step_record& s) { how_.on_step(s); }
    void gap(double seconds, std::uint64_t weight) { result_.itl.add(seconds, weight); }
    bool hands_over(replica_type&, slot) { return false; }
    void finished(replica_type& at, slot s, double now) {
        const in_flight& r = pool_[s];
        request_record record{.id = r.id, .sent = r.asked.sent, .scheduled = r.scheduled, .first_token = r.first_token,
                              .finished = now, .prompt = r.asked.prompt, .output = r.asked.output, .cached = r.cached,
                              .preemptions = r.preemptions, .client = r.asked.client, .replica = at.index(),
                              .priority = r.asked.priority};
        ++result_.ended;
        latest_ = std::max(latest_, now);
        latency_sum_ += now - (r.asked.sent + server_.frontend);
        tokens_asked_ += r.asked.output;
        result_.preemptions += r.preemptions;
        if (r.id >= how_.warm_up) {
            result_.ttft.add(record.ttft());
            if (record.output > 1) result_.tpot.add(record.tpot());
            result_.latency.add(record.latency());
            result_.queued.add(record.scheduled - record.sent);
        }
        pool_.give(s);
        if (how_.on_request) how_.on_request(record);
        source_.ended(record);
    }

private:
    /// The next request reaches a scheduler at `now`; false when the run is given up.
    bool deliver(double now) {
        request asked = source_.take();
        const std::uint64_t id = result_.sent++;
        if (id == 0) first_sent_ = asked.sent;
        if (id == how_.warm_up) begin_ = counted(now);
        last_sent_ = asked.sent;
        if (asked.prompt == 0 || asked.output == 0) fail("request " + std::to_string(id + 1) + " has no tokens");
        const slot s = pool_.take(std::move(asked), id);
        if (how_.on_progress && result_.sent % how_.progress_every == 0)
            how_.on_progress(result_.sent, source_.expected());
        replica_type& to = replicas_[id % replicas_.size()];
        if (!to.can_ever_run(pool_[s])) return reject(s, now);
        to.arrive(s, now);
        if (result_.sent == source_.expected() || to.waiting() >= how_.most_waiting) end_ = counted(now);
        if (to.waiting() < how_.most_waiting) return true;
        result_.stable = false;
        return false;
    }
    bool reject(slot s, double now) {
        const in_flight& r = pool_[s];
        ++result_.rejected;
        const request_record record{.id = r.id, .sent = r.asked.sent, .finished = now, .prompt = r.asked.prompt,
                                    .output = r.asked.output, .client = r.asked.client,
                                    .priority = r.asked.priority, .rejected = true};
        pool_.give(s);
        if (result_.sent == source_.expected()) end_ = counted(now);
        if (how_.on_request) how_.on_request(record);
        source_.ended(record);
        return true;
    }

    counts counted(double now) {
        counts c{.time = now};
        c.ended = result_.ended;
        for (replica_type& r : replicas_) {
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
        a.left = pool_.under_way();
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
            a.utilisation = (end_.busy - begin_.busy) / a.window / static_cast<double>(replicas_.size());
            a.backlog_growth = (static_cast<double>(end_.in_line) - static_cast<double>(begin_.in_line)) / a.window;
        }
        a.latency_sum = latency_sum_;
        a.under_way_time = all.running + all.waiting;
        a.output_tokens = all.output_tokens;
        a.prompt_tokens = all.prompt_tokens;
        double decode_time = 0.0, block_time = 0.0;
        for (const replica_type& r : replicas_) {
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
        a.batch = all.busy > 0.0 ? decode_time / all.busy : 0.0;
        a.blocks = all.busy > 0.0 ? block_time / all.busy : 0.0;
        assert(conserves());
    }

    /// A line that grew by more than four standard deviations of the number of arrivals (Poisson) in the window.
    void judge_stability() {
        if (Source::hears) return;
        const double arrived = static_cast<double>(result_.sent - std::min(result_.sent, how_.warm_up));
        const double grown = static_cast<double>(end_.in_line) - static_cast<double>(begin_.in_line);
        if (grown > 4.0 * std::sqrt(arrived)) result_.stable = false;
    }

    /// Each law of conservation, from two books.
    bool conserves() const {
        const summary& a = result_;
        if (a.sent != a.ended + a.rejected + a.left) return false;
        if (a.left > 0) return true;
        const double slack = 1e-9 * std::max(1.0, a.latency_sum);
        if (std::abs(a.latency_sum - a.under_way_time) > slack) return false;
        if (a.output_tokens != tokens_asked_) return false;
        for (const replica_type& r : replicas_)
            if (r.blocks_held() != 0) return false;
        return true;
    }

    const server server_;
    Source& source_;
    const options& how_;
    std::uint64_t measured_;
    summary result_{};
    request_pool pool_{};
    std::vector<replica_type> replicas_{};
    counts begin_{}, end_{};
    double first_sent_ = 0, last_sent_ = 0, latest_ = 0, latency_sum_ = 0;
    std::uint64_t tokens_asked_ = 0;
};
}  // namespace detail

/// What `s` does under the requests of `from` when a pass takes `law.seconds(load)`. The same input gives the same
/// answer to the last digit. Throws `error` naming the first setting out of range.
template <step_law Law, class Source>
summary run(const Law& law, const server& s, Source from, const options& how = {}) {
    checked(how.replicas, 1.0, 65536.0, "the number of replicas");
    return detail::engine<Law, Source>(law, s, from, how).run();
}
}  // namespace ridgepoint::simulation
