// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What a load model must know of one rank group (devices that batch together) besides its step law (the time of a
/// forward pass) and the lengths of its requests.
/// Evidence: tests/serving/load/load_model_test.cpp.

#include <gambrel/operators/speculation.hpp>
#include <gambrel/runtime/runtime.hpp>
#include <gambrel/units.hpp>
#include <limits>

namespace gambrel {

struct load_settings {
    gambrel::scheduling scheduling{};
    double kv_sequences = std::numeric_limits<double>::infinity();  ///< most requests whose KV fits
    /// Standard deviation of the KV of all that run over its mean, by their lengths; 0: reserved, or equal.
    double kv_spread = 0;
    seconds<> frontend{};  ///< host time from sending a request until a step may carry its prompt, where nobody waits
    seconds<> frontend_work{};           ///< of that, on one request after another: others wait meanwhile
    double in_step = 1;                  ///< batches of this server whose passes go together (step/groups_in_step.hpp)
    double prefix_hit = 0;               ///< share of the prompt tokens found in the prefix cache
    gambrel::speculation speculation{};  ///< which steps an output takes; the step law has its time
};
}  // namespace gambrel
