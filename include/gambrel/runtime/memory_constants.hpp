// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What fitting start-up logs gives a runtime's memory policy; each is a term of step/memory_fit.hpp.
/// Evidence: docs/calibration/memory.md.

#include <gambrel/units.hpp>

namespace gambrel {

struct memory_constants {
    bytes<> reserve{};          ///< outside the framework's allocator, on one board
    bytes<> communication{};    ///< beside it where there are more ranks
    bytes<> amd_reserve{};      ///< beside it on AMD boards
    bytes<> state_workspace{};  ///< beside the activations of models with recurrent layers
};
}  // namespace gambrel
