// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Processors. Rates are at BASE clock, cores x FLOP per cycle; bandwidth is channels x transfers x 8 bytes.
/// Memory capacity is what the owner installs, so it is absent except where it is soldered. Cache is L3.
/// Dense rates, memory in GiB, bandwidths decimal and one way; what each figure means: docs/catalog-hardware.md.

#include <gambrel/hardware/catalog/links.hpp>
#include <gambrel/hardware/device.hpp>

namespace gambrel::catalog {

using namespace literals;

inline constexpr device<> epyc_7763{
    .name = "epyc-7763",
    .title = "AMD EPYC 7763",
    .vendor = vendor::amd,
    .kind = device_class::cpu,
    .architecture = "Zen3",
    .year = 2021,
    .memory = {.bandwidth = {204.8_GB_per_s, cited::recalled}, .kind = memory_kind::ddr},
    .cache = {.capacity = {256_MB, cited::recalled}},
    .peak = {.fp32 = {5.02_TFLOP_per_s, cited::recalled}},
    .compute_units = 64,
    .power = {.limit = {280_W, cited::recalled}},
    .list_price = {7890_usd, cited::recalled_price},
};

inline constexpr device<> epyc_9654{
    .name = "epyc-9654",
    .title = "AMD EPYC 9654",
    .vendor = vendor::amd,
    .kind = device_class::cpu,
    .architecture = "Zen4",
    .year = 2022,
    .memory = {.bandwidth = {460.8_GB_per_s, cited::recalled}, .kind = memory_kind::ddr},
    .cache = {.capacity = {384_MB, cited::recalled}},
    .peak = {.fp32 = {7.37_TFLOP_per_s, cited::recalled},
             .bf16 = {14.7_TFLOP_per_s, cited::recalled},
             .int8 = {29.5_TFLOP_per_s, cited::recalled}},
    .compute_units = 96,
    .power = {.limit = {360_W, cited::recalled}},
    .list_price = {11805_usd, cited::recalled_price},
};

/// 614.4 GB/s with faster memory.
inline constexpr device<> epyc_9755{
    .name = "epyc-9755",
    .title = "AMD EPYC 9755",
    .vendor = vendor::amd,
    .kind = device_class::cpu,
    .architecture = "Zen5",
    .year = 2024,
    .memory = {.bandwidth = {576_GB_per_s, cited::recalled}, .kind = memory_kind::ddr},
    .cache = {.capacity = {512_MB, cited::recalled}},
    .peak = {.fp32 = {22.12_TFLOP_per_s, cited::recalled},
             .bf16 = {44.2_TFLOP_per_s, cited::recalled},
             .int8 = {88.5_TFLOP_per_s, cited::recalled}},
    .compute_units = 128,
    .power = {.limit = {500_W, cited::recalled}},
    .list_price = {12984_usd, cited::recalled_price},
};

inline constexpr device<> xeon_8380{
    .name = "xeon-8380",
    .title = "Intel Xeon Platinum 8380",
    .vendor = vendor::intel,
    .kind = device_class::cpu,
    .architecture = "Ice Lake-SP",
    .year = 2021,
    .memory = {.bandwidth = {204.8_GB_per_s, cited::recalled}, .kind = memory_kind::ddr},
    .cache = {.capacity = {60_MB, cited::recalled}},
    .peak = {.fp32 = {5.89_TFLOP_per_s, cited::recalled},
             .int8 = {23.6_TFLOP_per_s, cited::recalled}},
    .compute_units = 40,
    .power = {.limit = {270_W, cited::recalled}},
    .list_price = {8099_usd, cited::recalled_price},
};

inline constexpr device<> xeon_8480p{
    .name = "xeon-8480p",
    .title = "Intel Xeon Platinum 8480+",
    .vendor = vendor::intel,
    .kind = device_class::cpu,
    .architecture = "Sapphire Rapids",
    .year = 2023,
    .memory = {.bandwidth = {307.2_GB_per_s, cited::recalled}, .kind = memory_kind::ddr},
    .cache = {.capacity = {105_MB, cited::recalled}},
    .peak = {.fp32 = {7.17_TFLOP_per_s, cited::recalled},
             .bf16 = {229.4_TFLOP_per_s, cited::recalled},
             .int8 = {458.8_TFLOP_per_s, cited::recalled}},
    .compute_units = 56,
    .power = {.limit = {350_W, cited::recalled}},
    .list_price = {10710_usd, cited::recalled_price},
};

/// With MRDIMM; 614.4 GB/s with DDR5-6400. List price later cut to 12460.
inline constexpr device<> xeon_6980p{
    .name = "xeon-6980p",
    .title = "Intel Xeon 6980P",
    .vendor = vendor::intel,
    .kind = device_class::cpu,
    .architecture = "Granite Rapids",
    .year = 2024,
    .memory = {.bandwidth = {844.8_GB_per_s, cited::recalled}, .kind = memory_kind::ddr},
    .cache = {.capacity = {504_MB, cited::recalled}},
    .peak = {.fp32 = {16.38_TFLOP_per_s, cited::recalled},
             .bf16 = {524.3_TFLOP_per_s, cited::recalled},
             .int8 = {1048.6_TFLOP_per_s, cited::recalled}},
    .compute_units = 128,
    .power = {.limit = {500_W, cited::recalled}},
    .list_price = {17800_usd, cited::recalled_price},
};

inline constexpr device<> graviton3{
    .name = "graviton3",
    .title = "AWS Graviton3",
    .vendor = vendor::aws,
    .kind = device_class::cpu,
    .architecture = "Neoverse V1",
    .year = 2022,
    .memory = {.bandwidth = {307.2_GB_per_s, cited::recalled}, .kind = memory_kind::ddr},
    .cache = {.capacity = {32_MB, cited::recalled}},
    .peak = {.fp32 = {5.32_TFLOP_per_s, cited::recalled},
             .bf16 = {21.3_TFLOP_per_s, cited::recalled},
             .int8 = {42.6_TFLOP_per_s, cited::recalled}},
    .compute_units = 64,
};

inline constexpr device<> graviton4{
    .name = "graviton4",
    .title = "AWS Graviton4",
    .vendor = vendor::aws,
    .kind = device_class::cpu,
    .architecture = "Neoverse V2",
    .year = 2024,
    .memory = {.bandwidth = {537.6_GB_per_s, cited::recalled}, .kind = memory_kind::ddr},
    .cache = {.capacity = {36_MB, cited::recalled}},
    .peak = {.fp32 = {8.6_TFLOP_per_s, cited::recalled},
             .bf16 = {34.4_TFLOP_per_s, cited::recalled},
             .int8 = {68.8_TFLOP_per_s, cited::recalled}},
    .compute_units = 96,
};

/// The 480 GB configuration; smaller ones reach 546 GB/s.
inline constexpr device<> grace{
    .name = "grace",
    .title = "NVIDIA Grace CPU (72c)",
    .vendor = vendor::nvidia,
    .kind = device_class::cpu,
    .architecture = "Neoverse V2",
    .year = 2023,
    .memory = {.capacity = {480_GiB, cited::recalled},
               .bandwidth = {500_GB_per_s, cited::recalled},
               .kind = memory_kind::lpddr},
    .cache = {.capacity = {114_MB, cited::recalled}},
    .peak = {.fp32 = {7.14_TFLOP_per_s, cited::recalled},
             .bf16 = {28.6_TFLOP_per_s, cited::recalled},
             .int8 = {57.1_TFLOP_per_s, cited::recalled}},
    .compute_units = 72,
    .power = {.limit = {250_W, cited::recalled}},
};

inline constexpr device<> ryzen_7950x{
    .name = "ryzen-7950x",
    .title = "AMD Ryzen 9 7950X",
    .vendor = vendor::amd,
    .kind = device_class::cpu,
    .architecture = "Zen4",
    .year = 2022,
    .memory = {.bandwidth = {83.2_GB_per_s, cited::recalled}, .kind = memory_kind::ddr},
    .cache = {.capacity = {64_MB, cited::recalled}},
    .peak = {.fp32 = {2.3_TFLOP_per_s, cited::recalled},
             .bf16 = {4.6_TFLOP_per_s, cited::recalled},
             .int8 = {9.2_TFLOP_per_s, cited::recalled}},
    .compute_units = 16,
    .power = {.limit = {170_W, cited::amd_7950x}},
    .list_price = {699_usd, cited::recalled_price},
};

/// One die reads at most 60 to 70 GB/s of this.
inline constexpr device<> ryzen_9950x{
    .name = "ryzen-9950x",
    .title = "AMD Ryzen 9 9950X",
    .vendor = vendor::amd,
    .kind = device_class::cpu,
    .architecture = "Zen5",
    .year = 2024,
    .memory = {.bandwidth = {89.6_GB_per_s, cited::recalled}, .kind = memory_kind::ddr},
    .cache = {.capacity = {64_MB, cited::recalled}},
    .peak = {.fp32 = {4.4_TFLOP_per_s, cited::recalled},
             .bf16 = {8.8_TFLOP_per_s, cited::recalled},
             .int8 = {17.6_TFLOP_per_s, cited::recalled}},
    .compute_units = 16,
    .power = {.limit = {170_W, cited::recalled}},
    .list_price = {649_usd, cited::recalled_price},
};

inline constexpr device<> tr_pro_7995wx{
    .name = "tr-pro-7995wx",
    .title = "AMD Threadripper PRO 7995WX",
    .vendor = vendor::amd,
    .kind = device_class::cpu,
    .architecture = "Zen4",
    .year = 2023,
    .memory = {.bandwidth = {332.8_GB_per_s, cited::recalled}, .kind = memory_kind::ddr},
    .cache = {.capacity = {384_MB, cited::recalled}},
    .peak = {.fp32 = {7.68_TFLOP_per_s, cited::recalled},
             .bf16 = {15.4_TFLOP_per_s, cited::recalled},
             .int8 = {30.7_TFLOP_per_s, cited::recalled}},
    .compute_units = 96,
    .power = {.limit = {350_W, cited::recalled}},
    .list_price = {9999_usd, cited::recalled_price},
};

inline constexpr device<> tr_pro_9995wx{
    .name = "tr-pro-9995wx",
    .title = "AMD Threadripper PRO 9995WX",
    .vendor = vendor::amd,
    .kind = device_class::cpu,
    .architecture = "Zen5",
    .year = 2025,
    .memory = {.bandwidth = {409.6_GB_per_s, cited::recalled}, .kind = memory_kind::ddr},
    .cache = {.capacity = {384_MB, cited::recalled}},
    .peak = {.fp32 = {15.36_TFLOP_per_s, cited::recalled},
             .bf16 = {30.7_TFLOP_per_s, cited::recalled},
             .int8 = {61.4_TFLOP_per_s, cited::recalled}},
    .compute_units = 96,
    .power = {.limit = {350_W, cited::recalled}},
    .list_price = {11699_usd, cited::recalled_price},
};

/// 8 performance and 16 efficiency cores, rates at base clocks.
inline constexpr device<> i9_13900k{
    .name = "i9-13900k",
    .title = "Intel Core i9-13900K",
    .vendor = vendor::intel,
    .kind = device_class::cpu,
    .architecture = "Raptor Lake",
    .year = 2022,
    .memory = {.bandwidth = {89.6_GB_per_s, cited::intel_13900k}, .kind = memory_kind::ddr},
    .cache = {.capacity = {36_MB, cited::recalled}},
    .peak = {.fp32 = {1.33_TFLOP_per_s, cited::recalled}},
    .compute_units = 24,
    .power = {.limit = {253_W, cited::recalled}},
    .list_price = {589_usd, cited::recalled_price},
};

inline constexpr device<> i9_14900k{
    .name = "i9-14900k",
    .title = "Intel Core i9-14900K",
    .vendor = vendor::intel,
    .kind = device_class::cpu,
    .architecture = "Raptor Lake-R",
    .year = 2023,
    .memory = {.bandwidth = {89.6_GB_per_s, cited::recalled}, .kind = memory_kind::ddr},
    .cache = {.capacity = {36_MB, cited::recalled}},
    .peak = {.fp32 = {1.43_TFLOP_per_s, cited::recalled}},
    .compute_units = 24,
    .power = {.limit = {253_W, cited::recalled}},
    .list_price = {589_usd, cited::recalled_price},
};

/// Twelve channels of DDR5-4800.
inline constexpr device<> epyc_9274f{
    .name = "epyc-9274f",
    .title = "AMD EPYC 9274F",
    .vendor = vendor::amd,
    .kind = device_class::cpu,
    .architecture = "Zen4",
    .year = 2022,
    .memory = {.bandwidth = {460.8_GB_per_s, cited::recalled}, .kind = memory_kind::ddr},
    .cache = {.capacity = {256_MB, cited::recalled}},
    .peak = {.fp32 = {3.11_TFLOP_per_s, cited::recalled},
             .bf16 = {6.2_TFLOP_per_s, cited::recalled},
             .int8 = {12.4_TFLOP_per_s, cited::recalled}},
    .compute_units = 24,
    .power = {.limit = {320_W, cited::recalled}},
    .list_price = {3060_usd, cited::recalled_price},
};

/// The cores of Lunar Lake, four of each kind, on the memory that its GPU (arc-140v) shares.
inline constexpr device<> core_ultra_7_258v{
    .name = "core-ultra-7-258v",
    .title = "Intel Core Ultra 7 258V",
    .vendor = vendor::intel,
    .kind = device_class::cpu,
    .architecture = "Lunar Lake",
    .year = 2024,
    .memory = {.capacity = {32_GiB, cited::recalled},
               .bandwidth = {136.5_GB_per_s, cited::recalled},
               .kind = memory_kind::lpddr},
    .cache = {.capacity = {12_MB, cited::recalled}},
    .peak = {.fp32 = {0.56_TFLOP_per_s, cited::recalled}},
    .compute_units = 8,
    .power = {.limit = {37_W, cited::recalled}},
};

/// The cores of Apple chips, whose GPUs are entries of their own (apple.hpp); NEON, four fused multiply-adds of 128 bit.
inline constexpr device<> apple_m2_ultra_cpu{
    .name = "apple-m2-ultra-cpu",
    .title = "Apple M2 Ultra (CPU)",
    .vendor = vendor::apple,
    .kind = device_class::cpu,
    .architecture = "Apple silicon",
    .year = 2023,
    .memory = {.capacity = {192_GiB, cited::recalled},
               .bandwidth = {819.2_GB_per_s, cited::recalled},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {2.1_TFLOP_per_s, cited::recalled}},
    .compute_units = 24,
};
inline constexpr device<> apple_m3_cpu{
    .name = "apple-m3-cpu",
    .title = "Apple M3 (CPU)",
    .vendor = vendor::apple,
    .kind = device_class::cpu,
    .architecture = "Apple silicon",
    .year = 2023,
    .memory = {.capacity = {24_GiB, cited::recalled},
               .bandwidth = {102.4_GB_per_s, cited::recalled},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {0.69_TFLOP_per_s, cited::recalled}},
    .compute_units = 8,
};

}  // namespace gambrel::catalog
