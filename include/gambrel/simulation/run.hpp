// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Simulates a server under a source of requests, pass by pass, on any `step_law`.
///
///     next event = the earliest of: the next request reaches a scheduler; a replica ends its pass; a transfer lands
///     a request that arrives at the very moment a pass ends is seen by the next pass
///
/// Checked at the end of every run, by assertion where assertions are on: requests sent = ended + rejected + under way;
/// tokens out = tokens asked for; no block is held once all have ended; sum of latencies = integral of the number under
/// way (Little's law), the two sides counted independently.
/// Evidence: tests/simulation/; docs/models/simulation.md.

#include <gambrel/simulation/engine.hpp>
#include <gambrel/simulation/source.hpp>

namespace gambrel::simulation {

/// What `s`, or `how.replicas` of it, does under the requests of `from` when a pass takes `law.seconds(load)`. The
/// same input gives the same answer to the last digit. Throws `error` naming the first setting out of range.
template <step_law Law, class Source>
summary run(const Law& law, const server& s, Source from, const options& how = {}) {
    return detail::engine<Law, Source>({{&law, s, how.replicas}}, from, how).run();
}

/// A prefill pool and a decode pool, joined by a link: each prompt is computed in the first, its KV sent, and the rest
/// generated in the second. The first token leaves when the prompt is done.
template <step_law Law> struct disaggregated {
    const Law& prefill_law;
    server prefill{};
    std::uint32_t prefill_replicas = 1;
    const Law& decode_law;
    server decode{};
    std::uint32_t decode_replicas = 1;
    kv_link link{};
};

/// What the two pools of `d` do under the requests of `from`. Frontend time is the prefill server's.
template <step_law Law, class Source> summary run(const disaggregated<Law>& d, Source from, const options& how = {}) {
    server prefill = d.prefill, decode = d.decode;
    prefill.prefill_only = true;
    decode.frontend = decode.frontend_work = {};
    return detail::engine<Law, Source>(
               {{&d.prefill_law, prefill, d.prefill_replicas}, {&d.decode_law, decode, d.decode_replicas}}, from, how,
               d.link)
        .run();
}
}  // namespace gambrel::simulation
