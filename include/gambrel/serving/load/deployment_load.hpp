// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The load model of a deployment: its step law (the time of a forward pass), its slots and KV memory, its frontend
/// (host time before the first pass).
///
///     groups = replicas, copies of a dense model among them     each has its share of the rate, slots and KV
///     in step = stages x attention copies that share experts    of a group: one server, whose passes are those of the
///                                                               slowest (step/groups_in_step.hpp)
///     slots = most_sequences x copies         kv_sequences = sequences that fit x copies, at the mean tokens of a
///                                             running request (request_shape)
///
/// Assumptions: KV memory is full of requests of mean length, less what their spread takes (request_shape), without
/// preemption; no images.
/// Evidence: tests/serving/load/deployment_load_test.cpp.

#include <gambrel/serving/admitted.hpp>
#include <gambrel/serving/deviation.hpp>
#include <gambrel/serving/load/capacity.hpp>
#include <gambrel/step/groups_in_step.hpp>
#include <gambrel/step/tabulated_step.hpp>

namespace gambrel {

/// What a load model needs of `d` under `w`; `verdict` says why there is none.
struct load_inputs {
    feasibility verdict{};
    memory_fit memory{};
    precision formats{};
    load_settings settings{};  ///< of one group
    double groups = 1;
    double in_step = 1;       ///< batches of a group whose passes go together
    double most_context = 1;  ///< tokens that the law is asked for
};

/// Throws `error` for a value of `w` or of a descriptor out of range, and for images.
inline load_inputs load_inputs_of(const deployment<>& d, const workload& w) {
    checked(w);
    const checked_deployment<> c(d);
    if (w.images > 0.0) fail("the load model does not take images yet");
    const request_shape r(w, d.runtime.scheduling, d.model, d.speculation);
    const admitted a = c.admit(r);
    load_inputs t{.verdict = a.verdict, .memory = a.memory};
    if (!t.verdict.ok()) return t;
    t.formats = c.formats();
    const auto copies = static_cast<double>(copies_in_step(d.model, d.cut));
    t.groups = c.rank_groups() / copies;
    t.in_step = copies * static_cast<double>(d.cut.pipeline);
    const double fitting = larger(1.0, r.usable(t.memory.most_sequences));
    t.settings = {
        .scheduling = d.runtime.scheduling,
        .kv_sequences = fitting * copies,
        .kv_spread = r.kv_stddev / r.kv_tokens_held / math::sqrt(fitting),
        .frontend = d.runtime.host.frontend(w.prompt.mean()),
        .frontend_work = d.runtime.host.frontend_work(w.prompt.mean()) / d.runtime.frontend.processes_of(copies),
        .in_step = t.in_step,
        .prefix_hit = w.prefix_hit,
        .speculation = d.speculation};
    scheduling& s = t.settings.scheduling;  // of all that are in step: each batch has the budget of a pass
    s.most_sequences *= copies;
    s.token_budget *= t.in_step;
    s.prompts_per_step *= t.in_step;
    // Prompts of one group run beside the decodes of the others: of all together, passes are mixed.
    if (t.in_step > 1.0 && s.batching == batching::prefill_first) s.batching = batching::mixed;
    t.most_context = w.prompt.largest() + w.output.largest();
    return t;
}

namespace detail {
template <step_law Law> groups_in_step<Law> law_of_group(const deployment<>& d, const load_inputs& t, Law law) {
    return {std::move(law), t.in_step, copies_in_step(d.model, d.cut) > 1,
            d.runtime.scheduling.batching == batching::prefill_first};
}
}  // namespace detail

using timed_group_step = groups_in_step<timed_step>;
using tabulated_group_step = groups_in_step<tabulated_step>;

/// A load model of `d` whose law is `time_pass` itself: nothing to set up, about a millisecond a rate.
/// `roof` is the deployment's and must outlive the model, as must `d`.
inline load_model<timed_group_step> timed_load_model(const deployment<>& d, const roof<>& roof, const load_inputs& t,
                                                     const workload& w) {
    return {detail::law_of_group(d, t, timed_step(d.pass_inputs(t.formats), roof, d.runtime)), w.prompt, w.output,
            t.settings};
}
/// The same with the law tabulated: tens of milliseconds once, then as fast as a straight law. Refers to nothing.
inline load_model<tabulated_group_step> tabulated_load_model(const deployment<>& d, const load_inputs& t,
                                                             const workload& w) {
    tabulated_step law(d.pass_inputs(t.formats), d.roof(), d.runtime, t.most_context);
    return {detail::law_of_group(d, t, std::move(law)), w.prompt, w.output, t.settings};
}

struct deployment_load {
    feasibility verdict{};
    memory_fit memory{};
    load_prediction load{};  ///< of the whole deployment; read only where `verdict` is ok
    double sigma = 0;        ///< log standard deviation of the step law, for load.with_law_error
};

/// What `d` gives its users at w.rate: the distributions of TTFT, TPOT, ITL and latency; or why not.
/// `how` the requests are spread over the groups. Throws `error` for a closed loop, for images, and for values out of
/// range. Evidence: tests/serving/load/deployment_load_test.cpp.
inline deployment_load predict_load(const deployment<>& d, const workload& w,
                                    arrival_split how = arrival_split::random) {
    if (!w.open_loop()) fail("predict_load needs a request rate; predict answers a closed loop");
    const load_inputs t = load_inputs_of(d, w);
    deployment_load a{.verdict = t.verdict, .memory = t.memory};
    if (!a.verdict.ok()) return a;
    const roof<> roof = d.roof();
    a.load = over_replicas(timed_load_model(d, roof, t, w), w.rate, t.groups, how, w.arrival_variation);
    if (!a.load.stable) a.verdict = {.what = obstacle::unstable, .have = w.rate.value(), .limit = a.load.limit.value()};
    const request_shape r(w, d.runtime.scheduling, d.model, d.speculation);
    const double running = larger(1.0, a.load.running / (t.groups * t.in_step));
    a.sigma = deviation_of(time_pass(d.pass_inputs(t.formats), step_shape::decode(running, r.context), roof, d.runtime),
                           d.runtime);
    return a;
}
}  // namespace gambrel
