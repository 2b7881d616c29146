// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <deque>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/saturated.hpp>
#include <gambrel/serving/static_batch.hpp>
#include <gambrel/serving/throughput_settings.hpp>

using namespace gambrel;

namespace {
double rate(const prediction<>& p) { return p.output_throughput.value.value(); }

deployment<> llama_8b(const runtime<>& software, parallelism cut = {}) {
    return {catalog::llama_3_1_8b, catalog::h100_sxm, software, cut, precision_in(formats::fp8, formats::fp8)};
}

/// The same engine stepped one pass at a time: requests enter in arrival order while slots and the budget have room,
/// each decodes one token a pass. Whole prompts only. Seconds from the first pass to the last.
double stepped(const deployment<>& d, double prompt, int output, int requests, int slots) {
    const roof<> roof = d.roof();
    const pass_inputs terms{d.model, d.cut, d.formats};
    const bool mixed = d.runtime.scheduling.batching == batching::mixed;
    std::deque<int> running;  // tokens still to come
    double time = 0.0;
    int waiting = requests;
    while (waiting > 0 || !running.empty()) {
        const int decodes = static_cast<int>(running.size());
        double room = d.runtime.scheduling.token_budget - (mixed ? decodes : 0);
        int entering = 0;
        while (waiting > 0 && decodes + entering < slots && (room >= prompt || entering == 0)) {
            room -= prompt;
            ++entering;
            --waiting;
        }
        const double context = prompt + 0.5 * output;
        step_shape shape{.prompts = static_cast<double>(entering), .prompt_tokens = entering > 0 ? prompt : 0.0};
        const bool decoding = mixed || entering == 0;
        if (decoding) shape.decodes = decodes, shape.context = context;
        time += time_pass(terms, shape, roof, d.runtime).total().value();
        if (decoding) {
            for (int& left : running) --left;
            while (!running.empty() && running.front() == 0) running.pop_front();
        }
        for (int i = 0; i < entering; ++i)
            if (output > 1) running.push_back(output - 1);
    }
    return time;
}
}  // namespace

TEST_CASE("TensorRT-LLM's tuning rule by hand: Llama-3.1-8B, fp8 weights and cache, on H100") {
    const deployment<> d = llama_8b(catalog::tensorrt_llm);
    // cache: 2 x 32 layers x 8 heads x 128 = 65536 bytes a token; requests of 2000 tokens: 131.07 MB
    const double weights = weights_on_rank(d.model, d.cut, d.formats.weights).value();
    const double requests = 0.9 * (catalog::h100_sxm.memory.capacity.value.value() - weights) / (65536.0 * 2000.0);
    REQUIRE(requests > 256);
    REQUIRE(requests < 1024);
    const scheduling s = throughput_settings(d, 1000, 1000);
    CHECK(s.most_sequences == 128 * std::ceil(requests / 128));
    // raw x (1 + 1) lies below 2048, the least; a prompt beside a full batch fits into that
    REQUIRE(2 * requests < 2048);
    REQUIRE(1000 + s.most_sequences < 2048);
    CHECK(s.token_budget == 2048);
    // 2048 + 256: raw x (1 + 8) lies between 2048 and 8192, to a multiple of 256 or 512
    const double raw = 0.9 * (catalog::h100_sxm.memory.capacity.value.value() - weights) / (65536.0 * 2304.0);
    const double tokens = 9 * raw, step = tokens < 4096 ? 256 : 512;
    REQUIRE(tokens > 2048 + 128 * std::ceil(raw / 128));
    REQUIRE(tokens < 8192);
    CHECK(throughput_settings(d, 2048, 256).token_budget == step * std::ceil(tokens / step));

    // 20000 + 2000: 56 requests, so the least batch of 64, and a prompt of 20000 must fit beside it
    const scheduling large = throughput_settings(d, 20000, 2000);
    CHECK(large.most_sequences == 64);
    CHECK(large.token_budget == 20064);
    // 128 + 128: more than 4096 would fit; 4096 x 2 tokens
    const scheduling small = throughput_settings(d, 128, 128);
    CHECK(small.most_sequences == 4096);
    CHECK(small.token_budget == 8192);
    // two stages halve the batch
    CHECK(throughput_settings(llama_8b(catalog::tensorrt_llm, {.pipeline = 2}), 128, 128).most_sequences == 2048);
}

TEST_CASE("no memory left: the least batch, not a negative one") {
    const deployment<> d{
        catalog::llama_3_1_405b, catalog::h100_sxm, catalog::tensorrt_llm, {}, precision_in(formats::fp8)};
    CHECK(throughput_settings(d, 1000, 1000).most_sequences == 64);
    CHECK_FALSE(predict_saturated(d, 1000, 1000, 3000).ok());
}

TEST_CASE("one batch in one pass is the static batch") {
    runtime<> software = catalog::tensorrt_llm;
    software.scheduling.token_budget = 32768;
    software.host.per_request = {};
    const deployment<> d = llama_8b(software);
    const prediction<> all = predict_saturated(d, 500, 200, 32), batch = predict_static_batch(d, 500, 200, 32);
    // one prefill, 199 decodes; the tail of a single group costs one more pass of half the batch
    const double passes = batch.prefill.total().value() + 199 * batch.decode.total().value();
    CHECK(32 * 200 / rate(all) == approx(passes).epsilon(0.01));
}

TEST_CASE("the closed form agrees with an engine stepped pass by pass") {
    struct run {
        int prompt, output, requests, slots;
    };
    for (const runtime<>* engine : {&catalog::tensorrt_llm, &catalog::sglang})
        for (const run& r : {run{1000, 200, 900, 128}, run{1000, 200, 100, 128}, run{2000, 64, 400, 64},
                             run{128, 128, 3000, 512}, run{500, 500, 1100, 256}, run{4000, 20, 200, 64}}) {
            runtime<> software = *engine;
            software.scheduling.chunked_prefill = false;
            software.scheduling.token_budget = 8192;
            software.scheduling.most_sequences = r.slots;
            software.host.per_request = {};
            const deployment<> d = llama_8b(software);
            const prediction<> p = predict_saturated(d, r.prompt, r.output, r.requests);
            REQUIRE(p.ok());
            CAPTURE(software.name.str());
            CAPTURE(r.prompt);
            CAPTURE(r.requests);
            CHECK(r.requests * r.output / rate(p) ==
                  approx(stepped(d, r.prompt, r.output, r.requests, r.slots)).epsilon(0.05));
        }
}

TEST_CASE("a long run forgets its ramp: the endless rate is the limit") {
    const deployment<> d = llama_8b(catalog::tensorrt_llm);
    const double endless = rate(predict_saturated(d, 1000, 500));
    double before = 0.0;
    for (const double waves : {1.0, 2.0, 5.0, 50.0}) {
        const prediction<> p = predict_saturated(d, 1000, 500, waves * predict_saturated(d, 1000, 500).running);
        CHECK(rate(p) > before);
        CHECK(rate(p) < endless);
        before = rate(p);
    }
    CHECK(before == approx(endless).epsilon(0.03));
}

TEST_CASE("rates: output, prompt and total tokens of the same requests, and of each device") {
    const prediction<> p = predict_saturated(llama_8b(catalog::tensorrt_llm, {.tensor = 2}), 600, 300, 1000);
    CHECK(p.prompt_throughput.value.value() == approx(2 * rate(p)));
    CHECK(p.total_throughput.value.value() == approx(3 * rate(p)));
    CHECK(p.output_per_device.value.value() == approx(rate(p) / 2));
    CHECK(p.request_throughput.value.value() == approx(rate(p) / 300));
    CHECK(p.waiting == approx(1000 - p.running));
    CHECK(p.prompt_share > 0.0);
    CHECK(p.prompt_share < 1.0);
}

TEST_CASE("attention copies each hold their own share of the requests") {
    const deployment<> one{catalog::deepseek_r1,
                           catalog::h200_sxm,
                           catalog::tensorrt_llm,
                           {.data = 8, .expert = 8},
                           precision_in(formats::fp8, formats::fp8)};
    const prediction<> p = predict_saturated(one, 1000, 1000, 3000);
    REQUIRE(p.ok());
    CHECK(p.running <= 3000);
    CHECK(p.batch * 8 == approx(p.running));
}

TEST_CASE("bad numbers are refused by name") {
    const deployment<> d = llama_8b(catalog::tensorrt_llm);
    CHECK_THROWS_WITH_AS(predict_saturated(d, 0, 100, 10), doctest::Contains("prompt length"), error);
    CHECK_THROWS_WITH_AS(predict_saturated(d, 100, 0, 10), doctest::Contains("output length"), error);
    CHECK_THROWS_AS(predict_saturated(d, 100, 100, -1), error);
    CHECK_THROWS_AS(predict_saturated(d, 100, 100, std::nan("")), error);
}

TEST_CASE("evaluated by the compiler") {
    static constexpr double at_compile_time =
        predict_saturated(
            deployment<>{
                catalog::llama_3_1_8b, catalog::h100_sxm, catalog::tensorrt_llm, {}, precision_in(formats::fp8)},
            1000, 1000, 3000)
            .output_throughput.value.value();
    CHECK(at_compile_time > 1000);
}
