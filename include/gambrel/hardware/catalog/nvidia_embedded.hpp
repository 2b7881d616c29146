// SPDX-License-Identifier: Apache-2.0
#pragma once
/// NVIDIA modules with unified LPDDR memory: Jetson and DGX Spark.
/// Dense rates, memory in GiB, bandwidths decimal and one way; what each figure means: docs/catalog-hardware.md.

#include <gambrel/hardware/catalog/links.hpp>
#include <gambrel/hardware/device.hpp>

namespace gambrel::catalog {

using namespace literals;

/// The advertised petaflop is sparse fp4 and rounded up. Two boards join over a 200 Gb/s network, listed as
/// scale-out.
inline constexpr device<> gb10{
    .name = "gb10",
    .title = "NVIDIA DGX Spark (GB10)",
    .vendor = vendor::nvidia,
    .kind = device_class::embedded,
    .architecture = "Blackwell GB10",
    .year = 2025,
    .memory = {.capacity = {128_GiB, cited::nvidia_playbooks},
               .bandwidth = {273_GB_per_s, cited::nvidia_playbooks},
               .kind = memory_kind::lpddr,
               .visible = {121.7_GiB, cited::start_logs}},
    .peak = {.fp32 = {29.7_TFLOP_per_s, cited::arithmetic},
             .bf16 = {119_TFLOP_per_s, cited::arithmetic},
             .fp16 = {119_TFLOP_per_s, cited::arithmetic},
             .fp8 = {238_TFLOP_per_s, cited::arithmetic},
             .fp6 = {238_TFLOP_per_s, cited::arithmetic},
             .fp4 = {475_TFLOP_per_s, cited::arithmetic},
             .int8 = {238_TFLOP_per_s, cited::arithmetic}},
    .compute_units = 48,
    .host_link = links::pcie_5_x4,
    .scale_out = links::network_200g,
    .power = {.limit = {140_W, cited::nvidia_spark}},
    .list_price = {3999_usd, cited::recalled_price},
};

/// The advertised 275 TOPS are sparse int8 with the accelerators; the GPU alone has 85 dense.
inline constexpr device<> agx_orin_64{
    .name = "agx-orin-64",
    .title = "NVIDIA Jetson AGX Orin 64GB",
    .vendor = vendor::nvidia,
    .kind = device_class::embedded,
    .architecture = "Ampere GA10B",
    .year = 2023,
    .memory = {.capacity = {64_GiB, cited::techpowerup},
               .bandwidth = {204.8_GB_per_s, cited::techpowerup},
               .kind = memory_kind::lpddr,
               .visible = {61.4_GiB, cited::driver_recalled}},
    .cache = {.capacity = {4_MB, cited::recalled}},
    .peak = {.fp32 = {5.3_TFLOP_per_s, cited::recalled},
             .bf16 = {42.6_TFLOP_per_s, cited::recalled},
             .fp16 = {42.6_TFLOP_per_s, cited::recalled},
             .int8 = {85_TFLOP_per_s, cited::recalled}},
    .compute_units = 16,
    .host_link = links::pcie_4_x8,
    .power = {.limit = {60_W, cited::techpowerup}},
    .list_price = {1999_usd, cited::recalled_price},
};

/// In the base mode; "Super" mode has 1020 MHz and 102 GB/s.
inline constexpr device<> orin_nano_8{
    .name = "orin-nano-8",
    .title = "NVIDIA Jetson Orin Nano 8GB",
    .vendor = vendor::nvidia,
    .kind = device_class::embedded,
    .architecture = "Ampere GA10B",
    .year = 2023,
    .memory = {.capacity = {8_GiB, cited::techpowerup},
               .bandwidth = {68_GB_per_s, cited::techpowerup},
               .kind = memory_kind::lpddr},
    .cache = {.capacity = {2_MB, cited::recalled}},
    .peak = {.fp32 = {1.28_TFLOP_per_s, cited::recalled},
             .bf16 = {10_TFLOP_per_s, cited::recalled},
             .fp16 = {10_TFLOP_per_s, cited::recalled},
             .int8 = {20_TFLOP_per_s, cited::recalled}},
    .compute_units = 8,
    .host_link = links::pcie_4_x4,
    .power = {.limit = {15_W, cited::techpowerup}},
    .list_price = {499_usd, cited::recalled_price},
};

/// The advertised 2070 TFLOP/s are sparse fp4.
inline constexpr device<> agx_thor{
    .name = "agx-thor",
    .title = "NVIDIA Jetson AGX Thor (T5000)",
    .vendor = vendor::nvidia,
    .kind = device_class::embedded,
    .architecture = "Blackwell",
    .year = 2025,
    .memory = {.capacity = {128_GiB, cited::recalled},
               .bandwidth = {273_GB_per_s, cited::recalled},
               .kind = memory_kind::lpddr,
               .visible = {122.8_GiB, cited::driver_recalled}},
    .peak = {.fp32 = {8.1_TFLOP_per_s, cited::recalled},
             .bf16 = {258_TFLOP_per_s, cited::recalled},
             .fp16 = {258_TFLOP_per_s, cited::recalled},
             .fp8 = {517_TFLOP_per_s, cited::recalled},
             .fp6 = {517_TFLOP_per_s, cited::recalled},
             .fp4 = {1035_TFLOP_per_s, cited::recalled},
             .int8 = {517_TFLOP_per_s, cited::recalled}},
    .compute_units = 20,
    .host_link = links::pcie_5_x8,
    .power = {.limit = {130_W, cited::recalled}},
    .list_price = {3499_usd, cited::recalled_price},
};

}  // namespace gambrel::catalog
