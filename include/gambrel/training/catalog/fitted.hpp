// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Constants that training software of one kind has in common, fitted on 558 measured steps (docs/calibration/training.md).
/// Fitted 2026-11 by `fit_training DATA_DIR SOURCE_DIR` (tools/fit_training/main.cpp). Do not edit.

#include <gambrel/training/fitted_traits.hpp>

namespace gambrel::training::catalog {

inline constexpr fitted_traits fitted{
    .products = 0.8515,
    .products_unheld = 0.9187,
    .attention_forward = 1.78,
    .attention_newest = 0.8298,
    .attention_backward = 1.623,
    .eager = 1.341,
    .fused = 2.124,
    .launch_2021 = 0.0005762,
    .launch_2022 = 0.008728,
    .launch_eager = 0.002433,
    .launch_fused = 7.946e-05,
    .launch_experts = 0.005002,
    .launch_experts_captured = 0.0001438,
    .tensor_2022 = 1.62,
    .tensor_hidden = 0.1835,
    .data_exposed = 0.601,
    .experts_2025 = 0.9781,
    .experts_early_2026 = 0.677,
    .experts_late_2026 = 0.4466,
    .per_doubling = 0.001651,
    .per_owner = 0.002765,
    .sigma = 0.095,
    .experts_sigma = 0.220,
};
inline constexpr source fit{"training_measured.csv, 558 steps: docs/calibration/training.md", "2026-11", evidence::measured};
}  // namespace gambrel::training::catalog
