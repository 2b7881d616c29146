// SPDX-License-Identifier: Apache-2.0
// Steps that make several tokens: schedules by hand where every guess is right or none, and what holds whatever is drawn.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/simulation/run.hpp>

using namespace gambrel;
using namespace gambrel::simulation;

namespace {
constexpr linear_step law{.fixed = 1.0, .per_token = 0.01, .per_context = 0.0};
server of(const speculation& s, scheduling how = vllm_style(8, 64)) { return {.scheduling = how, .speculation = s}; }
std::vector<request> few(std::size_t n, std::uint32_t prompt, std::uint32_t output) {
    return std::vector<request>(n, request{.prompt = prompt, .output = output});
}
}  // namespace

TEST_CASE("all right: one request of 1 + 10 tokens with 3 drafts takes three passes of a decode") {
    std::vector<request_record> got;
    const summary a = run(law, of({3, 1.0}), replay_source(few(1, 20, 11)),
                          {.on_request = [&](const request_record& r) { got.push_back(r); }});
    REQUIRE(a.ended == 1);
    CHECK(a.passes == 4);                                      // the prompt, then 4 + 4 + 2 tokens
    CHECK(got[0].first_token.value() == approx(1.2));          // 1 + 0.01 x 20
    CHECK(got[0].finished.value() == approx(1.2 + 3 * 1.01));  // a decode counts as one in the law
    CHECK(a.output_tokens == 11);
    CHECK(a.tpot.mean().value() == approx(3 * 1.01 / 10));
    CHECK(a.itl.mean().value() == approx(1.01));  // between two messages, of up to four tokens
}

TEST_CASE("nothing right: pass for pass the run without drafts") {
    const std::vector<request> requests = few(5, 20, 11);
    const summary none = run(law, of({}), replay_source(requests)),
                  wrong = run(law, of({3, 0.0}), replay_source(requests));
    CHECK(wrong.passes == none.passes);
    CHECK(wrong.latency.mean() == none.latency.mean());
}

TEST_CASE("the budget of a pass counts every guess") {
    // 64 tokens: 16 slots of 4. Of 20 requests 16 decode together; without drafts all 20 do.
    std::uint64_t most = 0;
    const auto watch = [&](const step_record& s) { most = std::max<std::uint64_t>(most, s.decodes); };
    CHECK(run(law, of({3, 0.5}, vllm_style(64, 64)), replay_source(few(20, 4, 40)), {.on_step = watch}).ended == 20);
    CHECK(most == 16);
    most = 0;
    CHECK(run(law, of({}, vllm_style(64, 64)), replay_source(few(20, 4, 40)), {.on_step = watch}).ended == 20);
    CHECK(most == 20);
    CHECK(run(law, of({200, 0.5}, vllm_style(64, 64)), replay_source(few(3, 4, 40))).ended == 3);  // one at a time
}

TEST_CASE("tokens of a step are those of the law; another seed draws others, the same seed the same") {
    const speculation s{3, 0.7};
    server how = of(s);
    const auto all = [&](std::uint64_t seed) {
        how.seed = seed;
        return run(law, how, replay_source(few(400, 20, 501)));
    };
    const summary a = all(1), same = all(1), other = all(2);
    CHECK(a.latency.mean() == same.latency.mean());
    CHECK(a.latency.mean() != other.latency.mean());
    CHECK(a.output_tokens == 400 * 501);
    // TPOT over ITL: passes of a token, the mean of 400 x 500 draws.
    CHECK(a.tpot.mean().value() / a.itl.mean().value() == approx(s.passes(500) / 500).epsilon(0.01));
}

TEST_CASE("whatever the memory and the admission, tokens are conserved and blocks come back") {
    for (const admission how :
         {admission::on_demand, admission::first_chunk, admission::reserve_all, admission::estimated})
        for (const double blocks : {60.0, 100.0, 400.0}) {
            CAPTURE(static_cast<int>(how));
            CAPTURE(blocks);
            scheduling s = vllm_style(16, 64);
            s.admission = how;
            server tight{.scheduling = s, .blocks = blocks, .block_tokens = 4, .speculation = {4, 0.6}};
            tight.prefix_cache = how == admission::on_demand;
            const summary a =
                run(law, tight,
                    open_source(arrivals::poisson(0.2), length::uniform(10, 60), length::uniform(1, 90), 300, 5));
            CHECK(a.ended + a.rejected == 300);  // the engine's own laws of conservation are assertions
            CHECK(a.most_blocks <= static_cast<std::uint64_t>(blocks));
            if (blocks == 60.0 && how != admission::reserve_all) CHECK(a.preemptions > 0);
        }
}

TEST_CASE("pools, attention ranks and stages: every replica draws for itself") {
    server s = of({3, 0.6}, vllm_style(8, 512));
    s.ranks = 2;
    s.stages = 2;
    CHECK(run(law, s, replay_source(few(60, 20, 60)), {.replicas = 2}).ended == 60);
    const disaggregated<linear_step> pools{.prefill_law = law,
                                           .prefill = of({3, 0.6}),
                                           .prefill_replicas = 1,
                                           .decode_law = law,
                                           .decode = of({3, 0.6}),
                                           .decode_replicas = 2,
                                           .link = {.bandwidth = byte_rate<>::from_value(1e9)}};
    const summary a = run(pools, replay_source(few(60, 20, 60)));
    CHECK(a.ended == 60);
    CHECK(a.output_tokens == 60 * 60);
}

TEST_CASE("whole batches are refused") {
    CHECK_THROWS_WITH_AS(run(law, of({3, 0.5}, static_style(8)), replay_source(few(1, 4, 4))),
                         doctest::Contains("whole batches"), error);
}
