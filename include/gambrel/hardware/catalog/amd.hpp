// SPDX-License-Identifier: Apache-2.0
#pragma once
/// AMD Instinct and Radeon GPUs, and the Strix Halo APU.
/// Dense rates, memory in GiB, bandwidths decimal and one way; what each figure means: docs/catalog-hardware.md.

#include <gambrel/hardware/catalog/links.hpp>
#include <gambrel/hardware/device.hpp>

namespace gambrel::catalog {

using namespace literals;

/// int8 runs at the fp16 rate.
inline constexpr device<> mi210{
    .name = "mi210",
    .title = "AMD Instinct MI210",
    .vendor = vendor::amd,
    .kind = device_class::datacenter_gpu,
    .architecture = "CDNA2",
    .year = 2021,
    .memory = {.capacity = {64_GiB, cited::llm_analysis_and_techpowerup},
               .bandwidth = {1.638_TB_per_s, cited::llm_analysis_and_techpowerup},
               .kind = memory_kind::hbm,
               .visible = {63.98_GiB, cited::driver_recalled}},
    .cache = {.capacity = {8_MB, cited::llm_analysis_and_techpowerup}},
    .peak = {.fp32 = {22.6_TFLOP_per_s, cited::llm_analysis_and_techpowerup},
             .bf16 = {181_TFLOP_per_s, cited::llm_analysis_and_techpowerup},
             .fp16 = {181_TFLOP_per_s, cited::llm_analysis_and_techpowerup},
             .int8 = {181_TFLOP_per_s, cited::llm_analysis_and_techpowerup}},
    .compute_units = 104,
    .scale_up = links::xgmi_mi210_bridge,
    .host_link = links::pcie_4_x16,
    .power = {.limit = {300_W, cited::llm_analysis_and_techpowerup}},
};

/// Two dies in one module; a process sees one, `mi250x_gcd`.
inline constexpr device<> mi250x{
    .name = "mi250x",
    .title = "AMD Instinct MI250X (2 GCD)",
    .vendor = vendor::amd,
    .kind = device_class::datacenter_gpu,
    .architecture = "CDNA2",
    .year = 2021,
    .memory = {.capacity = {128_GiB, cited::ml_engineering_and_techpowerup},
               .bandwidth = {3.277_TB_per_s, cited::ml_engineering_and_techpowerup},
               .kind = memory_kind::hbm},
    .cache = {.capacity = {16_MB, cited::ml_engineering_and_techpowerup}},
    .peak = {.fp32 = {47.9_TFLOP_per_s, cited::ml_engineering_and_techpowerup},
             .bf16 = {383_TFLOP_per_s, cited::ml_engineering_and_techpowerup},
             .fp16 = {383_TFLOP_per_s, cited::ml_engineering_and_techpowerup},
             .int8 = {383_TFLOP_per_s, cited::ml_engineering_and_techpowerup}},
    .compute_units = 220,
    .scale_up = links::xgmi_mi250x,
    .host_link = links::pcie_4_x16,
    .power = {.limit = {560_W, cited::ml_engineering_and_techpowerup}},
};

/// One die of the MI250X: half of the module.
inline constexpr device<> mi250x_gcd{
    .name = "mi250x-gcd",
    .title = "AMD Instinct MI250X (one die)",
    .vendor = vendor::amd,
    .kind = device_class::datacenter_gpu,
    .architecture = "CDNA2",
    .year = 2021,
    .memory = {.capacity = {64_GiB, cited::ml_engineering_and_techpowerup, evidence::derived},
               .bandwidth = {1.6385_TB_per_s, cited::ml_engineering_and_techpowerup, evidence::derived},
               .kind = memory_kind::hbm},
    .cache = {.capacity = {8_MB, cited::ml_engineering_and_techpowerup, evidence::derived}},
    .peak = {.fp32 = {23.95_TFLOP_per_s, cited::ml_engineering_and_techpowerup, evidence::derived},
             .bf16 = {191.5_TFLOP_per_s, cited::ml_engineering_and_techpowerup, evidence::derived},
             .fp16 = {191.5_TFLOP_per_s, cited::ml_engineering_and_techpowerup, evidence::derived},
             .int8 = {191.5_TFLOP_per_s, cited::ml_engineering_and_techpowerup, evidence::derived}},
    .compute_units = 110,
    .host_link = links::pcie_4_x16,
    .power = {.limit = {280_W, cited::ml_engineering_and_techpowerup, evidence::derived}},
};

/// 550 W, 760 W at peak. Its xGMI rate is not stated in our sources. Cache is the Infinity Cache.
inline constexpr device<> mi300a{
    .name = "mi300a",
    .title = "AMD Instinct MI300A (APU)",
    .vendor = vendor::amd,
    .kind = device_class::datacenter_gpu,
    .architecture = "CDNA3",
    .year = 2023,
    .memory = {.capacity = {128_GiB, cited::recalled},
               .bandwidth = {5.3_TB_per_s, cited::recalled},
               .kind = memory_kind::hbm},
    .cache = {.capacity = {256_MB, cited::recalled}},
    .peak = {.fp32 = {122.6_TFLOP_per_s, cited::recalled},
             .tf32 = {490.3_TFLOP_per_s, cited::recalled},
             .bf16 = {980.6_TFLOP_per_s, cited::recalled},
             .fp16 = {980.6_TFLOP_per_s, cited::recalled},
             .fp8 = {1961_TFLOP_per_s, cited::recalled},
             .int8 = {1961_TFLOP_per_s, cited::recalled}},
    .compute_units = 228,
    .host_link = links::pcie_5_x16,
    .power = {.limit = {550_W, cited::recalled}},
};

/// A pair of GPUs shares only one of the seven links: 64 GB/s. Cache is the Infinity Cache.
inline constexpr device<> mi300x{
    .name = "mi300x",
    .title = "AMD Instinct MI300X",
    .vendor = vendor::amd,
    .kind = device_class::datacenter_gpu,
    .architecture = "CDNA3",
    .year = 2023,
    .memory = {.capacity = {192_GiB, cited::ml_engineering_and_inferencex},
               .bandwidth = {5.3_TB_per_s, cited::ml_engineering_and_inferencex},
               .kind = memory_kind::hbm,
               .visible = {191.98_GiB, cited::driver_recalled}},
    .cache = {.capacity = {256_MB, cited::ml_engineering_and_inferencex}},
    .peak = {.fp32 = {163.4_TFLOP_per_s, cited::ml_engineering_and_inferencex},
             .tf32 = {653.7_TFLOP_per_s, cited::ml_engineering_and_inferencex},
             .bf16 = {1307.4_TFLOP_per_s, cited::ml_engineering_and_inferencex},
             .fp16 = {1307.4_TFLOP_per_s, cited::ml_engineering_and_inferencex},
             .fp8 = {2614.9_TFLOP_per_s, cited::ml_engineering_and_inferencex},
             .int8 = {2614.9_TFLOP_per_s, cited::ml_engineering_and_inferencex}},
    .compute_units = 304,
    .scale_up = links::xgmi_mi300x_mesh,
    .host_link = links::pcie_5_x16,
    .scale_out = links::network_400g,
    .power = {.limit = {750_W, cited::ml_engineering_and_inferencex}},
};

/// Announced with 288 GB, shipped with 256.
inline constexpr device<> mi325x{
    .name = "mi325x",
    .title = "AMD Instinct MI325X",
    .vendor = vendor::amd,
    .kind = device_class::datacenter_gpu,
    .architecture = "CDNA3",
    .year = 2024,
    .memory = {.capacity = {256_GiB, cited::ml_engineering_and_inferencex},
               .bandwidth = {6_TB_per_s, cited::ml_engineering_and_inferencex},
               .kind = memory_kind::hbm,
               .visible = {255.98_GiB, cited::driver_recalled}},
    .cache = {.capacity = {256_MB, cited::ml_engineering_and_inferencex}},
    .peak = {.fp32 = {163.4_TFLOP_per_s, cited::ml_engineering_and_inferencex},
             .tf32 = {653.7_TFLOP_per_s, cited::ml_engineering_and_inferencex},
             .bf16 = {1307.4_TFLOP_per_s, cited::ml_engineering_and_inferencex},
             .fp16 = {1307.4_TFLOP_per_s, cited::ml_engineering_and_inferencex},
             .fp8 = {2614.9_TFLOP_per_s, cited::ml_engineering_and_inferencex},
             .int8 = {2614.9_TFLOP_per_s, cited::ml_engineering_and_inferencex}},
    .compute_units = 304,
    .scale_up = links::xgmi_mi300x_mesh,
    .host_link = links::pcie_5_x16,
    .power = {.limit = {1000_W, cited::ml_engineering_and_inferencex}},
};

/// Rates scaled by clock from the MI355X.
inline constexpr device<> mi350x{
    .name = "mi350x",
    .title = "AMD Instinct MI350X",
    .vendor = vendor::amd,
    .kind = device_class::datacenter_gpu,
    .architecture = "CDNA4",
    .year = 2025,
    .memory = {.capacity = {288_GiB, cited::ml_engineering},
               .bandwidth = {8_TB_per_s, cited::ml_engineering},
               .kind = memory_kind::hbm,
               .visible = {287.98_GiB, cited::driver_recalled}},
    .cache = {.capacity = {256_MB, cited::ml_engineering}},
    .peak = {.fp32 = {144.2_TFLOP_per_s, cited::ml_engineering, evidence::derived},
             .bf16 = {2306.9_TFLOP_per_s, cited::ml_engineering, evidence::derived},
             .fp16 = {2306.9_TFLOP_per_s, cited::ml_engineering, evidence::derived},
             .fp8 = {4614_TFLOP_per_s, cited::ml_engineering, evidence::derived},
             .fp6 = {9227_TFLOP_per_s, cited::ml_engineering, evidence::derived},
             .fp4 = {9227_TFLOP_per_s, cited::ml_engineering, evidence::derived},
             .int8 = {4614_TFLOP_per_s, cited::ml_engineering, evidence::derived}},
    .compute_units = 256,
    .scale_up = links::xgmi_mi350x_mesh,
    .host_link = links::pcie_5_x16,
    .power = {.limit = {1000_W, cited::ml_engineering}},
};

/// Link: 535.5, 537.6 or 576 GB/s by source; 7 x 76.8 taken.
inline constexpr device<> mi355x{
    .name = "mi355x",
    .title = "AMD Instinct MI355X",
    .vendor = vendor::amd,
    .kind = device_class::datacenter_gpu,
    .architecture = "CDNA4",
    .year = 2025,
    .memory = {.capacity = {288_GiB, cited::ml_engineering_and_inferencex},
               .bandwidth = {8_TB_per_s, cited::ml_engineering_and_inferencex},
               .kind = memory_kind::hbm,
               .visible = {287.98_GiB, cited::driver_recalled}},
    .cache = {.capacity = {256_MB, cited::ml_engineering_and_inferencex}},
    .peak = {.fp32 = {157.3_TFLOP_per_s, cited::ml_engineering_and_inferencex},
             .bf16 = {2516.6_TFLOP_per_s, cited::ml_engineering_and_inferencex},
             .fp16 = {2516.6_TFLOP_per_s, cited::ml_engineering_and_inferencex},
             .fp8 = {5033_TFLOP_per_s, cited::ml_engineering_and_inferencex},
             .fp6 = {10066_TFLOP_per_s, cited::ml_engineering_and_inferencex},
             .fp4 = {10066_TFLOP_per_s, cited::ml_engineering_and_inferencex},
             .int8 = {5033_TFLOP_per_s, cited::ml_engineering_and_inferencex}},
    .compute_units = 256,
    .scale_up = links::xgmi_mi350x_mesh,
    .host_link = links::pcie_5_x16,
    .power = {.limit = {1400_W, cited::ml_engineering_and_inferencex}},
};

/// Announced, not shipped: vendor projections.
inline constexpr device<> mi455x{
    .name = "mi455x",
    .title = "AMD Instinct MI455X",
    .vendor = vendor::amd,
    .kind = device_class::datacenter_gpu,
    .architecture = "CDNA5",
    .year = 2026,
    .memory = {.capacity = {432_GiB, cited::ml_engineering},
               .bandwidth = {23.3_TB_per_s, cited::ml_engineering},
               .kind = memory_kind::hbm},
    .cache = {.capacity = {192_MB, cited::ml_engineering}},
    .peak = {.fp32 = {315_TFLOP_per_s, cited::ml_engineering},
             .bf16 = {5000_TFLOP_per_s, cited::ml_engineering},
             .fp16 = {5000_TFLOP_per_s, cited::ml_engineering},
             .fp8 = {10000_TFLOP_per_s, cited::ml_engineering},
             .fp6 = {10000_TFLOP_per_s, cited::ml_engineering},
             .fp4 = {20000_TFLOP_per_s, cited::ml_engineering},
             .int8 = {5000_TFLOP_per_s, cited::ml_engineering}},
    .scale_up = links::scale_up_mi455x,
    .host_link = links::pcie_6_x16,
};

/// fp32 needs dual issue; matrix products reach much less. Cache is the Infinity Cache.
inline constexpr device<> rx_7900xtx{
    .name = "rx-7900xtx",
    .title = "AMD Radeon RX 7900 XTX",
    .vendor = vendor::amd,
    .kind = device_class::consumer_gpu,
    .architecture = "RDNA3",
    .year = 2022,
    .memory = {.capacity = {24_GiB, cited::techpowerup},
               .bandwidth = {960_GB_per_s, cited::techpowerup},
               .kind = memory_kind::gddr},
    .cache = {.capacity = {96_MB, cited::recalled}},
    .peak = {.fp32 = {61.4_TFLOP_per_s, cited::recalled},
             .bf16 = {122.8_TFLOP_per_s, cited::recalled},
             .fp16 = {122.8_TFLOP_per_s, cited::recalled},
             .int8 = {122.8_TFLOP_per_s, cited::recalled},
             .int4 = {245.6_TFLOP_per_s, cited::recalled}},
    .compute_units = 96,
    .host_link = links::pcie_4_x16,
    .power = {.limit = {355_W, cited::techpowerup}},
    .list_price = {999_usd, cited::recalled_price},
};

/// The advertised 779 fp8 and 1557 int4 are sparse.
inline constexpr device<> rx_9070xt{
    .name = "rx-9070xt",
    .title = "AMD Radeon RX 9070 XT",
    .vendor = vendor::amd,
    .kind = device_class::consumer_gpu,
    .architecture = "RDNA4",
    .year = 2025,
    .memory = {.capacity = {16_GiB, cited::techpowerup},
               .bandwidth = {645_GB_per_s, cited::techpowerup},
               .kind = memory_kind::gddr},
    .cache = {.capacity = {64_MB, cited::recalled}},
    .peak = {.fp32 = {48.7_TFLOP_per_s, cited::recalled},
             .bf16 = {195_TFLOP_per_s, cited::recalled},
             .fp16 = {195_TFLOP_per_s, cited::recalled},
             .fp8 = {389_TFLOP_per_s, cited::recalled},
             .int8 = {389_TFLOP_per_s, cited::recalled},
             .int4 = {779_TFLOP_per_s, cited::recalled}},
    .compute_units = 64,
    .host_link = links::pcie_5_x16,
    .power = {.limit = {304_W, cited::techpowerup}},
    .list_price = {599_usd, cited::recalled_price},
};

/// Measured bandwidth is 215 to 221 GB/s.
inline constexpr device<> strix_halo{
    .name = "strix-halo",
    .title = "AMD Ryzen AI Max+ 395 (Radeon 8060S)",
    .vendor = vendor::amd,
    .kind = device_class::embedded,
    .architecture = "RDNA3.5",
    .year = 2025,
    .memory = {.capacity = {128_GiB, cited::strix_halo_testing},
               .bandwidth = {256_GB_per_s, cited::strix_halo_testing},
               .kind = memory_kind::lpddr},
    .cache = {.capacity = {32_MB, cited::strix_halo_testing}},
    .peak = {.fp32 = {29.7_TFLOP_per_s, cited::strix_halo_testing},
             .bf16 = {59.4_TFLOP_per_s, cited::strix_halo_testing},
             .fp16 = {59.4_TFLOP_per_s, cited::strix_halo_testing},
             .int8 = {59.4_TFLOP_per_s, cited::strix_halo_testing}},
    .compute_units = 40,
    .host_link = links::pcie_4_x4,
    .power = {.limit = {120_W, cited::strix_halo_testing}},
    .list_price = {1999_usd, cited::recalled_price},
};

}  // namespace gambrel::catalog
