// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What one start-up log corrects of the memory law, for a runtime on a device.
///
///     weights    factor on what the weights take once loaded
///     besides    GiB more (or fewer) that are no weights and no KV
///     visible    GiB that the driver shows, where the log says so
///     deviation  factor on the deviation of the room that is left
///
/// Made by calibration/correct_memory.hpp, kept in a calibration file. Evidence: tests/calibration/correct_memory_test.cpp.

#include <gambrel/runtime/runtime.hpp>
#include <optional>

namespace gambrel {

struct memory_correction {
    double weights = 1.0;
    double besides = 0.0;  ///< GiB
    std::optional<double> visible{};
    double deviation = 1.0;
};

/// Throws `error` naming the first correction that no log could give; returns `c` otherwise.
inline const memory_correction& checked(const memory_correction& c) {
    checked(c.weights, 0.1, 10.0, "the weights factor of a calibration");
    checked(c.besides, -1000.0, 1000.0, "the memory besides weights of a calibration in GiB");
    checked(c.deviation, 0.01, 100.0, "the factor of a calibration on the deviation of memory");
    if (c.visible) checked(*c.visible, 1e-3, 1e6, "the visible memory of a calibration in GiB");
    return c;
}

/// `r` with its memory policy corrected by `c`; the visible memory is the device's.
template <class Y> runtime<Y> corrected(runtime<Y> r, const memory_correction& c) {
    r.memory.weights_factor *= c.weights;
    r.memory.besides_correction = gibibytes(c.besides);
    r.memory.deviation_factor *= c.deviation;
    return r;
}
}  // namespace gambrel
