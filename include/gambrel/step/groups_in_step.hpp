// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The step law of groups whose passes go together, each as long as the slowest: attention copies that share experts, and
/// the batches of a pipeline's stages, which go through every stage one behind the other. Seen as one server:
///
///     seconds(all) = law(the fullest group beside mean_tokens)      decodes / groups of all, at least one where any run;
///                                                                   prompts: most_of(prompts, groups)
///     mean_tokens  = tokens of all / groups                         of copies that share experts
///     prefill first: the slower of the groups with prompts and those with decodes, which run beside each other, and the
///     decodes of the groups with prompts after it:        max(prompts, decodes) + decodes min(prompts, groups) / groups
///
/// Assumptions: decodes are spread evenly over the groups, prompts of a pass by chance (numeric/greatest_count.hpp).
/// Evidence: tests/step/groups_in_step_test.cpp.

#include <gambrel/numeric/greatest_count.hpp>
#include <gambrel/step/step_law.hpp>
#include <gambrel/units/arithmetic.hpp>

namespace gambrel {

template <step_law Law> class groups_in_step {
public:
    /// `groups` of which all or none share experts. `prompts_alone`: the group with prompts runs no decodes beside them.
    groups_in_step(Law law, double groups, bool share_experts, bool prompts_alone = false)
        : law_(std::move(law)),
          groups_(groups),
          greatest_(greatest_quantile(groups)),
          share_experts_(share_experts),
          prompts_alone_(prompts_alone) {}

    double seconds(const pass_load& all) const {
        if (groups_ == 1.0) return law_.seconds(all);
        pass_load l = fullest(all);
        if (!prompts_alone_ || l.prompts == 0.0 || l.decodes == 0.0) return law_.seconds(l);
        pass_load decode = l;
        decode.prompts = decode.prompt_tokens = decode.prompt_pairs = decode.finishing = 0.0;
        l.decodes = l.context = 0.0;
        const double decoding = law_.seconds(decode), here = smaller(1.0, all.prompts / groups_);
        return larger(law_.seconds(l), (1.0 - here) * decoding) + here * decoding;
    }
    powered_pass powered(const pass_load& all) const {
        if (groups_ == 1.0) return gambrel::powered(law_, all);
        return {seconds(all), gambrel::powered(law_, fullest(all)).demand};
    }
    double settling() const { return settling_of(law_); }
    const Law& law() const { return law_; }

private:
    pass_load fullest(const pass_load& all) const {
        pass_load l = all;
        const double decodes = all.decodes >= groups_ ? 1.0 / groups_ : all.decodes > 1.0 ? 1.0 / all.decodes : 1.0;
        const double prompts = all.prompts > 0.0 ? most_of(all.prompts, groups_, greatest_) / all.prompts : 1.0;
        l.decodes *= decodes;
        l.context *= decodes;
        for (double* x : {&l.prompts, &l.prompt_tokens, &l.prompt_pairs, &l.finishing}) *x *= prompts;
        if (share_experts_) l.mean_tokens = all.tokens() / groups_;
        return l;
    }

    Law law_;
    double groups_, greatest_;
    bool share_experts_, prompts_alone_;
};
}  // namespace gambrel
