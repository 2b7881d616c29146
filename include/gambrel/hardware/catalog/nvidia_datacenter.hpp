// SPDX-License-Identifier: Apache-2.0
#pragma once
/// NVIDIA data-centre GPUs with high-bandwidth memory, V100 to Rubin.
/// Dense rates, memory in GiB, bandwidths decimal and one way; what each figure means: docs/catalog-hardware.md.

#include <gambrel/hardware/catalog/links.hpp>
#include <gambrel/hardware/device.hpp>

namespace gambrel::catalog {

using namespace literals;

/// Tensor cores multiply fp16 only: no bf16, no int8.
inline constexpr device<> v100_pcie_16{
    .name = "v100-pcie-16",
    .title = "NVIDIA Tesla V100 PCIe 16GB",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Volta",
    .year = 2017,
    .memory = {.capacity = {16_GiB, cited::llm_analysis_and_llm_viewer},
               .bandwidth = {900_GB_per_s, cited::llm_analysis_and_llm_viewer},
               .kind = memory_kind::hbm,
               .visible = {15.78_GiB, cited::driver_recalled}},
    .cache = {.capacity = {6_MB, cited::llm_analysis_and_llm_viewer}},
    .peak = {.fp32 = {14.1_TFLOP_per_s, cited::llm_analysis_and_llm_viewer},
             .fp16 = {112_TFLOP_per_s, cited::llm_analysis_and_llm_viewer}},
    .compute_units = 80,
    .host_link = links::pcie_3_x16,
    .power = {.limit = {250_W, cited::llm_analysis_and_llm_viewer}},
};

inline constexpr device<> v100_pcie_32 = [] {
    device<> d = v100_pcie_16;
    d.name = "v100-pcie-32";
    d.title = "NVIDIA V100 PCIe 32GB";
    d.year = 2018;
    d.memory.capacity = {32_GiB, cited::techpowerup};
    d.memory.visible = {31.73_GiB, cited::start_logs};
    return d;
}();

inline constexpr device<> v100_sxm2_16{
    .name = "v100-sxm2-16",
    .title = "NVIDIA Tesla V100 SXM2 16GB",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Volta",
    .year = 2017,
    .memory = {.capacity = {16_GiB, cited::llm_analysis_and_ml_engineering},
               .bandwidth = {900_GB_per_s, cited::llm_analysis_and_ml_engineering},
               .kind = memory_kind::hbm,
               .visible = {15.78_GiB, cited::driver_recalled}},
    .cache = {.capacity = {6_MB, cited::llm_analysis_and_ml_engineering}},
    .peak = {.fp32 = {15.7_TFLOP_per_s, cited::llm_analysis_and_ml_engineering},
             .fp16 = {125_TFLOP_per_s, cited::llm_analysis_and_ml_engineering}},
    .compute_units = 80,
    .scale_up = links::nvlink2,
    .host_link = links::pcie_3_x16,
    .power = {.limit = {300_W, cited::llm_analysis_and_ml_engineering}},
};

inline constexpr device<> v100_sxm2_32{
    .name = "v100-sxm2-32",
    .title = "NVIDIA Tesla V100 SXM2 32GB",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Volta",
    .year = 2018,
    .memory = {.capacity = {32_GiB, cited::llm_analysis_and_techpowerup},
               .bandwidth = {900_GB_per_s, cited::llm_analysis_and_techpowerup},
               .kind = memory_kind::hbm,
               .visible = {31.73_GiB, cited::start_logs}},
    .cache = {.capacity = {6_MB, cited::llm_analysis_and_techpowerup}},
    .peak = {.fp32 = {15.7_TFLOP_per_s, cited::llm_analysis_and_techpowerup},
             .fp16 = {125_TFLOP_per_s, cited::llm_analysis_and_techpowerup}},
    .compute_units = 80,
    .scale_up = links::nvlink2,
    .host_link = links::pcie_3_x16,
    .power = {.limit = {300_W, cited::llm_analysis_and_techpowerup}},
};

inline constexpr device<> a30{
    .name = "a30",
    .title = "NVIDIA A30",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Ampere GA100",
    .year = 2021,
    .memory = {.capacity = {24_GiB, cited::aiconfigurator_and_techpowerup},
               .bandwidth = {933_GB_per_s, cited::aiconfigurator_and_techpowerup},
               .kind = memory_kind::hbm,
               .visible = {23.6_GiB, cited::driver_recalled}},
    .cache = {.capacity = {24_MB, cited::aiconfigurator_and_techpowerup}},
    .peak = {.fp32 = {10.3_TFLOP_per_s, cited::aiconfigurator_and_techpowerup},
             .tf32 = {82_TFLOP_per_s, cited::aiconfigurator_and_techpowerup},
             .bf16 = {165_TFLOP_per_s, cited::aiconfigurator_and_techpowerup},
             .fp16 = {165_TFLOP_per_s, cited::aiconfigurator_and_techpowerup},
             .int8 = {330_TFLOP_per_s, cited::aiconfigurator_and_techpowerup},
             .int4 = {661_TFLOP_per_s, cited::aiconfigurator_and_techpowerup}},
    .compute_units = 56,
    .scale_up = links::nvlink3_bridge_a30,
    .host_link = links::pcie_4_x16,
    .power = {.limit = {165_W, cited::aiconfigurator_and_techpowerup}},
};

/// NVLink only between two cards, by a bridge.
inline constexpr device<> a100_pcie_40{
    .name = "a100-pcie-40",
    .title = "NVIDIA A100 PCIe 40GB",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Ampere GA100",
    .year = 2020,
    .memory = {.capacity = {40_GiB, cited::llm_analysis_and_techpowerup},
               .bandwidth = {1.555_TB_per_s, cited::llm_analysis_and_techpowerup},
               .kind = memory_kind::hbm,
               .visible = {39.5_GiB, cited::sister_board}},
    .cache = {.capacity = {40_MB, cited::llm_analysis_and_techpowerup}},
    .peak = {.fp32 = {19.5_TFLOP_per_s, cited::llm_analysis_and_techpowerup},
             .tf32 = {156_TFLOP_per_s, cited::llm_analysis_and_techpowerup},
             .bf16 = {312_TFLOP_per_s, cited::llm_analysis_and_techpowerup},
             .fp16 = {312_TFLOP_per_s, cited::llm_analysis_and_techpowerup},
             .int8 = {624_TFLOP_per_s, cited::llm_analysis_and_techpowerup},
             .int4 = {1248_TFLOP_per_s, cited::llm_analysis_and_techpowerup}},
    .compute_units = 108,
    .scale_up = links::nvlink3_bridge_a100,
    .host_link = links::pcie_4_x16,
    .power = {.limit = {250_W, cited::llm_analysis_and_techpowerup}},
};

inline constexpr device<> a100_pcie_80{
    .name = "a100-pcie-80",
    .title = "NVIDIA A100 PCIe 80GB",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Ampere GA100",
    .year = 2021,
    .memory = {.capacity = {80_GiB, cited::nvidia_aiconfigurator},
               .bandwidth = {1.935_TB_per_s, cited::nvidia_aiconfigurator},
               .kind = memory_kind::hbm,
               .visible = {79.2_GiB, cited::sister_board}},
    .cache = {.capacity = {40_MB, cited::aiconfigurator_and_llm_analysis}},
    .peak = {.fp32 = {19.5_TFLOP_per_s, cited::nvidia_a100},
             .tf32 = {156_TFLOP_per_s, cited::nvidia_tensorrt_llm},
             .bf16 = {312_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .fp16 = {312_TFLOP_per_s, cited::nvidia_tensorrt_llm},
             .int8 = {624_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .int4 = {1248_TFLOP_per_s, cited::aiconfigurator_and_llm_analysis}},
    .compute_units = 108,
    .scale_up = links::nvlink3_bridge_a100,
    .host_link = links::pcie_4_x16,
    .power = {.limit = {300_W, cited::nvidia_aiconfigurator}},
};

inline constexpr device<> a100_sxm_40{
    .name = "a100-sxm-40",
    .title = "NVIDIA A100 SXM4 40GB",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Ampere GA100",
    .year = 2020,
    .memory = {.capacity = {40_GiB, cited::nvidia_tensorrt_llm},
               .bandwidth = {1.555_TB_per_s, cited::nvidia_tensorrt_llm},
               .kind = memory_kind::hbm,
               .visible = {39.5_GiB, cited::start_logs}},
    .cache = {.capacity = {40_MB, cited::llm_analysis_and_llm_viewer}},
    .peak = {.fp32 = {19.5_TFLOP_per_s, cited::nvidia_a100},
             .tf32 = {156_TFLOP_per_s, cited::nvidia_tensorrt_llm},
             .bf16 = {312_TFLOP_per_s, cited::nvidia_tensorrt_llm},
             .fp16 = {312_TFLOP_per_s, cited::nvidia_tensorrt_llm},
             .int8 = {624_TFLOP_per_s, cited::nvidia_tensorrt_llm},
             .int4 = {1248_TFLOP_per_s, cited::nvidia_ampere}},
    .compute_units = 108,
    .scale_up = links::nvlink3_nvswitch,
    .host_link = links::pcie_4_x16,
    .power = {.limit = {400_W, cited::nvidia_a100}},
};

/// No fp8: a published table that lists 624 in that column repeats the int8 rate.
inline constexpr device<> a100_sxm_80{
    .name = "a100-sxm-80",
    .title = "NVIDIA A100 SXM4 80GB",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Ampere GA100",
    .year = 2020,
    .memory = {.capacity = {80_GiB, cited::nvidia_aiconfigurator},
               .bandwidth = {2.039_TB_per_s, cited::nvidia_aiconfigurator},
               .kind = memory_kind::hbm,
               .visible = {79.25_GiB, cited::start_logs}},
    .cache = {.capacity = {40_MB, cited::aiconfigurator_and_ml_engineering}},
    .peak = {.fp32 = {19.5_TFLOP_per_s, cited::nvidia_a100},
             .tf32 = {156_TFLOP_per_s, cited::nvidia_tensorrt_llm},
             .bf16 = {312_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .fp16 = {312_TFLOP_per_s, cited::nvidia_tensorrt_llm},
             .int8 = {624_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .int4 = {1248_TFLOP_per_s, cited::nvidia_ampere}},
    .compute_units = 108,
    .scale_up = links::nvlink3_nvswitch,
    .host_link = links::pcie_4_x16,
    .power = {.limit = {400_W, cited::nvidia_aiconfigurator}},
};

/// A100 silicon with NVLink cut to 200 GB/s.
inline constexpr device<> a800_sxm_80 = [] {
    device<> d = a100_sxm_80;
    d.name = "a800-sxm-80";
    d.title = "NVIDIA A800 SXM4 80GB";
    d.year = 2022;
    d.memory.capacity = {80_GiB, cited::nvidia_a800};
    d.memory.bandwidth = {2.039_TB_per_s, cited::nvidia_a800};
    d.peak.fp32 = {19.5_TFLOP_per_s, cited::nvidia_a800};
    d.peak.tf32 = {156_TFLOP_per_s, cited::nvidia_a800};
    d.peak.bf16 = {312_TFLOP_per_s, cited::nvidia_a800};
    d.peak.fp16 = {312_TFLOP_per_s, cited::nvidia_a800};
    d.peak.int8 = {624_TFLOP_per_s, cited::sister_silicon};
    d.peak.int4 = {1248_TFLOP_per_s, cited::sister_silicon};
    d.power.limit = {400_W, cited::nvidia_a800};
    d.scale_up = links::nvlink3_a800;
    return d;
}();

/// HBM2e at 2.0 TB/s as the sheet rounds it (2039 GB/s by clock). Hopper has no int4 multiply.
inline constexpr device<> h100_pcie{
    .name = "h100-pcie",
    .title = "NVIDIA H100 PCIe 80GB",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Hopper GH100",
    .year = 2022,
    .memory = {.capacity = {80_GiB, cited::nvidia_aiconfigurator},
               .bandwidth = {2_TB_per_s, cited::nvidia_h100_pcie_brief},
               .kind = memory_kind::hbm,
               .visible = {79.2_GiB, cited::sister_board}},
    .cache = {.capacity = {50_MB, cited::aiconfigurator_and_ml_engineering}},
    .peak = {.fp32 = {51_TFLOP_per_s, cited::nvidia_h100_pcie},
             .tf32 = {378_TFLOP_per_s, cited::nvidia_tensorrt_llm},
             .bf16 = {756_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .fp16 = {756_TFLOP_per_s, cited::nvidia_tensorrt_llm},
             .fp8 = {1513_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .int8 = {1513_TFLOP_per_s, cited::nvidia_aiconfigurator}},
    .compute_units = 114,
    .scale_up = links::nvlink4_bridge,
    .host_link = links::pcie_5_x16,
    .power = {.limit = {350_W, cited::nvidia_h100_pcie_brief}},
};

/// 989.4 TFLOP/s implies 1830 MHz; silicon boosts to 1980 MHz while power allows, so a short kernel can exceed
/// 90 % of it.
inline constexpr device<> h100_sxm{
    .name = "h100-sxm",
    .title = "NVIDIA H100 SXM5 80GB",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Hopper GH100",
    .year = 2022,
    .memory = {.capacity = {80_GiB, cited::nvidia_aiconfigurator},
               .bandwidth = {3.35_TB_per_s, cited::nvidia_aiconfigurator},
               .kind = memory_kind::hbm,
               .visible = {79.2_GiB, cited::start_logs}},
    .cache = {.capacity = {50_MB, cited::aiconfigurator_and_ml_engineering}},
    .peak = {.fp32 = {67_TFLOP_per_s, cited::nvidia_h100},
             .tf32 = {494.7_TFLOP_per_s, cited::nvidia_tensorrt_llm},
             .bf16 = {989.4_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .fp16 = {989.4_TFLOP_per_s, cited::nvidia_tensorrt_llm},
             .fp8 = {1978.9_TFLOP_per_s, cited::nvidia_tensorrt_llm},
             .int8 = {1978.9_TFLOP_per_s, cited::nvidia_tensorrt_llm}},
    .compute_units = 132,
    .scale_up = links::nvlink4_nvswitch,
    .host_link = links::pcie_5_x16,
    .scale_out = links::network_400g,
    .power = {.limit = {700_W, cited::nvidia_aiconfigurator}},
};

/// Disagreement: an early sheet gave the pair, 989 per GPU; the later one gives 1671 sparse, 835.5 dense.
inline constexpr device<> h100_nvl{
    .name = "h100-nvl",
    .title = "NVIDIA H100 NVL 94GB (per GPU)",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Hopper GH100",
    .year = 2023,
    .memory = {.capacity = {94_GiB, cited::nvidia_h100},
               .bandwidth = {3.938_TB_per_s, cited::nvidia_h100},
               .kind = memory_kind::hbm,
               .visible = {93.1_GiB, cited::driver_recalled}},
    .cache = {.capacity = {50_MB, cited::recalled}},
    .peak = {.fp32 = {60_TFLOP_per_s, cited::nvidia_h100},
             .tf32 = {417.5_TFLOP_per_s, cited::nvidia_h100},
             .bf16 = {835.5_TFLOP_per_s, cited::nvidia_h100},
             .fp16 = {835.5_TFLOP_per_s, cited::nvidia_h100},
             .fp8 = {1671_TFLOP_per_s, cited::nvidia_h100},
             .int8 = {1671_TFLOP_per_s, cited::nvidia_h100}},
    .compute_units = 132,
    .scale_up = links::nvlink4_bridge,
    .host_link = links::pcie_5_x16,
    .power = {.limit = {400_W, cited::nvidia_h100}},
};

inline constexpr device<> h200_sxm{
    .name = "h200-sxm",
    .title = "NVIDIA H200 SXM 141GB",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Hopper GH100",
    .year = 2024,
    .memory = {.capacity = {141_GiB, cited::nvidia_mlperf_h200},
               .bandwidth = {4.8_TB_per_s, cited::nvidia_aiconfigurator},
               .kind = memory_kind::hbm,
               .visible = {139.8_GiB, cited::start_logs}},
    .cache = {.capacity = {50_MB, cited::aiconfigurator_and_ml_engineering}},
    .peak = {.fp32 = {67_TFLOP_per_s, cited::nvidia_h200},
             .tf32 = {494.7_TFLOP_per_s, cited::nvidia_h200},
             .bf16 = {989.4_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .fp16 = {989.4_TFLOP_per_s, cited::nvidia_h200},
             .fp8 = {1978.9_TFLOP_per_s, cited::nvidia_h200},
             .int8 = {1978.9_TFLOP_per_s, cited::nvidia_h200}},
    .compute_units = 132,
    .scale_up = links::nvlink4_nvswitch,
    .host_link = links::pcie_5_x16,
    .scale_out = links::network_400g,
    .power = {.limit = {700_W, cited::nvidia_mlperf_h200}},
};

/// Dense rates are half of the sparse 1671 and 3341.
inline constexpr device<> h200_nvl{
    .name = "h200-nvl",
    .title = "NVIDIA H200 NVL 141GB",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Hopper GH100",
    .year = 2024,
    .memory = {.capacity = {141_GiB, cited::nvidia_h200},
               .bandwidth = {4.8_TB_per_s, cited::nvidia_h200},
               .kind = memory_kind::hbm,
               .visible = {139.8_GiB, cited::sister_board}},
    .cache = {.capacity = {50_MB, cited::recalled}},
    .peak = {.fp32 = {60_TFLOP_per_s, cited::nvidia_h200},
             .tf32 = {417.5_TFLOP_per_s, cited::nvidia_h200},
             .bf16 = {835.5_TFLOP_per_s, cited::nvidia_h200},
             .fp16 = {835.5_TFLOP_per_s, cited::nvidia_h200},
             .fp8 = {1671_TFLOP_per_s, cited::nvidia_h200},
             .int8 = {1671_TFLOP_per_s, cited::nvidia_h200}},
    .compute_units = 132,
    .scale_up = links::nvlink4_bridge_of_4,
    .host_link = links::pcie_5_x16,
    .power = {.limit = {600_W, cited::nvidia_h200}},
};

/// A compute-starved Hopper: ridge point 37 FLOP/B. A 141 GB variant exists.
inline constexpr device<> h20{
    .name = "h20",
    .title = "NVIDIA H20 96GB",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Hopper GH100",
    .year = 2024,
    .memory = {.capacity = {96_GiB, cited::nvidia_tensorrt_llm},
               .bandwidth = {4_TB_per_s, cited::nvidia_tensorrt_llm},
               .kind = memory_kind::hbm,
               .visible = {95.1_GiB, cited::driver_recalled}},
    .cache = {.capacity = {60_MB, cited::recalled}},
    .peak = {.fp32 = {44_TFLOP_per_s, cited::infersim},
             .tf32 = {74_TFLOP_per_s, cited::nvidia_tensorrt_llm},
             .bf16 = {148_TFLOP_per_s, cited::infersim},
             .fp16 = {148_TFLOP_per_s, cited::infersim},
             .fp8 = {296_TFLOP_per_s, cited::infersim},
             .int8 = {296_TFLOP_per_s, cited::infersim}},
    .compute_units = 78,
    .scale_up = links::nvlink4_nvswitch,
    .host_link = links::pcie_5_x16,
    .power = {.limit = {400_W, cited::recalled}},
};

/// H20 with the memory of an H200.
inline constexpr device<> h20_3e = [] {
    device<> d = h20;
    d.name = "h20-3e";
    d.title = "NVIDIA H20-3e 141GB";
    d.year = 2025;
    d.memory = {.capacity = {141_GiB, cited::nvidia_aiconfigurator_h20},
                .bandwidth = {4.8_TB_per_s, cited::nvidia_aiconfigurator_h20},
                .kind = memory_kind::hbm};
    d.peak.tf32 = {74_TFLOP_per_s, cited::infersim};
    d.peak.fp16 = {148_TFLOP_per_s, cited::nvidia_aiconfigurator_h20_3e};
    d.peak.fp8 = {296_TFLOP_per_s, cited::nvidia_aiconfigurator_h20_3e};
    d.peak.int8 = {296_TFLOP_per_s, cited::nvidia_aiconfigurator_h20_3e};
    d.power.limit = {500_W, cited::nvidia_aiconfigurator_h20};
    return d;
}();

/// H100 silicon with NVLink cut to 200 GB/s.
inline constexpr device<> h800_sxm{
    .name = "h800-sxm",
    .title = "NVIDIA H800 SXM5 80GB",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Hopper GH100",
    .year = 2023,
    .memory = {.capacity = {80_GiB, cited::nvidia_h800},
               .bandwidth = {3.35_TB_per_s, cited::nvidia_h800},
               .kind = memory_kind::hbm,
               .visible = {79.33_GiB, cited::start_logs}},
    .cache = {.capacity = {50_MB, cited::infersim_and_techpowerup}},
    .peak = {.fp32 = {67_TFLOP_per_s, cited::infersim_and_techpowerup},
             .tf32 = {494.7_TFLOP_per_s, cited::infersim_and_techpowerup},
             .bf16 = {989.4_TFLOP_per_s, cited::nvidia_h800},
             .fp16 = {989.4_TFLOP_per_s, cited::nvidia_h800},
             .fp8 = {1978.9_TFLOP_per_s, cited::nvidia_h800},
             .int8 = {1978.9_TFLOP_per_s, cited::nvidia_h800}},
    .compute_units = 132,
    .scale_up = links::nvlink4_h800,
    .host_link = links::pcie_5_x16,
    .power = {.limit = {700_W, cited::nvidia_h800}},
};

/// Limit is the module's, Grace included (450 to 1000 W). The host is reached over C2C, not PCIe.
inline constexpr device<> gh200_96{
    .name = "gh200-96",
    .title = "NVIDIA GH200 (96GB HBM3)",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Grace Hopper",
    .year = 2023,
    .memory = {.capacity = {96_GiB, cited::ml_engineering},
               .bandwidth = {4_TB_per_s, cited::ml_engineering},
               .kind = memory_kind::hbm},
    .cache = {.capacity = {50_MB, cited::ml_engineering}},
    .peak = {.fp32 = {67_TFLOP_per_s, cited::ml_engineering},
             .tf32 = {494.7_TFLOP_per_s, cited::ml_engineering},
             .bf16 = {989.4_TFLOP_per_s, cited::ml_engineering},
             .fp16 = {989.4_TFLOP_per_s, cited::ml_engineering},
             .fp8 = {1978.9_TFLOP_per_s, cited::ml_engineering},
             .int8 = {1978.9_TFLOP_per_s, cited::ml_engineering}},
    .compute_units = 132,
    .scale_up = links::nvlink4_nvl32,
    .host_link = links::c2c,
    .power = {.limit = {1000_W, cited::ml_engineering}},
};

/// 141 GB usable and 4.8 to 4.9 TB/s, depending on the page.
inline constexpr device<> gh200_144{
    .name = "gh200-144",
    .title = "NVIDIA GH200 (144GB HBM3e)",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Grace Hopper",
    .year = 2024,
    .memory = {.capacity = {144_GiB, cited::ml_engineering},
               .bandwidth = {4.9_TB_per_s, cited::ml_engineering},
               .kind = memory_kind::hbm},
    .cache = {.capacity = {50_MB, cited::ml_engineering}},
    .peak = {.fp32 = {67_TFLOP_per_s, cited::ml_engineering},
             .tf32 = {494.7_TFLOP_per_s, cited::ml_engineering},
             .bf16 = {989.4_TFLOP_per_s, cited::ml_engineering},
             .fp16 = {989.4_TFLOP_per_s, cited::ml_engineering},
             .fp8 = {1978.9_TFLOP_per_s, cited::ml_engineering},
             .int8 = {1978.9_TFLOP_per_s, cited::ml_engineering}},
    .compute_units = 132,
    .scale_up = links::nvlink4_nvl32,
    .host_link = links::c2c,
    .power = {.limit = {1000_W, cited::ml_engineering}},
};

/// Barely shipped; every figure recalled, the memory taken as the B200's, whose boards it shares: announced as 192 GB at
/// 8 TB/s, as the B200 was.
inline constexpr device<> b100{
    .name = "b100",
    .title = "NVIDIA B100",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Blackwell",
    .year = 2024,
    .memory = {.capacity = {180_GiB, cited::sister_memory},
               .bandwidth = {7.7_TB_per_s, cited::sister_memory},
               .kind = memory_kind::hbm},
    .peak = {.fp32 = {60_TFLOP_per_s, cited::recalled},
             .tf32 = {875_TFLOP_per_s, cited::recalled},
             .bf16 = {1750_TFLOP_per_s, cited::recalled},
             .fp16 = {1750_TFLOP_per_s, cited::recalled},
             .fp8 = {3500_TFLOP_per_s, cited::recalled},
             .fp6 = {3500_TFLOP_per_s, cited::recalled},
             .fp4 = {7000_TFLOP_per_s, cited::recalled},
             .int8 = {3500_TFLOP_per_s, cited::recalled}},
    .scale_up = links::nvlink5_nvswitch,
    .host_link = links::pcie_5_x16,
    .power = {.limit = {700_W, cited::recalled}},
};

/// Disagreement: 7.7 TB/s (HGX sheet, 62 TB/s over 8) against 8.0, 180 GB against 192. The HGX figures are
/// taken.
inline constexpr device<> b200_sxm{
    .name = "b200-sxm",
    .title = "NVIDIA B200 SXM (HGX/DGX)",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Blackwell",
    .year = 2024,
    .memory = {.capacity = {180_GiB, cited::nvidia_aiconfigurator},
               .bandwidth = {7.7_TB_per_s, cited::nvidia_aiconfigurator},
               .kind = memory_kind::hbm,
               .visible = {178.4_GiB, cited::start_logs}},
    .cache = {.capacity = {126_MB, cited::aiconfigurator_and_ml_engineering}},
    .peak = {.fp32 = {75_TFLOP_per_s, cited::nvidia_blackwell},
             .tf32 = {1125_TFLOP_per_s, cited::nvidia_blackwell},
             .bf16 = {2250_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .fp16 = {2250_TFLOP_per_s, cited::nvidia_blackwell},
             .fp8 = {4500_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .fp6 = {4500_TFLOP_per_s, cited::nvidia_blackwell},
             .fp4 = {9000_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .int8 = {4500_TFLOP_per_s, cited::nvidia_aiconfigurator}},
    .compute_units = 148,
    .scale_up = links::nvlink5_nvswitch,
    .host_link = links::pcie_5_x16,
    .scale_out = links::network_400g,
    .power = {.limit = {1000_W, cited::nvidia_aiconfigurator}},
};

/// The B200 die at higher power and clock, hence a row of its own. 186 GB (MIG table) against 192.
inline constexpr device<> gb200{
    .name = "gb200",
    .title = "NVIDIA GB200 NVL72 (per GPU)",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Blackwell",
    .year = 2024,
    .memory = {.capacity = {186_GiB, cited::nvidia_blackwell},
               .bandwidth = {8_TB_per_s, cited::nvidia_aiconfigurator},
               .kind = memory_kind::hbm,
               .visible = {184.3_GiB, cited::start_logs}},
    .cache = {.capacity = {126_MB, cited::aiconfigurator_and_ml_engineering}},
    .peak = {.fp32 = {80_TFLOP_per_s, cited::nvidia_blackwell},
             .tf32 = {1250_TFLOP_per_s, cited::nvidia_blackwell},
             .bf16 = {2500_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .fp16 = {2500_TFLOP_per_s, cited::nvidia_blackwell},
             .fp8 = {5000_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .fp6 = {5000_TFLOP_per_s, cited::nvidia_blackwell},
             .fp4 = {10000_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .int8 = {5000_TFLOP_per_s, cited::nvidia_aiconfigurator}},
    .compute_units = 148,
    .scale_up = links::nvlink5_nvl72,
    .host_link = links::c2c,
    .power = {.limit = {1200_W, cited::nvidia_aiconfigurator}},
};

/// Disagreement on dense fp4: 12.6, 13.5, 14, 15 PFLOP/s; on memory: 268 to 288 GB, 7.7 to 8 TB/s; on power: 1000 to
/// 1200 W.
/// int8 is cut to 1/29.
inline constexpr device<> b300_sxm{
    .name = "b300-sxm",
    .title = "NVIDIA B300 SXM (HGX/DGX)",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Blackwell Ultra",
    .year = 2025,
    .memory = {.capacity = {270_GiB, cited::nvidia_blackwell_ultra},
               .bandwidth = {7.7_TB_per_s, cited::nvidia_blackwell_ultra},
               .kind = memory_kind::hbm},
    .cache = {.capacity = {126_MB, cited::inferencex_and_aiconfigurator}},
    .peak = {.fp32 = {75_TFLOP_per_s, cited::nvidia_blackwell_ultra},
             .tf32 = {1125_TFLOP_per_s, cited::nvidia_blackwell_ultra},
             .bf16 = {2250_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .fp16 = {2250_TFLOP_per_s, cited::nvidia_blackwell_ultra},
             .fp8 = {4500_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .fp6 = {4500_TFLOP_per_s, cited::nvidia_blackwell_ultra},
             .fp4 = {13500_TFLOP_per_s, cited::nvidia_blackwell_ultra},
             .int8 = {153.5_TFLOP_per_s, cited::nvidia_aiconfigurator}},
    .compute_units = 148,
    .scale_up = links::nvlink5_nvswitch,
    .host_link = links::pcie_6_x16,
    .scale_out = links::network_800g,
    .power = {.limit = {1100_W, cited::nvidia_aiconfigurator}},
};

/// 279 GB (sheet) against 288 nominal. int8 is cut to 165.
inline constexpr device<> gb300{
    .name = "gb300",
    .title = "NVIDIA GB300 NVL72 (per GPU)",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Blackwell Ultra",
    .year = 2025,
    .memory = {.capacity = {279_GiB, cited::nvidia_blackwell_ultra},
               .bandwidth = {8_TB_per_s, cited::nvidia_aiconfigurator},
               .kind = memory_kind::hbm,
               .visible = {276.6_GiB, cited::start_logs}},
    .cache = {.capacity = {126_MB, cited::aiconfigurator_and_ml_engineering}},
    .peak = {.fp32 = {80_TFLOP_per_s, cited::nvidia_blackwell_ultra},
             .tf32 = {1250_TFLOP_per_s, cited::nvidia_blackwell_ultra},
             .bf16 = {2500_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .fp16 = {2500_TFLOP_per_s, cited::nvidia_blackwell_ultra},
             .fp8 = {5000_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .fp6 = {5000_TFLOP_per_s, cited::nvidia_blackwell_ultra},
             .fp4 = {15000_TFLOP_per_s, cited::nvidia_aiconfigurator},
             .int8 = {165_TFLOP_per_s, cited::nvidia_aiconfigurator}},
    .compute_units = 148,
    .scale_up = links::nvlink5_nvl72,
    .host_link = links::c2c,
    .scale_out = links::network_800g,
    .power = {.limit = {1400_W, cited::nvidia_aiconfigurator}},
};

/// Announced, not shipped: vendor projections.
inline constexpr device<> rubin{
    .name = "rubin",
    .title = "NVIDIA Rubin (VR200 NVL)",
    .vendor = vendor::nvidia,
    .kind = device_class::datacenter_gpu,
    .architecture = "Rubin",
    .year = 2026,
    .memory = {.capacity = {288_GiB, cited::ml_engineering},
               .bandwidth = {22_TB_per_s, cited::ml_engineering},
               .kind = memory_kind::hbm},
    .peak = {.fp32 = {130_TFLOP_per_s, cited::ml_engineering},
             .tf32 = {2000_TFLOP_per_s, cited::ml_engineering},
             .bf16 = {4000_TFLOP_per_s, cited::ml_engineering},
             .fp16 = {4000_TFLOP_per_s, cited::ml_engineering},
             .fp8 = {17500_TFLOP_per_s, cited::ml_engineering},
             .fp6 = {17500_TFLOP_per_s, cited::ml_engineering},
             .fp4 = {35000_TFLOP_per_s, cited::ml_engineering},
             .int8 = {2500_TFLOP_per_s, cited::ml_engineering}},
    .scale_up = links::nvlink6_nvl72,
    .host_link = links::pcie_6_x16,
};

/// The A100's silicon, its bridge of NVLink cut to 400 GB/s both ways.
inline constexpr device<> a800_pcie_80 = [] {
    device<> d = a100_pcie_80;
    d.name = "a800-pcie-80";
    d.title = "NVIDIA A800 PCIe 80GB";
    d.year = 2022;
    return d;
}();

/// The H100's silicon in the PCIe form.
inline constexpr device<> h800_pcie = [] {
    device<> d = h100_pcie;
    d.name = "h800-pcie";
    d.title = "NVIDIA H800 PCIe 80GB";
    d.year = 2023;
    return d;
}();

}  // namespace gambrel::catalog
