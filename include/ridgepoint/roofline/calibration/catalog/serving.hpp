// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <ridgepoint/roofline/calibration/adjustment.hpp>
namespace ridgepoint::catalog {
struct serving_fit { std::string_view device; adjustment factors; int rows; };
inline constexpr std::array serving_fits{serving_fit{"none", {}, 0}};
}
