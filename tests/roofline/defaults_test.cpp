// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/roofline/calibration/defaults.hpp>
#include <utility>
#include <vector>

using namespace gambrel;

namespace {
std::vector<product_law<>> laws_of(const calibration<>& c) {
    std::vector<product_law<>> all(c.gemm.begin(), c.gemm.end());
    for (const auto& l : {c.state, c.elementwise}) all.push_back(l);
    for (const auto& l : c.attention) all.push_back(l.product);
    return all;
}
}  // namespace

TEST_CASE("every catalog device has constants that a machine can have, and a source") {
    for (const device<>* d : all_devices) {
        INFO(d->name.view());
        const calibration<> c = default_calibration(*d);
        CHECK_FALSE(c.name.empty());
        CHECK_FALSE(c.from.text.empty());
        for (const product_law<>& l : laws_of(c)) {
            CHECK(l.compute > 0);
            CHECK(l.compute <= 1);
            CHECK(l.memory > 0);
            CHECK(l.memory <= 1.1);  // above 1: another board's bandwidth than the catalog's
            CHECK(l.overlap >= 1);
            CHECK(l.fixed >= seconds<>{});
            CHECK(l.sigma > 0);
            CHECK(l.sigma <= 1);
        }
        for (const experts_law<>& l : c.experts) {
            CHECK(l.compute > 0);
            CHECK(l.compute <= 1);
            CHECK(l.memory > 0);
            CHECK(l.memory <= 2.5);  // 4-bit weights of a small batch are partly found in the cache
            CHECK(l.sigma > 0);
        }
        CHECK(c.collective.ring.share > 0);
        CHECK(c.collective.ring.share <= 1.2);  // of the link, before the copies take their part
        CHECK(c.collective.ring.sigma > 0);
    }
}

TEST_CASE("a class that was never measured gets a wider range than a measured one") {
    const auto sigma = [](const char* name) {
        return default_calibration(device_named(name)).law(multiply_law::bits_16).sigma;
    };
    CHECK(sigma("mi300x") > sigma("h100-sxm"));
    CHECK(sigma("trainium2") > sigma("h100-sxm"));
    CHECK(sigma("tpu-v6e") > sigma("h100-sxm"));
}

TEST_CASE("a recalled bandwidth widens every range") {
    device<> d = device_named("h100-sxm");
    const std::vector<product_law<>> sure = laws_of(default_calibration(d));
    d.memory.bandwidth.kind = evidence::recalled;
    const std::vector<product_law<>> recalled = laws_of(default_calibration(d));
    for (std::size_t i = 0; i < sure.size(); ++i) {
        CHECK(recalled[i].sigma >= 0.30);
        CHECK(recalled[i].sigma >= sure[i].sigma);
    }
    const calibration<> certain = default_calibration(device_named("h100-sxm")), wide = default_calibration(d);
    const auto wider = [](double sigma, double before) { return sigma >= 0.30 && sigma >= before; };
    CHECK(wider(wide.collective.ring.sigma, certain.collective.ring.sigma));
    CHECK(wider(wide.collective.direct.sigma, certain.collective.direct.sigma));
    for (std::size_t i = 0; i < wide.experts.size(); ++i) CHECK(wider(wide.experts[i].sigma, certain.experts[i].sigma));
}

TEST_CASE("a recalled peak widens the ranges too") {
    device<> d = device_named("h100-sxm");
    d.peak.bf16.kind = evidence::recalled;
    CHECK(default_calibration(d).law(multiply_law::bits_16).sigma >= 0.30);
}

TEST_CASE("two devices of one class share their constants") {
    for (const auto& [one, other] : {std::pair{"a30", "v100-sxm2-32"}, std::pair{"rtx-4090", "rtx-4080"}}) {
        const calibration<> a = default_calibration(device_named(one)), b = default_calibration(device_named(other));
        CHECK(a.name == b.name);
        for (std::size_t i = 0; i < laws_of(a).size(); ++i) CHECK(laws_of(a)[i].compute == laws_of(b)[i].compute);
    }
}

TEST_CASE("a measured device takes the fit of its chip under the runtime's kernels") {
    for (const auto& row : catalog::gemm_fits) {
        const calibration<> c = default_calibration(device_named(board_of(row.key)), row.library);
        const product_law<>& law = c.law(row.variant);
        CHECK(c.name.view() == board_of(row.key));
        CHECK(c.from.kind == evidence::measured);
        CHECK(law.compute == row.constants.product.compute);
        CHECK(law.fixed == row.constants.product.fixed);
        CHECK(law.per_input == row.constants.product.per_input);
        CHECK(law.rows == row.constants.product.rows);
        const bool narrow = row.variant == multiply_law::fp8 || row.variant == multiply_law::fp4;
        if (row.library == kernel_library::tensorrt_llm && narrow)
            CHECK(c.conversion_for(row.variant).fixed ==
                  seconds<>{});  // served with static scales, timed with dynamic ones
        else CHECK(c.conversion_for(row.variant).share == row.constants.conversion.share);
    }
}

TEST_CASE("the less a fit is a device's own, the wider its range") {
    const auto sigma = [](const char* name, kernel_library library, multiply_law m = multiply_law::bits_16) {
        return default_calibration(device_named(name), library).law(m).sigma;
    };
    const double own = sigma("h100-sxm", kernel_library::vllm);
    CHECK(sigma("h100-nvl", kernel_library::vllm) > own);
    CHECK(sigma("h100-sxm", kernel_library::other) > own);
    CHECK(sigma("a30", kernel_library::vllm) > own);
    CHECK(sigma("mi300x", kernel_library::vllm) > sigma("a30", kernel_library::vllm));
}

TEST_CASE("a GDDR card nobody measured: its family's fit under a serving library, else what llama.cpp showed") {
    const device<>& d = device_named("rtx-4090");
    CHECK(default_calibration(d).law(multiply_law::bits_16).memory == 0.90);
    CHECK(default_calibration(d, kernel_library::vllm).from.text == calibration_class::fitted_family.text);
    CHECK(default_calibration(d, kernel_library::vllm).law(multiply_law::weight_only).memory ==
          0.90);  // not measured on GDDR
}

TEST_CASE("collectives follow the link: NVLink of the chip, PCIe of its boards without, a wide range elsewhere") {
    const auto laws = [](const char* name, kernel_library library) {
        return default_calibration(device_named(name), library).collective;
    };
    using enum kernel_library;
    CHECK(laws("h100-sxm", vllm).ring.rows > 0);
    CHECK(laws("h100-sxm", vllm).ring.latency == laws("h100-sxm", sglang).ring.latency);  // NCCL is everybody's
    CHECK(laws("h100-sxm", vllm).direct.latency != laws("h100-sxm", sglang).direct.latency);
    CHECK_FALSE(laws("h100-sxm", other).direct.present());  // not known whose all-reduce it would be
    CHECK(laws("rtx-4090", vllm).ring.crowding > 0);        // host bridges are shared, NVLink is not
    CHECK(laws("h100-sxm", vllm).ring.crowding == 0);
    CHECK(laws("b300-sxm", vllm).ring.sigma > laws("b200-sxm", vllm).ring.sigma);      // a sister board
    CHECK(laws("v100-sxm2-32", vllm).ring.sigma > laws("b300-sxm", vllm).ring.sigma);  // the family
    CHECK(laws("mi300x", vllm).ring.sigma >= other_fabric_sigma);
    CHECK(laws("mi300x", vllm).direct.sigma >= other_fabric_sigma);
}

TEST_CASE(
    "experts: the chip's constants per library and format, another library's with a wide range, the family's "
    "elsewhere") {
    const auto law = [](const char* name, kernel_library library, expert_format format) {
        return default_calibration(device_named(name), library).experts_in(format);
    };
    using enum kernel_library;
    const auto own = law("h100-sxm", vllm, expert_format::fp8_block);
    CHECK(own.rows > 0);
    CHECK(own.compute != law("h100-sxm", sglang, expert_format::fp8_block).compute);
    CHECK(own.compute != law("h100-sxm", vllm, expert_format::bits_16).compute);
    // per-tensor fp8 of vLLM on Hopper is left out of the fit: TensorRT-LLM's constants, less surely
    const auto other_library = law("h100-sxm", vllm, expert_format::fp8),
               trt = law("h100-sxm", tensorrt_llm, expert_format::fp8);
    CHECK(other_library.compute == trt.compute);
    CHECK(other_library.sigma == approx(std::hypot(trt.sigma, catalog::other_library_experts_sigma)));
    CHECK(law("v100-sxm2-32", vllm, expert_format::bits_16).rows == 0);
    CHECK(law("mi300x", vllm, expert_format::bits_16).sigma >= 0.4);  // the class
}

TEST_CASE("element-wise constants of data-centre GPUs are fitted, by vendor") {
    CHECK(default_calibration(device_named("h100-sxm")).elementwise.rows == catalog::elementwise_nvidia.rows);
    CHECK(default_calibration(device_named("mi355x")).elementwise.memory == catalog::elementwise_amd.memory);
    CHECK(default_calibration(device_named("rtx-4090")).elementwise.rows == 0);
}

TEST_CASE("products of the H20 reach the share of its cut rate") {
    const calibration<> c = default_calibration(device_named("h20"), kernel_library::vllm);
    CHECK(c.law(multiply_law::bits_16).compute == cut_rate_compute);
    CHECK(c.law(multiply_law::bits_16).memory ==
          default_calibration(device_named("h200-sxm"), kernel_library::vllm).law(multiply_law::bits_16).memory);
}
