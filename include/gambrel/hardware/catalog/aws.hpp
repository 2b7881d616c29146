// SPDX-License-Identifier: Apache-2.0
#pragma once
/// AWS Inferentia and Trainium chips (Graviton is in cpu.hpp).
/// Dense rates, memory in GiB, bandwidths decimal and one way; what each figure means: docs/catalog-hardware.md.

#include <gambrel/hardware/catalog/links.hpp>
#include <gambrel/hardware/device.hpp>

namespace gambrel::catalog {

using namespace literals;

/// 820 GB/s, 820 GiB/s and 0.8 TB/s alternate in the documentation; the lowest exact figure is taken. Link
/// direction is not stated: read as both.
inline constexpr device<> inferentia2{
    .name = "inferentia2",
    .title = "AWS Inferentia2",
    .vendor = vendor::aws,
    .kind = device_class::neuron,
    .architecture = "NeuronCore-v2",
    .year = 2022,
    .memory = {.capacity = {32_GiB, cited::neuron_inf2},
               .bandwidth = {820_GB_per_s, cited::neuron_docs},
               .kind = memory_kind::hbm},
    .peak = {.fp32 = {47.5_TFLOP_per_s, cited::neuron_inf2},
             .tf32 = {190_TFLOP_per_s, cited::neuron_inf2},
             .bf16 = {190_TFLOP_per_s, cited::neuron_inf2},
             .fp16 = {190_TFLOP_per_s, cited::neuron_inf2},
             .fp8 = {190_TFLOP_per_s, cited::neuron_inf2},
             .int8 = {380_TFLOP_per_s, cited::neuron_inf2}},
    .compute_units = 2,
    .scale_up = links::neuronlink_inferentia2,
};

/// fp8 is stored, multiplied at the bf16 rate. Link direction is not stated: read as both.
inline constexpr device<> trainium1{
    .name = "trainium1",
    .title = "AWS Trainium1",
    .vendor = vendor::aws,
    .kind = device_class::neuron,
    .architecture = "NeuronCore-v2",
    .year = 2022,
    .memory = {.capacity = {32_GiB, cited::neuron_docs},
               .bandwidth = {820_GB_per_s, cited::neuron_docs},
               .kind = memory_kind::hbm},
    .peak = {.fp32 = {47.5_TFLOP_per_s, cited::neuron_docs},
             .tf32 = {190_TFLOP_per_s, cited::neuron_docs},
             .bf16 = {190_TFLOP_per_s, cited::neuron_docs},
             .fp16 = {190_TFLOP_per_s, cited::neuron_docs},
             .fp8 = {190_TFLOP_per_s, cited::neuron_docs},
             .int8 = {380_TFLOP_per_s, cited::neuron_docs}},
    .compute_units = 2,
    .scale_up = links::neuronlink_trainium1,
};

/// The vendor publishes no power. Link direction is not stated: read as both.
inline constexpr device<> trainium2{
    .name = "trainium2",
    .title = "AWS Trainium2",
    .vendor = vendor::aws,
    .kind = device_class::neuron,
    .architecture = "NeuronCore-v3",
    .year = 2024,
    .memory = {.capacity = {96_GiB, cited::neuron_docs_and_ml_engineering},
               .bandwidth = {2.9_TB_per_s, cited::neuron_docs_and_ml_engineering},
               .kind = memory_kind::hbm},
    .peak = {.fp32 = {181_TFLOP_per_s, cited::neuron_docs_and_ml_engineering},
             .tf32 = {667_TFLOP_per_s, cited::neuron_docs_and_ml_engineering},
             .bf16 = {667_TFLOP_per_s, cited::neuron_docs_and_ml_engineering},
             .fp16 = {667_TFLOP_per_s, cited::neuron_docs_and_ml_engineering},
             .fp8 = {1299_TFLOP_per_s, cited::neuron_docs_and_ml_engineering}},
    .compute_units = 8,
    .scale_up = links::neuronlink_trainium2,
    .host_link = links::pcie_5_x16,
};

/// The two 8-bit and 4-bit block formats share one rate.
inline constexpr device<> trainium3{
    .name = "trainium3",
    .title = "AWS Trainium3",
    .vendor = vendor::aws,
    .kind = device_class::neuron,
    .architecture = "NeuronCore-v4",
    .year = 2025,
    .memory = {.capacity = {144_GiB, cited::neuron_docs},
               .bandwidth = {4.9_TB_per_s, cited::neuron_docs},
               .kind = memory_kind::hbm},
    .peak = {.fp32 = {183_TFLOP_per_s, cited::neuron_docs},
             .tf32 = {671_TFLOP_per_s, cited::neuron_docs},
             .bf16 = {671_TFLOP_per_s, cited::neuron_docs},
             .fp16 = {671_TFLOP_per_s, cited::neuron_docs},
             .fp8 = {2517_TFLOP_per_s, cited::neuron_docs},
             .fp4 = {2517_TFLOP_per_s, cited::neuron_docs}},
    .compute_units = 8,
    .scale_up = links::neuronlink_trainium3,
};

}  // namespace gambrel::catalog
