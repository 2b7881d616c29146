// SPDX-License-Identifier: Apache-2.0
#pragma once
/// How long a prompt waits for prompts before it, in passes of z = passes_per_prompt / (most prompts of a pass) each: the
/// M/D/1 wait less the residual service (that is in the operating point's `boundary`), at utilisation u:
///
///     queue = z u^2 / (2 (1 - u)),  u = burstiness (batch - 1) z / (own + queue), own = output + passes_per_prompt
///
/// Solved by Newton's rule from above; a burst waits at most for half of all prompts beyond what an even flow does.
/// Evidence: tests/serving/predict_test.cpp.

#include <gambrel/numeric/math.hpp>
#include <gambrel/units/arithmetic.hpp>

namespace gambrel {

/// Passes, of one of `batch` requests that share them.
constexpr double prefill_queue_passes(double batch, double z, double own, double burstiness) {
    const double others = burstiness * (batch - 1.0) * z, least = larger(0.0, others - own);
    double queue = least + others * math::sqrt(z / own);
    constexpr int newton_steps = 8;  // it converges quadratically: fewer than 8 reach the last bit
    for (int i = 0; i < newton_steps; ++i) {
        const double cycle = own + queue, idle = cycle - others;
        const double slope = 2.0 * (cycle * idle + queue * idle + queue * cycle);
        if (!(slope > 0.0)) break;
        const double next = larger(least, queue - (2.0 * queue * cycle * idle - z * others * others) / slope);
        if (next == queue) break;
        queue = next;
    }
    return smaller(queue, 0.5 * batch * z + larger(0.0, (batch - 1.0) * z - own));
}
}  // namespace gambrel
