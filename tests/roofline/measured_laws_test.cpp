// SPDX-License-Identifier: Apache-2.0
// Which of a device's own laws serves which runtime.
#include <approx.hpp>
#include <doctest/doctest.h>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/roofline/calibration/measured_laws.hpp>

using namespace gambrel;

namespace {
measured_laws with_products(std::initializer_list<std::pair<kernel_library, double>> computes, multiply_law m) {
    measured_laws own;
    for (const auto& [library, compute] : computes)
        own.gemm.push_back({library, m, {{compute, 0.9, 1.5, microseconds(3), 0.05, 8}, {0.5, microseconds(1)}}});
    return own;
}
device<> unmeasured() {
    device<> d = device_named("h100-sxm");
    d.name = "mine";
    return d;
}
double compute(const measured_laws& own, multiply_law m, kernel_library l) {
    return with_laws(default_calibration(unmeasured(), l), own, l).law(m).compute;
}
double sigma(const measured_laws& own, multiply_law m, kernel_library l) {
    return with_laws(default_calibration(unmeasured(), l), own, l).law(m).sigma;
}
}  // namespace

TEST_CASE("a runtime takes its own library's law, then vLLM's, then any; others widen it") {
    using kl = kernel_library;
    const auto fp8 = multiply_law::fp8;
    const auto both = with_products({{kl::sglang, 0.4}, {kl::vllm, 0.5}}, fp8);
    CHECK(compute(both, fp8, kl::sglang) == 0.4);
    CHECK(compute(both, fp8, kl::vllm) == 0.5);
    CHECK(compute(both, fp8, kl::tensorrt_llm) == 0.5);
    CHECK(sigma(both, fp8, kl::vllm) == 0.05);
    CHECK(sigma(both, fp8, kl::tensorrt_llm) == approx(std::sqrt(0.05 * 0.05 + 0.10 * 0.10)));
    const auto torch8 = with_products({{kl::other, 0.3}}, fp8);
    CHECK(compute(torch8, fp8, kl::vllm) == 0.3);
    CHECK(sigma(torch8, fp8, kl::vllm) > 0.1);
    const auto torch16 = with_products({{kl::other, 0.3}}, multiply_law::bits_16);  // what every library calls
    CHECK(sigma(torch16, multiply_law::bits_16, kl::vllm) == 0.05);
    CHECK(compute(torch16, fp8, kl::vllm) != 0.3);  // other formats stay as shipped
}

TEST_CASE("a shipped law that is surer than another library's stays; llama.cpp's constants stay") {
    using kl = kernel_library;
    const device<>& d = device_named("h200-sxm");
    const calibration<> shipped = default_calibration(d, kl::sglang);
    REQUIRE(shipped.law(multiply_law::bits_16).sigma < 0.10);
    const auto own = with_products({{kl::vllm, 0.3}}, multiply_law::bits_16);
    CHECK(with_laws(shipped, own, kl::sglang).law(multiply_law::bits_16).compute ==
          shipped.law(multiply_law::bits_16).compute);
    CHECK(with_laws(shipped, own, kl::vllm).law(multiply_law::bits_16).compute == 0.3);
    CHECK(with_laws(shipped, own, kl::sglang).from.kind != evidence::user);  // and nothing is said to be the owner's
    CHECK(with_laws(shipped, own, kl::vllm).from.kind == evidence::user);
    const calibration<> ggml = default_calibration(d, kl::ggml_cuda);
    CHECK(with_laws(ggml, own, kl::ggml_cuda).law(multiply_law::bits_16).compute ==
          ggml.law(multiply_law::bits_16).compute);
}

TEST_CASE("TensorRT-LLM's static scales stay where products were timed with dynamic ones") {
    const auto own = with_products({{kernel_library::tensorrt_llm, 0.5}}, multiply_law::fp8);
    const calibration<> c =
        with_laws(default_calibration(unmeasured(), kernel_library::tensorrt_llm), own, kernel_library::tensorrt_llm);
    CHECK(c.conversion_for(multiply_law::fp8).share == static_scales.share);
    CHECK(c.conversion_for(multiply_law::fp8).fixed.value() == 0.0);
}

TEST_CASE("all-reduces: starts and shares are multiplied, factors of a calibration come on top") {
    measured_laws own;
    own.direct = message_factors{2.0, 0.5, 0.1, 3};
    const device<> d = unmeasured();
    const calibration<> shipped = default_calibration(d, kernel_library::vllm),
                        c = constants_of(d, kernel_library::vllm, {}, &own);
    CHECK(c.collective.direct.latency.value() == approx(2.0 * shipped.collective.direct.latency.value()));
    CHECK(c.collective.direct.one_shot == approx(0.5 * shipped.collective.direct.one_shot));
    CHECK(c.collective.ring.share == shipped.collective.ring.share);
    CHECK(c.from.kind == evidence::user);
    adjustment a;
    a.factor[0] = 0.8;
    CHECK(constants_of(d, kernel_library::vllm, a, nullptr).law(multiply_law::fp8).compute ==
          approx(0.8 * shipped.law(multiply_law::fp8).compute));
    CHECK_THROWS_AS(check(message_factors{0.0, 1.0, 0.1, 3}), error);
}
