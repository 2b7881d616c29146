// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A prediction without drafts, as it is with them (serving/speculation.hpp).
///
///     TPOT        = decode step x (step with drafts / tokens) / plain step  +  what prompts in between cost
///     latency     = latency - (output - 1) x what a token gains
///     throughput  x latency before / latency after          a closed loop: clients wait for their own request alone
///
/// Heads of the model itself draft: one layer, and the vocabulary projection taken as another, a pass for each draft.
/// TTFT is left as it is. Acceptance is an input; none is measured. Evidence: tests/validation/predict_drafts_test.cpp.

#include <gambrel/serving/prediction.hpp>
#include <gambrel/serving/speculation.hpp>
#include <gambrel/validation/predicted_figure.hpp>

namespace gambrel {

/// `p`, of `d` without drafts, as it is with those of `s`.
inline prediction<> with_drafts(prediction<> p, const deployment<>& d, const workload& w, const speculation& s) {
    const double batch = larger(1.0, p.batch), output = w.output.mean();
    const double context = w.prompt.mean() + 0.5 * output;
    const draft_heads heads{.share = 2.0 / static_cast<double>(d.model.layers())};
    const speculative_step step = time_speculation(d, s, heads, batch, context);
    const double tpot = p.tpot.value.value(), decode = smaller(tpot, p.decode.total().value());
    const double drafted = decode * (step.tpot() / step.plain) + (tpot - decode);
    const double before = p.latency.value.value(), after = before - (output - 1.0) * (tpot - drafted);
    p.tpot = scaled(p.tpot, drafted / tpot);
    p.output_per_user = scaled(p.output_per_user, tpot / drafted);
    p.latency = scaled(p.latency, after / before);
    const double more = before / after;
    p.request_throughput = scaled(p.request_throughput, more);
    p.output_throughput = scaled(p.output_throughput, more);
    p.prompt_throughput = scaled(p.prompt_throughput, more);
    p.total_throughput = scaled(p.total_throughput, more);
    p.output_per_device = scaled(p.output_per_device, more);
    return p;
}
}  // namespace gambrel
