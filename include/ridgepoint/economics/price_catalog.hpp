// SPDX-License-Identifier: Apache-2.0
#pragma once
/// What renting a device has been quoted at: provider, commitment, region, date and source of each quote.
///
/// A rent is dollars per DEVICE and hour, an instance's price divided by its devices. Quotes of one device spread
/// four- to eightfold, because a hyperscaler's list, a neocloud and a marketplace sell different goods: a typical
/// price is a default for want of your own, and its range says so. Left out: indices (nobody sells at them) and
/// spot prices equal to the on-demand price of the same offer (no spot market). A single seller's or an undated
/// quote is carried as it stands. AWS Capacity Blocks and multi-year contracts count as reserved.
/// Evidence: tests/economics/price_catalog_test.cpp.

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <ridgepoint/economics/price.hpp>
#include <ridgepoint/numeric/range.hpp>
#include <ridgepoint/units.hpp>
#include <span>
#include <string_view>

namespace ridgepoint {

enum class commitment : unsigned char { on_demand, spot, reserved };

constexpr std::string_view name_of(commitment c) {
    constexpr std::array<std::string_view, 3> names{"on-demand", "spot", "reserved"};
    return names[static_cast<std::size_t>(c)];
}

struct price_quote {
    std::string_view device;    ///< name in the hardware catalog
    std::string_view provider;
    std::string_view instance;  ///< empty where the source names none
    commitment terms = commitment::on_demand;
    std::string_view region;    ///< empty where the source names none
    std::string_view date;      ///< of the price; "undated" where the source has none
    rental<> rent{};            ///< per device
    std::string_view source;
};

namespace catalog {
namespace cited {
inline constexpr std::string_view aws_vantage = "tsaol/aws-gpu @77fcd9f (from instances.vantage.sh)";
inline constexpr std::string_view skypilot_aws = "skypilot-org/skypilot-catalog v9 aws @2c3d7ea7";
inline constexpr std::string_view skypilot_nebius = "skypilot-org/skypilot-catalog v9 nebius @d9bf3aa4";
inline constexpr std::string_view skypilot_lambda = "skypilot-org/skypilot-catalog v8 lambda @0f40703";
inline constexpr std::string_view capacity_blocks = "AWS Capacity Blocks price page, effective until 2025-01-01";
inline constexpr std::string_view cost_truth = "RightNow-AI/inference-cost-truth @323a9df";
inline constexpr std::string_view kael_research = "kaelresearch.com, list prices";
inline constexpr std::string_view price_feed = "toolshedlabs-hash/gpu-price-feed @03b0c63 (daily scrape)";
inline constexpr std::string_view gpuhunt = "dstackai/gpuhunt tpu_pricing.json @3584151";
inline constexpr std::string_view inferencex_prices = "SemiAnalysisAI/InferenceX-app constants.ts @77ca49a";
inline constexpr std::string_view gpuflow = "GPUFlow price list check, updated 2026-09-30";
inline constexpr std::string_view rmmartins = "rmmartins.com, approximate";
inline constexpr std::string_view spheron = "spheron.network blog";
inline constexpr std::string_view mi300x_listing = "listing of hotaisle.xyz, runpod.io and amd.digitalocean.com";
}  // namespace cited

/// Grouped by device; `price_quotes_for` relies on it.
inline constexpr auto price_quotes = [] {
    using namespace literals;
    using namespace cited;
    using enum commitment;
    return std::array{
        price_quote{"v100-sxm2-16", "AWS", "p3.16xlarge", on_demand,
                    "us-east-1", "2026-01-21", 3.06_usd_per_h, aws_vantage},
        price_quote{"v100-sxm2-16", "AWS", "p3.2xlarge", on_demand,
                    "us-east-1", "2026-01-21", 3.06_usd_per_h, aws_vantage},
        price_quote{"v100-sxm2-16", "RunPod", "", on_demand, "", "2026-08-23", 0.23_usd_per_h, price_feed},
        price_quote{"v100-sxm2-16", "Vast.ai", "", on_demand, "", "2026-08-23", 0.0956_usd_per_h, price_feed},
        price_quote{"v100-sxm2-16", "DataCrunch", "", on_demand, "", "2026-08-23", 0.17_usd_per_h, price_feed},
        price_quote{"v100-sxm2-16", "DataCrunch", "", spot, "", "2026-08-23", 0.085_usd_per_h, price_feed},
        price_quote{"v100-sxm2-16", "Lambda", "", on_demand, "", "2026-08-23", 0.79_usd_per_h, price_feed},
        price_quote{"v100-sxm2-16", "Lambda", "gpu_8x_v100", on_demand,
                    "", "undated", 0.79_usd_per_h, skypilot_lambda},
        price_quote{"v100-sxm2-32", "AWS", "p3dn.24xlarge", on_demand,
                    "us-east-1", "2026-01-21", 3.9015_usd_per_h, aws_vantage},
        price_quote{"a100-pcie-40", "Vast.ai", "", on_demand, "", "2026-08-23", 0.669_usd_per_h, price_feed},
        price_quote{"a100-pcie-40", "Lambda", "", on_demand, "", "2026-08-23", 1.99_usd_per_h, price_feed},
        price_quote{"a100-pcie-80", "RunPod", "", on_demand, "", "2026-08-23", 1.19_usd_per_h, price_feed},
        price_quote{"a100-pcie-80", "Azure", "NC24ads_A100_v4", on_demand,
                    "eastus", "2026-09", 3.673_usd_per_h, gpuflow},
        price_quote{"a100-pcie-80", "Azure", "NC24ads_A100_v4", spot, "eastus", "2026-09", 0.679_usd_per_h, gpuflow},
        price_quote{"a100-sxm-40", "AWS", "p4d.24xlarge", on_demand,
                    "us-east-1", "2026-01-21", 2.7447_usd_per_h, aws_vantage},
        price_quote{"a100-sxm-40", "AWS", "p4d.24xlarge", reserved,
                    "us-east-2", "2024-12", 1.844_usd_per_h, capacity_blocks},
        price_quote{"a100-sxm-40", "Vast.ai", "", on_demand, "", "2026-08-23", 0.602_usd_per_h, price_feed},
        price_quote{"a100-sxm-40", "RunPod", "", on_demand, "", "2026-08-23", 1_usd_per_h, price_feed},
        price_quote{"a100-sxm-40", "DataCrunch", "", on_demand, "", "2026-08-23", 1.29_usd_per_h, price_feed},
        price_quote{"a100-sxm-40", "DataCrunch", "", spot, "", "2026-08-23", 0.645_usd_per_h, price_feed},
        price_quote{"a100-sxm-40", "Lambda", "", on_demand, "", "2026-08-23", 1.99_usd_per_h, price_feed},
        price_quote{"a100-sxm-80", "AWS", "p4de.24xlarge", on_demand,
                    "us-east-1", "2026-01-21", 3.4309_usd_per_h, aws_vantage},
        price_quote{"a100-sxm-80", "CoreWeave", "8x A100-80GB-SXM", on_demand,
                    "US", "2026-02", 2.7_usd_per_h, kael_research},
        price_quote{"a100-sxm-80", "RunPod", "", on_demand, "", "2026-08-23", 1.39_usd_per_h, price_feed},
        price_quote{"a100-sxm-80", "DataCrunch", "", on_demand, "", "2026-08-23", 1.79_usd_per_h, price_feed},
        price_quote{"a100-sxm-80", "DataCrunch", "", spot, "", "2026-08-23", 0.895_usd_per_h, price_feed},
        price_quote{"a100-sxm-80", "Lambda", "", on_demand, "", "2026-08-23", 2.79_usd_per_h, price_feed},
        price_quote{"a100-sxm-80", "AWS", "p4de.24xlarge", on_demand,
                    "us-east-1", "2026-09", 3.43_usd_per_h, gpuflow},
        price_quote{"a100-sxm-80", "GCP", "a2-ultragpu-1g", on_demand,
                    "us-central1", "2026-09", 5.07_usd_per_h, gpuflow},
        price_quote{"a100-sxm-80", "RunPod", "Secure Cloud", on_demand, "", "2026-09", 1.59_usd_per_h, gpuflow},
        price_quote{"a100-sxm-80", "Vast.ai", "cheapest listing", on_demand, "", "2026-09", 0.43_usd_per_h, gpuflow},
        price_quote{"h100-pcie", "RunPod", "", on_demand, "", "2026-08-23", 1.99_usd_per_h, price_feed},
        price_quote{"h100-pcie", "Vast.ai", "", on_demand, "", "2026-08-23", 2.14_usd_per_h, price_feed},
        price_quote{"h100-pcie", "Lambda", "", on_demand, "", "2026-08-23", 3.29_usd_per_h, price_feed},
        price_quote{"h100-pcie", "Scaleway", "", on_demand, "", "2026-08-23", 3.35_usd_per_h, price_feed},
        price_quote{"h100-nvl", "Vast.ai", "", on_demand, "", "2026-08-23", 2.19_usd_per_h, price_feed},
        price_quote{"h100-nvl", "RunPod", "", on_demand, "", "2026-08-23", 2.59_usd_per_h, price_feed},
        price_quote{"h100-nvl", "Azure", "NC40ads_H100_v5", on_demand, "eastus", "2026-09", 6.98_usd_per_h, gpuflow},
        price_quote{"h100-nvl", "Azure", "NC40ads_H100_v5", spot, "eastus", "2026-09", 1.29_usd_per_h, gpuflow},
        price_quote{"h100-sxm", "AWS", "p5.48xlarge", on_demand,
                    "us-east-1", "2026-01-21", 6.88_usd_per_h, aws_vantage},
        price_quote{"h100-sxm", "AWS", "p5.4xlarge", on_demand,
                    "us-east-1", "2026-01-21", 6.88_usd_per_h, aws_vantage},
        price_quote{"h100-sxm", "AWS", "p5.48xlarge", on_demand,
                    "us-east-1 (median of AZs with a market below on-demand)", "undated", 6.88_usd_per_h, skypilot_aws},
        price_quote{"h100-sxm", "AWS", "p5.48xlarge", spot,
                    "us-east-1 (median of AZs with a market below on-demand)", "undated", 2.33_usd_per_h, skypilot_aws},
        price_quote{"h100-sxm", "AWS", "p5.48xlarge", on_demand,
                    "us-west-2 az4 (lowest AZ)", "undated", 6.88_usd_per_h, skypilot_aws},
        price_quote{"h100-sxm", "AWS", "p5.48xlarge", spot,
                    "us-west-2 az4 (lowest AZ)", "undated", 1.17_usd_per_h, skypilot_aws},
        price_quote{"h100-sxm", "AWS", "p5.4xlarge", on_demand,
                    "us-east-2 az1", "undated", 6.88_usd_per_h, skypilot_aws},
        price_quote{"h100-sxm", "AWS", "p5.4xlarge", spot, "us-east-2 az1", "undated", 2.81_usd_per_h, skypilot_aws},
        price_quote{"h100-sxm", "AWS", "p5.48xlarge", reserved,
                    "us-east-1", "2024-12", 4.916_usd_per_h, capacity_blocks},
        price_quote{"h100-sxm", "Nebius", "gpu-h100-sxm_8gpu", on_demand,
                    "eu-north1", "undated", 2.95_usd_per_h, skypilot_nebius},
        price_quote{"h100-sxm", "Nebius", "gpu-h100-sxm_8gpu", spot,
                    "eu-north1", "undated", 1.25_usd_per_h, skypilot_nebius},
        price_quote{"h100-sxm", "CoreWeave", "8x H100-SXM", on_demand,
                    "US", "2026-02", 6.155_usd_per_h, kael_research},
        price_quote{"h100-sxm", "Vast.ai", "", on_demand, "", "2026-08-23", 1.74_usd_per_h, price_feed},
        price_quote{"h100-sxm", "RunPod", "", on_demand, "", "2026-08-23", 2.69_usd_per_h, price_feed},
        price_quote{"h100-sxm", "DataCrunch", "", on_demand, "", "2026-08-23", 3.25_usd_per_h, price_feed},
        price_quote{"h100-sxm", "DataCrunch", "", spot, "", "2026-08-23", 1.62_usd_per_h, price_feed},
        price_quote{"h100-sxm", "Scaleway", "", on_demand, "", "2026-08-23", 3.87_usd_per_h, price_feed},
        price_quote{"h100-sxm", "Lambda", "", on_demand, "", "2026-08-23", 3.99_usd_per_h, price_feed},
        price_quote{"h100-sxm", "SemiAnalysis survey", "3-yr contract, 25% upfront", reserved,
                    "US", "2026-04", 1.3_usd_per_h, inferencex_prices},
        price_quote{"h100-sxm", "AWS", "p5.4xlarge", on_demand, "us-east-1", "2026-09", 6.88_usd_per_h, gpuflow},
        price_quote{"h100-sxm", "AWS", "p5.4xlarge", spot, "us-east-1", "2026-09", 2.623_usd_per_h, gpuflow},
        price_quote{"h100-sxm", "GCP", "a3-highgpu-8g", on_demand,
                    "us-central1", "2026-09", 11.06_usd_per_h, gpuflow},
        price_quote{"h100-sxm", "GCP", "a3-highgpu-8g", spot, "us-central1", "2026-09", 5.2_usd_per_h, gpuflow},
        price_quote{"h100-sxm", "Azure", "ND96isr_H100_v5", on_demand, "US", "2026-06", 12.25_usd_per_h, rmmartins},
        price_quote{"h100-sxm", "Lambda", "gpu_8x_h100", on_demand, "US", "2026-09", 3.99_usd_per_h, gpuflow},
        price_quote{"h100-sxm", "RunPod", "Secure Cloud", on_demand, "", "2026-09", 3.49_usd_per_h, gpuflow},
        price_quote{"h100-sxm", "Vast.ai", "cheapest listing", on_demand, "", "2026-09", 1.47_usd_per_h, gpuflow},
        price_quote{"h200-nvl", "Vast.ai", "", on_demand, "", "2026-08-23", 3.49_usd_per_h, price_feed},
        price_quote{"h200-nvl", "RunPod", "", on_demand, "", "2026-08-23", 3.79_usd_per_h, price_feed},
        price_quote{"h200-sxm", "AWS", "p5en.48xlarge", on_demand,
                    "us-east-1", "2026-01-21", 7.912_usd_per_h, aws_vantage},
        price_quote{"h200-sxm", "AWS", "p5e.48xlarge", spot,
                    "us-east-2 (median of 3 AZs)", "undated", 1.85_usd_per_h, skypilot_aws},
        price_quote{"h200-sxm", "AWS", "p5e.48xlarge", reserved,
                    "us-east-2", "2024-12", 5.408_usd_per_h, capacity_blocks},
        price_quote{"h200-sxm", "Nebius", "gpu-h200-sxm_8gpu", on_demand,
                    "us-central1", "undated", 3.5_usd_per_h, skypilot_nebius},
        price_quote{"h200-sxm", "Nebius", "gpu-h200-sxm_8gpu", spot,
                    "us-central1", "undated", 1.45_usd_per_h, skypilot_nebius},
        price_quote{"h200-sxm", "RunPod", "H200", on_demand, "", "2026-07-31", 3.59_usd_per_h, cost_truth},
        price_quote{"h200-sxm", "CoreWeave", "HGX H200", on_demand, "", "2026-07-31", 6.31_usd_per_h, cost_truth},
        price_quote{"h200-sxm", "CoreWeave", "8x H200-SXM", on_demand,
                    "US", "2026-02", 6.305_usd_per_h, kael_research},
        price_quote{"h200-sxm", "RunPod", "", on_demand, "", "2026-08-23", 3.59_usd_per_h, price_feed},
        price_quote{"h200-sxm", "DataCrunch", "", on_demand, "", "2026-08-23", 4_usd_per_h, price_feed},
        price_quote{"h200-sxm", "DataCrunch", "", spot, "", "2026-08-23", 2_usd_per_h, price_feed},
        price_quote{"h200-sxm", "Vast.ai", "", on_demand, "", "2026-08-23", 3.3_usd_per_h, price_feed},
        price_quote{"h200-sxm", "SemiAnalysis survey", "3-yr contract, 25% upfront", reserved,
                    "US", "2026-04", 1.6_usd_per_h, inferencex_prices},
        price_quote{"h200-sxm", "Spheron", "H200", on_demand, "", "2026-03-17", 4.54_usd_per_h, spheron},
        price_quote{"gh200-96", "CoreWeave", "1x GH200", on_demand, "US", "2026-02", 6.5_usd_per_h, kael_research},
        price_quote{"b200-sxm", "AWS", "p6-b200.48xlarge", on_demand,
                    "us-east-1", "2026-01-21", 14.2416_usd_per_h, aws_vantage},
        price_quote{"b200-sxm", "Nebius", "gpu-b200-sxm_8gpu", on_demand,
                    "us-central1", "undated", 5.5_usd_per_h, skypilot_nebius},
        price_quote{"b200-sxm", "Nebius", "gpu-b200-sxm_8gpu", spot,
                    "us-central1", "undated", 2.9_usd_per_h, skypilot_nebius},
        price_quote{"b200-sxm", "RunPod", "B200", on_demand, "", "2026-07-31", 5.89_usd_per_h, cost_truth},
        price_quote{"b200-sxm", "CoreWeave", "HGX B200", on_demand, "", "2026-07-31", 8.6_usd_per_h, cost_truth},
        price_quote{"b200-sxm", "CoreWeave", "8x B200", on_demand, "US", "2026-02", 8.6_usd_per_h, kael_research},
        price_quote{"b200-sxm", "DataCrunch", "", on_demand, "", "2026-08-23", 6.11_usd_per_h, price_feed},
        price_quote{"b200-sxm", "DataCrunch", "", spot, "", "2026-08-23", 3.06_usd_per_h, price_feed},
        price_quote{"b200-sxm", "Lambda", "", on_demand, "", "2026-08-23", 6.69_usd_per_h, price_feed},
        price_quote{"b200-sxm", "Vast.ai", "", on_demand, "", "2026-08-23", 5.31_usd_per_h, price_feed},
        price_quote{"b200-sxm", "RunPod", "", on_demand, "", "2026-08-23", 5.98_usd_per_h, price_feed},
        price_quote{"b200-sxm", "SemiAnalysis survey", "3-yr contract, 25% upfront", reserved,
                    "US", "2026-04", 2.9_usd_per_h, inferencex_prices},
        price_quote{"b200-sxm", "Spheron", "B200", on_demand, "", "2026-03-17", 6.03_usd_per_h, spheron},
        price_quote{"gb200", "CoreWeave", "4x GB200", on_demand, "US", "2026-02", 10.5_usd_per_h, kael_research},
        price_quote{"gb200", "SemiAnalysis survey", "3-yr contract, 25% upfront", reserved,
                    "US", "2026-04", 3.3_usd_per_h, inferencex_prices},
        price_quote{"gb200", "Spheron", "GB200 superchip (2 GPUs)", on_demand,
                    "", "2026-03-17", 4.54_usd_per_h, spheron},
        price_quote{"b300-sxm", "AWS", "p6-b300.48xlarge", on_demand,
                    "us-west-2", "2026-01-21", 17.802_usd_per_h, aws_vantage},
        price_quote{"b300-sxm", "RunPod", "B300", on_demand, "", "2026-07-31", 6.94_usd_per_h, cost_truth},
        price_quote{"b300-sxm", "Nebius", "HGX B300", on_demand, "", "2026-07-31", 7.85_usd_per_h, cost_truth},
        price_quote{"t4", "AWS", "g4dn.xlarge", on_demand, "us-east-1", "2026-01-21", 0.526_usd_per_h, aws_vantage},
        price_quote{"a10g", "AWS", "g5.48xlarge", on_demand, "us-east-1", "2026-01-21", 2.036_usd_per_h, aws_vantage},
        price_quote{"a10g", "AWS", "g5.xlarge", on_demand, "us-east-1", "2026-01-21", 1.006_usd_per_h, aws_vantage},
        price_quote{"a10g", "AWS", "g5.xlarge", on_demand, "us-east-1", "2026-09", 1.006_usd_per_h, gpuflow},
        price_quote{"a10g", "AWS", "g5.xlarge", spot, "us-east-1", "2026-09", 0.469_usd_per_h, gpuflow},
        price_quote{"l4", "AWS", "g6.48xlarge", on_demand, "us-east-1", "2026-01-21", 1.6688_usd_per_h, aws_vantage},
        price_quote{"l4", "AWS", "g6.xlarge", on_demand, "us-east-1", "2026-01-21", 0.8048_usd_per_h, aws_vantage},
        price_quote{"l4", "Vast.ai", "", on_demand, "", "2026-08-23", 0.312_usd_per_h, price_feed},
        price_quote{"l4", "RunPod", "", on_demand, "", "2026-08-23", 0.49_usd_per_h, price_feed},
        price_quote{"l4", "Scaleway", "", on_demand, "", "2026-08-23", 0.921_usd_per_h, price_feed},
        price_quote{"l4", "AWS", "g6.xlarge", on_demand, "us-east-1", "2026-09", 0.805_usd_per_h, gpuflow},
        price_quote{"l4", "AWS", "g6.xlarge", spot, "us-east-1", "2026-09", 0.605_usd_per_h, gpuflow},
        price_quote{"l4", "GCP", "g2-standard-4", on_demand, "us-central1", "2026-09", 0.707_usd_per_h, gpuflow},
        price_quote{"l4", "GCP", "g2-standard-4", spot, "us-central1", "2026-09", 0.403_usd_per_h, gpuflow},
        price_quote{"l40s", "AWS", "g6e.48xlarge", on_demand,
                    "us-east-1", "2026-01-21", 3.7664_usd_per_h, aws_vantage},
        price_quote{"l40s", "AWS", "g6e.xlarge", on_demand, "us-east-1", "2026-01-21", 1.861_usd_per_h, aws_vantage},
        price_quote{"l40s", "Nebius", "gpu-l40s-a_1gpu-8vcpu", on_demand,
                    "eu-north1", "undated", 1.5484_usd_per_h, skypilot_nebius},
        price_quote{"l40s", "CoreWeave", "8x L40S", on_demand, "US", "2026-02", 2.25_usd_per_h, kael_research},
        price_quote{"l40s", "Vast.ai", "", on_demand, "", "2026-08-23", 0.602_usd_per_h, price_feed},
        price_quote{"l40s", "RunPod", "", on_demand, "", "2026-08-23", 0.79_usd_per_h, price_feed},
        price_quote{"l40s", "DataCrunch", "", on_demand, "", "2026-08-23", 1.37_usd_per_h, price_feed},
        price_quote{"l40s", "DataCrunch", "", spot, "", "2026-08-23", 0.685_usd_per_h, price_feed},
        price_quote{"l40s", "Vultr", "", on_demand, "", "2026-08-23", 1.67_usd_per_h, price_feed},
        price_quote{"l40s", "Scaleway", "", on_demand, "", "2026-08-23", 1.72_usd_per_h, price_feed},
        price_quote{"rtx-pro-6000-bse", "AWS", "g7e.2xlarge", on_demand,
                    "us-east-1", "2026-01-21", 3.3631_usd_per_h, aws_vantage},
        price_quote{"rtx-pro-6000-bse", "AWS", "g7e.48xlarge", on_demand,
                    "us-east-1", "2026-01-21", 4.143_usd_per_h, aws_vantage},
        price_quote{"rtx-pro-6000-bse", "CoreWeave", "8x RTX PRO 6000 BSE", on_demand,
                    "US", "2026-02", 2.5_usd_per_h, kael_research},
        price_quote{"rtx-pro-6000-bse", "Vast.ai", "", on_demand, "", "2026-08-23", 1.34_usd_per_h, price_feed},
        price_quote{"rtx-pro-6000-bse", "RunPod", "", on_demand, "", "2026-08-23", 1.69_usd_per_h, price_feed},
        price_quote{"inferentia2", "AWS", "inf2.48xlarge", on_demand,
                    "us-east-1", "2026-01-21", 1.0818_usd_per_h, aws_vantage},
        price_quote{"inferentia2", "AWS", "inf2.xlarge", on_demand,
                    "us-east-1", "2026-01-21", 0.7582_usd_per_h, aws_vantage},
        price_quote{"trainium1", "AWS", "trn1.2xlarge", on_demand,
                    "us-east-1", "2026-01-21", 1.3438_usd_per_h, aws_vantage},
        price_quote{"trainium1", "AWS", "trn1.32xlarge", on_demand,
                    "us-east-1", "2026-01-21", 1.3438_usd_per_h, aws_vantage},
        price_quote{"trainium1", "AWS", "trn1.32xlarge", reserved,
                    "ap-southeast-4", "2024-12", 0.968_usd_per_h, capacity_blocks},
        price_quote{"mi355x", "Vultr", "MI355X", on_demand, "", "2026-07-31", 2.59_usd_per_h, cost_truth},
        price_quote{"mi355x", "Oracle", "BM.GPU.MI355X", on_demand, "", "2026-07-31", 8.6_usd_per_h, cost_truth},
        price_quote{"mi355x", "SemiAnalysis survey", "3-yr contract, 25% upfront", reserved,
                    "US", "2026-04", 2.1_usd_per_h, inferencex_prices},
        price_quote{"rtx-pro-6000-ws", "Vast.ai", "", on_demand, "", "2026-08-23", 0.86_usd_per_h, price_feed},
        price_quote{"rtx-pro-6000-ws", "RunPod", "", on_demand, "", "2026-08-23", 1.69_usd_per_h, price_feed},
        price_quote{"rtx-6000-ada", "Vast.ai", "", on_demand, "", "2026-08-23", 0.541_usd_per_h, price_feed},
        price_quote{"rtx-6000-ada", "RunPod", "", on_demand, "", "2026-08-23", 0.74_usd_per_h, price_feed},
        price_quote{"rtx-6000-ada", "DataCrunch", "", on_demand, "", "2026-08-23", 1.04_usd_per_h, price_feed},
        price_quote{"rtx-6000-ada", "DataCrunch", "", spot, "", "2026-08-23", 0.52_usd_per_h, price_feed},
        price_quote{"rtx-a6000", "RunPod", "", on_demand, "", "2026-08-23", 0.33_usd_per_h, price_feed},
        price_quote{"rtx-a6000", "Vast.ai", "", on_demand, "", "2026-08-23", 0.403_usd_per_h, price_feed},
        price_quote{"rtx-a6000", "DataCrunch", "", on_demand, "", "2026-08-23", 0.61_usd_per_h, price_feed},
        price_quote{"rtx-a6000", "DataCrunch", "", spot, "", "2026-08-23", 0.305_usd_per_h, price_feed},
        price_quote{"rtx-a6000", "Lambda", "", on_demand, "", "2026-08-23", 1.09_usd_per_h, price_feed},
        price_quote{"rtx-a6000", "Lambda", "gpu_1x_a6000", on_demand, "", "undated", 1.09_usd_per_h, skypilot_lambda},
        price_quote{"a40", "RunPod", "", on_demand, "", "2026-08-23", 0.44_usd_per_h, price_feed},
        price_quote{"rtx-5090", "Vast.ai", "", on_demand, "", "2026-08-23", 0.343_usd_per_h, price_feed},
        price_quote{"rtx-5090", "RunPod", "", on_demand, "", "2026-08-23", 0.69_usd_per_h, price_feed},
        price_quote{"rtx-5090", "RunPod", "Secure Cloud", on_demand, "", "2026-09", 0.99_usd_per_h, gpuflow},
        price_quote{"rtx-5090", "Vast.ai", "cheapest listing", on_demand, "", "2026-09", 0.41_usd_per_h, gpuflow},
        price_quote{"rtx-4090", "Vast.ai", "", on_demand, "", "2026-08-23", 0.309_usd_per_h, price_feed},
        price_quote{"rtx-4090", "RunPod", "", on_demand, "", "2026-08-23", 0.34_usd_per_h, price_feed},
        price_quote{"rtx-4090", "RunPod", "Secure Cloud", on_demand, "", "2026-09", 0.74_usd_per_h, gpuflow},
        price_quote{"rtx-3090", "Vast.ai", "", on_demand, "", "2026-08-23", 0.128_usd_per_h, price_feed},
        price_quote{"rtx-3090", "RunPod", "", on_demand, "", "2026-08-23", 0.22_usd_per_h, price_feed},
        price_quote{"rtx-3090", "RunPod", "Secure Cloud", on_demand, "", "2026-09", 0.5_usd_per_h, gpuflow},
        price_quote{"rtx-3090", "Vast.ai", "cheapest listing", on_demand, "", "2026-09", 0.11_usd_per_h, gpuflow},
        price_quote{"rtx-3090", "Vast.ai", "cheapest listing", spot, "", "2026-09", 0.08_usd_per_h, gpuflow},
        price_quote{"a10", "Vast.ai", "", on_demand, "", "2026-08-23", 0.202_usd_per_h, price_feed},
        price_quote{"a10", "Lambda", "", on_demand, "", "2026-08-23", 1.29_usd_per_h, price_feed},
        price_quote{"a10", "Azure", "NV36ads_A10_v5", on_demand, "eastus", "2026-09", 3.2_usd_per_h, gpuflow},
        price_quote{"tpu-v6e", "GCP", "TPU v6e", on_demand, "us-east1", "2026-08", 2.7_usd_per_h, gpuhunt},
        price_quote{"tpu-v6e", "GCP", "TPU v6e", spot, "us-east1", "2026-08", 1.89_usd_per_h, gpuhunt},
        price_quote{"tpu-v5p", "GCP", "TPU v5p", on_demand, "us-east5", "2026-08", 4.2_usd_per_h, gpuhunt},
        price_quote{"tpu-v5p", "GCP", "TPU v5p", spot, "us-east5", "2026-08", 2.415_usd_per_h, gpuhunt},
        price_quote{"tpu-v5e", "GCP", "TPU v5e", on_demand, "us-central1", "2026-08", 1.2_usd_per_h, gpuhunt},
        price_quote{"tpu-v5e", "GCP", "TPU v5e", spot, "us-central1", "2026-08", 0.63_usd_per_h, gpuhunt},
        price_quote{"mi300x", "SemiAnalysis survey", "3-yr contract, 25% upfront", reserved,
                    "US", "2026-04", 1.55_usd_per_h, inferencex_prices},
        price_quote{"mi300x", "RunPod", "MI300X", on_demand, "", "2025", 2.69_usd_per_h, mi300x_listing},
        price_quote{"mi300x", "Hot Aisle", "MI300X", on_demand, "", "2025", 1.99_usd_per_h, mi300x_listing},
        price_quote{"mi300x", "DigitalOcean", "MI300X", on_demand, "", "2025", 1.99_usd_per_h, mi300x_listing},
        price_quote{"mi325x", "SemiAnalysis survey", "3-yr contract, 25% upfront", reserved,
                    "US", "2026-04", 1.8_usd_per_h, inferencex_prices},
    };
}();
}  // namespace catalog

/// All quotes for the device of that catalog name (not an alias); empty when there are none.
constexpr std::span<const price_quote> price_quotes_for(std::string_view device_name) {
    const auto of_device = [=](const price_quote& q) { return q.device == device_name; };
    const auto first = std::find_if(catalog::price_quotes.begin(), catalog::price_quotes.end(), of_device);
    const auto last = std::find_if_not(first, catalog::price_quotes.end(), of_device);
    return {first, last};
}

/// The quote as the price a prediction takes.
constexpr price as_price(const price_quote& q) {
    return {.per_device = q.rent,
            .provider = q.provider,
            .commitment = name_of(q.terms),
            .region = q.region,
            .date = q.date};
}

/// The median on-demand quote, with the lowest and the highest as its range (not an 80 % range); absent when the
/// device has no on-demand quote. The mean of the middle two for an even number.
constexpr std::optional<figure<rental<>>> typical_price(std::string_view device_name) {
    std::array<double, catalog::price_quotes.size()> rents{};  // plain: swapping quantities is not constexpr
    std::size_t n = 0;
    for (const price_quote& q : price_quotes_for(device_name))
        if (q.terms == commitment::on_demand) rents[n++] = q.rent.value();
    if (n == 0) return std::nullopt;
    std::sort(rents.begin(), rents.begin() + static_cast<std::ptrdiff_t>(n));
    const double median = (rents[(n - 1) / 2] + rents[n / 2]) / 2.0;
    return figure<rental<>>{make<rental<>>(median), make<rental<>>(rents[0]), make<rental<>>(rents[n - 1])};
}
/// The same for a device: `typical_price(catalog::h100_sxm)`.
template <class Device> requires requires(const Device& d) { std::string_view(d.name); }
constexpr std::optional<figure<rental<>>> typical_price(const Device& d) {
    return typical_price(std::string_view(d.name));
}
}  // namespace ridgepoint
