// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Mean performance of a deployment under a workload, in closed form.
///
///     n          = min(clients, slots, sequences whose KV fits), per rank group (data-parallel copy); the rest wait
///     latency    = TTFT + (output - 1) TPOT        throughput = clients / latency        (Little's law)
///     open loop  : n is the least root of n = rate x latency(n); where there is none below the cap the queue is
///                  unstable, and the answer says from which rate on: the greatest n / latency(n)
///     static     : a batch ends, and answers, with its longest member: after longest = E[max of n outputs] tokens.
///                  TPOT = decode (longest - 1) E[1 / (output - 1)], the mean over requests; a prompt beyond the token
///                  budget waits for the next batch
///
/// TTFT and TPOT of n requests: operating_point.hpp; their figures: figures.hpp. Requests that wait for a slot add
/// waiting / running latencies to the mean TTFT. A benchmark's opening burst: burst.hpp; in its first of `rounds` requests
/// per client, clients wait for half of those before them; at its end, requests of uneven length stop one by one:
///
///     clients / request rate = ((1 + waiting / running) rounds served + drain) / rounds     served: without the wait
///     drain                  = step of one decode x (E[longest of n residual outputs] - E[residual output])
///
/// Assumptions: lengths enter by their means and second moment; means, not tails.
/// Evidence: tests/serving/, tests/properties/, docs/models/serving.md; against measurement: `gambrel validate`.

#include <gambrel/numeric/bisection.hpp>
#include <gambrel/serving/burst.hpp>
#include <gambrel/serving/figures.hpp>
#include <gambrel/serving/operating_point.hpp>
#include <gambrel/serving/possible.hpp>
#include <gambrel/serving/prediction_validity.hpp>
#include <optional>

namespace gambrel {

/// The last operating point, for a caller that asks for many numbers of clients at equal lengths: above the cap on n
/// they share it.
template <class Y = double> struct operating_point_cache {
    double n = 0.0;
    arrival_pattern arrivals{};
    std::optional<operating_point<Y>> point{};  ///< absent: nothing is known
};

/// A deployment checked once, to be asked about many workloads: predictor(d).at(w) == predict(d, w). Refers to the
/// deployment, which must outlive it. Evidence: tests/serving/predictor_test.cpp (equal bit for bit).
template <class Y = double> class predictor {
public:
    /// Throws `error` naming the first figure or setting of `d` that is out of range.
    constexpr explicit predictor(const deployment<Y>& d) : checked_(d) {}
    explicit predictor(const deployment<Y>&&) = delete;  // it would refer to what is gone

    constexpr const deployment<Y>& of() const { return checked_.of(); }

    /// The prediction under `w`. Throws `error` for a value of `w` out of range.
    constexpr prediction<Y> at(const workload& w) const {
        checked(w);
        return at(w, request_shape(w, settings(), of().model, of().speculation));
    }
    /// The same where `w` was checked and `r`, its lengths under this deployment, are known.
    constexpr prediction<Y> at(const workload& w, const request_shape& r) const {
        return predict_at(w, r, [&](double n, const arrival_pattern& arrivals) { return point_of(n, r, arrivals); });
    }
    /// The same where `cache` was last used here with equal `r`, or is new.
    prediction<Y> at(const workload& w, const request_shape& r, operating_point_cache<Y>& cache) const {
        return predict_at(w, r, [&](double n, const arrival_pattern& arrivals) -> const operating_point<Y>& {
            if (!cache.point || cache.n != n || cache.arrivals != arrivals) {
                cache.point.emplace(point_of(n, r, arrivals));
                cache.n = n;
                cache.arrivals = arrivals;
            }
            return *cache.point;
        });
    }

private:
    constexpr const scheduling& settings() const { return of().runtime.scheduling; }
    constexpr operating_point<Y> point_of(double n, const request_shape& r, const arrival_pattern& arrivals) const {
        return operating_point<Y>(checked_, r, n, arrivals);
    }

    /// `point_at(n, arrivals)` gives the operating point of n requests, or refers to one.
    template <class PointAt>
    constexpr prediction<Y> predict_at(const workload& w, const request_shape& r, PointAt&& point_at) const {
        const admitted a = checked_.admit(r);
        prediction<Y> p{.verdict = a.verdict, .memory = a.memory};
        if (!p.ok()) return p;
        const double groups = checked_.rank_groups(), clients = w.concurrency / groups;
        const double memory = r.usable(p.memory.most_sequences), cap = most_at_once(memory, r);
        const double running = larger(1.0, smaller(clients, cap));
        const double burst_passes = running / prompts_finished_by_full_pass(settings(), r, running);
        arrival_pattern arrivals = pattern_of(w, burst_passes, of().speculation.uneven());
        if (running <= 1.0) arrivals = {.open = arrivals.open};  // nobody to be in step with, or in a burst
        else if (arrivals.lock_step && burst_passes > r.steps) arrivals = {};  // prompts fill every pass and queue
        double n = smaller(clients, cap), in_system = w.concurrency;
        if (w.open_loop()) {
            n = in_flight(p, w.rate.value(), cap, r, arrivals);
            if (!p.ok()) return p;
            in_system = n * groups;
        }
        const operating_point<Y>& point = point_at(n, arrivals);
        fill_point(p, w, r, point, n, in_system);
        if (w.open_loop()) {
            p.request_throughput = exactly(request_rate<Y>::from_value(Y(w.rate.value())));  // given, not predicted
            detail::fill_throughputs(p, r.prompt, r.output);
        }
        p.warning =
            warning_of(w, settings(),
                       {.clients = clients,
                        .running = n,
                        .groups = groups * static_cast<double>(of().cut.pipeline),
                        .in_step = static_cast<double>(copies_in_step(of().model, of().cut) * of().cut.pipeline),
                        .memory = memory,
                        .prompt_share = p.prompt_share,
                        .queued = point.queue_share(),
                        .staggered = arrivals.lock_step && !point.lock_step()});
        guard(p, cap * groups);
        return p;
    }

    /// Requests of a rank group at once: slots, those that KV `memory` is good for, for a static batch the prompts that one
    /// pass holds, and with speculation the decodes whose guesses it holds.
    constexpr double most_at_once(double memory, const request_shape& r) const {
        double most = smaller(settings().most_sequences, math::floor(memory));
        if (settings().batching == batching::fixed_batch)
            most = smaller(most, math::floor(settings().token_budget / r.fresh));
        if (settings().batching == batching::mixed && r.checked_tokens > 1.0)
            most = smaller(most, math::floor(settings().token_budget / r.checked_tokens));
        return larger(1.0, most);
    }

    /// Open loop: requests of a rank group in flight at `rate` requests per second over all, the least number that is
    /// rate x latency; sets the verdict where there is none up to `cap`.
    constexpr double in_flight(prediction<Y>& p, double rate, double cap, const request_shape& r,
                               const arrival_pattern& arrivals) const {
        constexpr double accuracy = 0x1p-30;  // relative
        constexpr double stride = 1.25;       // between points tried: two roots closer than that count as none
        const double groups = checked_.rank_groups(), each = rate / groups;
        const auto latency = [&](double n) { return math::plain(point_of(n, r, arrivals).latency(r.steps).value()); };
        const auto fewer = [&](double n) { return n - each * latency(n) < 0.0; };
        double low = 0.0, high = smaller(cap, each * latency(0.0)), greatest = 0.0;
        for (;;) {
            const double taken = latency(high);
            greatest = larger(greatest, high / taken);
            if (!(high - each * taken < 0.0)) break;
            if (high >= cap) {
                p.verdict = {.what = obstacle::unstable, .have = rate, .limit = greatest * groups};
                return 0.0;
            }
            low = high;
            high = smaller(cap, stride * high);
        }
        return bisected(fewer, {low, high}, accuracy).high;
    }

    /// The figures at `point`, n requests per rank group, with `clients` in the whole system.
    constexpr void fill_point(prediction<Y>& p, const workload& w, const request_shape& r,
                              const operating_point<Y>& point, double n, double clients) const {
        const double groups = checked_.rank_groups();
        p.decode = point.decode;
        p.prefill = point.prefill;
        p.mean_step = point.mean_step;
        if (of().speculation.on()) {  // of a token
            p.mean_step = {};
            p.mean_step.add(point.mean_step, r.passes_per_token());
        }
        p.first_token = point.first_token;
        p.prefill_passes = point.passes_per_prompt();
        p.batch = point.decodes();
        p.prompt_share = point.prompt_share(r, settings());
        p.running = smaller(clients, n * groups);
        p.waiting = clients - p.running;
        p.queued = p.running * point.queue_share();
        double steps = r.output;  // a request's, its first token's included
        double longest = r.output;
        if (settings().batching == batching::fixed_batch && n > 1.0 && w.output.variance() > 0.0) {
            longest = w.output.expected_longest(n);
            steps = 1.0 + w.output.harmonic_after_first();
            p.mean_step = {};
            p.mean_step.add(point.mean_step, (longest - 1.0) / (steps - 1.0));
        }
        const double rounds = w.open_loop() || !w.protocol.burst_start ? 0.0 : w.protocol.prompts_per_client;
        // Lock-step clients repeat the burst every round: it is in their first_token already.
        if (rounds > 0.0 && counts_burst(w.protocol) && !point.lock_step()) {
            pass_time<Y> burst = p.first_token, mean;
            if (n > 1.0) burst = burst_first_token(checked_, r, w.protocol, n);
            else burst.add_host(seconds<Y>::from_value(Y(w.protocol.cold_start.value())), of().runtime.host_sigma);
            mean.add(p.first_token, 1.0 - 1.0 / rounds);
            mean.add(burst, 1.0 / rounds);
            p.first_token = mean;
        }
        pass_time<Y> served = p.first_token;
        served.add(of().speculation.on() ? p.mean_step : point.mean_step, larger(0.0, longest - 1.0));
        const double waits = p.waiting / p.running;
        if (waits > 0.0) p.first_token.add(served, waits * (rounds > 0.0 ? 1.0 - 0.5 / rounds : 1.0));
        detail::fill_figures(p, checked_, r.prompt, r.output, clients, steps);
        if (rounds > 0.0) {
            seconds<Y> run = served.total() * (rounds * (1.0 + waits));
            if (!point.lock_step() && w.output.variance() > 0.0)
                run = run +
                      checked_.pass(step_shape::decode(1.0, r.context)).total() * w.output.last_residual_beyond_mean(n);
            const Y by = p.latency.value * rounds / run;
            for (request_rate<Y>* x :
                 {&p.request_throughput.value, &p.request_throughput.low, &p.request_throughput.high})
                *x = request_rate<Y>::from_value(x->value() * by);
            detail::fill_throughputs(p, r.prompt, r.output);
        }
    }

    checked_deployment<Y> checked_;
};
template <class Y> predictor(const deployment<Y>&) -> predictor<Y>;

/// Mean TTFT, TPOT, latency and throughput of `d` under `w`, each with its 80 % range; or why not, in `verdict`.
/// Throws `error` for a value of `w` or of a descriptor out of range. Evidence: tests/serving/predict_test.cpp.
template <class Y> constexpr prediction<Y> predict(const deployment<Y>& d, const workload& w) {
    checked(w);
    return predictor<Y>(d).at(w, request_shape(w, d.runtime.scheduling, d.model, d.speculation));
}
}  // namespace gambrel
