// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Where a load lies on its step law: the mean number of requests that come in a step,
///
///     decodes  = arrivals decode_steps              run in the step
///     arrivals (1 - rate prompt_cost(arrivals)) = rate decode_step(decodes)          prompt_cost, decode_step: the law
///
/// of which the least root is taken: a queue fills from below. Whenever the rate is below the greatest rate there is
/// one below slots / output, whatever the shape of the law. Assumptions: a step at its mean number of decodes.
/// Evidence: tests/serving/load/possible_load_test.cpp (a law with jumps), load_model_test.cpp.

#include <gambrel/numeric/root.hpp>
#include <gambrel/serving/load/prefill_row.hpp>

namespace gambrel {

/// Requests that come in a mean step at `rate` requests per second, at most as many as `b` has slots for.
template <step_law Law> double arrivals_to_a_step(const Law& law, const load_basis& b, double rate) {
    constexpr double accuracy = 1e-9;  // relative: a point that moves smoothly with the rate
    constexpr double first_stride = 0.25;
    const double steps = b.shape.decode_steps(), most = b.slots / b.shape.output;
    const auto excess = [&](double arrivals) {
        const double decodes = arrivals * steps, together = prompts_sharing_a_pass(law, b, rate, arrivals, decodes);
        const double step = pass_seconds(law, b.shape, larger(1.0, decodes), 0.0, 0.0, 0.0);
        const double prompt = mean_prompt_cost(law, b.shape, b.separate_prefill, decodes, together, arrivals);
        return arrivals * (1.0 - rate * prompt) - rate * step;
    };
    // From a point below the root in strides that widen, so that no root is passed.
    double low = smaller(most, rate * pass_seconds(law, b.shape, 1.0, 0.0, 0.0, 0.0)), high = low;
    for (double stride = first_stride; high < most && excess(high) < 0.0; stride *= 2.0) {
        low = high;
        high = smaller(most, high * (1.0 + stride));
    }
    return high > low && excess(high) > 0.0 ? bracketed_root(excess, low, high, accuracy) : high;
}
}  // namespace gambrel
