// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Continuous batching under an open loop, in closed form: the distributions of TTFT, TPOT, ITL (the gap between two
/// tokens) and latency at a request rate. A step is one forward pass.
///
///     occupancy        decodes of a step: mean, variance and how long they persist (occupancy.hpp)
///     slot wait        who finds no slot, near the greatest rate (slot_wait.hpp)
///     step recursion   single steps, given those (step_recursion.hpp)
///     limit            1 / (output step / slots + prefill), the greatest rate     step: every slot busy, no prompts
///                      slots: the runtime's, or what KV memory or token budget allow
///
/// One rank group (devices that batch together). Law (the time of a step by what it carries), lengths and settings are
/// fixed at construction (about 100 us); a rate then costs about as much.
/// Assumptions: a step law that is nearly straight about the operating point; first come, first served.
/// Validity: validity.hpp; figures against simulation: docs/models/serving-under-load.md. Evidence:
/// tests/serving/load/load_model_test.cpp, load_against_simulation_test.cpp.

#include <gambrel/queueing/renewal_batches.hpp>
#include <gambrel/queueing/variability.hpp>
#include <gambrel/serving/load/arrivals_to_a_step.hpp>
#include <gambrel/serving/load/itl_distribution.hpp>
#include <gambrel/serving/load/load_settings.hpp>
#include <gambrel/serving/load/possible_load.hpp>
#include <gambrel/serving/load/request_latency_distribution.hpp>
#include <gambrel/serving/load/saturated_load.hpp>
#include <gambrel/serving/load/tpot_distribution.hpp>
#include <gambrel/serving/load/validity.hpp>

namespace gambrel {

template <step_law Law> class load_model {
public:
    /// Throws `error` for static batching (static_batch.hpp has it) and for a setting out of range.
    load_model(Law law, const length& prompt, const length& output, const load_settings& settings = {})
        : law_(std::move(law)), settings_(settings), basis_(load_basis_of(prompt, output, settings)) {
        const scheduling& s = settings_.scheduling;
        if (s.batching == batching::fixed_batch) fail("a load model needs continuous batching; static batches differ");
        checked(settings.frontend.value(), 0.0, 1e6, "the frontend time in seconds");
        basis_.separate_prefill = s.batching == batching::prefill_first;
        checked(settings.frontend_work.value(), 0.0, 1e6, "the frontend's work on a request in seconds");
        basis_.frontend = settings.frontend.value();
        basis_.frontend_work = settings.frontend_work.value();
        basis_.frontend_scv = prompt.variance() / (prompt.mean() * prompt.mean());
        basis_.async_scheduling = s.async_scheduling && !basis_.separate_prefill;
        basis_.poll_interval = larger(1.0, s.poll_interval_steps);
        bound_slots();
        saturate();
        const double beside = basis_.separate_prefill ? 0.0 : basis_.slots;
        basis_.uncut_prompts =
            !s.chunked_prefill &&
            prompt.quantile(validity::whole_share) * basis_.shape.fresh_share + beside > s.token_budget;
    }

    const load_basis& basis() const { return basis_; }
    const load_settings& settings() const { return settings_; }
    const Law& law() const { return law_; }
    /// The rate from which on the queue grows without bound.
    request_rate<> limit() const { return requests_per_second(1.0 / larger(basis_.service, basis_.frontend_work)); }

    /// What `rate` requests get whose gaps have coefficient of variation `variation` (1: Poisson; below 0.1 counts as
    /// 0.1). At or above the limit: `stable` is false and there is no TTFT. Rate 0: a lone request. Throws `error` for
    /// a negative rate. Evidence: tests/serving/load/load_model_test.cpp.
    load_prediction at(request_rate<> rate, double variation = 1.0) const {
        constexpr double lone_utilisation = 1e-6;  // chosen, in place of rate 0: distributions divide by the rate
        constexpr double notable_wait = 1e-4;      // chosen: probability of a slot wait that `method` mentions
        checked(rate.value(), 0.0, 1e9, "the request rate per second");
        checked(variation, 0.0, 1e3, "the variation of arrival gaps");
        load_prediction p{.rate = rate, .limit = limit(), .bound = basis_.bound};
        p.utilisation = rate / p.limit;
        if (p.utilisation >= 1.0) {
            detail::fill_saturated(*this, p);
            return guarded(std::move(p), basis_);
        }
        const double solved = larger(rate.value(), lone_utilisation / basis_.service);
        const load_point point =
            point_at(requests_per_second(solved), larger(least_arrival_scv, variation * variation));
        p.load = point.occupancy.load;
        p.running = point.wait.running;
        p.wait_probability = point.wait.probability;
        p.waiting = point.rate * point.wait.mean();
        p.step = seconds<>::from_value(point.occupancy.mean_step);
        p.prompts_per_step = point.occupancy.arrivals;
        if (point.wait.probability > notable_wait) p.method = "step recursion and slot wait";
        p.warning = warning_of(basis_, settings_.scheduling, p, point, settings_.in_step);
        if (basis_.bound == rate_bound::kv_memory &&
            p.utilisation > 1.0 - validity::kv_deviations * settings_.kv_spread)
            p.warning = validity_warning::kv_pressure;
        load_basis b = basis_;
        b.frontend += queue_in_frontend(solved, variation);
        p.ttft = detail::ttft_distribution(b, point);
        p.tpot = detail::of_tokens(detail::tpot_distribution(b, point), b.tokens, b.speculation);
        p.itl = detail::itl_distribution(b, point);
        p.latency = b.shape.decode_steps() > 0.0 ? detail::request_latency_distribution(b, point, p.ttft)
                                                 : p.ttft;  // its one token is the first
        if (!p.ask_simulator() && p.itl.mean() > p.itl.quantile(0.99)) p.warning = validity_warning::rare_stalls;
        return guarded(std::move(p), basis_);
    }

    /// The solved point at a stable `rate` whose arrival gaps have the squared coefficient of variation (SCV)
    /// `arrival_scv`: what other distributions can be made from.
    load_point point_at(request_rate<> rate, double arrival_scv) const {
        load_point p{.rate = rate.value(), .arrival_scv = arrival_scv};
        linearise(p);
        p.occupancy = occupancy_of(basis_.spectrum, p.rate, p.step, p.prefill.mean, p.prefill.square,
                                   p.prefill.with_length, arrival_scv);
        // Without slots the number of decodes, and the gap with it, may go beyond what slots allow.
        p.occupancy.mean_gap = larger(basis_.least_step, smaller(p.occupancy.mean_gap, basis_.saturated_step()));
        p.wait = slot_wait_at(p);
        p.decodes = larger(least_decodes, p.occupancy.decodes * p.wait.share);
        p.decode_variance = larger(least_decodes * p.decodes, p.occupancy.decode_variance * p.wait.variance_share);
        solve_steps(p);
        return p;
    }

private:
    static constexpr double least_arrival_scv = 0.01;  ///< chosen: less is as good as even gaps
    static constexpr double least_decodes = 1e-3;      ///< chosen, also variance per decode: divisors

    /// Mean wait for the frontend: one server, whose work on a request goes with its prompt.
    double queue_in_frontend(double rate, double variation) const {
        if (!(basis_.frontend_work > 0.0)) return 0.0;
        const queueing::ggc q{rate, variation * variation, basis_.frontend_work, basis_.frontend_scv, 1};
        return *q.whitt_wait_s();  // stable: below the limit
    }

    void bound_slots() {
        const scheduling& s = settings_.scheduling;
        const double fresh = larger(1.0, basis_.shape.fresh_share * basis_.shape.prompt);
        basis_.slots = s.most_sequences;
        if (basis_.speculation.on() && !basis_.separate_prefill)  // a pass holds the guesses of so many
            basis_.slots = smaller(basis_.slots, s.token_budget / basis_.speculation.checked_tokens());
        if (settings_.kv_sequences < basis_.slots) {
            basis_.slots = settings_.kv_sequences;
            basis_.bound = rate_bound::kv_memory;
        }
        // n sequences have n / output prompts in a step: from this n on, n + n / output x fresh fills the budget.
        const double filling =
            s.token_budget * basis_.shape.output / (fresh + basis_.speculation.checked_tokens() * basis_.shape.output);
        if (!basis_.separate_prefill && filling < basis_.slots) {
            basis_.slots = filling;
            basis_.bound = rate_bound::token_budget;
        }
        basis_.slots = larger(1.0, basis_.slots);
    }

    /// What a request costs with every slot busy.
    void saturate() {
        load_basis& b = basis_;
        const double prompts = prompts_per_pass_given_any(b.slots / b.shape.output * b.poll_interval);
        const double decodes = b.slots * b.shape.decode_steps() / b.shape.output;
        b.full = linearised(law_, b.shape, b.separate_prefill, decodes, prompts);
        b.full_prefill = prompt_cost_of(b.shape, b.full, prompts);
        b.full_step = b.full.decode_step(larger(1.0, decodes));
        b.least_step = law_.seconds(pass_load{.decodes = 1.0, .context = 1.0});
        const double fresh = larger(1.0, b.shape.fresh_share * b.shape.prompt);
        if (settings_.scheduling.chunked_prefill && !b.separate_prefill)
            b.full_budget_step =
                b.full.fixed + b.full.extra + b.full.mean_prefill() / fresh * settings_.scheduling.token_budget;
        b.output_scv = b.output.variance() / (b.output.mean() * b.output.mean());
        const double decoding = b.shape.output * b.full_step / b.slots;
        b.service = decoding + b.full_prefill.mean;
        b.service_scv = (decoding * decoding * b.output_scv + b.full_prefill.variance()) / (b.service * b.service);
        b.spectrum = decode_spectrum(b.shape, b.full.context_share);
        if (b.frontend_work > b.service) b.bound = rate_bound::frontend;
    }

    /// The step law as straight lines at the mean decodes and prompts of a step (arrivals_to_a_step.hpp).
    void linearise(load_point& p) const {
        // Share of the time without prompts that decodes leave: bounds the load where the law bends at the point.
        constexpr double least_free = 1e-3;
        const load_basis& b = basis_;
        const double steps = b.shape.decode_steps(), arrivals = arrivals_to_a_step(law_, b, p.rate);
        const double together = prompts_sharing_a_pass(law_, b, p.rate, arrivals, arrivals * steps);
        p.step = linearised(law_, b.shape, b.separate_prefill, arrivals * steps, together);
        p.prefill = prompt_cost_of(b.shape, p.step, together);
        const double decodes = larger(1.0, arrivals * steps), step = p.step.decode_step(decodes);
        const double most_slope = (1.0 - least_free) * (1.0 - p.rate * p.prefill.mean) / (p.rate * larger(1.0, steps));
        p.step.per_sequence = smaller(p.step.per_sequence, most_slope);
        p.step.fixed = step - p.step.per_sequence * decodes;
    }

    slot_wait slot_wait_at(const load_point& p) const {
        const load_basis& b = basis_;
        const occupancy& o = p.occupancy;
        const double with_prefill = 1.0 + o.arrivals / o.decodes;  // requests in prefill hold slots too
        return slot_wait_of({.rate = p.rate,
                             .slots = b.slots,
                             .present = o.decodes * with_prefill,
                             .present_variance = o.decode_variance * with_prefill,
                             .fixed = p.step.fixed,
                             .per_sequence = p.step.per_sequence,
                             .service = b.service,
                             .service_scv = b.service_scv,
                             .prompt_load = o.prompt_load,
                             .prompt_square = p.rate * p.rate * p.prefill.variance(),
                             .output_scv = b.output_scv,
                             .arrival_scv = p.arrival_scv});
    }

    /// Single steps, given the decodes. Two things depend on the steps themselves and are iterated:
    ///     idle_share   share of steps without prompts that are idle time, such that
    ///                  P(idle on arrival) = P(no decodes) x P(idle on arrival if nothing ever decoded)
    ///     burst_scv    SCV of arrivals within a step: of those in the step that an arrival meets, 2 x residual long
    void solve_steps(load_point& p) const {
        constexpr double notable_idle = 0.02;             // chosen: P(no decodes) from which on idle times matter
        constexpr double most_idle = 1.0 - 1e-12;         // a divisor
        constexpr int idle_rounds = 3, burst_rounds = 2;  // chosen: each gains about a digit
        constexpr double least_burst_scv = 0.5;           // chosen: step_recursion takes 0.4 and more

        const double dispersion = larger(1.0 + 1e-6, p.decode_variance / p.decodes);
        // P(N = 0) of a negative binomial N of this mean and variance / mean.
        const double no_decodes = std::exp(-p.decodes * std::log(dispersion) / (dispersion - 1.0));
        const double empty = p.step.decode_step(p.decodes) * basis_.poll_interval;
        double burst_scv = 1.0, idle_share = 0.0;
        const auto solve = [&] {
            p.recursion.emplace(p.rate, p.step.prefill, prompt_base(p), empty, burst_scv, idle_share);
        };
        solve();
        if (no_decodes > notable_idle) {
            idle_share = 1.0;
            solve();
            const double idle = smaller(most_idle, no_decodes * p.recursion->idle_on_arrival());
            for (int i = 0; i < idle_rounds; ++i) {
                const double arrivals = p.rate * p.recursion->mean_step();
                idle_share = smaller(1.0, arrivals * idle / ((1.0 - idle) * p.recursion->no_prompt()));
                solve();
            }
        }
        for (int i = 0; p.arrival_scv != 1.0 && i < burst_rounds; ++i) {
            const double expected = p.rate * 2.0 * p.recursion->mean_residual();  // arrivals in the step that is met
            burst_scv = larger(least_burst_scv, batch_variance_within(p.arrival_scv, expected));
            solve();
        }
        p.idle = p.recursion->idle_on_arrival();
    }

    /// The seconds of a step with prompts less its prompts: gamma-distributed with the mean and variance of the
    /// decodes.
    step_base prompt_base(const load_point& p) const {
        if (basis_.separate_prefill) return {.fixed = p.step.extra};
        const double dispersion = p.decode_variance / p.decodes;
        return {p.step.fixed + p.step.extra, p.decodes / dispersion, p.step.per_sequence * dispersion};
    }

    Law law_;
    load_settings settings_;
    load_basis basis_;
};
}  // namespace gambrel
