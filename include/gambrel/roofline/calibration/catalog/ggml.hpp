// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gambrel/roofline/calibration/ggml_fit.hpp>
namespace gambrel::fits {
inline constexpr std::array<ggml_fit, 0> ggml{};
}  // namespace gambrel::fits
