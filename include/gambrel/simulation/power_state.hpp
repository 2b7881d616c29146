// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The mean power that the passes of a batch wanted lately (clock_law.hpp), by which a pass is held:
///
///     wanted -> own + (wanted - own) e^(-seconds of the pass / settling)        after a pass that wants `own`
///     wanted -> wanted e^(-seconds / settling)                                  while nothing runs
///
/// Of ranks in lockstep that of the slowest. Laws without a limit have none.
/// Evidence: tests/simulation/power_state_test.cpp.

#include <cmath>
#include <gambrel/step/step_law.hpp>
#include <vector>

namespace gambrel::simulation {

class power_state {
public:
    /// Seconds of a pass of `loads`, one for each rank, that begins at `now`: those of the slowest.
    template <step_law Law> double pass(const Law& law, std::vector<pass_load>& loads, double now) {
        const double settling = settling_of(law);
        if (!(settling > 0.0)) {
            double longest = 0.0;
            for (const pass_load& l : loads) longest = std::fmax(longest, law.seconds(l));
            return longest;
        }
        const double before = wanted_ * std::exp(-std::fmax(0.0, now - until_) / settling);
        double longest = 0.0, own = 0.0;
        for (pass_load& l : loads) {
            l.demand_before = before;
            const powered_pass p = powered(law, l);
            if (p.seconds < longest) continue;
            longest = p.seconds;
            own = p.demand;
        }
        wanted_ = own + (before - own) * std::exp(-longest / settling);
        until_ = now + longest;
        return longest;
    }
    /// Passes like the last one follow each other until `end`.
    void same_until(double end) { until_ = std::fmax(until_, end); }

    double wanted() const { return wanted_; }

private:
    double wanted_ = 0, until_ = 0;
};
}  // namespace gambrel::simulation
