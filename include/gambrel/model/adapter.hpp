// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Low-rank adapters (LoRA) on a model: which matrices carry one, and how many different ones are served.
/// Evidence: tests/operators/adapters_test.cpp.

#include <gambrel/model/blocks.hpp>

namespace gambrel {

/// Low-rank adapters on the attention (and optionally MLP) matrices: r (N + K) extra parameters per matrix.
struct adapter {
    count rank = 0;  ///< 0: none
    bool on_feed_forward = false;
    count distinct_in_batch = 1;  ///< different adapters that requests of one pass use; all are held in memory
};
}  // namespace gambrel
