// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How many prompts share a pass where prompts have passes of their own and go first (SGLang): what arrives during a pass
/// of prompts is computed in the next one, before any decode. The row ends with a pass in which nobody arrives. Of a
/// decode step that takes `decode` seconds, at `rate` requests per second, read every `poll_interval` steps:
///
///     pass     = fixed + prompt k            seconds of a pass of k prompts, as the law has it at 1 and 2
///     k        = rate pass / (1 - e^{-rate pass})        prompts of a pass in the row, at least one
///     passes   = (1 - e^{-rate decode poll_interval}) (1 + free (e^{rate pass} - 1))
///                a row begins with any arrival; each pass is followed by another with probability 1 - e^{-rate pass}
///     free     = 1 - arrivals output / slots             share of slots without a request: a row ends for want of one
///     prompts_sharing_a_pass = arrivals poll_interval / passes          arrivals: in a decode step and its row
///
/// Assumptions: passes of a row at their mean length. Evidence: tests/serving/load/prefill_row_test.cpp.

#include <gambrel/serving/load/load_point.hpp>
#include <gambrel/serving/prompt_packing.hpp>

namespace gambrel {

/// Prompts that share a pass where `arrivals` requests come in a step of `decodes` decodes at `rate` per second: of a
/// step with prompts under mixed batching, of a pass of a row where prompts have their own.
template <step_law Law>
double prompts_sharing_a_pass(const Law& law, const load_basis& b, double rate, double arrivals, double decodes) {
    if (!b.separate_prefill || b.shape.decode_steps() == 0.0)
        return prompts_per_pass_given_any(arrivals * b.poll_interval);
    constexpr int rounds = 8;           // each narrows the error by rate x prompt, below the load
    constexpr double most_load = 30.0;  // e^30 passes: beyond, a row never ends
    const double fresh = larger(1.0, b.shape.fresh_share * b.shape.prompt), past = b.shape.prompt - fresh;
    const double one = pass_seconds(law, b.shape, 0.0, 1.0, fresh, past);
    const double prompt = pass_seconds(law, b.shape, 0.0, 2.0, fresh, past) - one;
    double pass = one;
    for (int i = 0; i < rounds; ++i)
        pass = smaller(most_load / rate, one - prompt + prompt * prompts_per_pass_given_any(rate * pass));
    const double decode = pass_seconds(law, b.shape, larger(1.0, decodes), 0.0, 0.0, 0.0);
    const double free = larger(0.0, 1.0 - arrivals * b.shape.output / b.slots);
    const double passes = -std::expm1(-rate * decode * b.poll_interval) * (1.0 + free * std::expm1(rate * pass));
    return larger(1.0, arrivals * b.poll_interval / passes);
}
}  // namespace gambrel
