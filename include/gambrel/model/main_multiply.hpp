// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The multiply that most of a model's work runs in, against whose peak MFU is counted: that of the experts where there
/// are any, else of the feed-forward layers, else of the recurrent state.
/// Evidence: tests/model/main_multiply_test.cpp.

#include <gambrel/model/architecture.hpp>
#include <gambrel/model/weight_format.hpp>

namespace gambrel {

constexpr multiply main_multiply(const architecture& m, const weight_formats& f) {
    for (const layer_group& g : m)
        if (g.layer.experts.present()) return f.experts.issue;
    for (const layer_group& g : m)
        if (g.layer.feed_forward.present()) return f.feed_forward.issue;
    return f.state.issue;
}
}  // namespace gambrel
