// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A workload's lengths in tokens as the closed forms see them: means, and what a running request has in memory. Images
/// are prompt tokens, put before the text.
///
///     longer         = Var[fresh] / (2 fresh)                    a prompt of t new tokens attends to t^2 / 2 pairs: of
///                                                                uneven ones E[t^2] / 2 = fresh (fresh / 2 + longer)
///     context        = prompt + E[output^2] / (2 E[output])      of a running decode: length-biased (long outputs
///                                                                run longer), on average halfway through
///     kv_tokens_held = context                                   admission on demand
///                      prompt + E[output^2] / E[output]          reserve_all: its own output, from the start
///     next_need      = E[(prompt + output)^2] / (2 E[prompt + output])      reserve_all: left free, on average, in front
///                                                                           of a next request that does not fit
///
/// Where n requests of uneven lengths are let in on demand, their keys and values must fit together most of the time:
/// of room for `most` mean ones, n is used that leaves the sum `spread_deviations` of its deviations,
///
///     n + spread_deviations (kv_stddev / kv_tokens_held) sqrt(n) = most         kv_stddev: of a running request, of
///     lengths
///
/// or requests are evicted and computed again. Evidence: tests/serving/prediction_validity_test.cpp, against the
/// simulator.

#include <gambrel/model/architecture.hpp>
#include <gambrel/operators/speculation.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/workload/workload.hpp>

namespace gambrel {

struct request_shape {
    double prompt = 0;
    double images = 0;
    double cached = 0;  ///< prompt tokens found in the prefix cache, a share of all of them, images too
    double fresh = 0;   ///< prompt tokens to be computed
    double longer = 0;  ///< context that a mean token of uneven prompts attends to beyond that of equal ones
    double output = 0;
    double steps = 0;           ///< passes from the first token's on: `output` of them without speculation
    double checked_tokens = 1;  ///< of each decode in a pass
    double context = 0;         ///< mean context of a running decode
    double kv_tokens_held = 0;  ///< tokens of KV memory that a running request holds, or has reserved
    double kv_stddev = 0;       ///< of that from request to request, by their lengths
    double next_need = 0;       ///< reserve_all: mean tokens left free in front of the next request, which does not fit
    const length* output_law = nullptr;  ///< that of the workload, which must outlive this

    constexpr request_shape(const workload& w, const scheduling& s, const architecture& m, const speculation& by = {}) {
        images = w.images;
        prompt = w.prompt.mean() + images * static_cast<double>(m.vision.tokens_per_image);
        cached = prompt * w.prefix_hit;
        fresh = larger(1.0, prompt - cached);
        longer = 0.5 * w.prompt.variance() * (1.0 - w.prefix_hit) * (1.0 - w.prefix_hit) / fresh;
        output = w.output.mean();
        steps = output;
        if (by.on()) {
            steps = 1.0 + by.passes(output - 1.0);
            checked_tokens = by.checked_tokens();
        }
        context = prompt + (w.output.variance() + output * output) / (2.0 * output);
        kv_tokens_held = context;
        output_law = &w.output;
        if (s.admission == admission::reserve_all) {
            kv_tokens_held = prompt + (w.output.variance() + output * output) / output;
            const double variance = w.prompt.variance() + w.output.variance(), mean = prompt + output;
            if (variance > 0.0) next_need = 0.5 * (variance + mean * mean) / mean;
        }
        const bool reserved = s.admission == admission::reserve_all;
        kv_stddev =
            math::sqrt(w.prompt.variance() + (reserved ? reserved_variance(w.output) : held_variance(w.output)));
    }
    /// Passes of a token after the first.
    constexpr double passes_per_token() const { return output > 1.0 ? (steps - 1.0) / (output - 1.0) : 1.0; }
    /// Requests at once that memory for `most` mean ones is good for.
    constexpr double usable(double most) const {
        if (next_need > 0.0) return larger(smaller(most, 1.0), most - next_need / kv_tokens_held);
        if (!(kv_stddev > 0.0)) return most;
        const double half = 0.5 * spread_deviations * kv_stddev / kv_tokens_held;
        const double root = math::sqrt(half * half + most) - half;
        return smaller(most, larger(1.0, root * root));
    }
    /// Tokens of KV that a request needs at its end: one must fit.
    constexpr double whole() const { return larger(prompt + output, kv_tokens_held); }

private:
    static constexpr double spread_deviations = 2.0;
    /// Variance of the output tokens that a running request has made, met at a random time, beyond that of equal
    /// outputs: E o^3 / (3 E o) - (E o^2 / (2 E o))^2 - (E o)^2 / 12. The third moment is that of a uniform or a
    /// log-normal law of this mean and variance.
    static constexpr double held_variance(const length& o) {
        if (o.variance() == 0.0) return 0.0;
        const double m = o.mean(), mean = (o.variance() + m * m) / (2.0 * m);
        return larger(0.0, third_moment(o) / (3.0 * m) - mean * mean - m * m / 12.0);
    }
    /// Variance of the output that a running request has reserved, length-biased: E o^3 / E o - (E o^2 / E o)^2.
    static constexpr double reserved_variance(const length& o) {
        const double m = o.mean(), mean = (o.variance() + m * m) / m;
        return o.variance() == 0.0 ? 0.0 : larger(0.0, third_moment(o) / m - mean * mean);
    }
    static constexpr double third_moment(const length& o) {
        const double m = o.mean(), scv = 1.0 + o.variance() / (m * m);
        return o.kind() == length_kind::uniform ? m * m * m + 3.0 * m * o.variance() : m * m * m * scv * scv * scv;
    }
};
}  // namespace gambrel
