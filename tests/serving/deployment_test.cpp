// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/predict.hpp>

using namespace gambrel;

TEST_CASE("a deployment takes the model's own formats and the device's constants unless told") {
    const deployment d{catalog::deepseek_v3, device_named("h200-sxm"), catalog::vllm, {.tensor = 8}};
    CHECK(d.formats.weights.experts.name == "fp8_block");
    CHECK(d.formats.kv.name == "bf16");
    CHECK(d.constants.name == default_calibration(device_named("h200-sxm")).name);
    CHECK(d.check().ok());
}

TEST_CASE("devices that send each other messages cross nodes where they are more than the link joins") {
    const device<>& h100 = device_named("h100-sxm");
    REQUIRE(h100.scale_up.devices == 8);
    const auto crosses = [&](const architecture& m, const parallelism& cut) {
        return deployment{m, h100, catalog::vllm, cut}.crosses_nodes();
    };
    CHECK_FALSE(crosses(catalog::llama_3_1_405b, {.tensor = 8}));
    CHECK(crosses(catalog::llama_3_1_405b, {.tensor = 16}));
    CHECK(crosses(catalog::llama_3_1_405b, {.tensor = 8, .pipeline = 2}));
    CHECK(crosses(catalog::deepseek_v3, {.data = 16, .expert = 16}));
    CHECK_FALSE(crosses(catalog::llama_3_1_70b, {.tensor = 8, .data = 4}));  // copies of a dense model are silent
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

TEST_CASE("attention copies of a dense model are replicas, whatever their number and place") {
    const device<>& h100 = device_named("h100-sxm");
    const workload w{.prompt = 1000, .output = 200, .concurrency = 96};
    for (const int copies : {2, 3, 8}) {
        CAPTURE(copies);
        const parallelism together{.tensor = 8, .data = copies}, apart{.tensor = 8, .replicas = copies};
        const prediction<> a = predict(deployment{catalog::llama_3_1_70b, h100, catalog::vllm, together}, w);
        const prediction<> b = predict(deployment{catalog::llama_3_1_70b, h100, catalog::vllm, apart}, w);
        REQUIRE(a.ok());
        CHECK(a.request_throughput.value == b.request_throughput.value);
        CHECK(a.ttft.value == b.ttft.value);
        CHECK(a.tpot.value == b.tpot.value);
    }
}
