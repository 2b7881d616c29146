// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Shares of the deviation of the room for KV (step/start.hpp). Written by tools/fit_memory from data/memory.
/// Evidence: tests/step/start_test.cpp; docs/calibration/memory.md.

namespace gambrel {

struct room_deviation_shares {
    double of_weights = 0.0266;
    double of_besides = 0.320;
    double of_visible = 0.0080;
};
}  // namespace gambrel
