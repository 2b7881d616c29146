// SPDX-License-Identifier: Apache-2.0
#pragma once
/// One measured training step and what its prediction needs. Plain values: change the software and ask again.
/// Evidence: tests/measurement/training_row_test.cpp.

#include <gambrel/training/job.hpp>
#include <string>

namespace gambrel {

struct training_row {
    architecture model{};
    gambrel::device<> device{};
    training::stack<> stack{};
    training::recipe recipe{};
    training::layout layout{};
    training::batch batch{};
    double seconds = 0;    ///< of a step
    bytes<> memory{};      ///< of a device; 0: not stated
    bool guessed = false;  ///< part of its configuration is not stated and assumed

    training::job<> job() const { return {model, device, stack, recipe, layout, batch}; }
};
}  // namespace gambrel
