// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Whether a model has experts: MoE models are scored and bounded apart from dense ones.
/// Evidence: tests/validation/validation_test.cpp.

#include <gambrel/model/architecture.hpp>

namespace gambrel {

/// Whether no layer of `m` has experts.
constexpr bool is_dense(const architecture& m) {
    for (const layer_group& g : m)
        if (g.layer.experts.present()) return false;
    return true;
}
}  // namespace gambrel
