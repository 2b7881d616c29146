// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A batch that starts together and ends together, as offline benchmarks run it: one prefill of all its prompts, then
/// output - 1 decode passes at the context of the middle of the output (exact where a pass is linear in its context).
///
///     TTFT = frontend + prefill(sequences)      TPOT = decode(sequences, prompt + output / 2)
///
/// sequences = batch / rank groups, at least 1: the requests of one data-parallel copy. frontend: host time before the
/// first pass. prefill, decode: seconds of one pass.
/// Evidence: tests/serving/static_batch_test.cpp.

#include <gambrel/serving/predict.hpp>

namespace gambrel {

/// Performance of `batch` requests of `prompt` and `output` tokens over the whole deployment; or why not.
template <class Y>
constexpr prediction<Y> predict_static_batch(const deployment<Y>& d, double prompt, double output, double batch) {
    checked(workload{.prompt = prompt, .output = output, .concurrency = batch});
    const checked_deployment<Y> c(d);
    const double sequences = larger(1.0, batch / c.rank_groups());
    const admitted a = c.admit_batch(prompt + output, sequences);
    prediction<Y> p{.verdict = a.verdict, .memory = a.memory};
    if (!p.ok()) return p;
    p.prefill = c.pass(step_shape::prefill(sequences, prompt));
    p.decode = c.pass(step_shape::decode(sequences, prompt + 0.5 * output));
    p.mean_step = p.decode;
    p.first_token = p.prefill;
    p.first_token.add_host(d.runtime.host.frontend(prompt), d.runtime.host_sigma);
    p.running = batch;
    p.batch = sequences;
    const double prefill = math::plain(p.prefill.total().value()), decode = math::plain(p.decode.total().value());
    p.prompt_share = prefill / (prefill + decode * larger(0.0, output - 1.0));
    detail::fill_figures(p, c, prompt, output, batch);
    return p;
}
}  // namespace gambrel
