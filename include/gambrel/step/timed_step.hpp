// SPDX-License-Identifier: Apache-2.0
#pragma once
/// `time_pass` itself as a step law: microseconds a call. What `tabulated_step` is checked against.
///
///     seconds(load) = time_pass(shape_of(load))        the pieces of the prompts equally long
///
/// Evidence: tests/step/tabulated_step_test.cpp.

#include <gambrel/step/pass.hpp>
#include <gambrel/step/step_law.hpp>

namespace gambrel {

/// The shape whose pass takes what a law says of `l`: pieces equally long.
constexpr step_shape shape_of(const pass_load& l) {
    step_shape s;
    s.decodes = l.decodes;
    if (l.decodes > 0.0) s.context = l.context / l.decodes;
    if (l.prompts > 0.0 && l.prompt_tokens > 0.0) {
        s.prompts = l.prompts;
        s.prompt_tokens = l.prompt_tokens / l.prompts;
        s.prompt_past = larger(0.0, l.prompt_pairs / l.prompt_tokens - 0.5 * (s.prompt_tokens + 1.0));
        s.finishing = l.finishing / l.prompts;
    }
    s.mean_tokens = l.mean_tokens;
    return s;
}

/// `time_pass` itself as a law: microseconds a call, and no table to trust.
class timed_step {
public:
    /// Refers to all of them.
    timed_step(const pass_inputs& terms, const roof<>& roof, const runtime<>& software)
        : terms_(terms), roof_(roof), software_(software) {}
    double seconds(const pass_load& l) const { return powered(l).seconds; }
    powered_pass powered(const pass_load& l) const {
        pass_time<> pass = time_pass(terms_, shape_of(l), roof_, software_);
        if (!(l.demand_before < 0.0)) pass.hold(roof_.constants().clock, l.demand_before);
        return {pass.total().value(), pass.demand()};
    }
    double settling() const { return roof_.constants().clock.settling.value(); }

private:
    const pass_inputs terms_;
    const roof<>& roof_;
    const runtime<>& software_;
};
static_assert(step_law<timed_step>);
}  // namespace gambrel
