// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/predict.hpp>

using namespace gambrel;

namespace {
deployment<> on_h100(std::string_view under) {
    return {catalog::llama_3_1_8b, device_named("h100-sxm"), runtime_named(under)};
}
validity_warning warning(const deployment<>& d, const workload& w) { return predict(d, w).warning; }
}  // namespace

TEST_CASE("where the means of predict are not those of the simulator") {
    const length even = 200, some = length::log_normal(200, 0.5), wild = length::log_normal(200, 3);
    const deployment<> vllm = on_h100("vllm"),
                       small{catalog::llama_3_1_8b, device_named("rtx-4090"), runtime_named("vllm")};
    CHECK(warning(vllm, {.prompt = some, .output = some, .concurrency = 32}) == validity_warning::none);
    CHECK(warning(vllm, {.prompt = some, .output = wild, .concurrency = 32}) == validity_warning::uneven_outputs);
    CHECK(warning(vllm, {.prompt = wild, .output = some, .concurrency = 32}) == validity_warning::uneven_prompts);
    CHECK(warning(vllm, {.prompt = wild, .output = wild, .concurrency = 1}) == validity_warning::none);
    CHECK(warning(vllm, {.prompt = 8000, .output = even, .concurrency = 32}) == validity_warning::rounds);
    CHECK(
        warning(vllm, {.prompt = 8000, .output = even, .concurrency = 32, .protocol = protocol::serving_benchmark()}) ==
        validity_warning::none);
    CHECK(warning(on_h100("tgi"), {.prompt = some, .output = some, .concurrency = 32}) ==
          validity_warning::held_prompts);
    const length prompt = length::log_normal(2048, 0.7), output = length::log_normal(256, 0.7);
    CHECK(warning(small, {.prompt = prompt, .output = output, .concurrency = 100}) == validity_warning::kv_pressure);
    CHECK(warning(small, {.prompt = prompt, .output = output, .concurrency = 2}) == validity_warning::none);
}

TEST_CASE("one client is the same under every protocol") {
    for (const double prompt : {100.0, 8192.0, 10000.0, 20000.0}) {
        const deployment<> d = on_h100("vllm");
        const workload steady{.prompt = prompt, .output = 10};
        workload benchmark = steady;
        benchmark.protocol = protocol::serving_benchmark();
        const prediction<> a = predict(d, steady), b = predict(d, benchmark);
        CHECK(b.tpot.value.value() == approx(a.tpot.value.value()).epsilon(1e-9));
        CHECK(b.ttft.value.value() == approx(a.ttft.value.value()).epsilon(1e-2));
        CHECK(a.tpot.value.value() == approx(a.decode.total().value()).epsilon(1e-9));  // nobody else's prompt
        CHECK(a.prefill_passes == std::ceil(prompt / 8192.0));  // its own decode takes no room from its prompt
    }
}

// gambrel simulate of the same: 0.403 requests/s, TTFT and TPOT of whole batches.
TEST_CASE("a static batch ends with its longest member") {
    const deployment<> d{catalog::llama_3_1_8b, device_named("a100-sxm-80"), runtime_named("transformers")};
    const length output = length::log_normal(465, 0.5);
    const prediction<> p = predict(d, {.prompt = 800, .output = output, .concurrency = 8});
    CHECK(p.request_throughput.value.value() == approx(0.403).epsilon(0.03));
    const double cycle = p.first_token.total().value() + (output.expected_longest(8) - 1.0) * p.decode.total().value();
    CHECK(p.latency.value.value() == approx(cycle).epsilon(1e-9));
    // A prompt beyond the token budget waits for the next batch: 8192 / 800 in each.
    const prediction<> more = predict(d, {.prompt = 800, .output = output, .concurrency = 40});
    CHECK(more.running == 10.0);
    CHECK(more.waiting == 30.0);
}

// A longer prefill queue makes latencies longer, and more requests with them: the queue fills from below.
TEST_CASE("an open loop takes the lower root, and is stable wherever there is one") {
    const deployment<> d{model_named("gpt-oss-20b"),
                         device_named("agx-orin-64"),
                         runtime_named("tensorrt-llm-batch-wait"),
                         {.tensor = 8}};
    const auto at = [&](double rate) {
        return predict(d, {.prompt = 450, .output = 17, .rate = requests_per_second(rate)});
    };
    const prediction<> below = at(4.4), above = at(4.5);
    REQUIRE((below.ok() && above.ok()));
    CHECK(above.ttft.value.value() < 1.2 * below.ttft.value.value());  // once 82 s beside 327 ms
}

TEST_CASE("requests of uneven lengths need room for their spread") {
    const scheduling on_demand{}, reserved{.admission = admission::reserve_all};
    const architecture& m = catalog::llama_3_1_8b;
    const workload even{.prompt = 1000, .output = 200}, uneven{.prompt = length::log_normal(1000, 1), .output = 200};
    CHECK(request_shape(even, on_demand, m).usable(50.0) == 50.0);
    CHECK(request_shape(uneven, reserved, m).usable(50.0) == 50.0);
    const request_shape r(uneven, on_demand, m);
    CHECK(r.kv_stddev == approx(1000.0));
    const double n = r.usable(50.0);
    CHECK(n + 2.0 * 1000.0 / 1100.0 * std::sqrt(n) == approx(50.0));
    CHECK(r.usable(1.0) == 1.0);
}
