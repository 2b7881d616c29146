// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The time of one forward pass: the sum of its operations, and of what the host adds.
///
///     device   = sum over operations of repeats x (time - (1 - kernel_start) fixed)    (no other overlap of operations)
///                with two_batches: twice that of half the pass, max(exchanges between expert ranks, all others)
///     kernels  = max(device, launches per_eager_kernel) + kernels per_kernel
///     planning = per_plan + sequences per_sequence
///     pass     = max(kernels + planning + per_step, messages per_message)
///                max(max(kernels, planning) + per_step, messages per_message)        async_scheduling: planned meanwhile
/// kernels: launched, messages among them. launches: of the host, one by one (graph_capture::of): from one graph none,
/// from graphs of pieces `piece_launches` a layer, without a graph all kernels. messages: streamed to clients by a frontend
/// process, decodes / (processes stream_interval), beside the engine, which cannot go faster for long than they are sent.
///     speculation = pass over drafts + 1 tokens of each decode + passes of the drafter (draft_passes)
///
/// Where the time goes is kept twice: by operator class (whose laws' sigmas make the range) and by bound.
/// Evidence: tests/step/pass_test.cpp; docs/models/step.md.

#include <gambrel/operators/decoder.hpp>
#include <gambrel/roofline/roof.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/step/cost_class.hpp>
#include <gambrel/step/draft_run.hpp>

namespace gambrel {

/// Time of a pass, or of a weighted mean of passes, and where it goes. The sums are kept as plain numbers of seconds,
/// flop and bytes, which costs the compiler a third of what quantities do; everything read from outside is typed.
template <class Y = double> class pass_time {
public:
    constexpr seconds<Y> total() const { return seconds<Y>::from_value(total_); }
    constexpr seconds<Y> by_class(std::size_t cost_class) const { return seconds<Y>::from_value(classes_[cost_class]); }
    constexpr seconds<Y> by_class(operator_class c) const { return by_class(static_cast<std::size_t>(c)); }
    constexpr seconds<Y> by_bound(bound b) const {
        return seconds<Y>::from_value(bounds_[static_cast<std::size_t>(b)]);
    }
    constexpr flop<> work() const { return flop_of(work_); }          ///< of one rank
    constexpr bytes<> traffic() const { return bytes_of(traffic_); }  ///< of one rank
    constexpr double kernels() const { return kernels_; }
    /// What the work alone would take, all of it at the dense peak of the format it multiplies in.
    constexpr seconds<Y> at_peak() const { return seconds<Y>::from_value(peak_); }

    /// Seconds that the error of one class's law moves the total by: one standard deviation.
    constexpr double deviation_by(std::size_t cost_class) const { return deviations_[cost_class]; }
    /// Logarithmic standard deviation of the total: laws are independent, operations under one law are not.
    constexpr double sigma() const {
        double sum = 0.0;
        for (const double d : deviations_) sum += d * d;
        const double t = math::plain(total_);
        return t > 0.0 ? math::sqrt(sum) / t : 0.0;
    }

    /// Adds `weight` times another pass: means over kinds of passes. Time follows a weight that carries derivatives;
    /// work and traffic, counts, its value.
    constexpr void add(const pass_time& other, double weight) { add(other, weight, weight); }
    constexpr void add(const pass_time& other, const Y& weight) requires math::own_scalar<Y> {
        add(other, weight, math::plain(weight));
    }

    /// Adds an operation that takes `t`, at its peak `at_peak` (roof::at_peak), and `at_limit` of the power limit
    /// (roof::at_limit).
    constexpr void add(const operation& op, const operation_time<Y>& t, const seconds<Y>& at_limit = {},
                       const seconds<Y>& at_peak = {}) {
        limit_ += at_limit.value() * op.repeats;
        peak_ += at_peak.value() * op.repeats;
        const Y all = t.total.value() * op.repeats;
        put(static_cast<std::size_t>(op.kind), all, t.sigma);
        kernels_ += op.kernels * op.repeats;
        if (op.kind == operator_class::collective || op.kind == operator_class::transfer) {
            bounds_[static_cast<std::size_t>(bound::interconnect)] += all;
            return;
        }
        const Y fixed = t.fixed.value() * op.repeats, compute = t.compute.value(), memory = t.memory.value();
        bounds_[static_cast<std::size_t>(bound::launch)] += fixed;
        if (const Y both = compute + memory; both > 0.0) {  // a blended time is shared in proportion to its two roofs
            const Y each = (all - fixed) / both;
            bounds_[static_cast<std::size_t>(bound::compute)] += each * compute;
            bounds_[static_cast<std::size_t>(bound::memory)] += each * memory;
        }
        work_ += op.work.value() * op.repeats;
        traffic_ += op.traffic().value() * op.repeats;
    }

    /// Adds time spent by the host, or spent waiting for it: `as` says what it counts as.
    constexpr void add_host(const seconds<Y>& time, double sigma, bound as = bound::host) {
        put(host_class, time.value(), sigma);
        bounds_[static_cast<std::size_t>(as)] += time.value();
    }

    /// Power wanted at full clock, of what the limit leaves beside idling.
    constexpr Y demand() const {
        const Y full = total_ - classes_[power_class];
        return full > 0.0 ? limit_ / full : Y(0.0);
    }
    /// Sets the time that the power limit adds, after passes of its like.
    constexpr void hold(const clock_law& law) { hold_at(law, demand()); }
    /// The same after passes whose demand was `before`.
    constexpr void hold(const clock_law& law, const Y& before) {
        if (law.known()) hold_at(law, law.settled(demand(), before, total_ - classes_[power_class]));
    }

private:
    constexpr void hold_at(const clock_law& law, const Y& wanted) {
        if (!law.known()) return;
        const Y earlier = classes_[power_class], full = total_ - earlier;
        const Y held = (full - classes_[host_class]) * (law.stretch(wanted) - 1.0);
        if (!(earlier > 0.0) && !(held > 0.0)) return;
        total_ += held - earlier;
        classes_[power_class] = bounds_[static_cast<std::size_t>(bound::power)] = held;
        deviations_[power_class] = law.sigma * math::plain(full);
    }
    template <class Weight> constexpr void add(const pass_time& other, const Weight& weight, double value) {
        if (value == 0.0) return;
        total_ += other.total_ * weight;
        for (std::size_t i = 0; i < cost_class_count; ++i) {
            classes_[i] += other.classes_[i] * weight;
            deviations_[i] += other.deviations_[i] * value;
        }
        for (std::size_t i = 0; i < bound_count; ++i) bounds_[i] += other.bounds_[i] * weight;
        work_ += other.work_ * value;
        traffic_ += other.traffic_ * value;
        limit_ += other.limit_ * weight;
        peak_ += other.peak_ * weight;
        kernels_ += other.kernels_ * value;
    }
    constexpr void put(std::size_t cost_class, const Y& time, double sigma) {
        total_ += time;
        classes_[cost_class] += time;
        deviations_[cost_class] += sigma * math::plain(time);
    }
    Y total_{}, limit_{}, peak_{};
    Y classes_[cost_class_count]{};  // plain arrays: a call per element would double what the compiler pays
    Y bounds_[bound_count]{};
    double deviations_[cost_class_count]{};  // sum of sigma x seconds under each law
    double work_ = 0, traffic_ = 0, kernels_ = 0;
};

/// Time of `op` among others: kernels that follow each other keep a share of their fixed times.
template <class Y>
constexpr operation_time<Y> time_in_pass(const operation& op, const roof<Y>& roof, const runtime<Y>& software) {
    operation_time<Y> t = roof.time(op);
    const seconds<Y> saved = t.fixed * (1.0 - software.kernel_start);
    t.fixed = t.fixed - saved;
    t.total = t.total - saved;
    return t;
}

/// Launches of a layer in a pass that runs from graphs of pieces: the graph of the piece and the attention call. At most
/// that: gpt-oss-120b under vLLM's PIECEWISE decodes in 3.6 ms, 36 layers (serving_measured.csv), where three of 38 us
/// would take 4.1.
inline constexpr double piece_launches = 2.0;

/// The graphs of `software` on the device of `roof`, for the model of `terms`.
template <class Y>
constexpr graph_capture graphs_of(const runtime<Y>& software, const roof<Y>& roof, const pass_inputs& terms) {
    return software.graphs.on(roof.vendor() == vendor::nvidia, terms.model.has_latent());
}

/// What the host launches one by one in a pass of `kernels` kernels and `layers` layers.
constexpr double launches_by_host(graph_use use, double kernels, double layers) {
    return use == graph_use::none     ? kernels
           : use == graph_use::pieces ? smaller(kernels, piece_launches * layers)
                                      : 0.0;
}

/// Messages that each frontend process sends for a pass of `decodes` in each of `copies`, on average.
constexpr double messages_of(const frontend_policy& f, double decodes, double copies) {
    return decodes * copies / (f.processes_of(copies) * f.stream_interval);
}

/// The operations of a pass of `shape`, one after the other.
template <class Y>
constexpr pass_time<Y> device_time(const pass_inputs& terms, const step_shape& shape, const roof<Y>& roof,
                                   const runtime<Y>& software) {
    pass_time<Y> pass;
    for_each_operation(terms, shape, [&](const operation& op) {
        const operation_time<Y> t = time_in_pass(op, roof, software);
        pass.add(op, t, roof.at_limit(op, t.total), roof.at_peak(op));
    });
    return pass;
}
/// Those of two passes of `half` each, one exchanging while the other computes: of the exchanges only what outlasts the
/// rest is seen.
template <class Y>
constexpr pass_time<Y> in_two_batches(const pass_inputs& terms, const step_shape& half, const roof<Y>& roof,
                                      const runtime<Y>& software) {
    Y exchanged{}, computed{};
    for_each_operation(terms, half, [&](const operation& op) {
        (is_exchange(op.message) ? exchanged : computed) += time_in_pass(op, roof, software).total.value() * op.repeats;
    });
    const Y seen = computed < exchanged ? (exchanged - computed) / exchanged : Y(0.0);
    pass_time<Y> pass;
    for_each_operation(terms, half, [&](operation op) {
        operation_time<Y> t = time_in_pass(op, roof, software);
        if (is_exchange(op.message)) t.total = t.total * seen;
        op.repeats *= 2.0;
        pass.add(op, t, roof.at_limit(op, t.total), roof.at_peak(op));
    });
    return pass;
}

/// Time of one pass of `shape`, as many tokens of each decode as it says.
template <class Y>
constexpr pass_time<Y> forward_pass(const pass_inputs& terms, const step_shape& shape, const roof<Y>& roof,
                                    const runtime<Y>& software) {
    pass_time<Y> pass = in_halves(terms.cut, shape.decodes, shape.tokens())
                            ? in_two_batches(terms, shape.half(), roof, software)
                            : device_time(terms, shape, roof, software);
    const host_time<Y>& h = software.host;
    const double by_host = launches_by_host(graphs_of(software, roof, terms).of(shape.prompts, shape.tokens()),
                                            pass.kernels(), static_cast<double>(terms.model.layers()));
    if (by_host > 0.0 && h.per_eager_kernel.known()) {
        const seconds<Y> launches = h.per_eager_kernel.value * by_host;
        if (pass.total() < launches) pass.add_host(launches - pass.total(), software.host_sigma, bound::launch);
    }
    const double copies = copies_in_step(terms.model, terms.cut);
    const seconds<Y> planning = h.per_plan.value + h.per_sequence.value * (shape.sequences() * copies);
    pass.add_host(h.per_kernel.value * pass.kernels(), software.host_sigma);
    if (!software.scheduling.async_scheduling) pass.add_host(planning, software.host_sigma);
    else if (pass.total() < planning) pass.add_host(planning - pass.total(), software.host_sigma);
    pass.add_host(h.per_step.value, software.host_sigma);
    const seconds<Y> messages = h.per_message.value * messages_of(software.frontend, shape.decodes, copies);
    if (pass.total() < messages) pass.add_host(messages - pass.total(), software.host_sigma);
    pass.hold(roof.constants().clock);
    return pass;
}

/// Time of one pass of `shape`; where the deployment speculates, of a step: the check of the guesses, and the next ones.
template <class Y>
constexpr pass_time<Y> time_pass(const pass_inputs& terms, const step_shape& shape, const roof<Y>& roof,
                                 const runtime<Y>& software) {
    if (!terms.speculates()) return forward_pass(terms, shape, roof, software);
    step_shape check = shape;
    check.tokens_per_decode = terms.drafts->checked_tokens();
    if (shape.mean_tokens > 0.0) check.mean_tokens = shape.mean_tokens * (check.tokens() / shape.tokens());
    pass_time<Y> step = forward_pass(terms, check, roof, software);
    const draft_run<Y> run(terms, software);
    if (run.passes > 0.0) {
        const pass_inputs drafter{*terms.drafts->drafter, run.cut, terms.drafts->formats};
        const step_shape first = run.first(shape), later = draft_run<Y>::later(shape);
        const double share = smaller(1.0, later.decodes);  // of steps in which anything goes on
        step.add(forward_pass(drafter, first, roof, run.software), first.prompts > 0.0 ? 1.0 : share);
        step.add(forward_pass(drafter, later, roof, run.software), (run.passes - 1.0) * share);
        step.add_host(run.host, software.host_sigma);
    }
    return step;
}
}  // namespace gambrel
