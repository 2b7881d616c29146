// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the laws of a load model are made from: what holds at every rate (`load_basis`) and at one (`load_point`).
/// One rank group.

#include <gambrel/queueing/renewal_batches.hpp>
#include <gambrel/serving/load/load_prediction.hpp>
#include <gambrel/serving/load/occupancy.hpp>
#include <gambrel/serving/load/slot_wait.hpp>
#include <gambrel/serving/load/step_recursion.hpp>
#include <limits>
#include <optional>

namespace gambrel {

struct load_settings {
    gambrel::scheduling scheduling{};
    double kv_sequences = std::numeric_limits<double>::infinity();  ///< most requests whose keys and values fit
    double frontend = 0;    ///< seconds from sending a request until a step may take it in
    double prefix_hit = 0;  ///< share of the prompt tokens found in the prefix cache
};

/// What a prompt costs in all, with its share of what its step costs more: seconds, and their covariance with its
/// tokens.
struct prompt_cost {
    double mean = 0, square = 0, with_length = 0;

    double variance() const { return square - mean * mean; }
};

inline prompt_cost prompt_cost_of(const load_shape& shape, const linearised_step& t, double together) {
    prompt_cost c;
    for (std::size_t i = 0; i < t.prefill.size(); ++i) {
        const double seconds = t.prefill[i].seconds + t.extra / together, weight = t.prefill[i].weight;
        c.mean += weight * seconds;
        c.square += weight * seconds * seconds;
        c.with_length += weight * seconds * (shape.prompts[i].tokens - shape.prompt);
    }
    return c;
}

/// Prompts that meet in a step, given one, of `mean` that come in a step.
inline double meeting(double mean) { return mean < 1e-9 ? 1.0 : mean / -std::expm1(-mean); }

struct load_basis {
    load_shape shape;
    length output;
    decode_spectrum spectrum{};
    bool apart = false;           ///< prompts run in passes of their own
    double reading_interval = 1;  ///< decode steps between looks for new requests
    bool ahead = false;           ///< steps are planned one ahead
    double frontend = 0;
    double slots = 1;
    rate_bound bound = rate_bound::slots;
    linearised_step full{};  ///< with every slot busy
    prompt_cost full_prefill{};
    double full_step = 0;  ///< without prompts
    /// Of a step whose prompts fill the token budget, less its decodes.
    double fullest_step = std::numeric_limits<double>::infinity();
    double service = 0;  ///< seconds of a request, every slot busy: 1 / service requests per second at most
    double service_scv = 0;
    double output_scv = 0;

    /// Mean step with every slot busy.
    double saturated_step() const { return service * slots / shape.output; }
};

struct load_point {
    double rate = 0;
    double variance = 1;  ///< squared variation of arrival gaps
    linearised_step terms{};
    prompt_cost prefill{};
    occupancy crowd{};
    slot_wait wait{};
    double decodes = 0, decode_variance = 0;  ///< while slots are free, by steps
    std::optional<step_recursion> steps{};
    double idle = 0;  ///< an arrival finds nothing running

    double shortest_prefill() const {
        double least = terms.prefill.front().seconds;
        for (const weighted_time& k : terms.prefill) least = std::fmin(least, k.seconds);
        return least;
    }
};
}  // namespace gambrel
