// SPDX-License-Identifier: Apache-2.0
// Several replicas, pools joined by a link, conversations and the prefix cache.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/simulation/run.hpp>
#include <gambrel/simulation/session_source.hpp>

using namespace gambrel;
using namespace gambrel::simulation;
using namespace gambrel::literals;

namespace {
constexpr linear_step reference_law{6.7e-3, 2.08e-5, 4.9e-8};
const length reference_prompt = length::uniform(512, 1536), reference_output = length::uniform(128, 384);
const server reference_server{.scheduling = vllm_style(256, 8192), .blocks = 30000};

open_source poisson(double rate, std::uint64_t count, std::uint64_t seed = 1) {
    return {arrivals::poisson(rate), reference_prompt, reference_output, count, seed};
}
}  // namespace

TEST_CASE("round robin over two replicas is each replica under its own half of the requests") {
    open_source from = poisson(20, 2000);
    std::vector<request> all, half[2];
    for (int i = 0; i < 2000; ++i) all.push_back(from.take());
    for (std::size_t i = 0; i < all.size(); ++i) half[i % 2].push_back(all[i]);
    std::vector<double> together(all.size());
    run(reference_law, reference_server, replay_source(all),
        {.replicas = 2, .on_request = [&](const request_record& r) { together[r.id] = r.finished.value(); }});
    double worst = 0.0;
    for (std::size_t k = 0; k < 2; ++k)
        run(reference_law, reference_server, replay_source(half[k]), {.on_request = [&](const request_record& r) {
                worst = std::max(worst, std::abs(r.finished.value() - together[2 * r.id + k]));
            }});
    CHECK(worst < 1e-9);
}

TEST_CASE("routers: joining the shortest queue beats random, and round robin lies between") {
    const auto mean_latency = [](routing how) {
        return run(reference_law, reference_server, poisson(64, 40'000), {.replicas = 4, .routing = how})
            .latency.mean()
            .value();
    };
    const double shortest = mean_latency(routing::join_shortest_queue), random = mean_latency(routing::random),
                 turns = mean_latency(routing::round_robin), blocks = mean_latency(routing::least_kv);
    CHECK(shortest < random);
    CHECK(turns < random);
    CHECK(blocks < random);
    CHECK(run(reference_law, reference_server, poisson(17, 3000), {.replicas = 1, .routing = routing::random})
              .latency.mean()
              .value() == run(reference_law, reference_server, poisson(17, 3000)).latency.mean().value());
}

TEST_CASE("a router sees the queues as they are when a request arrives") {
    // Two long requests, one to each; the third arrives when the first of them has just ended.
    std::vector<std::uint32_t> where(3);
    run(linear_step{1.0, 0, 0}, server{.scheduling = vllm_style(8, 8192)},
        replay_source({{.sent = seconds_of(0), .prompt = 1, .output = 9},
                       {.sent = seconds_of(0.1), .prompt = 1, .output = 5},
                       {.sent = seconds_of(5.15), .prompt = 1, .output = 1}}),
        {.replicas = 2, .routing = routing::join_shortest_queue, .on_request = [&](const request_record& r) {
             where[r.id] = r.replica;
         }});
    CHECK(where == std::vector<std::uint32_t>{0, 1, 1});
}

TEST_CASE("closed loop over replicas: laws of conservation") {
    for (const routing how :
         {routing::round_robin, routing::random, routing::join_shortest_queue, routing::least_kv, routing::by_client}) {
        const summary a = run(reference_law, {.scheduling = vllm_style(64, 2048), .blocks = 1500},
                              closed_source({.clients = 100}, reference_prompt, reference_output, 4000, 1),
                              {.replicas = 3, .routing = how});
        CHECK(a.ended == 4000);
        CHECK(a.latency_sum.value() == approx(a.under_way_time.value()).epsilon(1e-9));
    }
}

TEST_CASE("disaggregated: by hand") {
    // Prefill 1 s + 1 ms a token; decode 0.1 s a step; link 1000 bytes/s, 1 byte a token, 0.05 s of latency.
    const linear_step prefill{1.0, 1e-3, 0}, decode{0.1, 0, 0};
    std::vector<request_record> got(2);
    const summary a = run(
        disaggregated<linear_step>{
            .prefill_law = prefill,
            .prefill = {.scheduling = vllm_style(8, 8192)},
            .decode_law = decode,
            .decode = {.scheduling = vllm_style(8, 8192)},
            .link = {.bandwidth = byte_rate<>::from_value(1000), .bytes_per_token = bytes_of(1), .latency = 50_ms}},
        replay_source(
            {{.sent = seconds_of(0), .prompt = 500, .output = 4}, {.sent = seconds_of(0), .prompt = 300, .output = 4}}),
        {.on_request = [&](const request_record& r) { got[r.id] = r; }});
    CHECK(got[0].first_token.value() == approx(1.8));
    CHECK(got[1].first_token.value() == approx(1.8));
    // The link is one at a time: 0.5 s, then 0.3 s. The second lands (2.65) during the first's third step.
    CHECK(got[0].finished.value() == approx(1.8 + 0.5 + 0.05 + 3 * 0.1));
    CHECK(got[1].finished.value() == approx(1.8 + 0.8 + 0.05 + 3 * 0.1));
    CHECK(a.transfer_busy.value() == approx(0.8));
    CHECK(a.transfer_wait.value() == approx(0.5));
    CHECK(a.itl.count() == 6);
    CHECK(a.itl.largest().value() == approx(0.95));  // 0.8 on the link, latency, one step
    CHECK(a.latency_sum.value() == approx(a.under_way_time.value()).epsilon(1e-12));
}

TEST_CASE("disaggregated: conservation under pressure, and decodes that no prompt delays") {
    const server pool{.scheduling = vllm_style(64, 8192), .blocks = 3000};
    for (const double rate : {5.0, 14.0}) {
        const summary a = run(disaggregated<linear_step>{.prefill_law = reference_law,
                                                         .prefill = pool,
                                                         .prefill_replicas = 2,
                                                         .decode_law = reference_law,
                                                         .decode = pool,
                                                         .decode_replicas = 2,
                                                         .link = {.bandwidth = gigabytes_per_second(25),
                                                                  .bytes_per_token = bytes_of(131072)}},
                              poisson(rate, 5000));
        CHECK(a.ended == 5000);
        CHECK(a.latency_sum.value() == approx(a.under_way_time.value()).epsilon(1e-9));
        CHECK(a.itl.p99().value() < 0.05);  // no gap of a prompt among the decodes
    }
}

TEST_CASE("prefix cache: pieces are held, kept, and given up least recently used first") {
    prefix_cache c(32, 16);
    CHECK(c.blocks_per_piece() == 2);
    std::uint64_t kept = 0;
    const std::vector<std::uint64_t> a{1, 2, 3}, b{1, 2, 4};
    CHECK(c.hold(a) == 3);
    CHECK(c.present(b, kept) == 2);
    CHECK(kept == 0);
    CHECK(c.hold(b) == 1);
    CHECK(c.held_blocks() == 8);
    c.release(a);
    CHECK(c.held_blocks() == 6);
    CHECK(c.kept_blocks() == 2);
    c.release(b);
    CHECK(c.held_blocks() == 0);
    CHECK(c.kept_blocks() == 8);
    CHECK(c.present(a, kept) == 3);
    CHECK(kept == 3);
    c.give_up(3);  // two pieces: 3, let go first, and 4, the end of the second
    CHECK(c.kept_blocks() == 4);
    CHECK(c.present(a, kept) == 2);
    c.give_up(100);
    CHECK(c.kept_blocks() == 0);
    CHECK(c.present(a, kept) == 0);
}

TEST_CASE("a second request with the same start computes only what is new") {
    const linear_step law{1.0, 1e-3, 0};
    const server s{.scheduling = vllm_style(8, 8192), .blocks = 100, .block_tokens = 100, .prefix_cache = true};
    std::vector<request_record> got(3);
    const summary a = run(law, s,
                          replay_source({{.sent = seconds_of(0), .prompt = 450, .output = 1, .blocks = {1, 2, 3, 4}},
                                         {.sent = seconds_of(10), .prompt = 450, .output = 1, .blocks = {1, 2, 3, 9}},
                                         {.sent = seconds_of(20), .prompt = 400, .output = 1, .blocks = {1, 2, 3, 9}}}),
                          {.on_request = [&](const request_record& r) { got[r.id] = r; }});
    CHECK(got[0].cached == 0);
    CHECK(got[1].cached == 300);
    CHECK(got[2].cached == 300);  // one token at least is computed, so not the fourth piece
    CHECK(got[1].ttft().value() == approx(1.15));
    CHECK(a.cached_tokens == 600);
    CHECK(a.prompt_tokens == 450 + 150 + 100);
}

TEST_CASE("kept blocks give way to requests: a small cache changes the hits, never the books") {
    const session_shape shape{.turns = length::uniform(1, 8),
                              .prompt = length::uniform(50, 400),
                              .output = length::uniform(50, 300),
                              .shared = 200,
                              .think = seconds_of(5)};
    double hits = -1.0;
    for (const double blocks : {700.0, 2000.0, 20000.0}) {
        const server s{.scheduling = vllm_style(64, 2048), .blocks = blocks, .prefix_cache = true};
        bool within = true;
        const summary a =
            run(reference_law, s, session_source(arrivals::poisson(2), shape, 5000, 1),
                {.on_step = [&](const step_record& p) { within = within && double(p.blocks_used) <= blocks; }});
        CHECK(within);
        CHECK(a.ended + a.rejected == 5000);
        CHECK(a.latency_sum.value() == approx(a.under_way_time.value()).epsilon(1e-9));
        CHECK(double(a.cached_tokens) > hits);
        hits = double(a.cached_tokens);
    }
}

TEST_CASE("a conversation: each prompt is what was said before and something new") {
    const session_shape shape{.turns = 3.0, .prompt = 100.0, .output = 60.0, .shared = 40, .think = seconds_of(0)};
    const server s{.scheduling = vllm_style(8, 8192), .blocks = 1000, .prefix_cache = true};
    std::vector<request_record> got;
    run(reference_law, s, session_source(arrivals::evenly_spaced(0.01), shape, 6, 1),
        {.on_request = [&](const request_record& r) { got.push_back(r); }});
    REQUIRE(got.size() == 6);
    for (std::size_t k = 0; k < 6; ++k) {
        CHECK(got[k].prompt == 140 + 160 * (k % 3));
        // All the whole blocks of what was stored before: prompt and output but its last token.
        const std::uint32_t before = k % 3 == 0 ? 0 : got[k - 1].prompt + got[k - 1].output - 1;
        CHECK(got[k].cached == (k % 3 == 0 ? (k == 0 ? 0U : 32U) : before / 16 * 16));
    }
}
