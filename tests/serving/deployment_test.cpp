// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/deployment.hpp>

using namespace gambrel;

TEST_CASE("a deployment takes the model's own formats and the device's constants unless told") {
    const deployment d{catalog::deepseek_v3, device_named("h200-sxm"), catalog::vllm, {.tensor = 8}};
    CHECK(d.formats.weights.experts.name == "fp8_block");
    CHECK(d.formats.kv.name == "bf16");
    CHECK(d.constants.name == default_calibration(device_named("h200-sxm")).name);
    CHECK(d.check().ok());
}

TEST_CASE("a copy that spans more devices than the link joins crosses nodes") {
    const device<>& h100 = device_named("h100-sxm");
    REQUIRE(h100.scale_up.devices == 8);
    CHECK_FALSE(deployment{catalog::llama_3_1_405b, h100, catalog::vllm, {.tensor = 8}}.crosses_nodes());
    CHECK(deployment{catalog::llama_3_1_405b, h100, catalog::vllm, {.tensor = 16}}.crosses_nodes());
    CHECK(deployment{catalog::deepseek_v3, h100, catalog::vllm, {.data = 16, .expert = 16}}.crosses_nodes());
    CHECK_FALSE(deployment{catalog::llama_3_1_405b, h100, catalog::vllm, {.tensor = 8, .pipeline = 2}}.crosses_nodes());
}

TEST_CASE("several devices need a link that is known") {
    device<> lonely = device_named("h100-sxm");
    lonely.scale_up = lonely.host_link = lonely.scale_out = {};
    CHECK(deployment{catalog::llama_3_1_8b, lonely, catalog::vllm, {}}.check().ok());
    CHECK(deployment{catalog::llama_3_1_8b, lonely, catalog::vllm, {.replicas = 4}}.check().ok());
    for (const parallelism cut : {parallelism{.tensor = 2}, {.pipeline = 2}}) {
        const feasibility f = deployment{catalog::llama_3_1_8b, lonely, catalog::vllm, cut}.check();
        CHECK(f.what == obstacle::devices_not_linked);
        CHECK(f.suggestion == 1);
    }
}
