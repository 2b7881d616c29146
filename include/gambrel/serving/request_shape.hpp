// SPDX-License-Identifier: Apache-2.0
#pragma once
/// A workload's lengths in tokens as the closed forms see them: means, and what a running request has in memory. Images
/// are prompt tokens, put before the text.
///
///     context        = prompt + E[output^2] / (2 E[output])      of a running decode: length-biased (long outputs
///                                                                run longer), on average halfway through
///     kv_tokens_held = context                                   admission on demand
///                      prompt + longest output                   reserve_all: reserved from the start

#include <gambrel/model/architecture.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/workload/workload.hpp>

namespace gambrel {

struct request_shape {
    double prompt = 0;
    double images = 0;
    double cached = 0;  ///< prompt tokens found in the prefix cache, a share of all of them, images too
    double fresh = 0;   ///< prompt tokens to be computed
    double output = 0;
    double context = 0;         ///< mean context of a running decode
    double kv_tokens_held = 0;  ///< tokens of KV memory that a running request holds, or has reserved

    constexpr request_shape(const workload& w, const scheduling& s, const architecture& m) {
        images = w.images;
        prompt = w.prompt.mean() + images * static_cast<double>(m.vision.tokens_per_image);
        cached = prompt * w.prefix_hit;
        fresh = larger(1.0, prompt - cached);
        output = w.output.mean();
        context = prompt + (w.output.variance() + output * output) / (2.0 * output);
        kv_tokens_held = s.admission == admission::reserve_all ? prompt + w.output.largest() : context;
    }
    /// Tokens of KV that a request needs at its end: one must fit.
    constexpr double whole() const { return larger(prompt + output, kv_tokens_held); }
};
}  // namespace gambrel
