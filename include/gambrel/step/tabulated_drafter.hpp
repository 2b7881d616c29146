// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The passes of a drafter in a step (draft_run.hpp) by a step law of the drafter:
///
///     drafts = first pass, with the prompts of the step + (passes - 1) passes of what goes on + host
///
/// Evidence: tests/step/draft_run_test.cpp, against time_pass.

#include <gambrel/roofline/roof.hpp>
#include <gambrel/step/draft_run.hpp>
#include <gambrel/step/step_law.hpp>
#include <vector>

namespace gambrel::detail {

template <class Law> class tabulated_drafter {
public:
    tabulated_drafter() = default;
    tabulated_drafter(const pass_inputs& terms, const roof<>& roof, const runtime<>& software, double most_context)
        : each(terms.speculates() ? terms.drafts->checked_tokens() : 1.0) {
        if (!terms.speculates()) return;
        const draft_run<> run(terms, software);
        if (!(run.passes > 0.0)) return;
        passes_ = run.passes;
        sees_prompts_ = run.sees_prompts();
        host_ = run.host.value();
        law_.emplace_back(pass_inputs{*terms.drafts->drafter, run.cut, terms.drafts->formats}, roof, run.software,
                          most_context);
    }
    bool runs() const { return !law_.empty(); }
    double seconds(const pass_load& l) const {
        const pass_load later = detail::going_on(l);
        const double share = smaller(1.0, later.decodes), pass = share > 0.0 ? law_[0].seconds(later) : 0.0;
        const double first = sees_prompts_ && l.prompts > 0.0 ? law_[0].seconds(l) : share * pass;
        return first + (passes_ - 1.0) * share * pass + host_;
    }

    double each = 1.0;  ///< tokens of a decode that the model checks

private:
    std::vector<Law> law_{};  ///< one, or none
    double passes_ = 0, host_ = 0;
    bool sees_prompts_ = false;
};
}  // namespace gambrel::detail
