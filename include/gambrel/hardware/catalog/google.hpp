// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Google TPUs. Link rates are per chip, one direction, all links together.
/// Dense rates, memory in GiB, bandwidths decimal and one way; what each figure means: docs/catalog-hardware.md.

#include <gambrel/hardware/catalog/links.hpp>
#include <gambrel/hardware/device.hpp>

namespace gambrel::catalog {

using namespace literals;

inline constexpr device<> tpu_v4{
    .name = "tpu-v4",
    .title = "Google TPU v4",
    .vendor = vendor::google,
    .kind = device_class::tpu,
    .architecture = "TPU",
    .year = 2021,
    .memory = {.capacity = {32_GiB, cited::ml_engineering_and_scaling_book},
               .bandwidth = {1.228_TB_per_s, cited::ml_engineering_and_scaling_book},
               .kind = memory_kind::hbm},
    .peak = {.bf16 = {275_TFLOP_per_s, cited::ml_engineering_and_scaling_book},
             .int8 = {275_TFLOP_per_s, cited::ml_engineering_and_scaling_book}},
    .compute_units = 2,
    .scale_up = links::ici_v4,
    .power = {.limit = {192_W, cited::recalled}},
};

/// The scaling book uses 180 GB/s where the documentation says 200.
inline constexpr device<> tpu_v5e{
    .name = "tpu-v5e",
    .title = "Google TPU v5e",
    .vendor = vendor::google,
    .kind = device_class::tpu,
    .architecture = "TPU",
    .year = 2023,
    .memory = {.capacity = {16_GiB, cited::tpu_v5e},
               .bandwidth = {819_GB_per_s, cited::tpu_v5e},
               .kind = memory_kind::hbm,
               .visible = {15.75_GiB, cited::driver_recalled}},
    .peak = {.bf16 = {197_TFLOP_per_s, cited::tpu_v5e},
             .int8 = {393_TFLOP_per_s, cited::tpu_v5e}},
    .compute_units = 1,
    .scale_up = links::ici_v5e,
};

/// The scaling book uses 540 GB/s where the documentation says 600.
inline constexpr device<> tpu_v5p{
    .name = "tpu-v5p",
    .title = "Google TPU v5p",
    .vendor = vendor::google,
    .kind = device_class::tpu,
    .architecture = "TPU",
    .year = 2023,
    .memory = {.capacity = {95_GiB, cited::tpu_v5p},
               .bandwidth = {2.765_TB_per_s, cited::tpu_v5p},
               .kind = memory_kind::hbm},
    .peak = {.bf16 = {459_TFLOP_per_s, cited::tpu_v5p},
             .int8 = {918_TFLOP_per_s, cited::ml_engineering_and_scaling_book}},
    .compute_units = 2,
    .scale_up = links::ici_v5p,
};

/// No gain from fp8. The scaling book uses 360 GB/s per chip where the documentation says 400.
inline constexpr device<> tpu_v6e{
    .name = "tpu-v6e",
    .title = "Google TPU v6e Trillium",
    .vendor = vendor::google,
    .kind = device_class::tpu,
    .architecture = "TPU",
    .year = 2024,
    .memory = {.capacity = {32_GiB, cited::ml_engineering_and_scaling_book},
               .bandwidth = {1.638_TB_per_s, cited::ml_engineering_and_scaling_book},
               .kind = memory_kind::hbm,
               .visible = {31.25_GiB, cited::driver_recalled}},
    .peak = {.bf16 = {918_TFLOP_per_s, cited::ml_engineering_and_scaling_book},
             .fp8 = {918_TFLOP_per_s, cited::ml_engineering_and_scaling_book},
             .int8 = {1836_TFLOP_per_s, cited::ml_engineering_and_scaling_book}},
    .compute_units = 1,
    .scale_up = links::ici_v6e,
};

inline constexpr device<> tpu_v7{
    .name = "tpu-v7",
    .title = "Google TPU7x Ironwood",
    .vendor = vendor::google,
    .kind = device_class::tpu,
    .architecture = "TPU",
    .year = 2025,
    .memory = {.capacity = {192_GiB, cited::ml_engineering},
               .bandwidth = {7.38_TB_per_s, cited::recalled},
               .kind = memory_kind::hbm},
    .peak = {.bf16 = {2307_TFLOP_per_s, cited::ml_engineering},
             .fp8 = {4614_TFLOP_per_s, cited::ml_engineering}},
    .compute_units = 2,
    .scale_up = links::ici_v7,
};

}  // namespace gambrel::catalog
