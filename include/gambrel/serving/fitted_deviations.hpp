// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Deviations of serving times beyond those of the laws they are made of (deviation.hpp).
/// Fitted 2026-11 by `fit_software DATA_DIR SOURCE_DIR` on serving_measured.csv; residuals:
/// docs/calibration/software.md. Do not edit.

namespace gambrel {

inline constexpr double routing_sigma = 0.054;
inline constexpr double ttft_sigma = 0.216;
}  // namespace gambrel
