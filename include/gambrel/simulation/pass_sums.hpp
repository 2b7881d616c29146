// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a replica adds up over its passes.

#include <cstdint>

namespace gambrel::simulation {

/// Sums over the passes of a replica, in seconds, tokens and their products.
struct pass_sums {
    double busy = 0;          ///< seconds in passes
    double waiting_time = 0;  ///< request-seconds in the line
    double running_time = 0;  ///< request-seconds in slots
    double block_time = 0;    ///< KV block-seconds held, summed over passes (idle time not counted)
    double decode_time = 0;   ///< sequence-seconds of decodes, summed over passes
    std::uint64_t passes = 0, prompt_passes = 0;
    std::uint64_t prompt_tokens = 0, decode_tokens = 0, first_tokens = 0, cached_tokens = 0;
};
}  // namespace gambrel::simulation
