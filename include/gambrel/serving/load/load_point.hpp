// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the distributions of a load model are made from: what holds at every rate (`load_basis`) and what was solved at
/// one (`load_point`). One rank group. Inside: plain numbers, in seconds, requests per second and tokens; the face of
/// the model (load_model.hpp) is typed.
/// Evidence: tests/serving/load/load_model_test.cpp.

#include <gambrel/serving/load/load_prediction.hpp>
#include <gambrel/serving/load/occupancy.hpp>
#include <gambrel/serving/load/slot_wait.hpp>
#include <gambrel/serving/load/step_recursion.hpp>
#include <limits>
#include <optional>

namespace gambrel {

/// What a prompt costs in all: its own seconds and its share of what a step with prompts costs more. First and second
/// moment, and the covariance with the prompt's tokens.
struct prompt_cost {
    double mean = 0, square = 0, with_length = 0;

    double variance() const { return square - mean * mean; }
};

/// `prompts_per_step`: in a step that carries any.
inline prompt_cost prompt_cost_of(const load_shape& shape, const linearised_step& step, double prompts_per_step) {
    prompt_cost c;
    for (std::size_t i = 0; i < step.prefill.size(); ++i) {
        const double seconds = step.prefill[i].seconds + step.extra / prompts_per_step;
        const double weight = step.prefill[i].weight;
        c.mean += weight * seconds;
        c.square += weight * seconds * seconds;
        c.with_length += weight * seconds * (shape.prompts[i].tokens - shape.prompt);
    }
    return c;
}

struct load_basis {
    load_shape shape;
    length output;
    decode_spectrum spectrum{};
    bool separate_prefill = false;  ///< prompts run in passes of their own
    bool async_scheduling = false;  ///< the next step is planned while one runs: who arrives misses that one too
    double poll_interval = 1;       ///< decode steps between looks for new requests
    double frontend = 0;            ///< seconds from sending a request until a step may take it in
    double slots = 1;               ///< most requests at once, whatever bounds them
    rate_bound bound = rate_bound::slots;
    linearised_step full{};  ///< with every slot busy
    prompt_cost full_prefill{};
    double full_step = 0;   ///< with every slot busy, without prompts
    double least_step = 0;  ///< one decode of one token's context: no step is shorter
    /// A step whose prompts fill the token budget, less its decodes; infinite where none can.
    double full_budget_step = std::numeric_limits<double>::infinity();
    double service = 0;      ///< seconds of a request, every slot busy: 1 / service requests per second at most
    double service_scv = 0;  ///< squared coefficients of variation
    double output_scv = 0;

    /// Mean step with every slot busy.
    double saturated_step() const { return service * slots / shape.output; }
};

struct load_point {
    double rate = 0;         ///< requests per second
    double arrival_scv = 1;  ///< squared coefficient of variation of arrival gaps
    linearised_step step{};
    prompt_cost prefill{};
    gambrel::occupancy occupancy{};
    slot_wait wait{};
    double decodes = 0, decode_variance = 0;    ///< while slots are free, by steps
    std::optional<step_recursion> recursion{};  ///< single steps, given those
    double idle = 0;                            ///< probability that an arrival finds nothing running

    double shortest_prefill() const {
        double least = step.prefill.front().seconds;
        for (const weighted_time& k : step.prefill) least = smaller(least, k.seconds);
        return least;
    }
};
}  // namespace gambrel
