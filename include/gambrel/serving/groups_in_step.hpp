// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Rank groups that share experts, and the batches of a pipeline's stages, one behind the other in every stage, take
/// passes together, each as long as the slowest. As one of them meets the prompts of the `others`:
///
///     pieces  = burstiness batch passes_per_prompt / cycle           prompts, or pieces of them, of a group's pass
///     abroad  = 1 - e^-(pieces others)                               passes of decodes here that take `prefill`
///     decode -> decode + abroad (prefill - decode)                   in TPOT; busy -> 1 - (1 - busy)(1 - abroad)
///     prefill   has as many prompts as the fullest group of a pass with any (numeric/greatest_count.hpp); copies that
///               share experts bring them their mean tokens
///
/// Copies whose prompts are held until each has one (TensorRT-LLM's attention_dp_config, here prompts_per_step beside
/// batch_wait_steps) start them in the same passes, and meet no others.
///
/// The step law of all of them, as a load model sees it: step/groups_in_step.hpp. Assumptions: requests are spread evenly
/// over the groups; their prompts meet by chance. Evidence: tests/serving/groups_in_step_test.cpp, against the simulator.

#include <gambrel/numeric/greatest_count.hpp>
#include <gambrel/operators/parallelism.hpp>
#include <gambrel/operators/step_shape.hpp>
#include <gambrel/serving/prompt_packing.hpp>
#include <gambrel/units/arithmetic.hpp>

namespace gambrel {

struct met_groups {
    double copies = 1;    ///< attention copies that share experts
    double together = 1;  ///< requests in flight in all groups in step
    double others = 0;    ///< groups besides this one
    double abroad = 0;
    double prompts = 0;  ///< of all groups, in a pass that carries any
    double fullest = 0;  ///< of the fullest of them

    /// Of a rank group with `n` requests in flight.
    constexpr met_groups(const architecture& m, const parallelism& cut, double n, const scheduling& s = {})
        : copies(copies_in_step(m, cut)), together(n * copies) {
        const bool prompts_together = s.prompts_per_step > 0.0 && s.batch_wait_steps > 0.0;
        const double stages = smaller(static_cast<double>(cut.pipeline), n);
        others = larger(0.0, (prompts_together ? stages : stages * copies) - 1.0);
    }

    /// Each group brings `pieces` of prompts to a pass on average, at most `most`.
    constexpr void meet(double pieces, double most) {
        const double groups = others + 1.0;
        abroad = 1.0 - math::exp(-pieces * others);
        prompts = prompts_per_pass_given_any(pieces * groups);
        fullest = smaller(most, most_of(prompts, groups, greatest_quantile(groups)));
    }
    /// What `shape`, the pass of the fullest group, brings to the experts with its copies: each has `decodes`.
    constexpr double mean_tokens(const step_shape& shape, double decodes) const {
        return copies > 1.0 && others >= copies - 1.0 ? prompts / (others + 1.0) * shape.prompt_tokens + decodes : 0.0;
    }
};
}  // namespace gambrel
