// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Where a law of decode passes is a straight line in the context: what lets a stretch of them be stepped through
/// without asking the law again.
///
///     seconds = fixed + per_context context        context: tokens attended to, summed over the decodes; the line
///                                                  holds from the one asked for up to `until`
///
/// `linear_step` is one line. A law of its own shape may have a member `line(decodes, context)` (`tabulated_step` has);
/// a law without is asked for every pass.

#include <concepts>
#include <gambrel/step/step_law.hpp>
#include <limits>

namespace gambrel::simulation {

struct decode_line {
    double fixed = 0, per_context = 0, until = std::numeric_limits<double>::infinity();
};
/// A law that knows where it is straight.
template <class L> concept line_law = step_law<L> && requires(const L& law, double x) {
    { law.line(x, x).fixed } -> std::convertible_to<double>;
    { law.line(x, x).per_context } -> std::convertible_to<double>;
    { law.line(x, x).until } -> std::convertible_to<double>;
};

template <class L> decode_line line_of(const L& law, double decodes, double context) {
    if constexpr (line_law<L>) {
        const auto l = law.line(decodes, context);
        return {l.fixed, l.per_context, l.until};
    } else if constexpr (std::same_as<L, linear_step>) {
        return {law.fixed + law.per_token * decodes, law.per_context, std::numeric_limits<double>::infinity()};
    } else {
        return {law.seconds(pass_load{.decodes = decodes, .context = context}), 0.0, context};  // good for one pass
    }
}

}  // namespace gambrel::simulation
