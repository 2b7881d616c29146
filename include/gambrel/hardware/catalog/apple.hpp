// SPDX-License-Identifier: Apache-2.0
#pragma once
/// Apple silicon: the GPU of the chip, with the largest unified memory sold. fp16 runs at the fp32 rate before the M5.
/// Dense rates, memory in GiB, bandwidths decimal and one way; what each figure means: docs/catalog-hardware.md.

#include <gambrel/hardware/catalog/links.hpp>
#include <gambrel/hardware/device.hpp>

namespace gambrel::catalog {

using namespace literals;

inline constexpr device<> apple_m1{
    .name = "apple-m1",
    .title = "Apple M1",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2020,
    .memory = {.capacity = {16_GiB, cited::recalled},
               .bandwidth = {68.2_GB_per_s, cited::llamacpp_apple},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {2.6_TFLOP_per_s, cited::recalled},
             .fp16 = {2.6_TFLOP_per_s, cited::recalled}},
    .compute_units = 8,
};

inline constexpr device<> apple_m1_pro{
    .name = "apple-m1-pro",
    .title = "Apple M1 Pro",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2021,
    .memory = {.capacity = {32_GiB, cited::recalled},
               .bandwidth = {204.8_GB_per_s, cited::llamacpp_apple},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {5.2_TFLOP_per_s, cited::recalled},
             .fp16 = {5.2_TFLOP_per_s, cited::recalled}},
    .compute_units = 16,
};

inline constexpr device<> apple_m1_max{
    .name = "apple-m1-max",
    .title = "Apple M1 Max",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2021,
    .memory = {.capacity = {64_GiB, cited::apple_chips},
               .bandwidth = {409.6_GB_per_s, cited::llamacpp_apple},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {10.4_TFLOP_per_s, cited::recalled},
             .fp16 = {10.4_TFLOP_per_s, cited::recalled}},
    .compute_units = 32,
};

inline constexpr device<> apple_m1_ultra{
    .name = "apple-m1-ultra",
    .title = "Apple M1 Ultra",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2022,
    .memory = {.capacity = {128_GiB, cited::recalled},
               .bandwidth = {819.2_GB_per_s, cited::recalled},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {20.8_TFLOP_per_s, cited::recalled},
             .fp16 = {20.8_TFLOP_per_s, cited::recalled}},
    .compute_units = 64,
};

inline constexpr device<> apple_m2{
    .name = "apple-m2",
    .title = "Apple M2",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2022,
    .memory = {.capacity = {24_GiB, cited::recalled},
               .bandwidth = {102.4_GB_per_s, cited::llamacpp_apple},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {3.6_TFLOP_per_s, cited::recalled},
             .fp16 = {3.6_TFLOP_per_s, cited::recalled}},
    .compute_units = 10,
};

inline constexpr device<> apple_m2_pro{
    .name = "apple-m2-pro",
    .title = "Apple M2 Pro",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2023,
    .memory = {.capacity = {32_GiB, cited::recalled},
               .bandwidth = {204.8_GB_per_s, cited::llamacpp_apple},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {6.8_TFLOP_per_s, cited::recalled},
             .fp16 = {6.8_TFLOP_per_s, cited::recalled}},
    .compute_units = 19,
};

inline constexpr device<> apple_m2_max{
    .name = "apple-m2-max",
    .title = "Apple M2 Max",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2023,
    .memory = {.capacity = {96_GiB, cited::recalled},
               .bandwidth = {409.6_GB_per_s, cited::llamacpp_apple},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {13.6_TFLOP_per_s, cited::recalled},
             .fp16 = {13.6_TFLOP_per_s, cited::recalled}},
    .compute_units = 38,
};

inline constexpr device<> apple_m2_ultra{
    .name = "apple-m2-ultra",
    .title = "Apple M2 Ultra",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2023,
    .memory = {.capacity = {192_GiB, cited::apple_chips},
               .bandwidth = {819.2_GB_per_s, cited::recalled},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {27.2_TFLOP_per_s, cited::recalled},
             .fp16 = {27.2_TFLOP_per_s, cited::recalled}},
    .compute_units = 76,
};

/// Clock taken to be that of the M3 Pro.
inline constexpr device<> apple_m3{
    .name = "apple-m3",
    .title = "Apple M3",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2023,
    .memory = {.capacity = {24_GiB, cited::recalled},
               .bandwidth = {102.4_GB_per_s, cited::llamacpp_apple},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {3.58_TFLOP_per_s, cited::recalled},
             .fp16 = {3.58_TFLOP_per_s, cited::recalled}},
    .compute_units = 10,
};

inline constexpr device<> apple_m3_pro{
    .name = "apple-m3-pro",
    .title = "Apple M3 Pro",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2023,
    .memory = {.capacity = {36_GiB, cited::recalled},
               .bandwidth = {153.6_GB_per_s, cited::recalled},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {6.44_TFLOP_per_s, cited::apple_clock},
             .fp16 = {6.44_TFLOP_per_s, cited::apple_clock}},
    .compute_units = 18,
};

inline constexpr device<> apple_m3_max_30{
    .name = "apple-m3-max-30",
    .title = "Apple M3 Max 30c",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2023,
    .memory = {.capacity = {96_GiB, cited::recalled},
               .bandwidth = {307.2_GB_per_s, cited::recalled},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {10.74_TFLOP_per_s, cited::apple_clock},
             .fp16 = {10.74_TFLOP_per_s, cited::apple_clock}},
    .compute_units = 30,
};

inline constexpr device<> apple_m3_max_40{
    .name = "apple-m3-max-40",
    .title = "Apple M3 Max 40c",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2023,
    .memory = {.capacity = {128_GiB, cited::recalled},
               .bandwidth = {409.6_GB_per_s, cited::llamacpp_apple},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {14.32_TFLOP_per_s, cited::apple_clock},
             .fp16 = {14.32_TFLOP_per_s, cited::apple_clock}},
    .compute_units = 40,
};

/// Clock taken to be that of the M3 Max, of which it is two.
inline constexpr device<> apple_m3_ultra{
    .name = "apple-m3-ultra",
    .title = "Apple M3 Ultra",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2025,
    .memory = {.capacity = {512_GiB, cited::recalled},
               .bandwidth = {819.2_GB_per_s, cited::recalled},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {28.63_TFLOP_per_s, cited::recalled},
             .fp16 = {28.63_TFLOP_per_s, cited::recalled}},
    .compute_units = 80,
};

inline constexpr device<> apple_m4{
    .name = "apple-m4",
    .title = "Apple M4",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2024,
    .memory = {.capacity = {32_GiB, cited::recalled},
               .bandwidth = {120_GB_per_s, cited::recalled},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {3.76_TFLOP_per_s, cited::apple_clock},
             .fp16 = {3.76_TFLOP_per_s, cited::apple_clock}},
    .compute_units = 10,
};

/// Clock recalled (1578 MHz).
inline constexpr device<> apple_m4_pro{
    .name = "apple-m4-pro",
    .title = "Apple M4 Pro",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2024,
    .memory = {.capacity = {64_GiB, cited::recalled},
               .bandwidth = {273_GB_per_s, cited::recalled},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {8.08_TFLOP_per_s, cited::recalled},
             .fp16 = {8.08_TFLOP_per_s, cited::recalled}},
    .compute_units = 20,
};

inline constexpr device<> apple_m4_max_32{
    .name = "apple-m4-max-32",
    .title = "Apple M4 Max 32c",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2024,
    .memory = {.capacity = {36_GiB, cited::recalled},
               .bandwidth = {410_GB_per_s, cited::recalled},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {13.75_TFLOP_per_s, cited::apple_clock},
             .fp16 = {13.75_TFLOP_per_s, cited::apple_clock}},
    .compute_units = 32,
};

inline constexpr device<> apple_m4_max_40{
    .name = "apple-m4-max-40",
    .title = "Apple M4 Max 40c",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2024,
    .memory = {.capacity = {128_GiB, cited::recalled},
               .bandwidth = {546_GB_per_s, cited::recalled},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {17.18_TFLOP_per_s, cited::apple_clock},
             .fp16 = {17.18_TFLOP_per_s, cited::apple_clock}},
    .compute_units = 40,
};

/// Adds matrix units whose rate is not published; the fp32 rate is the shaders', recalled.
inline constexpr device<> apple_m5{
    .name = "apple-m5",
    .title = "Apple M5",
    .vendor = vendor::apple,
    .kind = device_class::apple,
    .architecture = "Apple GPU",
    .year = 2025,
    .memory = {.capacity = {32_GiB, cited::recalled},
               .bandwidth = {153.6_GB_per_s, cited::recalled},
               .kind = memory_kind::lpddr},
    .peak = {.fp32 = {4.15_TFLOP_per_s, cited::recalled}},
    .compute_units = 10,
};

/// `d` with `cores` of its GPU's cores at the same clock: the smaller bins of a chip, with the same memory.
constexpr device<> fewer_cores(device<> d, const char* name, const char* title, int cores) {
    const double share = static_cast<double>(cores) / d.compute_units;
    for (auto* rate : {&d.peak.fp32, &d.peak.bf16, &d.peak.fp16, &d.peak.int8})
        if (rate->known()) {
            rate->value = rate->value * share;
            rate->kind = evidence::derived;
        }
    d.name = name;
    d.title = title;
    d.compute_units = cores;
    return d;
}

inline constexpr device<> apple_m1_7 = fewer_cores(apple_m1, "apple-m1-7", "Apple M1 7c", 7);
inline constexpr device<> apple_m1_pro_14 = fewer_cores(apple_m1_pro, "apple-m1-pro-14", "Apple M1 Pro 14c", 14);
inline constexpr device<> apple_m1_max_24 = fewer_cores(apple_m1_max, "apple-m1-max-24", "Apple M1 Max 24c", 24);
inline constexpr device<> apple_m1_ultra_48 = fewer_cores(apple_m1_ultra, "apple-m1-ultra-48", "Apple M1 Ultra 48c", 48);
inline constexpr device<> apple_m2_8 = fewer_cores(apple_m2, "apple-m2-8", "Apple M2 8c", 8);
inline constexpr device<> apple_m2_pro_16 = fewer_cores(apple_m2_pro, "apple-m2-pro-16", "Apple M2 Pro 16c", 16);
inline constexpr device<> apple_m2_max_30 = fewer_cores(apple_m2_max, "apple-m2-max-30", "Apple M2 Max 30c", 30);
inline constexpr device<> apple_m2_ultra_60 = fewer_cores(apple_m2_ultra, "apple-m2-ultra-60", "Apple M2 Ultra 60c", 60);
inline constexpr device<> apple_m3_8 = fewer_cores(apple_m3, "apple-m3-8", "Apple M3 8c", 8);
inline constexpr device<> apple_m3_pro_14 = fewer_cores(apple_m3_pro, "apple-m3-pro-14", "Apple M3 Pro 14c", 14);
inline constexpr device<> apple_m3_ultra_60 = fewer_cores(apple_m3_ultra, "apple-m3-ultra-60", "Apple M3 Ultra 60c", 60);
inline constexpr device<> apple_m4_8 = fewer_cores(apple_m4, "apple-m4-8", "Apple M4 8c", 8);
inline constexpr device<> apple_m4_pro_16 = fewer_cores(apple_m4_pro, "apple-m4-pro-16", "Apple M4 Pro 16c", 16);

}  // namespace gambrel::catalog
