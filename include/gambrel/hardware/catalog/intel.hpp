// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Intel Gaudi accelerators and Arc GPUs.
/// Dense rates, memory in GiB, bandwidths decimal and one way; what each figure means: docs/catalog-hardware.md.

#include <gambrel/hardware/catalog/links.hpp>
#include <gambrel/hardware/device.hpp>

namespace gambrel::catalog {

using namespace literals;

/// Units are matrix engines; cache is SRAM. 21 of the 24 network ports stay inside the node.
inline constexpr device<> gaudi2{
    .name = "gaudi2",
    .title = "Intel Gaudi 2",
    .vendor = vendor::intel,
    .kind = device_class::gaudi,
    .architecture = "Gaudi",
    .year = 2022,
    .memory = {.capacity = {96_GiB, cited::intel_mlperf_gaudi2},
               .bandwidth = {2.46_TB_per_s, cited::intel_gaudi},
               .kind = memory_kind::hbm,
               .visible = {94.62_GiB, cited::start_logs}},
    .cache = {.capacity = {48_MB, cited::ml_engineering}},
    .peak = {.bf16 = {432_TFLOP_per_s, cited::intel_gaudi},
             .fp8 = {865_TFLOP_per_s, cited::intel_gaudi}},
    .compute_units = 2,
    .scale_up = links::roce_gaudi2,
    .host_link = links::pcie_4_x16,
    .scale_out = links::roce_gaudi2_out,
    .power = {.limit = {600_W, cited::intel_gaudi}},
};

/// Disagreement: the paper says 1835 (1750 MHz); 1677 is the shipped 1600 MHz.
inline constexpr device<> gaudi3{
    .name = "gaudi3",
    .title = "Intel Gaudi 3 OAM",
    .vendor = vendor::intel,
    .kind = device_class::gaudi,
    .architecture = "Gaudi",
    .year = 2024,
    .memory = {.capacity = {128_GiB, cited::ml_engineering},
               .bandwidth = {3.7_TB_per_s, cited::ml_engineering},
               .kind = memory_kind::hbm},
    .cache = {.capacity = {96_MB, cited::ml_engineering}},
    .peak = {.bf16 = {1677_TFLOP_per_s, cited::ml_engineering},
             .fp8 = {1677_TFLOP_per_s, cited::ml_engineering}},
    .compute_units = 8,
    .scale_up = links::roce_gaudi3,
    .host_link = links::pcie_5_x16,
    .scale_out = links::roce_gaudi3_out,
    .power = {.limit = {900_W, cited::ml_engineering}},
    .list_price = {15650_usd, cited::recalled_price},
};

/// The 16 GB card has 17.5 Gb/s memory, 560 GB/s; 512 belongs to the 8 GB card.
inline constexpr device<> arc_a770{
    .name = "arc-a770",
    .title = "Intel Arc A770 16GB",
    .vendor = vendor::intel,
    .kind = device_class::consumer_gpu,
    .architecture = "Alchemist",
    .year = 2022,
    .memory = {.capacity = {16_GiB, cited::techpowerup},
               .bandwidth = {560_GB_per_s, cited::recalled},
               .kind = memory_kind::gddr},
    .cache = {.capacity = {16_MB, cited::recalled}},
    .peak = {.fp32 = {17.2_TFLOP_per_s, cited::recalled},
             .bf16 = {137.6_TFLOP_per_s, cited::recalled},
             .fp16 = {137.6_TFLOP_per_s, cited::recalled},
             .int8 = {275_TFLOP_per_s, cited::recalled}},
    .compute_units = 32,
    .host_link = links::pcie_4_x16,
    .power = {.limit = {225_W, cited::techpowerup}},
    .list_price = {349_usd, cited::recalled_price},
};

inline constexpr device<> arc_b580{
    .name = "arc-b580",
    .title = "Intel Arc B580",
    .vendor = vendor::intel,
    .kind = device_class::consumer_gpu,
    .architecture = "Battlemage",
    .year = 2024,
    .memory = {.capacity = {12_GiB, cited::techpowerup},
               .bandwidth = {456_GB_per_s, cited::techpowerup},
               .kind = memory_kind::gddr},
    .cache = {.capacity = {18_MB, cited::recalled}},
    .peak = {.fp32 = {13.7_TFLOP_per_s, cited::recalled},
             .bf16 = {116.7_TFLOP_per_s, cited::recalled},
             .fp16 = {116.7_TFLOP_per_s, cited::recalled},
             .int8 = {233_TFLOP_per_s, cited::recalled}},
    .compute_units = 20,
    .host_link = links::pcie_4_x8,
    .power = {.limit = {190_W, cited::techpowerup}},
    .list_price = {249_usd, cited::recalled_price},
};

/// No native fp8 multiply.
inline constexpr device<> arc_pro_b60{
    .name = "arc-pro-b60",
    .title = "Intel Arc Pro B60",
    .vendor = vendor::intel,
    .kind = device_class::workstation_gpu,
    .architecture = "Battlemage",
    .year = 2025,
    .memory = {.capacity = {24_GiB, cited::aiconfigurator},
               .bandwidth = {456_GB_per_s, cited::aiconfigurator},
               .kind = memory_kind::gddr},
    .cache = {.capacity = {18_MB, cited::aiconfigurator}},
    .peak = {.fp32 = {12.3_TFLOP_per_s, cited::aiconfigurator},
             .bf16 = {98.3_TFLOP_per_s, cited::aiconfigurator},
             .fp16 = {98.3_TFLOP_per_s, cited::aiconfigurator},
             .int8 = {197_TFLOP_per_s, cited::aiconfigurator}},
    .compute_units = 20,
    .host_link = links::pcie_5_x8,
    .power = {.limit = {200_W, cited::aiconfigurator}},
    .list_price = {599_usd, cited::recalled_price},
};

/// Xe cores x 2048 FLOP per clock in 16 bit, as the B60 and the B580.
inline constexpr device<> arc_b570{
    .name = "arc-b570",
    .title = "Intel Arc B570",
    .vendor = vendor::intel,
    .kind = device_class::consumer_gpu,
    .architecture = "Battlemage",
    .year = 2025,
    .memory = {.capacity = {10_GiB, cited::techpowerup},
               .bandwidth = {380_GB_per_s, cited::techpowerup},
               .kind = memory_kind::gddr},
    .peak = {.fp32 = {11.5_TFLOP_per_s, cited::arithmetic},
             .bf16 = {92.2_TFLOP_per_s, cited::arithmetic},
             .fp16 = {92.2_TFLOP_per_s, cited::arithmetic},
             .int8 = {184.3_TFLOP_per_s, cited::arithmetic}},
    .compute_units = 18,
    .host_link = links::pcie_4_x8,
    .power = {.limit = {150_W, cited::techpowerup}},
};

inline constexpr device<> arc_pro_b50{
    .name = "arc-pro-b50",
    .title = "Intel Arc Pro B50",
    .vendor = vendor::intel,
    .kind = device_class::workstation_gpu,
    .architecture = "Battlemage",
    .year = 2025,
    .memory = {.capacity = {16_GiB, cited::techpowerup},
               .bandwidth = {224_GB_per_s, cited::techpowerup},
               .kind = memory_kind::gddr},
    .peak = {.fp32 = {10.6_TFLOP_per_s, cited::arithmetic},
             .bf16 = {85.2_TFLOP_per_s, cited::arithmetic},
             .fp16 = {85.2_TFLOP_per_s, cited::arithmetic},
             .int8 = {170.4_TFLOP_per_s, cited::arithmetic}},
    .compute_units = 16,
    .host_link = links::pcie_5_x8,
    .power = {.limit = {70_W, cited::techpowerup}},
};

/// The GPU of Lunar Lake's Core Ultra 7 258V, on the memory that is soldered beside it.
inline constexpr device<> arc_140v{
    .name = "arc-140v",
    .title = "Intel Arc 140V (Core Ultra 7 258V)",
    .vendor = vendor::intel,
    .kind = device_class::embedded,
    .architecture = "Xe2",
    .year = 2024,
    .memory = {.capacity = {32_GiB, cited::intel_258v},
               .bandwidth = {136.5_GB_per_s, cited::recalled},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {4_TFLOP_per_s, cited::recalled},
             .bf16 = {32_TFLOP_per_s, cited::recalled},
             .fp16 = {32_TFLOP_per_s, cited::recalled},
             .int8 = {64_TFLOP_per_s, cited::intel_258v}},
    .compute_units = 8,
    .power = {.limit = {37_W, cited::intel_258v}},
};

}  // namespace gambrel::catalog
