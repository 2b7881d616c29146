// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Where requests come from. The engine asks a source for `next_time()`, takes the request with `take()`, and reports
/// each end to `ended(record)`; `hears` says whether that may change what is sent next, `to_last_answer` whether rates are
/// over the time until the last answer and not the last request.
///
///     open     gaps of an arrival process, lengths drawn
///     closed   each client sends again a thinking time after its answer; all start at once, or over a ramp
///     replay   requests as given
///
/// Lengths are whole tokens: a uniform length is each whole number of its range equally often, the others are rounded.
/// Evidence: tests/simulation/run_test.cpp.

#include <algorithm>
#include <gambrel/simulation/request.hpp>
#include <gambrel/workload/arrivals.hpp>
#include <gambrel/workload/length.hpp>
#include <gambrel/workload/trace.hpp>
#include <limits>
#include <memory>
#include <queue>

namespace gambrel::simulation {

/// Draws whole lengths; prompts and outputs each have a random stream of their own: of a seed, 2 and 3, thinking times
/// 4, the router 5, gaps of arrivals those of gap_sampler.
class length_sampler {
public:
    length_sampler(const length& prompt, const length& output, std::uint64_t seed)
        : prompt_(prompt), output_(output), prompts_(seed, 2), outputs_(seed, 3) {}

    void draw(request& r) {
        r.prompt = whole(prompt_, prompts_);
        r.output = whole(output_, outputs_);
    }

private:
    static std::uint32_t whole(const length& l, random_stream& random) {
        if (l.kind() == length_kind::fixed) return at_least_one(l.mean());
        if (l.kind() == length_kind::uniform) {
            const double low = std::ceil(l.quantile(0.0)), high = std::floor(l.quantile(1.0));
            if (high < low) return at_least_one(l.mean());
            return at_least_one(low + static_cast<double>(random.below(static_cast<std::uint64_t>(high - low) + 1)));
        }
        return at_least_one(l.quantile(random.uniform()));
    }
    static std::uint32_t at_least_one(double x) { return x < 1.0 ? 1 : static_cast<std::uint32_t>(x + 0.5); }

    length prompt_, output_;
    random_stream prompts_, outputs_;
};

/// `how_many` requests of an open loop.
class open_source {
public:
    static constexpr bool hears = false, to_last_answer = false;
    open_source(const arrivals& process, const length& prompt, const length& output, std::uint64_t how_many,
                std::uint64_t seed)
        : gaps_(process, seed), lengths_(prompt, output, seed), left_(how_many), count_(how_many), next_(gaps_()) {}

    std::uint64_t expected() const { return count_; }
    double next_time() const { return left_ > 0 ? next_ : std::numeric_limits<double>::infinity(); }
    request take() {
        request r{.sent = seconds_of(next_)};
        lengths_.draw(r);
        next_ += gaps_();
        --left_;
        return r;
    }
    void ended(const request_record&) {}

private:
    gap_sampler gaps_;
    length_sampler lengths_;
    std::uint64_t left_, count_;
    double next_;
};

/// `how_many` requests of a closed loop, as a benchmark sends them; clients stop when all have been sent.
class closed_source {
public:
    static constexpr bool hears = true, to_last_answer = true;
    closed_source(const closed_loop& loop, const length& prompt, const length& output, std::uint64_t how_many,
                  std::uint64_t seed)
        : loop_(loop), lengths_(prompt, output, seed), random_(seed, 4), left_(how_many), count_(how_many) {
        start();
    }
    /// With the lengths given instead, in the order of sending.
    closed_source(const closed_loop& loop, std::vector<request> requests, std::uint64_t seed = 1)
        : loop_(loop),
          lengths_(1.0, 1.0, seed),
          random_(seed, 4),
          left_(requests.size()),
          count_(requests.size()),
          given_(std::move(requests)) {
        start();
    }

    std::uint64_t expected() const { return count_; }
    double next_time() const {
        return left_ > 0 && !sends_.empty() ? sends_.top().time : std::numeric_limits<double>::infinity();
    }
    request take() {
        request r;
        if (given_.empty()) lengths_.draw(r);
        else r = given_[given_.size() - left_];
        r.sent = seconds_of(sends_.top().time);
        r.client = sends_.top().client;
        sends_.pop();
        --left_;
        return r;
    }
    void ended(const request_record& r) {
        if (left_ == 0) return;
        const double think =
            loop_.think <= 0.0 ? 0.0 : loop_.think * (loop_.exponential_think ? random_.exponential() : 1.0);
        sends_.push({r.finished.value() + think, r.client});
    }

private:
    struct send {
        double time;
        std::uint32_t client;
        bool operator<(const send& other) const {
            return time != other.time ? time > other.time : client > other.client;
        }
    };
    void start() {
        checked(loop_.clients, 1.0, 1e7, "the number of clients");
        checked(loop_.think, 0.0, 1e9, "the thinking time in seconds");
        checked(loop_.ramp, 0.0, 1e9, "the time over which clients start in seconds");
        for (std::uint32_t i = 0; i < loop_.clients; ++i)
            sends_.push({loop_.ramp * static_cast<double>(i) / static_cast<double>(loop_.clients), i});
    }
    closed_loop loop_;
    length_sampler lengths_;
    random_stream random_;
    std::uint64_t left_, count_;
    std::vector<request> given_{};
    std::priority_queue<send> sends_{};
};

/// The requests of a trace. Their pieces count in the prefix cache of a server whose `piece_tokens` are the trace's.
inline std::vector<request> requests_of(const trace& t) {
    std::vector<request> all;
    all.reserve(t.records.size());
    for (const trace_record& r : checked(t).records)
        all.push_back({.sent = seconds_of(r.sent), .prompt = r.prompt, .output = r.output, .blocks = r.pieces});
    return all;
}

/// Requests as they are given, sorted by the time of sending.
class replay_source {
public:
    static constexpr bool hears = false, to_last_answer = true;
    explicit replay_source(std::vector<request> requests) : requests_(std::move(requests)) {
        for (std::size_t i = 1; i < requests_.size(); ++i)
            if (!(requests_[i - 1].sent <= requests_[i].sent))
                fail("request " + std::to_string(i + 1) + " is sent before the one before it");
    }
    std::uint64_t expected() const { return requests_.size(); }
    double next_time() const {
        return next_ < requests_.size() ? requests_[next_].sent.value() : std::numeric_limits<double>::infinity();
    }
    request take() { return std::move(requests_[next_++]); }
    void ended(const request_record&) {}

private:
    std::vector<request> requests_;
    std::size_t next_ = 0;
};
}  // namespace gambrel::simulation
