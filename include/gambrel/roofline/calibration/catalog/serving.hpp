// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Factors on the class constants of devices whose kernels were not measured, from serving rows.
/// Fitted 2026-11 by `fit_software DATA_DIR SOURCE_DIR` on serving_measured.csv; residuals:
/// docs/calibration/software.md. Do not edit.

#include <array>
#include <gambrel/roofline/calibration/serving_fit.hpp>

namespace gambrel::catalog {

inline constexpr std::array serving_fits{
    serving_fit{"mi300x", {{0.7350, 1.0143, 7.4692, 1.3913, 1, 1, 1, 1, 1}, 1.000}, 75},
    serving_fit{"inferentia2", {{0.9084, 0.9313, 0.8035, 2.2821, 1, 1, 1, 1, 1}, 1.000}, 90},
    serving_fit{"gaudi2", {{0.9967, 1.0183, 0.9345, 1.6003, 1, 1, 1, 1, 1}, 1.056}, 71},
    serving_fit{"tpu-v5e", {{0.5237, 0.9540, 1.0896, 1.9684, 1, 1, 1, 1, 1}, 1.000}, 15},
    serving_fit{"l40s", {{1.0000, 1.0000, 1.0000, 1.2196, 1, 1, 1, 1, 1}, 1.000}, 34},
};
}  // namespace gambrel::catalog
