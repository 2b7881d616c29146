// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A batch that starts together and ends together, as offline benchmarks run it: one prefill of all its prompts, then
/// output - 1 decode passes at the context of the middle of the output (exact where a pass is linear in its context).
///
///     TTFT = frontend + T_prefill(batch)      TPOT = T_decode(batch, prompt + output / 2)
///
/// Evidence: tests/serving/static_batch_test.cpp.

#include <gambrel/serving/predict.hpp>

namespace gambrel {

/// Performance of `batch` requests of `prompt` and `output` tokens over the whole deployment; or why not.
template <class Y>
constexpr prediction<Y> predict_static_batch(const deployment<Y>& d, double prompt, double output, double batch) {
    checked(workload{.prompt = prompt, .output = output, .concurrency = batch});
    d.validate();
    prediction<Y> p;
    p.verdict = d.check(prompt + output);
    if (!p.ok()) return p;
    precision formats = d.formats;
    formats.weights = resolved(formats.weights, d.device);
    p.memory = fit_memory(d.model, d.device.memory.capacity.value, d.runtime, d.cut, formats, prompt + output,
                          prompt + output, d.adapter);
    const auto groups = static_cast<double>(d.cut.replicas * d.cut.data);
    const double n = larger(1.0, batch / groups);
    if (p.memory.fits() && p.memory.most_sequences < n)
        p.memory.shortfall = p.memory.kv_allocated * n - p.memory.for_kv;
    if (!p.memory.fits()) {
        p.verdict = {.what = obstacle::does_not_fit,
                     .suggestion = math::floor(p.memory.most_sequences) * groups,
                     .shortfall = p.memory.shortfall};
        return p;
    }
    const roof<Y> roof = d.roof();
    const pass_terms terms{d.model, d.cut, formats, d.adapter};
    p.prefill = time_pass(terms, step_shape::prefill(n, prompt), roof, d.runtime, d.runtime.graphs.prefill);
    p.decode = time_pass(terms, step_shape::decode(n, prompt + 0.5 * output), roof, d.runtime, d.runtime.graphs.decode);
    p.mean_step = p.decode;
    p.first_token = p.prefill;
    p.first_token.add_host(d.runtime.host.per_request.value, d.runtime.host_sigma);
    p.running = batch;
    p.batch = n;
    const double first = math::plain(p.prefill.total().value());
    p.prompt_share = first / (first + math::plain(p.decode.total().value()) * larger(0.0, output - 1.0));
    detail::answer(p, d, roof, formats.weights, prompt, output, batch);
    return p;
}
}  // namespace gambrel
