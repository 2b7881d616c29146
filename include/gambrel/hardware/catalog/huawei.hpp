// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Huawei Ascend.
/// Dense rates, memory in GiB, bandwidths decimal and one way; what each figure means: docs/catalog-hardware.md.

#include <gambrel/hardware/catalog/links.hpp>
#include <gambrel/hardware/device.hpp>

namespace gambrel::catalog {

using namespace literals;

/// Announced, not shipped: vendor projections.
inline constexpr device<> ascend_950dt{
    .name = "ascend-950dt",
    .title = "Huawei Ascend 950DT",
    .vendor = vendor::huawei,
    .kind = device_class::npu,
    .architecture = "DaVinci",
    .year = 2026,
    .memory = {.capacity = {96_GiB, cited::ml_engineering},
               .bandwidth = {4_TB_per_s, cited::ml_engineering},
               .kind = memory_kind::unknown},
    .peak = {.bf16 = {486_TFLOP_per_s, cited::ml_engineering},
             .fp16 = {486_TFLOP_per_s, cited::ml_engineering},
             .fp8 = {919_TFLOP_per_s, cited::ml_engineering},
             .fp4 = {1783_TFLOP_per_s, cited::ml_engineering}},
    .scale_up = links::ub_link,
};

}  // namespace gambrel::catalog
