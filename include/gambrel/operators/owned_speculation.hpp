// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Speculation with the drafter that it refers to. Evidence: tests/ask/speculation_test.cpp.

#include <gambrel/operators/speculation.hpp>
#include <memory>

namespace gambrel {

struct owned_speculation {
    speculation terms{};  ///< its drafter is `drafter`
    std::shared_ptr<const architecture> drafter{};
};
}  // namespace gambrel
