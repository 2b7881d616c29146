// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Requests under way, in slots that are reused: memory grows with the most requests under way at once, not with all.

#include <gambrel/simulation/request.hpp>
#include <limits>

namespace gambrel::simulation {

/// A request's place in the pool. Not a slot of the runtime's batch: a waiting request has one too.
using slot = std::uint32_t;
inline constexpr slot no_slot = std::numeric_limits<slot>::max();

/// The state of a request. Times are plain numbers of seconds; `scheduled` (the start of its first pass) and
/// `first_token` are below zero, and `last_token` means nothing, until they have come.
struct in_flight {
    request asked{};
    std::uint64_t id = 0;
    double arrived = 0;  ///< at a scheduler, behind the frontend
    double scheduled = -1, first_token = -1, last_token = 0;
    std::uint64_t admitted = 0;   ///< number of its last admission: the latest admitted is preempted first
    std::uint64_t start = 0;      ///< its rank's count of decode steps when it began to decode
    std::uint32_t target = 0;     ///< tokens to be prefilled: the prompt, after a preemption what was generated too
    std::uint32_t computed = 0;   ///< of these, so far
    std::uint32_t generated = 0;  ///< output tokens when it last began to decode or was preempted
    std::uint32_t made = 0;       ///< output tokens since it began to decode, with speculation (decode_set.hpp)
    std::uint32_t reserved = 0;   ///< tokens of KV that it has blocks for, with speculation
    std::uint32_t residue = 0;    ///< its rank's decode step modulo block size at which it needs a new KV block
    std::uint32_t cached = 0;     ///< tokens of its prompt found in the prefix cache at its last admission
    std::uint32_t pieces = 0;     ///< pieces of the prefix cache (prefix_cache.hpp) that it holds
    std::uint32_t preemptions = 0;
    std::uint32_t batch = 0;   ///< index of its batch in the replica (pipeline stages)
    std::uint32_t rank = 0;    ///< index of its attention rank in the batch
    std::uint32_t origin = 0;  ///< index of the replica that computed its prompt, of a request handed over
    bool transferred = false;  ///< its prompt was prefilled elsewhere
};

/// What is to be recorded of `r`, but for its end and the replica.
inline request_record record_of(const in_flight& r) {
    return {.id = r.id,
            .sent = r.asked.sent,
            .scheduled = seconds_of(r.scheduled),
            .first_token = seconds_of(r.first_token),
            .prompt = r.asked.prompt,
            .output = r.asked.output,
            .cached = r.cached,
            .preemptions = r.preemptions,
            .client = r.asked.client,
            .priority = r.asked.priority};
}

/// The states of all requests that are under way.
class request_pool {
public:
    slot take(request asked, std::uint64_t id) {
        slot s;
        if (free_.empty()) {
            s = static_cast<slot>(all_.size());
            all_.emplace_back();
        } else {
            s = free_.back();
            free_.pop_back();
        }
        in_flight& r = all_[s];
        r = in_flight{};
        r.asked = std::move(asked);
        r.id = id;
        r.target = r.asked.prompt;
        return s;
    }
    void give(slot s) { free_.push_back(s); }
    in_flight& operator[](slot s) { return all_[s]; }
    const in_flight& operator[](slot s) const { return all_[s]; }
    std::size_t under_way() const { return all_.size() - free_.size(); }

private:
    std::vector<in_flight> all_{};
    std::vector<slot> free_{};
};
}  // namespace gambrel::simulation
