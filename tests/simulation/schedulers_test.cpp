// SPDX-License-Identifier: Apache-2.0
// Each server's rules on cases small enough to follow by hand. A pass takes 1 s + 1 ms for each prompt token.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/simulation/run.hpp>

using namespace gambrel;
using namespace gambrel::simulation;

namespace {
struct by_prompt_tokens {
    double seconds(const pass_load& l) const { return 1.0 + 1e-3 * l.prompt_tokens; }
};
static_assert(step_law<by_prompt_tokens>);

struct followed {
    std::vector<request_record> of{};
    std::vector<step_record> passes{};
    summary all{};
};
followed follow(const server& s, std::vector<request> requests) {
    followed f;
    f.of.resize(requests.size());
    f.all = run(by_prompt_tokens{}, s, replay_source(std::move(requests)),
                {.on_request = [&](const request_record& r) { f.of[r.id] = r; },
                 .on_step = [&](const step_record& p) { f.passes.push_back(p); }});
    return f;
}
std::vector<request> burst(std::size_t n, std::uint32_t prompt, std::uint32_t output) {
    return std::vector<request>(n, {.sent = seconds_of(0), .prompt = prompt, .output = output});
}
}  // namespace

TEST_CASE("TensorRT-LLM: whole prompts while they fit the budget, in one pass with the decodes") {
    const server s{.scheduling = tensorrt_llm_style(16, 1000)};
    const followed f = follow(s, burst(3, 600, 5));
    CHECK(f.of[0].first_token.value() == approx(1.6));
    CHECK(f.of[1].first_token.value() == approx(3.2));
    CHECK(f.of[2].first_token.value() == approx(4.8));
    REQUIRE(f.passes.size() == 3 + 4);
    CHECK(f.passes[1].decodes == 1);
    CHECK(f.passes[2].decodes == 2);
    CHECK(f.passes[2].prompts == 1);
    const followed two = follow(s, burst(3, 500, 5));  // two fit at first, then 500 and 2 decodes
    CHECK(two.of[1].first_token.value() == approx(2.0));
    CHECK(two.of[2].first_token.value() == approx(3.5));
    SUBCASE("a prompt above the budget is never cut: it is rejected") {
        const followed none = follow(s, burst(1, 1001, 5));
        CHECK(none.all.rejected == 1);
    }
}

TEST_CASE("TensorRT-LLM: admitted only when its longest output fits, so never evicted") {
    const server s{.scheduling = tensorrt_llm_style(16, 1000), .blocks = 10, .block_tokens = 10};
    // 40 + 11 - 1 = 50 tokens: 5 blocks each, so two at once.
    const followed f = follow(s, burst(3, 40, 11));
    CHECK(f.of[1].first_token.value() == f.of[0].first_token.value());
    CHECK(f.of[2].scheduled.value() == approx(f.of[0].finished.value()));
    CHECK(f.all.preemptions == 0);
    CHECK(f.all.most_blocks == 10);
}

TEST_CASE("TensorRT-LLM: prompts are held so many steps while anything decodes") {
    server s{.scheduling = tensorrt_llm_style(16, 1000)};
    s.scheduling.batch_wait_steps = 4;
    const std::vector<request> late{{.sent = seconds_of(0), .prompt = 100, .output = 50},
                                    {.sent = seconds_of(1.05), .prompt = 100, .output = 5}};
    // The first pass ends at 1.1; nothing decoded before it. Then 4 steps of 1 s, then the pass with the prompt.
    CHECK(follow(s, late).of[1].scheduled.value() == approx(1.1 + 4));
    SUBCASE("until decodes and prompts fill a share of the budget") {
        s.scheduling.batch_wait_share = 0.101;  // 101 tokens: 100 of the prompt and one decode
        CHECK(follow(s, late).of[1].scheduled.value() == approx(1.1));
        s.scheduling.batch_wait_share = 0.102;
        CHECK(follow(s, late).of[1].scheduled.value() == approx(5.1));
    }
    SUBCASE("nothing decodes: not held") {
        const followed f = follow(s, {{.sent = seconds_of(0), .prompt = 100, .output = 1},
                                      {.sent = seconds_of(3), .prompt = 100, .output = 1}});
        CHECK(f.of[1].scheduled.value() == 3.0);
    }
}

TEST_CASE("prompts per step are limited when asked") {
    server s{.scheduling = vllm_style(16, 1000)};
    s.scheduling.prompts_per_step = 2;
    const followed f = follow(s, burst(5, 10, 2));
    CHECK(f.of[1].first_token.value() == approx(1.02));
    CHECK(f.of[2].first_token.value() == approx(2.04));
    CHECK(f.of[4].first_token.value() == approx(3.05));
}

TEST_CASE("TensorRT-LLM attention data parallelism: prompts wait for balance") {
    server s{.scheduling = tensorrt_llm_style(16, 1000), .ranks = 2};
    s.balance_wait_steps = 6;
    // The burst gives each rank one: no wait, both in one pass of the longest rank.
    const std::vector<request> three{{.sent = seconds_of(0), .prompt = 100, .output = 50},
                                     {.sent = seconds_of(0), .prompt = 200, .output = 50},
                                     {.sent = seconds_of(1.5), .prompt = 100, .output = 5}};
    const followed f = follow(s, three);
    CHECK(f.of[0].first_token.value() == approx(1.2));
    CHECK(f.of[1].first_token.value() == approx(1.2));
    // Plans at 1.2, 2.2, ... count one each; the third arrives during the first decode pass (1.2 to 2.2), and the sixth
    // of them lets it go.
    CHECK(f.of[2].scheduled.value() == approx(1.2 + 5));
    SUBCASE("a second one for the other rank ends the wait") {
        std::vector<request> four = three;
        four.push_back({.sent = seconds_of(3.5), .prompt = 100, .output = 5});
        const followed g = follow(s, four);
        CHECK(g.of[2].scheduled.value() == approx(4.2));
        CHECK(g.of[3].scheduled.value() == approx(4.2));
    }
    SUBCASE("without balance it goes at once") {
        s.balance_wait_steps = 0;
        CHECK(follow(s, three).of[2].scheduled.value() == approx(2.2));
    }
}

TEST_CASE("SGLang: prompts in passes of their own; decodes wait") {
    const server s{.scheduling = sglang_style(16, 1000)};
    const followed f = follow(s, {{.sent = seconds_of(0), .prompt = 100, .output = 5},
                                  {.sent = seconds_of(1.5), .prompt = 300, .output = 5}});
    for (const step_record& p : f.passes) CHECK((p.decodes == 0) != (p.prompts == 0));
    // 0-1.1 prompt; 1.1-2.1 decode; 2.1-3.4 second prompt; then both decode.
    CHECK(f.of[1].first_token.value() == approx(3.4));
    CHECK(f.of[0].finished.value() == approx(1.1 + 1 + 1.3 + 3));
    // Gaps of the first: 1, 2.3, 1, 1; of the second: four of 1.
    CHECK(f.all.itl.count() == 8);
    CHECK(f.all.itl.largest().value() == approx(2.3));
    CHECK(f.all.itl.sum().value() == approx(4 + 2.3 + 3));
}

TEST_CASE("SGLang: new requests are read every so many decode steps, and after any prompt") {
    server s{.scheduling = sglang_style(16, 1000, 5)};
    const std::vector<request> late{{.sent = seconds_of(0), .prompt = 100, .output = 50},
                                    {.sent = seconds_of(2.5), .prompt = 100, .output = 5},
                                    {.sent = seconds_of(6.5), .prompt = 100, .output = 5}};
    const followed f = follow(s, late);
    // Read at 1.1 (after the prompt), then after 5 decode steps, at 6.1; the prompt runs to 7.2, where the third is
    // read.
    CHECK(f.of[1].scheduled.value() == approx(6.1));
    CHECK(f.of[2].scheduled.value() == approx(7.2));
    SUBCASE("idle: read at once") {
        const followed g = follow(s, {{.sent = seconds_of(0), .prompt = 100, .output = 2},
                                      {.sent = seconds_of(9), .prompt = 100, .output = 2}});
        CHECK(g.of[1].scheduled.value() == 9.0);
    }
}

TEST_CASE("static batching: starts together, ends together") {
    const server s{.scheduling = static_style(2)};
    const followed f = follow(s, {{.sent = seconds_of(0), .prompt = 100, .output = 3},
                                  {.sent = seconds_of(0), .prompt = 100, .output = 6},
                                  {.sent = seconds_of(0.5), .prompt = 100, .output = 1}});
    CHECK(f.of[0].first_token.value() == approx(1.2));
    CHECK(f.of[0].finished.value() == approx(6.2));
    CHECK(f.of[1].finished.value() == approx(6.2));
    CHECK(f.of[2].scheduled.value() == approx(6.2));
    CHECK(f.of[2].finished.value() == approx(7.3));
    CHECK(f.passes[5].decodes == 2);  // the ended one is computed all the same
    CHECK(f.all.itl.count() == 2 + 5);
}

TEST_CASE("Orca: joins and leaves at every pass, whole prompts, everything reserved") {
    const server s{.scheduling = orca_style(2), .blocks = 100};
    const followed f = follow(s, {{.sent = seconds_of(0), .prompt = 100, .output = 3},
                                  {.sent = seconds_of(0), .prompt = 100, .output = 6},
                                  {.sent = seconds_of(0.5), .prompt = 100, .output = 2}});
    CHECK(f.of[0].finished.value() == approx(3.2));
    CHECK(f.of[2].scheduled.value() == approx(3.2));
    CHECK(f.of[2].first_token.value() == approx(4.3));
}

// huggingface/text-generation-inference, backends/v3/src/backend.rs (commit 1d0847a): waiting_tokens is 1 after prompts and
// grows by one a decode pass; new ones need floor(decodes x waiting_served_ratio) waiting, or max_waiting_tokens.
TEST_CASE("TGI: prompts wait for enough others, or so many passes since the last prompts") {
    server s{.scheduling = sglang_style(64, 4096)};
    s.scheduling.chunked_prefill = false;
    s.scheduling.batch_wait_steps = 5;
    s.scheduling.waiting_served_ratio = 0.5;
    SUBCASE("one beside one is enough: floor(0.5)") {
        const followed f = follow(s, {{.sent = seconds_of(0), .prompt = 100, .output = 50},
                                      {.sent = seconds_of(1.5), .prompt = 100, .output = 5}});
        CHECK(f.of[1].scheduled.value() == approx(2.1));
    }
    std::vector<request> eight = burst(8, 10, 50);  // a pass of 1.08, then decodes of 1
    SUBCASE("one beside eight waits for the fifth count: four decode passes") {
        eight.push_back({.sent = seconds_of(1.2), .prompt = 10, .output = 5});
        CHECK(follow(s, eight).of[8].scheduled.value() == approx(1.08 + 4));
    }
    SUBCASE("four beside eight are enough; a decode pass follows, whoever waits") {
        for (int i = 0; i < 4; ++i) eight.push_back({.sent = seconds_of(1.2), .prompt = 10, .output = 50});
        for (int i = 0; i < 6; ++i) eight.push_back({.sent = seconds_of(2.5), .prompt = 10, .output = 50});
        const followed f = follow(s, eight);
        CHECK(f.of[8].scheduled.value() == approx(2.08));
        CHECK(f.of[8].first_token.value() == approx(3.12));
        CHECK(f.of[12].scheduled.value() == approx(4.12));
    }
    SUBCASE("long after the last prompts one starts at once") {
        eight.push_back({.sent = seconds_of(20.0), .prompt = 10, .output = 5});
        CHECK(follow(s, eight).of[8].scheduled.value() == approx(20.08));
    }
}

TEST_CASE("laws of conservation hold under every server's rules") {
    const linear_step law{6.7e-3, 2.08e-5, 4.9e-8};
    server waits{.scheduling = tensorrt_llm_style(64, 8192), .blocks = 4000};
    waits.scheduling.batch_wait_steps = 20;
    server balanced{.scheduling = tensorrt_llm_style(64, 8192), .blocks = 1500, .ranks = 4};
    balanced.balance_wait_steps = 30;
    const server each[] = {waits,
                           balanced,
                           {.scheduling = sglang_style(128, 8192, 10), .blocks = 3000, .block_tokens = 1},
                           {.scheduling = sglang_style(128, 2048), .blocks = 300},
                           {.scheduling = static_style(32)},
                           {.scheduling = orca_style(32), .blocks = 5000}};
    for (const server& s : each)
        for (const double rate : {2.0, 12.0}) {
            CAPTURE(&s - each);
            std::uint64_t asked = 0;
            const summary a = run(
                law, s,
                open_source(arrivals::poisson(rate), length::uniform(512, 1536), length::uniform(128, 384), 2000, 5),
                {.on_request = [&](const request_record& r) {
                    asked += r.rejected ? 0 : r.output;
                    CHECK((r.rejected ||
                           (r.sent <= r.scheduled && r.scheduled < r.first_token && r.first_token < r.finished)));
                }});
            CHECK(a.ended + a.rejected == 2000);
            CHECK(a.output_tokens == asked);
            CHECK(a.latency_sum.value() == approx(a.under_way_time.value()).epsilon(1e-9));
        }
}
