// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A request as it is sent, and what became of it.

#include <cstdint>
#include <gambrel/units.hpp>
#include <vector>

namespace gambrel::simulation {

struct request {
    seconds<> sent{};           ///< the client's clock starts here
    std::uint32_t prompt = 1;   ///< tokens
    std::uint32_t output = 1;   ///< tokens, the first one included
    std::int32_t priority = 0;  ///< lower goes first
    std::uint32_t client = 0;   ///< of a closed loop, or the session
    std::vector<std::uint64_t>
        blocks{};  ///< identity (hash) of each whole piece of prompt and output (prefix_cache.hpp)
};

/// Times from the start of the run. scheduled: the start of its first pass. cached: prompt tokens found in the prefix
/// cache.
struct request_record {
    std::uint64_t id = 0;  ///< in the order of sending
    seconds<> sent{}, scheduled{}, first_token{}, finished{};
    std::uint32_t prompt = 0, output = 0, cached = 0, preemptions = 0;
    std::uint32_t client = 0, replica = 0;
    std::int32_t priority = 0;
    bool rejected = false;

    seconds<> ttft() const { return first_token - sent; }
    seconds<> latency() const { return finished - sent; }
    /// Mean time of the tokens after the first; 0 where there is none.
    seconds<> tpot() const {
        return output > 1 ? (finished - first_token) / static_cast<double>(output - 1) : seconds<>{};
    }
};

/// One forward pass of one rank, as it ran: sequences that decoded, prompts (or chunks) computed and their tokens,
/// requests waiting, tokens that the decodes attended to in all, KV blocks held.
struct step_record {
    seconds<> start{}, end{};
    std::uint32_t replica = 0;
    std::uint32_t decodes = 0, prompts = 0, waiting = 0;
    std::uint64_t prompt_tokens = 0, context = 0, blocks_used = 0;
};
}  // namespace gambrel::simulation
