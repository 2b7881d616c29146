// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The shortest time that a measured pass may say of itself: what memory takes for its bytes, with a margin.
///
///     least = bytes of a pass of decodes / datasheet bandwidth x margin
///
/// Evidence: tests/validation/predict_row_test.cpp, tests/diagnosis/diagnosis_test.cpp.

#include <gambrel/hardware/device.hpp>
#include <gambrel/serving/prediction.hpp>

namespace gambrel {

/// How much faster than the datasheet's bandwidth moves the bytes of a pass a measured step may be and still be scored.
/// Dense: clocks and rounding reach 110 %. With experts: routing is uneven in practice, so up to two fifths fewer of
/// the bytes that even routing draws may have been read.
inline constexpr double dense_bandwidth_margin = 0.9, expert_bandwidth_margin = 0.6;

inline seconds<> least_pass(const prediction<>& p, const device<>& d, bool dense) {
    return p.decode.traffic() / d.memory.bandwidth.value * (dense ? dense_bandwidth_margin : expert_bandwidth_margin);
}
}  // namespace gambrel
