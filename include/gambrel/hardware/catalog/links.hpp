// SPDX-License-Identifier: Apache-2.0
#pragma once
/// The links that several catalog devices share: bandwidth of one device, ONE direction, decimal.
/// `devices` is the largest domain sold (a node of 8, a rack of 72, a TPU pod); it carries no source of its own.

#include <gambrel/hardware/catalog/sources.hpp>
#include <gambrel/hardware/interconnect.hpp>

namespace gambrel::catalog::links {

using namespace literals;

// Host links: raw rate per lane 1, 2, 4, 8 GB/s for generations 3 to 6; about 2 % less after encoding.
inline constexpr interconnect<> pcie_3_x16{"PCIe 3.0 x16", fabric::pcie, {16_GB_per_s, cited::pcie_lanes}};
inline constexpr interconnect<> pcie_4_x4{"PCIe 4.0 x4", fabric::pcie, {8_GB_per_s, cited::pcie_lanes}};
inline constexpr interconnect<> pcie_4_x8{"PCIe 4.0 x8", fabric::pcie, {16_GB_per_s, cited::pcie_lanes}};
inline constexpr interconnect<> pcie_4_x16{"PCIe 4.0 x16", fabric::pcie, {32_GB_per_s, cited::pcie_lanes}};
inline constexpr interconnect<> pcie_5_x4{"PCIe 5.0 x4", fabric::pcie, {16_GB_per_s, cited::pcie_lanes}};
inline constexpr interconnect<> pcie_5_x8{"PCIe 5.0 x8", fabric::pcie, {32_GB_per_s, cited::pcie_lanes}};
inline constexpr interconnect<> pcie_5_x16{"PCIe 5.0 x16", fabric::pcie, {64_GB_per_s, cited::pcie_lanes}};
inline constexpr interconnect<> pcie_6_x16{"PCIe 6.0 x16", fabric::pcie, {128_GB_per_s, cited::pcie_lanes}};
/// Processor to GPU on Grace superchips; measured 359 down, 377 up.
inline constexpr interconnect<> c2c{"NVLink-C2C", fabric::nvlink, {450_GB_per_s, cited::network_tables}};

// NVLink. The switches of Hopper and later add in the switch (SHARP), so an all-reduce sends once.
inline constexpr interconnect<> nvlink2{"NVLink2", fabric::nvlink, {150_GB_per_s, cited::network_tables}, 8};
inline constexpr interconnect<> nvlink3_nvswitch{
    "NVLink3 NVSwitch", fabric::nvlink, {300_GB_per_s, cited::network_tables}, 8};
inline constexpr interconnect<> nvlink3_a800{"NVLink3 (cut)", fabric::nvlink, {200_GB_per_s, cited::nvidia_a800}, 8};
inline constexpr interconnect<> nvlink3_bridge_a100{
    "NVLink3 bridge", fabric::nvlink, {300_GB_per_s, cited::nvidia_a100}, 2};
inline constexpr interconnect<> nvlink3_bridge_a40{
    "NVLink3 bridge", fabric::nvlink, {56.25_GB_per_s, cited::a40_bridge}, 2};
inline constexpr interconnect<> nvlink3_bridge_a30{
    "NVLink3 bridge", fabric::nvlink, {100_GB_per_s, cited::aiconfigurator_and_techpowerup}, 2};
inline constexpr interconnect<> nvlink4_nvswitch{
    "NVLink4 NVSwitch", fabric::nvlink, {450_GB_per_s, cited::network_tables}, 8, true};
inline constexpr interconnect<> nvlink4_h800{
    "NVLink4 (cut)", fabric::nvlink, {200_GB_per_s, cited::infersim}, 8, true};
inline constexpr interconnect<> nvlink4_nvl32{
    "NVLink4 NVL32", fabric::nvlink, {450_GB_per_s, cited::network_tables}, 32, true};
inline constexpr interconnect<> nvlink4_bridge{
    "NVLink4 bridge", fabric::nvlink, {300_GB_per_s, cited::ml_engineering}, 2};
inline constexpr interconnect<> nvlink4_bridge_of_4{
    "NVLink4 bridge of 4", fabric::nvlink, {450_GB_per_s, cited::nvidia_h200}, 4};
inline constexpr interconnect<> nvlink5_nvswitch{
    "NVLink5 NVSwitch", fabric::nvlink, {900_GB_per_s, cited::network_tables}, 8, true};
inline constexpr interconnect<> nvlink5_nvl72{
    "NVLink5 NVL72", fabric::nvlink, {900_GB_per_s, cited::network_tables}, 72, true};
inline constexpr interconnect<> nvlink6_nvl72{
    "NVLink6 (announced)", fabric::nvlink, {1.8_TB_per_s, cited::network_tables}, 72, true};

// AMD. A mesh: each pair of devices has one of the links only.
inline constexpr interconnect<> xgmi_mi210_bridge{
    "xGMI bridge of 4", fabric::xgmi, {150_GB_per_s, cited::llm_analysis_and_techpowerup}, 4};
inline constexpr interconnect<> xgmi_mi250x{"xGMI", fabric::xgmi, {350_GB_per_s, cited::network_tables}, 4};
inline constexpr interconnect<> xgmi_mi300x_mesh{
    "xGMI mesh 7 x 64", fabric::xgmi, {448_GB_per_s, cited::network_tables}, 8};
inline constexpr interconnect<> xgmi_mi350x_mesh{
    "xGMI mesh 7 x 76.8", fabric::xgmi, {537.6_GB_per_s, cited::network_tables}, 8};
inline constexpr interconnect<> scale_up_mi455x{
    "UALink (announced)", fabric::ethernet, {1.8_TB_per_s, cited::network_tables}, 72};

// Gaudi: 21 of the 24 network ports join the node, 3 leave it (ports x 100 or 200 Gb/s).
inline constexpr interconnect<> roce_gaudi2{
    "21 x 100GbE RoCE", fabric::ethernet, {262.5_GB_per_s, cited::network_tables, evidence::derived}, 8};
inline constexpr interconnect<> roce_gaudi2_out{
    "3 x 100GbE RoCE", fabric::ethernet, {37.5_GB_per_s, cited::network_tables, evidence::derived}, 1};
inline constexpr interconnect<> roce_gaudi3{
    "21 x 200GbE RoCE", fabric::ethernet, {525_GB_per_s, cited::network_tables, evidence::derived}, 8};
inline constexpr interconnect<> roce_gaudi3_out{
    "3 x 200GbE RoCE", fabric::ethernet, {75_GB_per_s, cited::network_tables, evidence::derived}, 1};

// TPU pods: all links of one chip together. Practical rates are about 10 % lower.
inline constexpr interconnect<> ici_v4{
    "ICI 3D torus", fabric::ici, {270_GB_per_s, cited::ml_engineering_and_scaling_book}, 4096};
inline constexpr interconnect<> ici_v5e{
    "ICI 2D torus", fabric::ici, {200_GB_per_s, cited::tpu_docs_and_ml_engineering}, 256};
inline constexpr interconnect<> ici_v5p{
    "ICI 3D torus", fabric::ici, {600_GB_per_s, cited::ml_engineering_and_scaling_book}, 8960};
inline constexpr interconnect<> ici_v6e{
    "ICI 2D torus", fabric::ici, {400_GB_per_s, cited::ml_engineering_and_scaling_book}, 256};
inline constexpr interconnect<> ici_v7{"ICI 3D torus", fabric::ici, {600_GB_per_s, cited::ml_engineering}, 9216};

// Neuron: the documentation does not say which way; the printed rate is read as both ways and halved.
inline constexpr interconnect<> neuronlink_inferentia2{
    "NeuronLink-v2", fabric::neuronlink, {96_GB_per_s, cited::neuron_docs, evidence::derived}, 12};
inline constexpr interconnect<> neuronlink_trainium1{
    "NeuronLink-v2", fabric::neuronlink, {192_GB_per_s, cited::neuron_docs, evidence::derived}, 16};
inline constexpr interconnect<> neuronlink_trainium2{
    "NeuronLink-v3", fabric::neuronlink, {640_GB_per_s, cited::neuron_docs_and_ml_engineering, evidence::derived}, 16};
inline constexpr interconnect<> neuronlink_trainium3{
    "NeuronLink-v4", fabric::neuronlink, {1.28_TB_per_s, cited::neuron_docs, evidence::derived}, 64};

// Huawei. No fabric of its own kind in the enumeration: a switched network.
inline constexpr interconnect<> ub_link{
    "UB Link (announced)", fabric::ethernet, {840_GB_per_s, cited::network_tables}, 8192};

// Between nodes, per device: one 200, 400 or 800 Gb/s port for each.
inline constexpr interconnect<> network_200g{
    "ConnectX-7 200 Gb/s", fabric::ethernet, {25_GB_per_s, cited::techpowerup}, 1};
inline constexpr interconnect<> network_400g{
    "400 Gb/s network", fabric::infiniband, {50_GB_per_s, cited::network_tables}, 1};
inline constexpr interconnect<> network_800g{
    "800 Gb/s network", fabric::infiniband, {100_GB_per_s, cited::network_tables}, 1};
}  // namespace gambrel::catalog::links
