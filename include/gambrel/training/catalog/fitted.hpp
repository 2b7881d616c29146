// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Constants that training software of one kind has in common, fitted on 558 measured steps (docs/calibration/training.md).
/// Fitted 2026-11 by `fit_training DATA_DIR SOURCE_DIR` (tools/fit_training/main.cpp). Do not edit.

#include <gambrel/training/fitted_traits.hpp>

namespace gambrel::training::catalog {

inline constexpr fitted_traits fitted{
    .products = 0.9054,
    .products_unheld = 0.9204,
    .attention_forward = 1.914,
    .attention_backward = 1.394,
    .eager = 1.454,
    .fused = 1.197,
    .launch_2021 = 0.0005272,
    .launch_2022 = 0.008727,
    .launch_eager = 0.002335,
    .launch_fused = 6.86e-05,
    .launch_experts = 0.005272,
    .launch_experts_captured = 0.0001439,
    .tensor_2022 = 1.583,
    .tensor_hidden = 0.2413,
    .data_exposed = 0.5685,
    .experts_2025 = 0.9652,
    .experts_early_2026 = 0.7202,
    .experts_late_2026 = 0.5048,
    .per_doubling = 0.001501,
    .per_owner = 0.002715,
    .sigma = 0.090,
    .experts_sigma = 0.204,
};
inline constexpr source fit{"training_measured.csv, 558 steps: docs/calibration/training.md", "2026-11", evidence::measured};
}  // namespace gambrel::training::catalog
