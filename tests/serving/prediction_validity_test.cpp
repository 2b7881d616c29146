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

// Each threshold from both sides, all else harmless. What was measured beyond each stands in the header.
TEST_CASE("where the means of predict are not those of the simulator") {
    const length even = 200, some = length::log_normal(200, 0.5), wild = length::log_normal(200, 1.5);
    const scheduling s = catalog::vllm.scheduling;
    const predicted_point calm{.clients = 32, .running = 32, .memory = 1000, .prompt_share = 0.1};
    const auto said = [&](const workload& w, const predicted_point& p, const scheduling& by) {
        return warning_of(w, by, p);
    };
    const auto changed = [&](auto&& change) {
        predicted_point p = calm;
        change(p);
        return p;
    };
    const workload usual{.prompt = some, .output = some, .concurrency = 32};
    CHECK(said(usual, calm, s) == validity_warning::none);
    SUBCASE("few output tokens of batches in step") {
        const workload few{.prompt = some, .output = length::log_normal(19, 0.5)};
        const workload more{.prompt = some, .output = length::log_normal(21, 0.5)};
        const predicted_point stages = changed([](auto& p) { p.in_step = 2, p.prompt_share = 0.26; });
        CHECK(said(few, stages, s) == validity_warning::short_outputs);
        CHECK(said(more, stages, s) == validity_warning::none);
        CHECK(said(few, changed([](auto& p) { p.in_step = 2, p.prompt_share = 0.24; }), s) == validity_warning::none);
        CHECK(said(few, changed([](auto& p) { p.prompt_share = 0.26; }), s) == validity_warning::none);
    }
    SUBCASE("static batches between which clients change") {
        const scheduling at_once = catalog::transformers.scheduling;
        CHECK(said(usual, changed([](auto& p) { p.groups = 2; }), at_once) == validity_warning::batches_apart);
        CHECK(said(usual, calm, at_once) == validity_warning::none);
        CHECK(said(usual, changed([](auto& p) { p.groups = 2; }), s) == validity_warning::none);
    }
    SUBCASE("heavy tails, where memory is not nearly empty or prompts take much of the time") {
        const workload outputs{.prompt = some, .output = wild}, prompts{.prompt = wild, .output = some};
        CHECK(said(outputs, calm, s) == validity_warning::none);
        CHECK(said(outputs, changed([](auto& p) { p.memory = 32 / 0.16; }), s) == validity_warning::uneven_outputs);
        CHECK(said(outputs, changed([](auto& p) { p.memory = 32 / 0.14; }), s) == validity_warning::none);
        CHECK(said(prompts, changed([](auto& p) { p.prompt_share = 0.41; }), s) == validity_warning::uneven_prompts);
        CHECK(said(prompts, changed([](auto& p) { p.prompt_share = 0.39; }), s) == validity_warning::none);
        workload run = outputs;
        run.protocol = protocol::serving_benchmark();  // ten requests a client are no mean of heavy tails
        CHECK(said(run, calm, s) == validity_warning::uneven_outputs);
        CHECK(said(outputs, changed([](auto& p) { p.clients = p.running = 1; }), s) == validity_warning::none);
    }
    SUBCASE("equal outputs of few tokens beside prompts that take half of the time") {
        const auto at = [&](double output, double share) {
            return said({.prompt = even, .output = output}, changed([&](auto& p) { p.prompt_share = share; }), s);
        };
        CHECK(at(32, 0.51) == validity_warning::rounds);
        CHECK(at(33, 0.51) == validity_warning::none);
        CHECK(at(32, 0.49) == validity_warning::none);
        CHECK(said({.prompt = even, .output = even}, changed([](auto& p) {
                       p.staggered = true;
                       p.prompt_share = 0.56;
                   }),
                   s) == validity_warning::rounds);
    }
    SUBCASE("prompts held back") {
        const scheduling by = catalog::tgi.scheduling;
        CHECK(said({.prompt = some, .output = 31}, calm, by) == validity_warning::none);
        CHECK(said({.prompt = some, .output = 29}, calm, by) == validity_warning::held_prompts);  // 1.5 x 20
        CHECK(said({.prompt = some, .output = 31}, changed([](auto& p) { p.prompt_share = 0.31; }), by) ==
              validity_warning::held_prompts);
    }
    SUBCASE("prompts that queue for room, KV memory that is full, prompts longer than a pass") {
        CHECK(said(usual, changed([](auto& p) { p.queued = 0.06; }), s) == validity_warning::chunked_prompts);
        CHECK(said(usual, changed([](auto& p) { p.queued = 0.04; }), s) == validity_warning::none);
        CHECK(said(usual, changed([](auto& p) { p.memory = 35; }), s) == validity_warning::kv_pressure);
        CHECK(said(usual, changed([](auto& p) { p.memory = 36; }), s) == validity_warning::none);
        scheduling whole = catalog::tensorrt_llm.scheduling;
        whole.token_budget = some.quantile(0.98) + 33.0;
        CHECK(said(usual, calm, whole) == validity_warning::none);
        whole.token_budget -= 2.0;
        CHECK(said(usual, calm, whole) == validity_warning::whole_prompts);
    }
    SUBCASE("equal lengths that are preempted") {
        const predicted_point full = changed([](auto& p) { p.memory = 20; });
        const auto said_of = [&](double in, double out, admission kind, double budget = 8192, double spare = 0) {
            const scheduling by{.admission = kind, .token_budget = budget, .spare_blocks = spare};
            return said({.prompt = in, .output = out}, full, by);
        };
        using enum admission;
        // Outputs over the mean context: 200 / 1100, 250 / 1125; 600 / 1300, 700 / 1350.
        CHECK(said_of(1000, 200, on_demand) == validity_warning::none);
        CHECK(said_of(1000, 250, on_demand) == validity_warning::preemptions);
        CHECK(said_of(1000, 250, reserve_all) == validity_warning::none);
        CHECK(said_of(1000, 600, estimated) == validity_warning::none);
        CHECK(said_of(1000, 700, estimated) == validity_warning::preemptions);
        CHECK(said_of(1000, 200, first_chunk, 1400) == validity_warning::none);  // 1000 / 0.75 = 1333
        CHECK(said_of(1000, 200, first_chunk, 1300) == validity_warning::preemptions);
        CHECK(said_of(1000, 200, on_demand, 1300) == validity_warning::none);
        CHECK(said_of(1000, 4, first_chunk, 1300) == validity_warning::none);             // growth 0.004
        CHECK(said_of(1000, 200, first_chunk, 600, 1) == validity_warning::preemptions);  // 1000 / 600 x 0.182 = 0.303
        CHECK(said_of(1000, 200, first_chunk, 610, 1) == validity_warning::none);
        const auto held = [&](double out, double memory, admission kind) {
            return said({.prompt = 1000.0, .output = out}, changed([&](auto& p) { p.memory = memory; }),
                        {.admission = kind});
        };
        CHECK(held(60, 6.3, estimated) == validity_warning::preemptions);  // 32 clients, more than five times over
        CHECK(held(60, 6.5, estimated) == validity_warning::none);
        CHECK(held(50, 6.3, estimated) == validity_warning::none);
        CHECK(held(700, 22, estimated) == validity_warning::none);  // 1.45 clients for each that fits
        CHECK(held(250, 31.9, on_demand) == validity_warning::preemptions);
        CHECK(held(250, 32.1, on_demand) == validity_warning::none);
    }
    // From predict itself, against the simulator: throughput 0.7 of what was predicted.
    const deployment<> small{catalog::llama_3_1_8b, device_named("rtx-4090"), runtime_named("vllm")};
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

// gambrel simulate of the same: 0.370 requests/s, TTFT and TPOT of whole batches.
TEST_CASE("a static batch ends with its longest member") {
    const deployment<> d{catalog::llama_3_1_8b, device_named("a100-sxm-80"), runtime_named("transformers")};
    const length output = length::log_normal(465, 0.5);
    const prediction<> p = predict(d, {.prompt = 800, .output = output, .concurrency = 8});
    CHECK(p.request_throughput.value.value() == approx(0.370).epsilon(0.03));
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
    // Each reserves its own output; in front of the next one that does not fit half of its squared need over its mean is free.
    const double whole = uneven.prompt.mean() + uneven.output.mean();
    const double square = uneven.prompt.variance() + uneven.output.variance() + whole * whole;
    const double held = uneven.prompt.mean() + uneven.output.mean() + uneven.output.variance() / uneven.output.mean();
    CHECK(request_shape(uneven, reserved, m).usable(50.0) == approx(50.0 - square / (2.0 * whole) / held));
    const request_shape r(uneven, on_demand, m);
    CHECK(r.kv_stddev == approx(1000.0));
    const double n = r.usable(50.0);
    CHECK(n + 2.0 * 1000.0 / 1100.0 * std::sqrt(n) == approx(50.0));
    CHECK(r.usable(1.0) == 1.0);
}
