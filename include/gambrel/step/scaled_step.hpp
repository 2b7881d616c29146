// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A step law on another clock: the same machine, slower by a factor.
///
///     seconds(load) = factor x law.seconds(load)           factor 1 changes no bit
///     line(decodes, context): fixed and per_context times the factor, good as far as the law's own
///
/// What a range of a simulation is made of: the same requests on the law slower and faster (ask/simulated_range.hpp).
/// Evidence: tests/step/scaled_step_test.cpp.

#include <gambrel/step/step_law.hpp>

namespace gambrel {

template <step_law Law> class scaled_step {
public:
    /// Refers to `law`.
    constexpr explicit scaled_step(const Law& law, double factor = 1.0) : law_(law), factor_(factor) {}

    constexpr double seconds(const pass_load& l) const { return factor_ * law_.seconds(l); }
    constexpr powered_pass powered(const pass_load& l) const {
        const powered_pass p = gambrel::powered(law_, l);
        return {factor_ * p.seconds, p.demand};
    }
    constexpr double settling() const { return factor_ * settling_of(law_); }

    /// Where the law has one (simulation/decode_line.hpp).
    constexpr auto line(double decodes, double context) const requires requires(const Law& law, double x) {
        law.line(x, x);
    }
    {
        auto straight = law_.line(decodes, context);
        straight.fixed *= factor_;
        straight.per_context *= factor_;
        return straight;
    }

private:
    const Law& law_;
    double factor_;
};
static_assert(step_law<scaled_step<linear_step>>);
}  // namespace gambrel
