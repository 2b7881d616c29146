// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The step law of groups whose passes go together, each as long as the slowest: attention copies that share experts, and
/// the batches of a pipeline's stages, which go through every stage one behind the other. Seen as one server:
///
///     seconds(all) = law(the fullest group beside mean_tokens)      decodes / groups of all, at least one where any run
///                                                                   the same of prompts: those of a lone one are whole
///     mean_tokens  = tokens of all / groups                         of copies that share experts
///
/// Assumptions: requests are spread evenly over the groups; prompts of several groups meet in a pass by chance alone.
/// Evidence: tests/step/groups_in_step_test.cpp.

#include <gambrel/operators/parallelism.hpp>
#include <gambrel/step/step_law.hpp>

namespace gambrel {

template <step_law Law> class groups_in_step {
public:
    /// `groups` of which all or none share experts.
    groups_in_step(Law law, double groups, bool share_experts)
        : law_(std::move(law)), groups_(groups), share_experts_(share_experts) {}

    double seconds(const pass_load& all) const {
        if (groups_ == 1.0) return law_.seconds(all);
        pass_load l = all;
        const double decodes = of_the_fullest(all.decodes), prompts = of_the_fullest(all.prompts);
        l.decodes *= decodes;
        l.context *= decodes;
        for (double* x : {&l.prompts, &l.prompt_tokens, &l.prompt_pairs, &l.finishing}) *x *= prompts;
        if (share_experts_) l.mean_tokens = all.tokens() / groups_;
        return law_.seconds(l);
    }
    const Law& law() const { return law_; }

private:
    /// Share of `n` things that the fullest group has.
    double of_the_fullest(double n) const { return n >= groups_ ? 1.0 / groups_ : n > 1.0 ? 1.0 / n : 1.0; }

    Law law_;
    double groups_;
    bool share_experts_;
};
}  // namespace gambrel
