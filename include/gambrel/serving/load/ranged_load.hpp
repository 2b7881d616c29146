// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a deployment gives a load, with the 80 % range that an error of its step law leaves.
///
/// A law slower by the factor f is the same machine by a slower clock:
///
///     time(slow law, rate) = f time(law, f rate)      so that the range widens towards the limit, as 1 / (1 - load)
///     high end: f = exp(1.2816 sigma)                 where f rate is beyond the limit there is none: infinite
///     low end:  f = exp(-1.2816 sigma)
///
/// The frontend is on that clock too. TTFT has `ttft_sigma` besides (predict.hpp), latency that of its share in TTFT.
/// In a closed loop the clients are given: times grow by f, the rate falls by it.
/// Source: scaling of time; derived here. Evidence: tests/ask/load_answer_test.cpp.

#include <gambrel/serving/law_range.hpp>
#include <gambrel/serving/load/closed_loop.hpp>
#include <gambrel/serving/load/deployment_load.hpp>
#include <gambrel/serving/load/pooled_prediction.hpp>
#include <memory>

namespace gambrel {

/// A load, and what machines slower and faster by `factor` would give it on their own clocks.
struct ranged_load {
    load_prediction value{}, slow{}, fast{};
    double factor = 1.0;

    /// The range of what `read` reads of a load, a time; `more` is a logarithmic deviation of its own.
    template <class Read> figure<seconds<>> time(const Read& read, bool grows, double more = 0.0) const {
        const double middle = read(value).value(), high = read(slow).value() * factor,
                     low = read(fast).value() / factor;
        return time_range(middle, high / middle, low > 0.0 ? middle / low : factor, more, grows && !slow.stable);
    }
    template <class Of> figure<seconds<>> ttft(const Of& of) const {
        return time([&](const load_prediction& p) { return of(p.ttft); }, true, ttft_sigma);
    }
    template <class Of> figure<seconds<>> tpot(const Of& of) const {
        return time([&](const load_prediction& p) { return of(p.tpot); }, false);
    }
    template <class Of> figure<seconds<>> itl(const Of& of) const {
        return time([&](const load_prediction& p) { return of(p.itl); }, false);
    }
    template <class Of> figure<seconds<>> latency(const Of& of) const {
        const double more = latency_deviation(value.ttft.mean().value(), value.latency.mean().value());
        return time([&](const load_prediction& p) { return of(p.latency); }, true, more);
    }
};

namespace detail {
/// Both pools of `d` by tabulated laws. Throws `error` where they cannot be, which predict has said before.
inline std::shared_ptr<const pooled_model<tabulated_step>> two_pools(const deployment<>& d, const pools& p,
                                                                     const workload& w) {
    const deployment<> prompts = prefill_of(d, p);
    const pooled_inputs t(d, prompts, w);
    if (!t.verdict.ok()) fail("the load model refuses what predict allows");
    const tabulated_step of_prompts(prompts.pass_inputs(t.prefill.formats), prompts.roof(), d.runtime,
                                    t.prefill.most_context),
        of_outputs(d.pass_inputs(t.decode.formats), d.roof(), d.runtime, t.decode.most_context);
    return std::make_shared<const pooled_model<tabulated_step>>(
        of_prompts, detail::law_of_group(d, t.decode, of_outputs), t.decode, p, t.copies * t.prefill.groups, w);
}
}  // namespace detail

/// A deployment as a load model, its groups, and how far its step law may be off.
struct loaded_deployment {
    load_model<tabulated_group_step> model;
    double groups = 1.0;
    arrival_split split = arrival_split::random;
    double variation = 1.0;
    double sigma = 0.0;
    /// Where there are two pools; `model` is then of a decode replica, and `groups` counts pairs of pools.
    std::shared_ptr<const pooled_model<tabulated_step>> two{};

    double factor() const { return slow_factor(sigma); }
    figure<request_rate<>> limit() const { return with_range((two ? two->limit() : model.limit()) * groups, sigma); }
    load_prediction plain(request_rate<> rate) const {
        if (two) return two->at(rate / groups, split).as_load(groups, two->limit());
        return over_replicas(model, rate, groups, split, variation);
    }

    /// What requests at `rate` get. A machine that does not keep up has every slot busy, and gaps as just below its
    /// limit.
    ranged_load at(request_rate<> rate) const {
        ranged_load r{
            .value = plain(rate), .slow = plain(rate * factor()), .fast = plain(rate / factor()), .factor = factor()};
        if (!r.slow.stable) keep_gaps(r.slow);
        if (!r.fast.stable) keep_gaps(r.fast);
        // Where an end of the range is not known, its times have no upper end, and the low one is the clock's alone.
        if (!r.slow.known()) r.slow = r.value, r.slow.stable = false;
        if (!r.fast.known()) r.fast = r.value;
        return r;
    }

    /// What `clients` clients get. Throws as in_closed_loop does.
    ranged_load with_clients(double clients) const {
        const double busy = std::fmin(groups, clients);  // fewer clients than groups: the others stand idle
        if (two) {
            const load_prediction each = two->with_clients(clients / busy).as_load(busy, two->limit());
            return {.value = each, .slow = each, .fast = each, .factor = factor()};
        }
        load_prediction p = in_closed_loop(model, clients / busy);
        p.rate = p.rate * busy;
        p.limit = p.limit * groups;
        p.utilisation *= busy / groups;
        p.running *= busy;
        p.waiting *= busy;
        return {.value = p, .slow = p, .fast = p, .factor = factor()};
    }

private:
    void keep_gaps(load_prediction& p) const { p.itl = plain(p.limit * 0.99).itl; }
};

/// The load model of `d` for requests as those of `w`, whose rate and clients are not read; two pools where `p` is on.
/// `sigma` is that of passes as `clients` of a closed loop make them or, where that is 0, `rate`.
/// Throws `error` where `d` cannot be: ask `predict` before.
inline loaded_deployment loaded(const deployment<>& d, const workload& w, const pools& p, arrival_split split,
                                request_rate<> rate, double clients = 0.0) {
    const load_inputs t = load_inputs_of(d, w);
    if (!t.verdict.ok()) fail("the load model refuses what predict allows");
    loaded_deployment l{
        .model = tabulated_load_model(d, t, w), .groups = t.groups, .split = split, .variation = w.arrival_variation};
    if (p.on()) l.two = detail::two_pools(d, p, w);
    const double here = (clients > 0.0 ? clients : l.plain(rate).running) / t.groups;
    const double running = larger(1.0, smaller(here, l.model.basis().slots) / t.in_step);
    l.sigma = law_sigma(d, t.formats, w, running);
    if (l.two) l.sigma = std::hypot(l.sigma, pools_other);
    return l;
}
}  // namespace gambrel
