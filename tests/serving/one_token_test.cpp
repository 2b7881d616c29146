// SPDX-License-Identifier: Apache-2.0
// Outputs of one token have no TPOT; and MFU never passes 1, whatever the formats.
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/objective.hpp>
#include <gambrel/serving/predict.hpp>
#include <string>

using namespace gambrel;
using namespace gambrel::literals;

TEST_CASE("an output of one token has no TPOT, and everything else") {
    const architecture& m = model_named("llama-3.1-8b");
    const device<>& d = device_named("h100-sxm");
    const runtime<>& r = runtime_named("vllm");
    const deployment<> what{m, d, r};
    for (const double clients : {1.0, 16.0}) {
        const prediction<> one = predict(what, {.prompt = 1000.0, .output = 1.0, .concurrency = clients}),
                           two = predict(what, {.prompt = 1000.0, .output = 2.0, .concurrency = clients});
        REQUIRE(one.ok());
        CHECK_FALSE(one.has_tpot());
        CHECK(one.tpot.value == seconds<>{});
        CHECK(one.output_per_user.value == token_rate<>{});
        CHECK(one.latency.value == one.ttft.value);
        CHECK(one.mfu > 0.0);
        CHECK(one.mfu <= 1.0);
        CHECK(one.mbu > 0.0);
        CHECK(meets(one, {.ttft = 10_s, .tpot = 1_us}));  // a limit on what there is none of is kept
        CHECK(two.has_tpot());
        CHECK(two.tpot.value > seconds<>{});
        CHECK_FALSE(meets(two, {.ttft = 10_s, .tpot = 1_us}));
    }
}

TEST_CASE("MFU is of each format's own peak: never more than 1") {
    std::size_t n = 0;
    double most = 0.0;
    for (const char* name :
         {"b300-sxm", "gb300", "b200-sxm", "h100-sxm", "a100-sxm-80", "l40s", "rtx-4090", "mi300x", "t4"})
        for (const storage_format* weights :
             {&formats::int8, &formats::fp8, &formats::bf16, &formats::fp32, &formats::int4_g128, &formats::mxfp4})
            for (const double prompt : {64.0, 8000.0})
                for (const double clients : {1.0, 64.0})
                    for (const double output : {1.0, 200.0}) {
                        device<> d = device_named(name);
                        d.memory.capacity.value = gibibytes(2000.0);
                        d.memory.visible = {};
                        const architecture& m = model_named("llama-3.1-8b");
                        const runtime<>& r = runtime_named("vllm");
                        const deployment<> what{m, d, r, {}, {.weights = linear_layers_in(*weights)}};
                        const prediction<> p =
                            predict(what, {.prompt = prompt, .output = output, .concurrency = clients});
                        if (!p.ok()) continue;
                        const std::string of = std::string(name) + " " + weights->name.str();
                        CAPTURE(of);
                        CAPTURE(prompt);
                        CHECK(p.mfu > 0.0);
                        CHECK(p.mfu <= 1.0);
                        most = p.mfu > most ? p.mfu : most;
                        ++n;
                    }
    CHECK(n > 150);
    CHECK(most > 0.4);
}
