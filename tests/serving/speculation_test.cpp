// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/operators/drafter.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/predict.hpp>
#include <gambrel/serving/saturated.hpp>
#include <gambrel/serving/speculation.hpp>

using namespace gambrel;

namespace {
const device<>& h100 = device_named("h100-sxm");
const architecture& model = catalog::llama_3_1_70b;
deployment<> by(const speculation& s, const runtime<>& software = catalog::vllm) {
    deployment<> d{model, h100, software, {.tensor = 4}};
    d.speculation = s;
    return d;
}
prediction<> predicted(const speculation& s, double clients = 1, const runtime<>& software = catalog::vllm) {
    const prediction<> p = predict(by(s, software), workload{.prompt = 1000, .output = 300, .concurrency = clients});
    REQUIRE(p.ok());
    return p;
}
double tpot(const speculation& s, double clients) { return predicted(s, clients).tpot.value.value(); }
}  // namespace

TEST_CASE("tokens per step and acceptance say the same") {
    for (const double a : {0.2, 0.6, 0.9})
        for (const int drafts : {1, 4, 10})
            CHECK(acceptance_of(speculation{drafts, a}.tokens(), drafts) == approx(a).epsilon(1e-9));
    CHECK(acceptance_of(1.0, 4) == 0.0);
    CHECK(acceptance_of(5.0, 4) == 1.0);
    CHECK_THROWS_AS(acceptance_of(5.5, 4), error);
}

TEST_CASE("no drafts is plain decoding to the last bit") {
    const speculation off{.drafts = 0, .acceptance = 0.9, .drafter = &catalog::llama_3_1_8b};
    CHECK(tpot(off, 16) == tpot({}, 16));
    const speculative_step none = time_speculation(by(off), 16, 1000);
    CHECK(none.tpot() == none.plain);
    CHECK_FALSE(none.pays());
}

TEST_CASE("limits: nothing right is not faster than no drafts, all right at most drafts + 1 times as fast") {
    const architecture eagle = drafting_heads(model, drafting::eagle, 4),
                       medusa = drafting_heads(model, drafting::medusa, 4);
    for (const runtime<>* software : {&catalog::vllm, &catalog::sglang, &catalog::tensorrt_llm})
        for (const double clients : {1.0, 8.0, 64.0, 400.0})
            for (const speculation& s :
                 {speculation{4, 0, drafting::eagle, &eagle}, speculation{4, 0, drafting::medusa, &medusa},
                  speculation{4, 0, drafting::n_gram},
                  speculation{4, 0, drafting::draft_model, &catalog::llama_3_1_8b}}) {
                CAPTURE(software->name.view());
                CAPTURE(clients);
                CAPTURE(name_of(s.by));
                const prediction<> plain = predicted({}, clients, *software);
                double last = 1e9;
                for (const double a : {0.0, 0.4, 0.8, 1.0}) {
                    speculation with = s;
                    with.acceptance = a;
                    const prediction<> p = predicted(with, clients, *software);
                    const double t = p.latency.value.value(), at_least = plain.latency.value.value();
                    CHECK(t < last);  // more right guesses are never slower
                    last = t;
                    if (a == 0.0) CHECK(t >= at_least);  // where memory is short fewer decode at once: not TPOT alone
                    CHECK(p.request_throughput.value < plain.request_throughput.value * 5.0);
                    if (p.waiting == 0.0) CHECK(p.tpot.value.value() >= plain.tpot.value.value() / 5.0);
                }
            }
}

// Theorem 3.8 of Leviathan et al. with a check as long as a plain step: gain = tokens / (drafts c + 1).
TEST_CASE("one sequence: the gain of the theorem, less what the check and the host take") {
    const speculation s{4, 0.75, drafting::draft_model, &catalog::llama_3_1_8b};
    const speculative_step t = time_speculation(by(s), 1, 1000);
    const double theorem = s.tokens() / (t.draft / t.plain + 1);
    CHECK(t.gain() < theorem);
    CHECK(t.gain() > 0.9 * theorem);
    CHECK(t.tpot().value() == approx((t.check + t.draft).value() / s.tokens()).epsilon(1e-12));
}

TEST_CASE("speculation stops paying at the batch where both TPOT cross") {
    const architecture eagle = drafting_heads(model, drafting::eagle, 3);
    int last = 1 << 30;
    for (const double acceptance : {0.9, 0.6, 0.3}) {
        CAPTURE(acceptance);
        const deployment<> d = by({3, acceptance, drafting::eagle, &eagle});
        const int n = most_paying_batch(d, 500);
        CHECK(n > 0);
        CHECK(n <= last);
        CHECK(time_speculation(d, n, 500).pays());
        if (n < 4096) CHECK_FALSE(time_speculation(d, n + 1, 500).pays());
        last = n;
    }
    CHECK(last < 4096);
    CHECK(most_paying_batch(by({3, 0.0, drafting::eagle, &eagle}), 500) == 0);
    // Everything bound by arithmetic: 4 tokens are checked for 1.9.
    CHECK(time_speculation(by({3, 0.5, drafting::n_gram}), 4096, 10).gain() < 1.0);
}

TEST_CASE("memory: the drafter's weights and keys, and room for guesses") {
    const workload w{.prompt = 1000, .output = 300, .concurrency = 8};
    const speculation s{4, 0.7, drafting::draft_model, &catalog::llama_3_1_8b};
    const memory_fit with = predict(by(s), w).memory, plain = predict(by({}), w).memory;
    CHECK((with.weights - plain.weights).value() == approx(2 * 8.03e9 / 4).epsilon(0.01));
    CHECK(with.kv_per_token / plain.kv_per_token == approx(1.0 + 32.0 / 80).epsilon(1e-9));  // 32 layers beside 80
    CHECK(with.most_sequences < plain.most_sequences);
    const architecture eagle = drafting_heads(model, drafting::eagle, 4);
    const memory_fit head = predict(by({4, 0.7, drafting::eagle, &eagle}), w).memory;
    CHECK(head.kv_per_token / plain.kv_per_token == approx(1.0 + 1.0 / 80).epsilon(1e-9));
}

TEST_CASE("an acceptance that is not measured widens the range of TPOT and leaves its middle") {
    const workload w{.prompt = 1000, .output = 300, .concurrency = 8};
    const prediction<> stated = predict(by({4, 0.4, drafting::n_gram}), w),
                       guess = predict(by({4, 0.4, drafting::n_gram, nullptr, {}, 0.3}), w);
    CHECK(stated.tpot.value == guess.tpot.value);
    const auto width = [](const auto& f) { return std::log(f.high / f.low) / (2 * normal_quantile_90); };
    CHECK(width(guess.tpot) == approx(std::hypot(width(stated.tpot), 0.3)).epsilon(1e-9));
    CHECK(width(guess.output_throughput) > width(stated.output_throughput));
    CHECK(width(guess.ttft) == width(stated.ttft));
}

TEST_CASE("a saturated engine: fewer passes, each longer") {
    const prediction<> plain = predict_saturated(by({}), 200, 300, 0),
                       drafted = predict_saturated(by({2, 1.0, drafting::n_gram}), 200, 300, 0);
    REQUIRE(plain.ok());
    REQUIRE(drafted.ok());
    CHECK(drafted.output_throughput.value > plain.output_throughput.value);
    CHECK(drafted.output_throughput.value < plain.output_throughput.value * 3.0);
}

TEST_CASE("whole batches do not speculate, and say so") {
    const deployment<> batches = by({3, 0.5}, catalog::transformers);
    CHECK_THROWS_WITH_AS(predictor<>(batches).of(), doctest::Contains("whole batches"), error);
    CHECK_THROWS_AS(time_speculation(by({-1, 0.5}), 1, 10), error);
    CHECK_THROWS_AS(time_speculation(by({1, 1.5}), 1, 10), error);
}
