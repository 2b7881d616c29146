// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Conversations of several turns: each turn's prompt is the whole conversation so far and new tokens, so that most of
/// it may be found in the prefix cache.
///
///     prompt of turn k = shared + sum over turns before k of (new + output) + new of turn k
///     next turn sent   = answer + thinking time (exponential)
///
/// Sessions begin by an arrival process. `shared` tokens at the start (a system prompt) are the same in all of them.
/// A session ends after its turns, or when its next prompt would pass `most_context`.
/// Evidence: tests/simulation/cluster_test.cpp.

#include <gambrel/simulation/source.hpp>
#include <limits>

namespace gambrel::simulation {

struct session_shape {
    length turns = 4.0;     ///< requests of a session, at least one
    length prompt = 100.0;  ///< new tokens of each turn
    length output = 200.0;
    double shared = 0;                   ///< tokens
    seconds<> think = seconds_of(10.0);  ///< mean
    double most_context = 131072;        ///< tokens: 128 Ki, the context of many models
    double piece_tokens = 16;            ///< tokens that the server's prefix cache finds or misses together
};

class session_source {
public:
    static constexpr bool hears = true, to_last_answer = true;
    /// `how_many` requests in all; the last sessions may be cut short.
    session_source(const arrivals& process, const session_shape& shape, std::uint64_t how_many, std::uint64_t seed)
        : shape_(shape),
          gaps_(process, seed),
          lengths_(shape.prompt, shape.output, seed),
          turns_(shape.turns, 1.0, seed + 1),
          random_(seed, 4),
          salt_(seed),
          left_(how_many),
          count_(how_many),
          next_(gaps_()) {
        checked(shape.shared, 0.0, longest_length, "the shared tokens of sessions");
        checked(shape.think.value(), 0.0, 1e9, "the thinking time in seconds");
        checked(shape.piece_tokens, 1.0, 1e6, "the tokens of a piece of the prefix cache");
    }

    std::uint64_t expected() const { return count_; }
    double next_time() const {
        if (left_ == 0) return std::numeric_limits<double>::infinity();
        return turns_due_.empty() ? next_ : std::min(next_, turns_due_.top().time);
    }
    request take() {
        --left_;
        if (!turns_due_.empty() && turns_due_.top().time <= next_) {
            const due turn = turns_due_.top();
            turns_due_.pop();
            return turn_of(turn.session, turn.time);
        }
        const double now = next_;
        next_ += gaps_();
        return turn_of(begin(), now);
    }
    void ended(const request_record& r) {
        session& s = sessions_[r.client];
        s.said = double(r.prompt) + double(r.output);
        if (r.rejected || --s.turns == 0 || s.said + 1.0 > shape_.most_context) {
            free_.push_back(r.client);
            return;
        }
        turns_due_.push({r.finished.value() + shape_.think.value() * random_.exponential(), r.client});
    }

private:
    struct session {
        std::uint64_t serial = 0;
        double said = 0;  ///< tokens
        std::uint32_t turns = 0;
    };
    struct due {
        double time;
        std::uint32_t session;
        bool operator<(const due& other) const {
            return time != other.time ? time > other.time : session > other.session;
        }
    };
    std::uint32_t begin() {
        std::uint32_t at;
        if (free_.empty()) {
            at = static_cast<std::uint32_t>(sessions_.size());
            sessions_.emplace_back();
        } else {
            at = free_.back();
            free_.pop_back();
        }
        request drawn;
        turns_.draw(drawn);
        sessions_[at] = {++serial_, shape_.shared, drawn.prompt};
        return at;
    }
    request turn_of(std::uint32_t at, double now) {
        const session& s = sessions_[at];
        request r{.sent = seconds_of(now), .client = at};
        lengths_.draw(r);
        r.prompt += static_cast<std::uint32_t>(s.said);
        const double all = double(r.prompt) + double(r.output), piece = shape_.piece_tokens;
        for (double end = piece; end <= all; end += piece)
            r.blocks.push_back(identity(end <= shape_.shared ? 0 : s.serial, end));
        return r;
    }
    /// Identity of the piece that ends at token `end` of session `serial` (0: of the shared start), by hashing with the
    /// seed. The factor, 2^64 / golden ratio, spreads neighbouring serials.
    std::uint64_t identity(std::uint64_t serial, double end) const {
        std::uint64_t state = salt_ ^ (serial * 0x9e3779b97f4a7c15ULL) ^ static_cast<std::uint64_t>(end);
        return splitmix64(state);
    }

    session_shape shape_;
    gap_sampler gaps_;
    length_sampler lengths_, turns_;
    random_stream random_;
    std::uint64_t salt_, left_, count_, serial_ = 0;
    double next_;
    std::vector<session> sessions_{};
    std::vector<std::uint32_t> free_{};
    std::priority_queue<due> turns_due_{};
};
}  // namespace gambrel::simulation
