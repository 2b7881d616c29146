// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Admission: whether a deployment can take requests of a length, and how many at once. The one place where serving
/// checks a deployment, resolves its formats and fits its memory.
///
///     feasible       cut, formats, links and context allow it (deployment::check)
///     runs           a prompt fits in a pass where the runtime does not cut prompts
///     fits           one whole request fits beside the weights (step/memory_fit.hpp)
///     most at once   memory.most_sequences = KV memory / KV bytes of a running request, per rank group (the devices of
///                    one data-parallel copy)
///
/// A refusal is a result: `verdict` names the obstacle, the shortfall, and how many requests would fit where some do.
/// Evidence: tests/serving/admitted_test.cpp, tests/serving/predict_test.cpp.

#include <gambrel/serving/deployment.hpp>
#include <gambrel/serving/request_shape.hpp>
#include <gambrel/step/memory_fit.hpp>
#include <gambrel/step/pass.hpp>

namespace gambrel {

struct admitted {
    feasibility verdict{};
    memory_fit memory{};  ///< set where the deployment is feasible

    constexpr bool ok() const { return verdict.ok(); }
};

/// A deployment with what does not depend on the workload worked out once: checks, formats, roofs, the memory that
/// weights take. Refers to the deployment, which must outlive it.
template <class Y = double> class checked_deployment {
public:
    /// Throws `error` naming the first figure or setting of `d` that is out of range.
    constexpr explicit checked_deployment(const deployment<Y>& d)
        : deployment_(validated(d)), roof_(d.roof()), formats_(d.resolved_formats()), verdict_(d.check()) {
        if (verdict_.ok())
            budget_ = memory_budget(d.model, d.device, d.runtime, d.cut, formats_, d.adapter, d.speculation);
    }
    explicit checked_deployment(const deployment<Y>&&) = delete;  // it would refer to what is gone

    constexpr const deployment<Y>& of() const { return deployment_; }
    constexpr const gambrel::roof<Y>& roof() const { return roof_; }
    constexpr const precision& formats() const { return formats_; }
    /// Copies of the model that batch on their own: replicas x data ranks.
    constexpr double rank_groups() const {
        return static_cast<double>(deployment_.cut.replicas * deployment_.cut.data);
    }

    /// Time of a pass of `shape`.
    constexpr pass_time<Y> pass(const step_shape& shape) const {
        return time_pass(pass_inputs(), shape, roof_, deployment_.runtime);
    }
    constexpr gambrel::pass_inputs pass_inputs() const { return deployment_.pass_inputs(formats_); }

    /// Requests of shape `r`.
    constexpr admitted admit(const request_shape& r) const {
        feasibility f = feasible(r.prompt + r.output);
        if (f.ok() && r.images > 0.0 && !deployment_.model.vision.present())
            f = {.what = obstacle::no_images, .have = r.images};
        const scheduling& s = deployment_.runtime.scheduling;
        if (f.ok() && !s.chunked_prefill && r.fresh > s.token_budget)
            f = {.what = obstacle::prompt_too_long, .have = r.fresh, .limit = s.token_budget, .suggestion = r.fresh};
        return f.ok() ? fitted(r.whole(), r.kv_tokens_held, 1.0) : admitted{.verdict = f};
    }
    /// `sequences` requests of `tokens`, prompt and output together, all at once in one rank group.
    constexpr admitted admit_batch(double tokens, double sequences) const {
        const feasibility f = feasible(tokens);
        return f.ok() ? fitted(tokens, tokens, sequences) : admitted{.verdict = f};
    }

private:
    static constexpr const deployment<Y>& validated(const deployment<Y>& d) {
        d.validate();
        return d;
    }
    constexpr feasibility feasible(double context) const {
        return verdict_.ok() ? deployment_.check_context(context) : verdict_;
    }
    constexpr admitted fitted(double tokens, double tokens_held, double sequences) const {
        admitted a{.memory = budget_.fit(tokens, tokens_held)};
        const bool one_fits = a.memory.fits();
        if (one_fits && a.memory.most_sequences < sequences)
            a.memory.shortfall = a.memory.kv_allocated * sequences - a.memory.for_kv;
        if (a.memory.shortfall > bytes<>{})
            a.verdict = {.what = obstacle::does_not_fit,
                         .suggestion = one_fits ? math::floor(a.memory.most_sequences) * rank_groups() : 0.0,
                         .shortfall = a.memory.shortfall};
        return a;
    }

    const deployment<Y>& deployment_;
    gambrel::roof<Y> roof_;
    precision formats_;
    feasibility verdict_;
    memory_budget budget_{};
};
template <class Y> checked_deployment(const deployment<Y>&) -> checked_deployment<Y>;
}  // namespace gambrel
