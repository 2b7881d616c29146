// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::pow;

void roofline(worked& w) {
    const calibration<> constants = default_calibration(catalog::h100_sxm, kernel_library::vllm);
    const roof<> roof(catalog::h100_sxm, constants);
    constexpr matrix down{matrix_role::down, weight_part::feed_forward, split::none, 4096, 14336};
    const operation product = gemm(down, 64, 1, 1, formats::bf16);

    w.text("Llama-3.1-8B on H100 SXM under vLLM: the down projection of the MLP, 64 tokens, bf16.\n");
    const number M = w.given("M", 64, "", "tokens");
    const number N = w.given("N", 4096, "", "outputs");
    const number K = w.given("K", 14336, "", "inputs");
    const number peak = w.given("peak", roof.peak(multiply::as_16_bit) / 1_TFLOP_per_s, "TFLOP/s", "bf16, dense");
    const number bandwidth = w.given("bandwidth", roof.bandwidth() / 1_GB_per_s, "GB/s", "of the memory");
    const product_law<>& law = constants.law(multiply_law::bits_16);
    const number compute_share = w.given("law.compute", law.compute, "", "these five: fitted on vLLM's bf16 products");
    const number memory_share = w.given("law.memory", law.memory, "");
    const number p = w.given("p", law.overlap, "");
    const number fixed = w.given("fixed", law.fixed / 1_us, "us");
    const number per_input = w.given("per_input", law.per_input / 1_us * 1000, "ns", "");

    const number work = w.step("work", 2 * M * N * K / 1e9, "GFLOP");
    const number weights = w.step("weights", 2 * N * K / 1e6, "MB");
    const number activations = w.step("activations", 2 * (M * K + M * N) / 1e6, "MB");
    const number compute = w.step("compute", work / (peak * compute_share) * 1000 + K * per_input / 1000, "us");
    const number memory = w.step("memory", (weights + activations) / (bandwidth * memory_share) * 1000, "us");
    const number total = w.step("total", pow(pow(compute, p) + pow(memory, p), 1 / p) + fixed, "us");
    w.library("roof::time", total, roof.time(product).total / 1_us, "us");

    w.text(
        "\nThe same with weights and multiply in fp8: activations are narrowed by a pass before, read in 2 bytes and\n"
        "written in 1.");
    const operation narrow = gemm(down, 64, 1, 1, formats::fp8);
    const product_law<>& law8 = constants.law(multiply_law::fp8);
    const conversion_law<>& before = constants.conversion_for(multiply_law::fp8);
    const number peak8 = w.given("peak", roof.peak(multiply::as_8_bit_float) / 1_TFLOP_per_s, "TFLOP/s", "fp8, dense");
    const number compute_share8 =
        w.given("law.compute", law8.compute, "", "these seven: fitted on vLLM's fp8 products");
    const number memory_share8 = w.given("law.memory", law8.memory, "");
    const number p8 = w.given("p", law8.overlap, "");
    const number fixed8 = w.given("fixed", law8.fixed / 1_us, "us");
    const number per_input8 = w.given("per_input", law8.per_input / 1_us * 1000, "ns");
    const number share = w.given("share", before.share, "", "of the bandwidth, by the pass before");
    const number start = w.given("its fixed", before.fixed / 1_us, "us");
    const number bytes = w.step("bytes", (N * K + M * K + 2 * M * N) / 1e6, "MB");
    const number compute8 = w.step("compute", work / (peak8 * compute_share8) * 1000 + K * per_input8 / 1000, "us");
    const number memory8 = w.step("memory", bytes / (bandwidth * memory_share8) * 1000, "us");
    const number conversion = w.step("conversion", 3 * M * K / 1e6 / (bandwidth * share) * 1000 + start, "us");
    const number total8 =
        w.step("total", pow(pow(compute8, p8) + pow(memory8, p8), 1 / p8) + fixed8 + conversion, "us");
    w.library("roof::time", total8, roof.time(narrow).total / 1_us, "us");

    w.text("\nWhich roof: the ridge point against the intensity of the product in bf16.");
    const number ridge = w.step("ridge point", peak * 1000 / bandwidth, "FLOP/B");
    w.library("roof::ridge_point", ridge, roof.ridge_point(multiply::as_16_bit) / 1_FLOP_per_B, "FLOP/B");
    w.step("intensity", work * 1000 / (weights + activations), "FLOP/B", "left of it, so memory bounds");
    if (roof.time(product).bound != bound::memory) fail("the product is not bound by memory");
}
const pages::page roofline_page("roofline", roofline);
}  // namespace
