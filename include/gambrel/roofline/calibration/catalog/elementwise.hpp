// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Element-wise constants fitted on LayerNorm and GELU (LLMCompass, figure 5): docs/calibration/elementwise.md.
/// Fitted 2026-11 by `fit_kernels DATA_DIR SOURCE_DIR` (tools/fit_kernels/elementwise.cpp). Do not edit.

#include <gambrel/roofline/calibration/product_law.hpp>

namespace gambrel::catalog {

inline constexpr product_law<> elementwise_nvidia{0.50, 0.803, 1.5, microseconds(0.0), 0.15, 15};
inline constexpr product_law<> elementwise_amd{0.50, 0.350, 1.5, microseconds(0.0), 0.21, 24};
}  // namespace gambrel::catalog
