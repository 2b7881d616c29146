// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the distributions of a load model are made from: what holds at every rate (`load_basis`) and what was solved at
/// one (`load_point`). One rank group: the devices that batch together. A step is one forward pass. Inside: plain
/// numbers, in seconds, requests per second and tokens; the face of the model (load_model.hpp) is typed. Evidence:
/// tests/serving/load/load_model_test.cpp.

#include <gambrel/serving/load/load_prediction.hpp>
#include <gambrel/serving/load/load_settings.hpp>
#include <gambrel/serving/load/occupancy.hpp>
#include <gambrel/serving/load/slot_wait.hpp>
#include <gambrel/serving/load/speculated_passes.hpp>
#include <gambrel/serving/load/step_recursion.hpp>
#include <limits>
#include <optional>

namespace gambrel {

/// Seconds that a prompt costs in all: its own prefill time, and its share of `extra`, what a step with prompts costs
/// beyond them: mean, mean square, and the covariance with the prompt's tokens.
struct prompt_cost {
    double mean = 0, square = 0, with_length = 0;

    double variance() const { return square - mean * mean; }
};

/// `prompts_per_step`: mean number of prompts in a step that carries any.
inline prompt_cost prompt_cost_of(const load_shape& shape, const linearised_step& step, double prompts_per_step) {
    prompt_cost c;
    const std::size_t each = step.prefill.size() / shape.prompts.size();  // times of one length
    for (std::size_t i = 0; i < step.prefill.size(); ++i) {
        const double seconds = step.prefill[i].seconds + step.extra / prompts_per_step;
        const double weight = step.prefill[i].weight;
        c.mean += weight * seconds;
        c.square += weight * seconds * seconds;
        c.with_length += weight * seconds * (shape.prompts[i / each].tokens - shape.prompt);
    }
    return c;
}

struct load_basis {
    load_shape shape;
    length output;           ///< in passes, from that of the first token on
    length tokens = output;  ///< the same in tokens
    gambrel::speculation speculation{};
    decode_spectrum spectrum{};
    bool separate_prefill = false;  ///< prompts run in passes of their own
    bool uncut_prompts = false;     ///< some prompts are longer than a pass takes, and are not cut
    bool async_scheduling = false;  ///< the next step is planned while one runs: an arrival misses that one too
    double poll_interval = 1;       ///< decode steps between two reads of arrived requests
    double frontend = 0;            ///< host seconds from sending a request until a step may carry it
    double frontend_work = 0;       ///< of these, on one request after another
    double frontend_scv = 0;        ///< squared coefficient of variation (SCV) of that work, by request
    double slots = 1;               ///< most requests at once, by the setting, KV memory or token budget (`bound`)
    rate_bound bound = rate_bound::slots;
    linearised_step full{};      ///< the lines with every slot busy
    prompt_cost full_prefill{};  ///< of a prompt, every slot busy
    double full_step = 0;        ///< seconds of a step with every slot busy, without prompts
    double least_step = 0;       ///< seconds of a step of one decode of one token's context: none is shorter
    /// Seconds of a step whose prompts fill the token budget, without its decodes; infinite where none can.
    double full_budget_step = std::numeric_limits<double>::infinity();
    double service = 0;  ///< mean seconds between ends with every slot busy: at most 1 / service requests per second
    double service_scv = 0;  ///< squared coefficient of variation (SCV) of that, by request
    double output_scv = 0;   ///< SCV of output lengths

    /// Mean seconds of a step with every slot busy: an end each `service` seconds, slots / output ends a step.
    double saturated_step() const { return service * slots / shape.output; }
};

/// The lengths of a model, its outputs in passes; the rest is load_model's.
inline load_basis load_basis_of(const length& prompt, const length& output, const load_settings& s) {
    const length passes = detail::passes_of(output, checked(s.speculation));
    const double each = s.speculation.on() ? 1.0 / detail::passes_per_token(output, s.speculation) : 1.0;
    return {.shape = load_shape(prompt, passes, s.prefix_hit, each),
            .output = passes,
            .tokens = output,
            .speculation = s.speculation};
}

struct load_point {
    double rate = 0;         ///< requests per second
    double arrival_scv = 1;  ///< SCV of the gaps between arrivals
    linearised_step step{};
    prompt_cost prefill{};
    gambrel::occupancy occupancy{};
    slot_wait wait{};
    double decodes = 0, decode_variance = 0;    ///< number in a step while a slot is free: mean and variance, by steps
    std::optional<step_recursion> recursion{};  ///< single steps, given those decodes
    double idle = 0;                            ///< probability that an arrival finds nothing running

    double shortest_prefill() const {
        double least = step.prefill.front().seconds;
        for (const weighted_time& k : step.prefill) least = smaller(least, k.seconds);
        return least;
    }
};
}  // namespace gambrel
