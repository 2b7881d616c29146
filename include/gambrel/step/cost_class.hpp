// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the time of a pass is booked under: the operator classes, then the host. Evidence: tests/step/pass_test.cpp.

#include <gambrel/operators/operation.hpp>
#include <gambrel/roofline/bound.hpp>

namespace gambrel {

inline constexpr std::size_t cost_class_count = operator_class_count + 1;
inline constexpr std::size_t host_class = operator_class_count;

constexpr std::string_view name_of_cost_class(std::size_t i) {
    return i == host_class ? name_of(bound::host) : name_of(static_cast<operator_class>(i));
}
constexpr std::string_view key_of_cost_class(std::size_t i) {
    return i == host_class ? key_of(bound::host) : key_of(static_cast<operator_class>(i));
}
}  // namespace gambrel
