// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Skips ahead over pure decode passes of one rank with nothing waiting: no planning, a few additions for each pass,
/// and the step law is asked once where it is a straight line in the context (decode_line.hpp).
///
/// The stretch ends with the pass that ends at or after `limit` (seconds: the next event elsewhere), that makes a
/// request's last token, that must read arrivals, or for which KV blocks are short. Each figure is what planning pass
/// by pass would give. Evidence: tests/simulation/run_test.cpp, against a simulator that plans every pass (naive.hpp).

#include <gambrel/simulation/decode_line.hpp>
#include <gambrel/simulation/pass_accounting.hpp>

namespace gambrel::simulation {

/// Runs the pass of `clock` on `on` and those after it. True: the last pass is begun and not finished. False: blocks
/// are short, no pass is under way, and the next one has to be planned.
template <step_law Law, class Sink>
bool skip_decodes(const Law& law, rank& on, inbox& arrivals, pass_accounting<Sink>& accounting, pass_clock& clock,
                  double limit) {
    const std::uint64_t n = on.decodes();
    const auto decodes = static_cast<double>(n);
    auto context = static_cast<double>(on.context());
    decode_line line = line_of(law, decodes, context);
    const std::uint64_t passes_without_end = on.next_end() - on.steps() - 1;
    for (std::uint64_t left = arrivals.passes_until_read(passes_without_end); left > 0 && clock.end < limit; --left) {
        accounting.pass_done(on, n, clock, arrivals);
        accounting.gaps(on, n, clock.end);
        on.step_done();
        arrivals.decode_pass_done();
        clock.now = clock.end;
        if (!on.kv.available(on.blocks_wanted())) {
            clock.in_pass = false;
            return false;
        }
        on.grow();
        context += decodes;
        if (context >= line.until) line = line_of(law, decodes, context);
        clock.start = clock.now;
        clock.end = clock.now + line.fixed + line.per_context * context;
    }
    return true;
}
}  // namespace gambrel::simulation
