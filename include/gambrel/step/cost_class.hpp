// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What the time of a pass is booked under: the operator classes, the host, and what the power limit adds. Evidence: tests/step/pass_test.cpp.

#include <gambrel/operators/operation.hpp>
#include <gambrel/roofline/bound.hpp>

namespace gambrel {

inline constexpr std::size_t cost_class_count = operator_class_count + 2;
inline constexpr std::size_t host_class = operator_class_count, power_class = host_class + 1;

constexpr std::string_view name_of_cost_class(std::size_t i) {
    return i == host_class    ? name_of(bound::host)
           : i == power_class ? name_of(bound::power)
                              : name_of(static_cast<operator_class>(i));
}
constexpr std::string_view key_of_cost_class(std::size_t i) {
    return i == host_class    ? key_of(bound::host)
           : i == power_class ? key_of(bound::power)
                              : key_of(static_cast<operator_class>(i));
}
}  // namespace gambrel
