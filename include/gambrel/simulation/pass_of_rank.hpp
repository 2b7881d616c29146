// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A planned pass of an attention rank: as what the step law (the time of a pass) is asked for, and as a record.
///
///     prompt_pairs = sum over chunks of s past + s (s + 1) / 2     query-key pairs of s new tokens after `past` others
///     context      = tokens attended to, summed over the decodes

#include <gambrel/simulation/rank.hpp>

namespace gambrel::simulation {

/// The load of the pass planned on `on`. Requests that run for the first time are stamped with `now`.
inline pass_load load_of(const rank& on, request_pool& pool, double now) {
    pass_load l;
    if (on.decodes_run) {
        l.decodes = static_cast<double>(on.decodes());
        l.context = static_cast<double>(on.context());
    }
    for (const chunk& p : on.chunks) {
        in_flight& r = pool[p.who];
        if (r.scheduled < 0.0) r.scheduled = now;
        const double s = p.tokens, past = r.computed;
        l.prompts += 1.0;
        l.prompt_tokens += s;
        l.prompt_pairs += s * past + 0.5 * s * (s + 1.0);
        l.finishing += p.last ? 1.0 : 0.0;
    }
    return l;
}

/// `unread`: requests that have arrived and are not in the line yet.
inline step_record step_of(const rank& on, std::uint64_t decodes, double start, double end, std::uint32_t replica,
                           std::size_t unread) {
    step_record s{.start = seconds_of(start),
                  .end = seconds_of(end),
                  .replica = replica,
                  .decodes = static_cast<std::uint32_t>(decodes),
                  .prompts = static_cast<std::uint32_t>(on.chunks.size()),
                  .waiting = static_cast<std::uint32_t>(on.waiting.size() + unread),
                  .context = decodes > 0 ? on.context() : 0,
                  .blocks_used = on.kv.held()};
    for (const chunk& p : on.chunks) s.prompt_tokens += p.tokens;
    return s;
}
}  // namespace gambrel::simulation
