// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Shares of the deviation of the room for KV (step/start.hpp). Written by tools/fit_memory from data/memory;
/// docs/calibration/memory.md.

namespace gambrel {

struct room_deviation_shares {
    double of_weights = 0.0260;
    double of_besides = 0.312;
    double of_visible = 0.0078;
};
}  // namespace gambrel
