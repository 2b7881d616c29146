// SPDX-License-Identifier: Apache-2.0
// Measured laws in a calibration file: what is written comes back, what is wrong is refused by name.
#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/calibration/calibrated_row.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>

using namespace gambrel;

namespace {
calibration_file with_all_laws() {
    const calibration<> c = default_calibration(device_named("h100-sxm"), kernel_library::vllm);
    measured_laws own;
    own.gemm.push_back(
        {kernel_library::vllm, multiply_law::fp8, {c.law(multiply_law::fp8), c.conversion_for(multiply_law::fp8)}});
    own.gemm.push_back({kernel_library::other, multiply_law::bits_16, {c.law(multiply_law::bits_16), {}}});
    own.experts.push_back({kernel_library::sglang, expert_format::mxfp4, c.experts_in(expert_format::mxfp4)});
    own.attention.push_back(
        {kernel_library::vllm, attention_kernel::decode_8_bit, c.law(attention_kernel::decode_8_bit)});
    own.attention.push_back({kernel_library::vllm, attention_kernel::prefill, c.law(attention_kernel::prefill)});
    own.elementwise = c.elementwise;
    own.ring = message_factors{1.5, 0.8, 0.2, 4};
    own.direct = message_factors{0.9, 1.1, 0.1, 4};
    calibration_file f{.device = "mine"};
    f.laws = std::make_shared<const measured_laws>(own);
    f.kernels = "13 kernels of mine by vLLM 0.11.0";
    return f;
}
}  // namespace

TEST_CASE("every law comes back, to the last constant") {
    const calibration_file f = with_all_laws();
    const auto written = to_json(f);
    const calibration_file g = calibration_from_json(nlohmann::json::parse(written.dump()));
    REQUIRE(g.laws);
    CHECK(g.kernels == f.kernels);
    CHECK(g.laws->gemm.size() == 2);
    CHECK(g.laws->gemm[0].library == kernel_library::vllm);
    CHECK(g.laws->gemm[0].variant == multiply_law::fp8);
    CHECK(g.laws->gemm[0].constants.product.compute == f.laws->gemm[0].constants.product.compute);
    CHECK(g.laws->gemm[0].constants.conversion.fixed.value() ==
          approx(f.laws->gemm[0].constants.conversion.fixed.value()));
    CHECK(g.laws->experts[0].constants.routing_passes == f.laws->experts[0].constants.routing_passes);
    CHECK(g.laws->attention[0].variant == attention_kernel::decode_8_bit);
    CHECK(g.laws->attention[1].constants.softmax == f.laws->attention[1].constants.softmax);
    CHECK(g.laws->attention[0].constants.ramp.value() == approx(f.laws->attention[0].constants.ramp.value()));
    CHECK(g.laws->ring->start == 1.5);
    CHECK(g.laws->direct->share == 1.1);
    CHECK(to_json(g).dump() == written.dump());  // nothing is left out of either way
}

TEST_CASE("a wrong law is refused by name") {
    const nlohmann::json whole = nlohmann::json::parse(to_json(with_all_laws()).dump());
    const auto refused = [&](const char* pointer, const nlohmann::json& value, const char* why) {
        nlohmann::json bad = whole;
        bad[nlohmann::json::json_pointer(pointer)] = value;
        CAPTURE(pointer);
        CHECK_THROWS_WITH_AS(calibration_from_json(bad), doctest::Contains(why), error);
    };
    refused("/sections/kernels", 1, "must be an object of \"timed\"");
    refused("/sections/kernels/laws", 1, "must be a list of laws");
    refused("/sections/kernels/laws/0", 1, "lacks \"kind\"");
    refused("/sections/kernels/laws/0/kind", "gem", "gemm");
    refused("/sections/kernels/laws/0/law", "fp9", "law of products");
    refused("/sections/kernels/laws/0/library", "vlm", "vllm");
    refused("/sections/kernels/laws/0/compute", "fast", "\"compute\" of a law of \"kernels\" must be a number");
    refused("/sections/kernels/laws/0/compute", -1, "a calibrated share of a peak");
    refused("/sections/kernels/laws/0/overlap", 0.5, "the overlap exponent");
    refused("/sections/kernels/laws/0/colour", 1, "a constant that means nothing here");
    refused("/sections/kernels/laws/0/rows", -1, "the rows of a law");
    refused("/sections/kernels/laws/1", whole["sections"]["kernels"]["laws"][0], "is there twice");
    refused("/sections/kernels/laws/6/start", 0, "starts of messages");
    refused("/device", "", "no \"device\" they are of");
    nlohmann::json bad = whole;
    bad["sections"]["kernels"]["laws"][2].erase("sigma");
    CHECK_THROWS_WITH_AS(calibration_from_json(bad), doctest::Contains("lacks \"sigma\""), error);
}

TEST_CASE("a row takes a calibration of its device and its runtime, and no other") {
    const device<>& d = device_named("h100-sxm");
    measured_row m;
    m.device = &d;
    m.runtime = runtime_named("vllm");
    calibration_file f = with_all_laws();
    CHECK_FALSE(calibrate_row(f, m));
    CHECK_FALSE(m.laws);
    f.device = "h100-sxm";
    f.runtime = "sglang";
    CHECK_FALSE(calibrate_row(f, m));
    f.runtime = "vllm";
    f.adjustment.factor[1] = 0.9;
    CHECK(calibrate_row(f, m));
    CHECK(m.laws == f.laws);
    CHECK(m.adjustment.memory() == 0.9);
}
