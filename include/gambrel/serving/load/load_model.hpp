// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Continuous batching under an open loop, in closed form: the distributions of TTFT, TPOT, ITL and latency at a rate.
///
///     occupancy        how many decode, and how that wanders (occupancy.hpp)
///     slot wait        who finds no slot, near the greatest rate (slot_wait.hpp)
///     step recursion   single steps, given those (step_recursion.hpp)
///     greatest rate    1 / (O step(slots) / slots + prefill)      slots: the runtime's, or what KV or the budget allow
///
/// One rank group. Law, lengths and settings are fixed at construction (about 100 us); a rate then costs about as much.
/// Assumptions: a step law that is nearly straight about the operating point; first come, first served.
/// Validity, figures against simulation: docs/models/serving-under-load.md.
/// Evidence: tests/serving/load/load_model_test.cpp, load_against_simulation_test.cpp.

#include <gambrel/serving/load/load_laws.hpp>

namespace gambrel {

/// The base of a step with prompts, over the decodes of `here`.
inline step_base prompt_base(const load_basis& b, const load_point& here) {
    if (b.apart) return {.fixed = here.terms.extra};
    const double spread = here.decode_variance / here.decodes;
    return {here.terms.fixed + here.terms.extra, here.decodes / spread, here.terms.per_sequence * spread};
}

template <step_law Law> class load_model {
public:
    /// Throws `error` for static batching (static_batch.hpp has it) and for a setting out of range.
    load_model(Law law, const length& prompt, const length& output, const load_settings& settings = {})
        : law_(std::move(law)), settings_(settings), basis_{load_shape(prompt, output, settings.prefix_hit), output} {
        const scheduling& s = settings_.scheduling;
        if (s.batching == batching::fixed_batch) fail("a load model needs continuous batching; static batches differ");
        checked(settings.frontend, 0.0, 1e6, "the frontend time in seconds");
        basis_.apart = s.batching == batching::prefill_first;
        basis_.frontend = settings.frontend;
        basis_.ahead = s.async_scheduling && !basis_.apart;
        basis_.reading_interval = std::fmax(1.0, s.poll_interval_steps);
        bound_slots();
        saturate();
    }

    const load_basis& basis() const { return basis_; }
    const load_settings& settings() const { return settings_; }
    const Law& law() const { return law_; }
    /// The rate from which on the queue grows without bound.
    request_rate<> limit() const { return requests_per_second(1.0 / basis_.service); }

    /// What `rate` requests get whose gaps have coefficient of variation `variation` (1: Poisson; at least 0.1).
    /// At or above the limit: `stable` is false and there is no TTFT. Rate 0: a lone request. Throws `error` for a
    /// negative rate. Evidence: tests/serving/load/load_model_test.cpp.
    load_prediction at(request_rate<> rate, double variation = 1.0) const {
        checked(rate.value(), 0.0, 1e9, "the request rate per second");
        checked(variation, 0.0, 1e3, "the variation of arrival gaps");
        load_prediction p{.rate = rate, .limit = limit(), .bound = basis_.bound};
        p.utilisation = rate.value() * basis_.service;
        if (p.utilisation >= 1.0) {
            saturated(p);
            return p;
        }
        const load_point here =
            point_at(std::fmax(rate.value(), 1e-6 / basis_.service), std::fmax(0.01, variation * variation));
        p.load = here.crowd.load;
        p.running = here.wait.running;
        p.wait_probability = here.wait.probability;
        p.waiting = here.rate * here.wait.mean();
        p.step = seconds<>::from_value(here.crowd.mean_step);
        p.prompts_per_step = here.crowd.arrivals;
        if (here.wait.probability > 1e-4) p.method = "step recursion and slot wait";
        p.why = doubt_of(p, here);
        p.ttft = detail::first_token_law(basis_, here);
        p.tpot = detail::gap_law(basis_, here);
        p.itl = detail::between_tokens_law(basis_, here);
        p.latency = detail::latency_law(basis_, here, p.ttft);
        return p;
    }

    /// The solved point at a stable `rate` (requests per second) of squared gap variation `variance`, for laws of one's
    /// own.
    load_point point_at(double rate, double variance) const {
        const load_basis& b = basis_;
        load_point here{.rate = rate, .variance = variance};
        const double steps = b.shape.decode_steps();
        double n = 0.5 * b.slots, together = 1.0;
        for (int i = 0; i < 20; ++i) {
            here.terms = linearised(law_, b.shape, b.apart, n, together);
            here.prefill = prompt_cost_of(b.shape, here.terms, together);
            const double load = rate * (here.prefill.mean + here.terms.per_sequence * steps);
            const double step = load < 1.0 ? here.terms.fixed / (1.0 - load) : b.saturated_step();
            const double next = std::fmin(b.slots, std::fmax(0.5, rate * step * steps));
            const double met = meeting(rate * step * b.reading_interval);
            const bool settled = std::fabs(next - n) < 1e-3 * n && std::fabs(met - together) < 1e-3 * together;
            if (settled) break;
            n = next;
            together = met;
        }
        here.crowd = occupancy_of(b.spectrum, rate, here.terms, here.prefill.mean, here.prefill.square,
                                  here.prefill.with_length, variance);
        if (here.crowd.load >= 1.0) fail("the load model does not reach its own greatest rate");
        const occupancy& o = here.crowd;
        const double beside = 1.0 + o.arrivals / o.decodes;  // those in prefill hold slots too
        here.wait = slot_wait_of({.rate = rate,
                                  .slots = b.slots,
                                  .present = o.decodes * beside,
                                  .present_variance = o.decode_variance * beside,
                                  .fixed = here.terms.fixed,
                                  .per_sequence = here.terms.per_sequence,
                                  .service = b.service,
                                  .service_scv = b.service_scv,
                                  .prompt_load = o.prompt_load,
                                  .prompt_square = rate * rate * here.prefill.variance(),
                                  .output_scv = b.output_scv,
                                  .arrival_variance = variance});
        here.decodes = std::fmax(1e-3, o.decodes * here.wait.share);
        here.decode_variance = std::fmax(1e-3 * here.decodes, o.decode_variance * here.wait.variance_share);
        const double clumping = std::fmax(1.0 + 1e-6, here.decode_variance / here.decodes);
        const double nothing = std::exp(-here.decodes * std::log(clumping) / (clumping - 1.0));  // negative binomial
        const double empty = here.terms.decode_step(here.decodes) * b.reading_interval;
        const auto walk = [&](double seen, double resting) {
            here.steps.emplace(rate, here.terms.prefill, prompt_base(b, here), empty, seen, resting);
        };
        double seen = 1.0, resting = 0.0;  // of the bursts, within the step that an arrival meets
        walk(seen, resting);
        if (nothing > 0.02) {  // as many arrivals find rest as find no decode, and no prompt beside it
            walk(seen, 1.0);
            const double rest = std::fmin(1.0 - 1e-12, nothing * here.steps->at_rest());
            for (int i = 0; i < 3; ++i) {
                const double arrivals = rate * here.steps->mean_step();
                resting = std::fmin(1.0, arrivals * rest / ((1.0 - rest) * here.steps->no_prompt()));
                walk(seen, resting);
            }
        }
        for (int i = 0; variance != 1.0 && i < 2; ++i) {
            seen = std::fmax(0.5, variance_within(variance, rate * 2.0 * here.steps->mean_residual()));
            walk(seen, resting);
        }
        here.idle = here.steps->at_rest();
        return here;
    }

private:
    void bound_slots() {
        const scheduling& s = settings_.scheduling;
        const double fresh = std::fmax(1.0, basis_.shape.fresh_share * basis_.shape.prompt);
        basis_.slots = s.most_sequences;
        if (settings_.kv_sequences < basis_.slots) {
            basis_.slots = settings_.kv_sequences;
            basis_.bound = rate_bound::kv_memory;
        }
        // n decodes are joined by n / O prompts in a step: from here on they fill the budget.
        const double filling = s.token_budget * basis_.shape.output / (fresh + basis_.shape.output);
        if (!basis_.apart && filling < basis_.slots) {
            basis_.slots = filling;
            basis_.bound = rate_bound::token_budget;
        }
        basis_.slots = std::fmax(1.0, basis_.slots);
    }

    /// What a request costs with every slot busy.
    void saturate() {
        load_basis& b = basis_;
        const double together = meeting(b.slots / b.shape.output * b.reading_interval);
        b.full = linearised(law_, b.shape, b.apart, b.slots, together);
        b.full_prefill = prompt_cost_of(b.shape, b.full, together);
        b.full_step = b.full.decode_step(b.slots * b.shape.decode_steps() / b.shape.output);
        const double fresh = std::fmax(1.0, b.shape.fresh_share * b.shape.prompt);
        if (settings_.scheduling.chunked_prefill && !b.apart)
            b.fullest_step =
                b.full.fixed + b.full.extra + b.full.mean_prefill() / fresh * settings_.scheduling.token_budget;
        b.output_scv = b.output.variance() / (b.output.mean() * b.output.mean());
        const double steps = b.shape.output * b.full_step / b.slots;
        b.service = steps + b.full_prefill.mean;
        b.service_scv = (steps * steps * b.output_scv + b.full_prefill.variance()) / (b.service * b.service);
        b.spectrum = decode_spectrum(b.shape, b.full.context_share);
    }

    doubt doubt_of(const load_prediction& p, const load_point& here) const {
        const scheduling& s = settings_.scheduling;
        const double fresh = basis_.shape.fresh_share * basis_.shape.prompt;
        if (p.utilisation > 0.97) return doubt::near_limit;
        if (here.variance > 16.0) return doubt::bursty_arrivals;
        if (here.variance < 0.3) return doubt::even_arrivals;
        if (s.batch_wait_steps > 0.0) return doubt::held_prompts;
        const double tokens = fresh * std::fmax(1.0, here.crowd.arrivals);
        if (tokens > 0.3 * (s.token_budget - here.decodes)) return doubt::chunked_prompts;
        if (here.crowd.decodes < 8.0 && p.load > 0.2) return doubt::few_decodes;
        if (basis_.output_scv > 2.0) return doubt::uneven_outputs;
        return doubt::none;
    }

    void saturated(load_prediction& p) const {
        p.stable = false;
        p.backlog = p.rate - p.limit;
        p.load = 1.0;
        p.running = basis_.slots;
        p.wait_probability = 1.0;
        p.step = seconds<>::from_value(basis_.saturated_step());
        p.tpot = latency_distribution(basis_.saturated_step());
        p.method = "saturated";
    }

    Law law_;
    load_settings settings_;
    load_basis basis_;
};
}  // namespace gambrel
