// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The write-up of a deployment: what it does against its targets, what bounds it, what to change in which order, how to check
/// that, what was assumed, what would change the decision, what it costs in a month.
///
/// From a prediction and its advice. What was measured (a diagnosis, sections of a comparison) stands behind the baseline, and what a
/// diagnosis names comes first among the actions. Evidence: tests/ask/write_up_test.cpp.

#include <gambrel/ask/write_up/advice_sections.hpp>

namespace gambrel::ask {

/// Throws `error` for a deployment that cannot be: predict says why. `measured`: what a measurement adds (measured_section.hpp).
inline document write_up(const advice& v, measured_part measured = {}) {
    const auto bound = bind_case(v.asked);
    const question& q = bound->question;
    if (!v.ok()) fail("there is no report on a deployment that cannot be: " + v.now.verdict.reason);
    document d{"Performance of " + q.what.model.name.str(), detail::on_one_line(heading(q)), {}};
    d.sections.push_back(detail::baseline_section(q, v.now, v.options.limits));
    for (section& s : measured.sections) d.sections.push_back(std::move(s));
    d.sections.push_back(detail::bottleneck_section(v.now));
    d.sections.push_back(detail::utilisation_section(q, v.now));
    d.sections.push_back(detail::options_section(v));
    d.sections.push_back(detail::actions_section(v, measured));
    d.sections.push_back(detail::validation_section(q, v.now, v, measured));
    d.sections.push_back(detail::decision_section(q, v.now, v));
    d.sections.push_back(detail::money_section(q, v.now, v));
    d.sections.push_back(detail::assumptions_section(q, v.now));
    return d;
}
}  // namespace gambrel::ask
