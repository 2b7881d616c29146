// SPDX-License-Identifier: Apache-2.0
// Schedules worked by hand from the servers' own text, which each case names: file, commit, date where it is known.
// Every pass takes one second, so that pass k runs from k - 1 to k and ends with the tokens of its decodes and of the
// prompts it ends. A pass is written {prompt tokens, decodes}.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/simulation/run.hpp>

using namespace gambrel;
using namespace gambrel::simulation;

namespace {
struct one_second {
    double seconds(const pass_load&) const { return 1.0; }
};

struct pass {
    std::uint64_t prompt_tokens = 0;
    std::uint32_t decodes = 0;
    bool operator==(const pass&) const = default;
};
std::ostream& operator<<(std::ostream& out, const pass& p) {
    return out << "{" << p.prompt_tokens << ", " << p.decodes << "}";
}

struct schedule {
    std::vector<request_record> of{};
    std::vector<pass> passes{};
};
schedule of(const server& s, std::vector<request> requests) {
    schedule all;
    all.of.resize(requests.size());
    const summary a = run(one_second{}, s, replay_source(std::move(requests)),
                          {.on_request = [&](const request_record& r) { all.of[r.id] = r; },
                           .on_step =
                               [&](const step_record& p) {
                                   all.passes.push_back({p.prompt_tokens, p.decodes});
                               }});
    CHECK(a.ended == all.of.size());
    return all;
}

/// `times` passes like `p`, after `before`.
std::vector<pass> then(std::vector<pass> before, std::size_t times, pass p) {
    before.insert(before.end(), times, p);
    return before;
}
void compare(const std::vector<pass>& got, const std::vector<pass>& expected) {
    CHECK(got.size() == expected.size());
    for (std::size_t i = 0; i < std::min(got.size(), expected.size()); ++i) {
        CAPTURE(i + 1);
        CHECK(got[i] == expected[i]);
    }
}
request asked(double sent, std::uint32_t prompt, std::uint32_t output, std::int32_t priority = 0) {
    return {.sent = seconds_of(sent), .prompt = prompt, .output = output, .priority = priority};
}
enum : std::size_t { a, b, c, d };
}  // namespace

// vLLM, vllm/v1/core/sched/scheduler.py, `schedule` (commit 00024d31, 2026): the running requests in order, each with
// min(what it lacks, budget left) tokens, then the waiting ones while budget and slots last.
TEST_CASE("vLLM: decodes, then the prompt under way, then new ones, cut to the token budget") {
    // 1: a gets all of 100. 2: its last 50, b its first 50. 3: a decodes, b's last 30, c whole. c ends with its second
    // token in 4, the others in 5.
    const schedule s = of({.scheduling = vllm_style(8, 100)}, {asked(0, 150, 4), asked(0, 80, 3), asked(0, 30, 2)});
    compare(s.passes, {{100, 0}, {100, 0}, {60, 1}, {0, 3}, {0, 2}});
    CHECK(s.of[a].first_token.value() == 2.0);
    CHECK(s.of[b].first_token.value() == 3.0);
    CHECK(s.of[c].first_token.value() == 3.0);
    CHECK(s.of[a].finished.value() == 5.0);
    CHECK(s.of[b].finished.value() == 5.0);
    CHECK(s.of[c].finished.value() == 4.0);
}

// The same file: `self.running.pop()` is preempted, `_preempt_request` frees all its blocks and prepends it to the
// waiting queue; nothing waiting is looked at in a step that preempted; the first that does not fit ends the loop.
TEST_CASE("vLLM: the latest gives way when blocks run out, and is first in line again") {
    // 5 blocks of 10 tokens: 2 + 2 + 1 for a, b, c. c ends in 2. In 3 a's 21st token takes the last block, and b, which
    // needs one too, is itself the latest. d would fit since then, but b (19 + 2 tokens, 3 blocks) is in front of it
    // until a ends with its 12th token in 12. b's third to 12th tokens: 13 to 22.
    for (const admission kind : {admission::on_demand, admission::first_chunk}) {
        server with{.scheduling = vllm_style(8, 1000), .blocks = 5, .block_tokens = 10};
        with.scheduling.admission = kind;
        const schedule s = of(with, {asked(0, 19, 12), asked(0, 19, 12), asked(0, 9, 2), asked(0, 5, 2)});
        std::vector<pass> expected = then({{47, 0}, {0, 3}}, 10, {0, 1});
        expected.push_back({26, 0});
        expected.push_back({0, 2});
        compare(s.passes, then(expected, 8, {0, 1}));
        CHECK(s.of[a].finished.value() == 12.0);
        CHECK(s.of[b].preemptions == 1);
        CHECK(s.of[b].first_token.value() == 1.0);
        CHECK(s.of[b].finished.value() == 22.0);
        CHECK(s.of[d].scheduled.value() == 12.0);
        CHECK(s.of[d].finished.value() == 14.0);
    }
}

// The same file, policy "priority": max(running, key = (priority, arrival)) is preempted, also where it was scheduled
// already in this step; request_queue.py: the waiting ones are a heap by (priority, arrival).
TEST_CASE("vLLM, priorities: the last in (priority, arrival) gives way, though admitted first") {
    // 5 blocks of 10. 1: a alone. 2: a decodes, b and c start before d, which came earlier; d finds no block. c ends.
    // 3: a's 21st token takes the block. 4: b's 21st needs one: a goes, with 3 tokens made. a (22 tokens, 3 blocks)
    // does not fit beside b until b ends with its 12th token in 13, and d waits behind it. Both start in 14.
    const schedule s = of({.scheduling = vllm_style(8, 1000), .blocks = 5, .block_tokens = 10},
                          {asked(0, 19, 12, 1), asked(0.5, 19, 12, 0), asked(0.6, 9, 1, 1), asked(0.7, 9, 1, 0)});
    std::vector<pass> expected = then({{19, 0}, {28, 1}, {0, 2}}, 10, {0, 1});
    expected.push_back({31, 0});
    compare(s.passes, then(expected, 8, {0, 1}));
    CHECK(s.of[d].finished.value() == 2.0);  // the one called c above
    CHECK(s.of[a].preemptions == 1);
    CHECK(s.of[b].preemptions == 0);
    CHECK(s.of[b].finished.value() == 13.0);
    CHECK(s.of[c].finished.value() == 14.0);
    CHECK(s.of[a].finished.value() == 22.0);
}

// vLLM before its pull request 37307 (2026-03), which describes what follows: `allocate_slots` of a waiting request
// asks for the blocks of the tokens of this step; a running one that finds none preempts the last, itself.
TEST_CASE("vLLM before 2026-03: a prompt starts when its first chunk fits, is cut off, and starts again") {
    // 5 blocks of 10, 20 tokens a step. a has 3 blocks from 2 on, a fourth from 8 on (31 tokens). b (40 tokens) gets
    // its first chunk in 2, 4 and 6, finds no room for the second in 3, 5 and 7; from 8 on not even for the first. a
    // makes its tenth token in 11.
    server with{.scheduling = vllm_style(8, 20), .blocks = 5, .block_tokens = 10};
    with.scheduling.admission = admission::first_chunk;
    const schedule s = of(with, {asked(0, 25, 10), asked(0, 40, 1)});
    compare(
        s.passes,
        {{20, 0}, {20, 0}, {0, 1}, {19, 1}, {0, 1}, {19, 1}, {0, 1}, {0, 1}, {0, 1}, {0, 1}, {0, 1}, {20, 0}, {20, 0}});
    CHECK(s.of[b].preemptions == 3);
    CHECK(s.of[a].finished.value() == 11.0);
    CHECK(s.of[b].finished.value() == 13.0);
}

// vLLM with `scheduler_reserve_full_isl` (pull request 37307, 2026-03; on unless asked otherwise):
// `full_sequence_must_fit`.
TEST_CASE("vLLM from 2026-03: a prompt starts when all of it fits") {
    // As above, but b's 4 blocks are free only once a has ended.
    const schedule s =
        of({.scheduling = vllm_style(8, 20), .blocks = 5, .block_tokens = 10}, {asked(0, 25, 10), asked(0, 40, 1)});
    std::vector<pass> expected = then({{20, 0}, {5, 0}}, 9, {0, 1});
    compare(s.passes, then(expected, 2, {20, 0}));
    CHECK(s.of[b].preemptions == 0);
    CHECK(s.of[b].scheduled.value() == 11.0);
}

// LMDeploy TurboMind, src/turbomind/models/llama/SequenceManager.cc, `Materialize` (v0.9.2, commit 9098ae8c; 2025-04):
// sequences in order of arrival, each with the blocks of its whole context and one token more, then as many tokens as
// are left of the step's. Not modelled: a later sequence that fits passes one that does not, and blocks of a preempted
// one that nobody took are found again.
TEST_CASE("LMDeploy: a prompt starts with the blocks of all of it, its tokens as the step has room") {
    // 20 tokens a step, blocks of 10; a takes 3 at once, b (35 tokens) 4.
    SUBCASE("7 blocks") {
        // 2: 5 of a, 15 of b. 3: a decodes, 19 of b. 4: a decodes, the last of b, which ends with it.
        const schedule s =
            of({.scheduling = vllm_style(8, 20), .blocks = 7, .block_tokens = 10}, {asked(0, 25, 5), asked(0, 35, 1)});
        compare(s.passes, {{20, 0}, {20, 0}, {19, 1}, {1, 1}, {0, 1}, {0, 1}});
        CHECK(s.of[b].finished.value() == 4.0);
    }
    SUBCASE("6 blocks") {
        // 2: 5 of a; b's 15 tokens would fit, b does not. a ends in 6.
        const schedule s =
            of({.scheduling = vllm_style(8, 20), .blocks = 6, .block_tokens = 10}, {asked(0, 25, 5), asked(0, 35, 1)});
        compare(s.passes, {{20, 0}, {5, 0}, {0, 1}, {0, 1}, {0, 1}, {0, 1}, {20, 0}, {15, 0}});
        CHECK(s.of[b].finished.value() == 8.0);
    }
}

// TensorRT-LLM, cpp/tensorrt_llm/batch_manager/capacityScheduler.cpp, `GuaranteedNoEvictScheduler` (commit 02a10fed,
// 2025): a request starts when the blocks that it and all running ones need to their ends are free; the first that
// fails ends the loop.
TEST_CASE("TensorRT-LLM, guaranteed no evict: prompt and longest output are reserved, in order") {
    // 14 blocks of 10: a reserves 8 (55 + 21), b 6 (45 + 11). c (one block) waits until b has made its 11th token.
    const schedule s = of({.scheduling = tensorrt_llm_style(8, 100), .blocks = 14, .block_tokens = 10},
                          {asked(0, 55, 21), asked(0, 45, 11), asked(0, 5, 2)});
    std::vector<pass> expected = then({{100, 0}}, 10, {0, 2});
    expected.push_back({5, 1});
    expected.push_back({0, 2});
    compare(s.passes, then(expected, 8, {0, 1}));
    CHECK(s.of[b].finished.value() == 11.0);
    CHECK(s.of[c].scheduled.value() == 11.0);
    CHECK(s.of[c].finished.value() == 13.0);
    CHECK(s.of[a].finished.value() == 21.0);
}

// TensorRT-LLM, cpp/tensorrt_llm/batch_manager/microBatchScheduler.cpp without a chunking policy (commit 0a949d31,
// 2025): `if (batchNumTokens + reqNumTokens > maxNumTokens) break`, generation requests counted with one token each.
TEST_CASE("TensorRT-LLM: whole prompts, and none behind one that does not fit the step") {
    // 100 tokens a step. 1: 60 + 40. c (99) does not fit beside two decodes, and d (5) is behind it. b ends in 3.
    // 4: a and c's 99 are 100. 5: d.
    const schedule s = of({.scheduling = tensorrt_llm_style(8, 100)},
                          {asked(0, 60, 6), asked(0, 40, 3), asked(0, 99, 1), asked(0, 5, 1)});
    compare(s.passes, {{100, 0}, {0, 2}, {0, 2}, {99, 1}, {5, 1}, {0, 1}});
    CHECK(s.of[b].finished.value() == 3.0);
    CHECK(s.of[c].finished.value() == 4.0);
    CHECK(s.of[d].finished.value() == 5.0);
    CHECK(s.of[a].finished.value() == 6.0);
}

// TensorRT-LLM, tensorrt_llm/_torch/pyexecutor/py_executor.py, `_waiting_requests` (commit 044c13c4, 2026): called only
// with prompts that the schedulers above let through and with something that decodes.
TEST_CASE("TensorRT-LLM, batch waiting: a prompt waits from when it could start, not from when it came") {
    // 10 blocks of 10: a reserves 5, b 4; c needs 2, which b leaves at the end of 5. Then 3 iterations hold it: 6, 7,
    // 8.
    server with{.scheduling = tensorrt_llm_style(8, 1000), .blocks = 10, .block_tokens = 10};
    with.scheduling.batch_wait_steps = 3;
    const schedule s = of(with, {asked(0, 35, 15), asked(0, 35, 5), asked(0, 15, 1)});
    std::vector<pass> expected = then({{70, 0}}, 4, {0, 2});
    expected = then(expected, 3, {0, 1});
    expected.push_back({15, 1});
    compare(s.passes, then(expected, 6, {0, 1}));
    CHECK(s.of[b].finished.value() == 5.0);
    CHECK(s.of[c].scheduled.value() == 8.0);
    CHECK(s.of[a].finished.value() == 15.0);
}

// The same file, `_balance_adp_requests`: the count of iterations in which not every rank has a prompt goes on whether
// any has one or not; at timeout_iters it starts again and prompts may go. One on every rank: at once.
TEST_CASE("TensorRT-LLM, attention copies: a lone prompt waits for the rest of the count, two for each other") {
    // a and b start together at 0, one on each rank. Iterations at 1, 2, 3 count 1, 2, 3; 4 is the fourth. From 5
    // again: c (sent 5.5) is seen at 6 (2), goes at 8 (4). d (8.5) is seen at 9 (1), goes at 12. The last two, of both
    // ranks, go at 13.
    server with{.scheduling = tensorrt_llm_style(8, 1000), .ranks = 2};
    with.balance_wait_steps = 4;
    const schedule s = of(with, {asked(0, 10, 50), asked(0, 10, 50), asked(5.5, 10, 1), asked(8.5, 10, 1),
                                 asked(12.5, 10, 1), asked(12.6, 10, 1)});
    CHECK(s.of[a].first_token.value() == 1.0);
    CHECK(s.of[b].first_token.value() == 1.0);
    CHECK(s.of[c].scheduled.value() == 8.0);
    CHECK(s.of[d].scheduled.value() == 12.0);
    CHECK(s.of[4].scheduled.value() == 13.0);
    CHECK(s.of[5].scheduled.value() == 13.0);
    CHECK(s.of[a].finished.value() == 50.0);
    SUBCASE("a prompt without memory is none") {
        // 10 blocks of 10 a rank: a (75 + 20) fills the first. c and d come at 5.5, one to each rank; c does not fit, so
        // that d waits for the count, and c for a's last token in 20.
        with.blocks = 10;
        with.block_tokens = 10;
        const schedule t = of(with, {asked(0, 75, 20), asked(0, 10, 40), asked(5.5, 15, 1), asked(5.6, 15, 1)});
        CHECK(t.of[d].scheduled.value() == 8.0);
        CHECK(t.of[c].scheduled.value() == 20.0);
    }
}

// SGLang, python/sglang/srt/managers/scheduler.py, `get_next_batch_to_run` (commit 0003215c, 2026): a batch of prompts
// where there is one, else a decode step; the chunked request first.
TEST_CASE("SGLang: prompts in passes of their own, cut to the chunk, decodes wait") {
    // 100 tokens a chunk. 1: 100 of a. 2: its last 50 and 50 of b. 3: b's last 10, while a waits. 4 and 5: decodes.
    server with{.scheduling = sglang_style(8, 100)};
    with.scheduling.admission = admission::estimated;
    const schedule s = of(with, {asked(0, 150, 3), asked(0, 60, 2)});
    compare(s.passes, {{100, 0}, {100, 0}, {10, 0}, {0, 2}, {0, 1}});
    CHECK(s.of[a].first_token.value() == 2.0);
    CHECK(s.of[b].first_token.value() == 3.0);
    CHECK(s.of[b].finished.value() == 4.0);
    CHECK(s.of[a].finished.value() == 5.0);
}

// SGLang, python/sglang/srt/managers/schedule_policy.py, `PrefillAdder.add_one_req` (commit 00550cd1, 2026): prompt,
// output and a page must be less than what is free less new_token_ratio (0.7 at first) of the outputs to come.
// scheduler.py: the first that is not sets batch_is_full, until a decode leaves.
TEST_CASE("SGLang: a prompt starts when it, its output and seven tenths of the others' fit") {
    server with{.scheduling = sglang_style(8, 100), .blocks = 100, .block_tokens = 1};
    with.scheduling.admission = admission::estimated;
    SUBCASE("in one pass, outputs count in full") {
        // a: 30 + 30 + 1 of 100 leaves 39; b needs 20 + 20 + 1. At 1 it would fit: 41 < 70 - 0.7 x 29 = 49.7. But the
        // batch is full until a has ended, in 30.
        const schedule s = of(with, {asked(0, 30, 30), asked(0, 20, 20)});
        CHECK(s.of[b].scheduled.value() == 30.0);
        CHECK(s.of[b].finished.value() == 50.0);
    }
    SUBCASE("20 + 28 + 1 is less than 49.7") {
        CHECK(of(with, {asked(0, 30, 30), asked(0.5, 20, 28)}).of[b].scheduled.value() == 1.0);
    }
    SUBCASE("20 + 29 + 1 is not") {
        CHECK(of(with, {asked(0, 30, 30), asked(0.5, 20, 29)}).of[b].scheduled.value() == 30.0);
    }
}

// SGLang, python/sglang/srt/managers/schedule_batch.py, `retract_decode` (commit 000eaffa, 2025): fewest output tokens
// first, then the longest prompt; the ratio becomes (tokens made + 20 each) / outputs asked for. scheduler.py,
// `_add_request_to_queue`: it is appended to the waiting queue.
TEST_CASE("SGLang: who has made the fewest tokens is retracted, the longer prompt of two, and goes behind the line") {
    // 200 tokens. a starts in 1, b in 2: 12 + 100 + 1 < 190 - 0.7 x 99. Then both have as many tokens. c (sent 50)
    // needs 1 + 150 + 1 and finds no room beside them. They hold 22 + 2 j after j steps, so the 90th, pass 92, is one
    // token short: b goes, behind c, with 90 made. a ends in 101. c runs alone from 102 to 251, since b (102 + 10 + 1)
    // does not fit beside its 152 of 200. b: 102 tokens in 252, then 9.
    server with{.scheduling = sglang_style(8, 200), .blocks = 200, .block_tokens = 1};
    with.scheduling.admission = admission::estimated;
    const schedule s = of(with, {asked(0, 10, 100), asked(0.5, 12, 100), asked(50, 1, 150)});
    std::vector<pass> expected = then({{10, 0}, {12, 0}}, 89, {0, 2});
    expected = then(expected, 10, {0, 1});
    expected.push_back({1, 0});
    expected = then(expected, 149, {0, 1});
    expected.push_back({102, 0});
    compare(s.passes, then(expected, 9, {0, 1}));
    CHECK(s.of[a].preemptions == 0);
    CHECK(s.of[b].preemptions == 1);
    CHECK(s.of[a].finished.value() == 101.0);
    CHECK(s.of[c].finished.value() == 251.0);
    CHECK(s.of[b].finished.value() == 261.0);
}

// SGLang, python/sglang/srt/managers/scheduler_recv_skipper.py (commit 0cc650fb, 2025): a decode step counts 1, one
// with prompts 1000; requests are received when the count reaches scheduler_recv_interval.
TEST_CASE("SGLang, receive interval: every fifth decode step, and after prompts") {
    // a's prompt runs in 1, so 1 receives (nothing). Decodes in 2 to 6; at 6 b is received, its prompt runs in 7; c,
    // sent in it, is received at 7.
    server with{.scheduling = sglang_style(8, 100, 5)};
    const schedule s = of(with, {asked(0, 10, 30), asked(1.5, 10, 30), asked(6.5, 10, 30)});
    CHECK(s.of[b].scheduled.value() == 6.0);
    CHECK(s.of[c].scheduled.value() == 7.0);
    CHECK(s.of[c].first_token.value() == 8.0);
}

// TGI, backends/v3/src/queue.rs, `next_batch` (commit db931fcf, 2026-01): a batch smaller than min_size after blocks
// and budget is put back. backend.rs: min_size is floor(running x waiting_served_ratio) until max_waiting_tokens.
TEST_CASE("TGI: prompts wait until enough of them fit, not until enough are waiting") {
    // 23 blocks of 10; each of the seven needs 4 (10 + 31 - 1). Four start in 1 and leave 7: one more fits, 2 are asked
    // for. waiting_tokens is 1 before 2, and 6 before 7: then one is enough. It is the only one until the four have
    // made their 31 tokens (1, 2 to 6, 8 to 32); the last two start in 33.
    server with{.scheduling = sglang_style(64, 4096), .blocks = 23, .block_tokens = 10};
    with.scheduling.admission = admission::reserve_all;
    with.scheduling.chunked_prefill = false;
    with.scheduling.batch_wait_steps = 6;
    with.scheduling.waiting_served_ratio = 0.5;
    std::vector<request> seven(4, asked(0, 10, 31));
    seven.insert(seven.end(), 3, asked(0.5, 10, 31));
    const schedule s = of(with, seven);
    CHECK(s.of[4].scheduled.value() == 6.0);
    CHECK(s.of[0].finished.value() == 32.0);
    CHECK(s.of[5].scheduled.value() == 32.0);
    CHECK(s.of[6].scheduled.value() == 32.0);
}

namespace {
server mlc_llm(double blocks, double chunk) {
    server s{.scheduling = vllm_style(80, chunk), .blocks = blocks, .block_tokens = 10};
    s.scheduling.admission = admission::first_chunk;
    s.scheduling.spare_blocks = 1;
    return s;
}
}  // namespace

// MLC LLM, cpp/serve/engine_actions/batch_prefill_base.cc, `HasPrefillSpace`, and batch_decode.cc, `CanDecode` (commit
// 79d603f0, 2026-07): pages of the prompts + decodes + (decodes + prompts) <= free pages, prompts and decodes in one
// pass (config.h: prefill_mode hybrid); decodes <= free pages, or the last running one goes to the front of the line.
TEST_CASE("MLC LLM: a page is kept free for each decode, two to let a prompt in") {
    // 14 pages of 10. 1: a and b take 5 each: 10 + 2 <= 14. c (one page, sent 0.5) is not let in: 2 + 1 + 3 > 4. The
    // two take a page each in 7 (51 tokens) and in 17 (61), which leaves none, so b goes in 18 with 17 tokens made. It
    // needs 7 pages for 62 tokens: 1 + 7 + 2 > 7 until a ends in 30. 31: b and c, 8 + 2 <= 14. b's 18th to 30th tokens:
    // 31 to 43.
    const schedule s = of(mlc_llm(14, 2048), {asked(0, 45, 30), asked(0, 45, 30), asked(0.5, 5, 1)});
    std::vector<pass> expected = then({{90, 0}}, 16, {0, 2});
    expected = then(expected, 13, {0, 1});
    expected.push_back({67, 0});
    compare(s.passes, then(expected, 12, {0, 1}));
    CHECK(s.of[b].preemptions == 1);
    CHECK(s.of[a].finished.value() == 30.0);
    CHECK(s.of[c].finished.value() == 31.0);
    CHECK(s.of[b].finished.value() == 43.0);
}

// The same file, `GetRequestStateEntriesToPrefill`: the next chunk of a prompt asks for its own pages; where they are
// not free the prompt keeps those it has, and only a decode that needs them takes them.
TEST_CASE("MLC LLM: a prompt under way waits for memory with its pages") {
    // 12 pages of 10, 20 tokens a step. a: 1. b: 19 tokens beside a's decode in 2, 3 and 4 (1 + 2 + 2 <= 10, 7 and 5
    // pages); its last 3 would need 1 + 1 + 2 of 3 and wait until a ends in 30.
    const schedule s = of(mlc_llm(12, 20), {asked(0, 20, 30), asked(0, 60, 1)});
    std::vector<pass> expected = then({{20, 0}, {19, 1}, {19, 1}, {19, 1}}, 26, {0, 1});
    expected.push_back({3, 0});
    compare(s.passes, expected);
    CHECK(s.of[b].preemptions == 0);
    CHECK(s.of[b].finished.value() == 31.0);
}

// llama.cpp, tools/server/server-context.cpp, `pre_decode` (commit 001d906a, 2026): the token of every generating slot,
// then prompts of the slots in order while the batch has fewer than n_batch tokens; who finds no free slot is deferred.
TEST_CASE("llama-server: as many requests as slots, prompts fill what decodes leave of the batch") {
    // 2 slots, 100 tokens. 1: 100 of a. 2: its last 50 and b. 3: both decode, b ends. 4: c in b's slot beside a's
    // third.
    server with{.scheduling = vllm_style(2, 100)};
    with.scheduling.admission = admission::reserve_all;
    const schedule s = of(with, {asked(0, 150, 3), asked(0, 30, 2), asked(0, 10, 1)});
    compare(s.passes, {{100, 0}, {80, 0}, {0, 2}, {10, 1}});
    CHECK(s.of[b].finished.value() == 3.0);
    CHECK(s.of[c].finished.value() == 4.0);
    CHECK(s.of[a].finished.value() == 4.0);
}
