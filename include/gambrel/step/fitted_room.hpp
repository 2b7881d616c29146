// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Shares of the deviation of the room for KV (step/start.hpp). Written by tools/fit_memory from data/memory.
/// Evidence: tests/step/start_test.cpp; docs/calibration/memory.md.

namespace gambrel {

struct room_deviation_shares {
    double of_weights = 0.0235;
    double of_besides = 0.282;
    double of_visible = 0.0071;
    double of_unified = 0.0641;
};
}  // namespace gambrel
