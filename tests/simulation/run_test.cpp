// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/simulation/run.hpp>

#include "naive_estimated.hpp"

using namespace gambrel;
using namespace gambrel::simulation;

namespace {
constexpr linear_step reference_law{6.7e-3, 2.08e-5, 4.9e-8};
const length reference_prompt = length::uniform(512, 1536), reference_output = length::uniform(128, 384);

summary reference(double rate, std::uint64_t count, std::uint64_t seed = 1, const options& how = {}) {
    const server s{.scheduling = vllm_style(256, 8192), .blocks = 30000};
    return run(reference_law, s, open_source(arrivals::poisson(rate), reference_prompt, reference_output, count, seed),
               how);
}

std::vector<request> drawn(double rate, std::size_t count, const length& prompt, const length& output,
                           std::uint64_t seed) {
    open_source from(arrivals::poisson(rate), prompt, output, count, seed);
    std::vector<request> all;
    while (all.size() < count) all.push_back(from.take());
    return all;
}

/// Every request's times against the simulator that looks at every request.
void agree(const server& fast, const std::vector<request>& requests, const naive::answer& expected, bool preempts) {
    std::vector<request_record> got(requests.size());
    const summary a = run(reference_law, fast, replay_source(requests),
                          {.on_request = [&](const request_record& r) { got[r.id] = r; }});
    REQUIRE(a.ended == requests.size());
    CHECK((expected.preemptions > 10) == preempts);
    CHECK(a.preemptions == expected.preemptions);
    CHECK(a.passes == expected.passes);
    double worst = 0.0;
    for (std::size_t i = 0; i < got.size(); ++i) {
        worst = std::max(worst, std::abs(got[i].first_token.value() - expected.records[i].first_token.value()));
        worst = std::max(worst, std::abs(got[i].finished.value() - expected.records[i].finished.value()));
        if (got[i].preemptions != expected.records[i].preemptions) worst = unlimited;
    }
    CHECK(worst < 1e-8);
}
void agrees_with_naive(const std::vector<request>& requests, const naive::settings& s, bool preempts = false) {
    server fast{.scheduling = vllm_style(double(s.slots), double(s.budget)),
                .blocks = double(s.blocks),
                .block_tokens = double(s.block_tokens)};
    if (s.by_chunk) fast.scheduling.admission = admission::first_chunk;
    fast.scheduling.spare_blocks = double(s.spare);
    agree(fast, requests, naive::run(reference_law, s, requests), preempts);
}
void agrees_with_estimated(const std::vector<request>& requests, const naive::settings& s, bool preempts = false) {
    server fast{
        .scheduling = sglang_style(double(s.slots), double(s.budget)), .blocks = double(s.blocks), .block_tokens = 1};
    fast.scheduling.admission = admission::estimated;
    agree(fast, requests, naive::run_estimated(reference_law, s, requests), preempts);
}
}  // namespace

// notes: DES columns of serving theory 4.2 (ms), another implementation with constants printed to two or three digits:
// at rho = 0.7 half a digit of g alone moves TPOT by 0.8 %. So 1 % of TPOT and 1.5 % of TTFT, plus this run's interval.
TEST_CASE("the reference scenario agrees with another simulator's figures") {
    struct row {
        double rate, tpot, ttft, p50, p90, p99;
    };
    for (const row& r : {row{2.95, 7.72, 33.6, 32.9, 42.8, 64.5}, row{7.68, 9.94, 38.6, 36.3, 55.5, 84.4},
                         row{12.38, 13.88, 46.7, 41.9, 71.8, 110.1}, row{17.02, 22.80, 63.1, 55.2, 100.2, 156.7}}) {
        CAPTURE(r.rate);
        const summary s = reference(r.rate, 300'000, 1, {.warm_up = 10'000});
        const auto near = [](double got, double error, double expected_ms, double relative) {
            CAPTURE(got * 1e3);
            CAPTURE(expected_ms);
            CHECK(std::abs(got - expected_ms * 1e-3) < error + relative * expected_ms * 1e-3);
        };
        CHECK(s.stable);
        near(s.tpot.mean().value(), s.tpot.mean_error().value(), r.tpot, 0.01);
        near(s.ttft.mean().value(), s.ttft.mean_error().value(), r.ttft, 0.015);
        near(s.ttft.median().value(), s.ttft.quantile_error(0).value(), r.p50, 0.015);
        near(s.ttft.p90().value(), s.ttft.quantile_error(1).value(), r.p90, 0.015);
        near(s.ttft.p99().value(), s.ttft.quantile_error(3).value(), r.p99, 0.015);
    }
}

TEST_CASE("vLLM's rules: every time equals that of a simulator which looks at every request") {
    SUBCASE("room for all") { agrees_with_naive(drawn(17, 2000, reference_prompt, reference_output, 3), {}); }
    SUBCASE("few slots") { agrees_with_naive(drawn(10, 1000, reference_prompt, reference_output, 4), {.slots = 32}); }
    SUBCASE("prompts cut by the budget") {
        agrees_with_naive(drawn(8, 1000, length::uniform(1, 3000), length::uniform(1, 300), 5),
                          {.slots = 64, .budget = 512});
    }
    SUBCASE("blocks run out: preemption and recompute") {
        for (const bool by_chunk : {false, true}) {
            CAPTURE(by_chunk);
            agrees_with_naive(drawn(17, 1000, reference_prompt, reference_output, 6),
                              {.blocks = 2000, .by_chunk = by_chunk}, true);
            agrees_with_naive(drawn(17, 1000, reference_prompt, reference_output, 7),
                              {.blocks = 500, .block_tokens = 100, .by_chunk = by_chunk}, true);
            agrees_with_naive(drawn(30, 1000, length::uniform(1, 60), length::uniform(1, 200), 8),
                              {.slots = 64, .budget = 64, .blocks = 2000, .block_tokens = 1, .by_chunk = by_chunk},
                              true);
        }
    }
}

TEST_CASE("MLC LLM's rules, request by request") {
    agrees_with_naive(drawn(17, 1000, reference_prompt, reference_output, 10), {.by_chunk = true, .spare = 1});
    agrees_with_naive(drawn(17, 1000, reference_prompt, reference_output, 11),
                      {.blocks = 2000, .by_chunk = true, .spare = 1}, true);
    agrees_with_naive(drawn(12, 1000, length::uniform(1, 3000), length::uniform(1, 600), 12),
                      {.slots = 64, .budget = 512, .blocks = 1000, .by_chunk = true, .spare = 1}, true);
}

TEST_CASE("SGLang's rules, request by request") {
    agrees_with_estimated(drawn(17, 1000, reference_prompt, reference_output, 13), {});
    agrees_with_estimated(drawn(12, 1000, length::uniform(1, 3000), length::uniform(1, 300), 14),
                          {.slots = 64, .budget = 512, .blocks = 20000});
    agrees_with_estimated(drawn(17, 1000, length::uniform(1, 200), length::uniform(1, 2000), 15),
                          {.slots = 128, .blocks = 20000}, true);
    agrees_with_estimated(drawn(17, 1000, length::uniform(1, 2000), length::uniform(1, 1000), 16),
                          {.slots = 128, .budget = 512, .blocks = 10000}, true);
}

TEST_CASE("one request alone: hand computed") {
    const linear_step law{0.010, 1e-5, 1e-7};
    const server s{.scheduling = vllm_style(4, 1000), .blocks = 1000, .frontend = seconds_of(0.005)};
    request_record got;
    const summary a = run(law, s, replay_source({{.sent = seconds_of(1.0), .prompt = 1500, .output = 3}}),
                          {.on_request = [&](const request_record& r) { got = r; }});
    // Two pieces of the prompt: 1000 and 500 tokens. Then decodes that attend to 1501 and 1502 tokens.
    const double ttft = 0.005 + (0.010 + 1000e-5) + (0.010 + 500e-5);
    CHECK(got.ttft().value() == approx(ttft).epsilon(1e-12));
    CHECK(got.latency().value() == approx(ttft + 2 * 0.010 + 2e-5 + 3003e-7).epsilon(1e-12));
    CHECK(a.passes == 4);
    CHECK(a.itl.count() == 2);
    CHECK(a.most_blocks == (1502 + 15) / 16);
}

TEST_CASE("laws of conservation hold in every run") {
    for (const double blocks : {300.0, 2000.0, unlimited})
        for (const double rate : {3.0, 25.0}) {
            CAPTURE(blocks);
            CAPTURE(rate);
            const server s{.scheduling = vllm_style(128, 2048), .blocks = blocks, .frontend = seconds_of(0.01)};
            const std::uint64_t n = 3000;
            std::uint64_t asked = 0, prompts = 0, computed = 0, with_prompts = 0;
            double busy = 0.0, last = 0.0, idle = 0.0, decode_time = 0.0, block_time = 0.0;
            bool ordered = true;
            const summary a =
                run(reference_law, s, open_source(arrivals::poisson(rate), reference_prompt, reference_output, n, 9),
                    {.on_request =
                         [&](const request_record& r) {
                             asked += r.output;
                             prompts += r.prompt;
                         },
                     .on_step =
                         [&](const step_record& p) {
                             const double took = p.end.value() - p.start.value();
                             busy += took;
                             decode_time += took * double(p.decodes);
                             block_time += took * double(p.blocks_used);
                             computed += p.prompt_tokens;
                             with_prompts += p.prompts > 0 ? 1 : 0;
                             idle += p.start.value() - last;
                             ordered = ordered && p.start.value() >= last - 1e-9 && double(p.blocks_used) <= blocks;
                             last = p.end.value();
                         }});
            CHECK(ordered);
            CHECK(a.sent == n);
            CHECK(a.ended == n);
            CHECK(a.output_tokens == asked);
            CHECK(a.latency_sum.value() == approx(a.under_way_time.value()).epsilon(1e-9));
            CHECK(busy + idle == approx(last).epsilon(1e-9));
            CHECK(a.prompt_passes == with_prompts);
            // What was evicted is computed again, and for an evicted decode its last token, whose KV was not yet there.
            CHECK(a.prompt_tokens == computed);
            CHECK(computed >= prompts + a.recomputed_tokens);
            CHECK(computed <= prompts + a.recomputed_tokens + a.preemptions);
            CHECK(a.batch == approx(decode_time / busy).epsilon(1e-9));
            CHECK(a.blocks == approx(block_time / busy).epsilon(1e-9));
        }
}

TEST_CASE("work is conserved: never idle while a request is under way") {
    const server s{.scheduling = vllm_style(16, 2048), .blocks = 400};
    std::vector<std::pair<double, double>> passes, stays;
    int lazy = 0;
    run(reference_law, s, open_source(arrivals::poisson(1.0), reference_prompt, reference_output, 500, 2),
        {.on_request = [&](const request_record& r) { stays.emplace_back(r.sent.value(), r.finished.value()); },
         .on_step = [&](const step_record& p) { passes.emplace_back(p.start.value(), p.end.value()); }});
    for (std::size_t i = 1; i < passes.size(); ++i) {
        const double from = passes[i - 1].second, to = passes[i].first;
        if (to <= from + 1e-12) continue;  // a gap: nobody is under way in its middle
        const double middle = 0.5 * (from + to);
        for (const auto& [sent, finished] : stays) lazy += sent < middle && middle < finished ? 1 : 0;
    }
    CHECK(lazy == 0);
}

TEST_CASE("bad input and limits") {
    const server s{.scheduling = vllm_style(256, 8192), .blocks = 100};
    SUBCASE("a request larger than the KV cache is rejected and counted") {
        const summary a =
            run(reference_law, s,
                replay_source({{.sent = seconds_of(0), .prompt = 1599, .output = 2},  // 1600 tokens: just fits
                               {.sent = seconds_of(0), .prompt = 1600, .output = 2},  // 1601
                               {.sent = seconds_of(0.1), .prompt = 10, .output = 10}}));
        CHECK(a.sent == 3);
        CHECK(a.rejected == 1);
        CHECK(a.ended == 2);
    }
    SUBCASE("rate zero: nothing happens") {
        const summary a = run(reference_law, s, open_source(arrivals::poisson(0), 10.0, 10.0, 100, 1));
        CHECK(a.sent == 0);
        CHECK(a.ttft.mean().value() == 0.0);
        CHECK(a.stable);
    }
    SUBCASE("no requests at all") { CHECK(run(reference_law, s, replay_source({})).sent == 0); }
    SUBCASE("one slot serves one after the other") {
        const server one{.scheduling = vllm_style(1, 8192)};
        std::vector<request_record> got;
        run(linear_step{0.01, 0, 0}, one,
            replay_source(
                {{.sent = seconds_of(0), .prompt = 5, .output = 4}, {.sent = seconds_of(0), .prompt = 5, .output = 2}}),
            {.on_request = [&](const request_record& r) { got.push_back(r); }});
        REQUIRE(got.size() == 2);
        CHECK(got[0].finished.value() == approx(0.04));
        CHECK(got[1].ttft().value() == approx(0.05));
        CHECK(got[1].finished.value() == approx(0.06));
    }
    SUBCASE("one block holds one small request at a time") {
        const server one{.scheduling = vllm_style(8, 8192), .blocks = 1, .block_tokens = 16};
        const summary a = run(linear_step{0.01, 0, 0}, one,
                              replay_source({{.sent = seconds_of(0), .prompt = 8, .output = 9},
                                             {.sent = seconds_of(0), .prompt = 8, .output = 9}}));
        CHECK(a.ended == 2);
        CHECK(a.rejected == 0);
        CHECK(a.most_blocks == 1);
        CHECK(a.duration.value() == approx(0.18));
    }
    SUBCASE("one client: latency is that of a request alone") {
        const server free{.scheduling = vllm_style(256, 8192)};
        const summary a = run(linear_step{0.01, 0, 0}, free, closed_source({.clients = 1}, 100.0, 11.0, 50, 1));
        CHECK(a.latency.mean().value() == approx(0.11).epsilon(1e-9));
        CHECK(a.request_throughput.value() == approx(1 / 0.11).epsilon(1e-9));
        CHECK(a.running == approx(1.0).epsilon(1e-9));
    }
    SUBCASE("wrong settings are named") {
        CHECK_THROWS_WITH_AS(run(reference_law, server{.block_tokens = 0.5}, replay_source({})),
                             doctest::Contains("KV block"), error);
        CHECK_THROWS_WITH_AS(replay_source({{.sent = seconds_of(2)}, {.sent = seconds_of(1)}}),
                             doctest::Contains("request 2"), error);
    }
}

TEST_CASE("an unstable rate is an answer") {
    const summary a = reference(25.0, 50'000);  // the cap is 20.9 requests/s
    CHECK_FALSE(a.stable);
    CHECK(a.request_throughput.value() == approx(20.9).epsilon(0.02));
    CHECK(a.backlog_growth.value() == approx(25.0 - a.request_throughput.value()).epsilon(0.06));
    const summary given_up = reference(60.0, 1'000'000, 1, {.most_waiting = 5000});
    CHECK_FALSE(given_up.stable);
    CHECK(given_up.left > 5000);
    CHECK(given_up.sent == given_up.ended + given_up.left);
    CHECK(reference(19.0, 50'000).stable);
}

// notes: serving theory 4.2, admission caps of the reference scenario: 20.93 with 256 slots, 14.74 with 64.
TEST_CASE("stable below the admission cap of the theory, unstable above") {
    const auto stable = [](double slots, double rate) {
        return run(reference_law, {.scheduling = vllm_style(slots, 8192), .blocks = 30000},
                   open_source(arrivals::poisson(rate), reference_prompt, reference_output, 100'000, 1))
            .stable;
    };
    CHECK(stable(256, 20.5));
    CHECK_FALSE(stable(256, 21.5));
    CHECK(stable(64, 14.4));
    CHECK_FALSE(stable(64, 15.1));
}

TEST_CASE("closed loop: Little's law with the thinking time") {
    const server s{.scheduling = vllm_style(64, 8192), .blocks = 6000};
    const summary a = run(reference_law, s,
                          closed_source({.clients = 100, .think = 2.0, .exponential_think = true}, reference_prompt,
                                        reference_output, 40'000, 1),
                          {.warm_up = 1000});
    CHECK(a.request_throughput.value() * (a.latency.mean().value() + 2.0) == approx(100.0).epsilon(0.01));
    CHECK(a.latency_sum.value() == approx(a.under_way_time.value()).epsilon(1e-9));
}

TEST_CASE("the same seed gives the same digits, another seed does not") {
    const summary a = reference(10, 5000, 1), b = reference(10, 5000, 1), c = reference(10, 5000, 2);
    CHECK(a.latency.mean().value() == b.latency.mean().value());
    CHECK(a.ttft.p99().value() == b.ttft.p99().value());
    CHECK(a.latency.mean().value() != c.latency.mean().value());
}

TEST_CASE("priorities: the lower number goes first and is preempted last") {
    const server one{.scheduling = vllm_style(1, 8192)};
    std::vector<std::uint64_t> order;
    run(linear_step{0.01, 0, 0}, one,
        replay_source({{.sent = seconds_of(0), .prompt = 5, .output = 4},
                       {.sent = seconds_of(0.001), .prompt = 5, .output = 2, .priority = 1},
                       {.sent = seconds_of(0.002), .prompt = 5, .output = 2, .priority = -1}}),
        {.on_request = [&](const request_record& r) { order.push_back(r.id); }});
    CHECK(order == std::vector<std::uint64_t>{0, 2, 1});
}

namespace {
/// A second, and a millisecond more for each prompt token.
struct seconds_of_prompt_tokens {
    double seconds(const pass_load& l) const { return 1.0 + 1e-3 * l.prompt_tokens; }
};
}  // namespace

// Three prompts of 100 fit a pass of 1000: 1.3 s, then two decodes of 1 s.
TEST_CASE("requests of one instant, or of one alone, have a rate: over the time until the last answer") {
    const auto at_once = [](std::size_t n) {
        const std::vector<request> all(n, {.sent = seconds_of(5), .prompt = 100, .output = 3});
        return run(seconds_of_prompt_tokens{}, {.scheduling = vllm_style(16, 1000)}, replay_source(all), options{});
    };
    for (const std::size_t n : {std::size_t{1}, std::size_t{3}}) {
        CAPTURE(n);
        const summary a = at_once(n);
        const double took = 1.0 + 0.1 * static_cast<double>(n) + 2.0;
        CHECK(a.window.value() == approx(took));
        CHECK(a.request_throughput.value() == approx(static_cast<double>(n) / took));
        CHECK(a.output_throughput.value() == approx(3.0 * static_cast<double>(n) / took));
        CHECK(a.running == approx(static_cast<double>(n)));
        CHECK(a.utilisation == approx(1.0));
        CHECK(a.stable);
    }
}

TEST_CASE("why requests were rejected: too long for a pass, or for the KV memory") {
    const std::vector<request> all{{.sent = seconds_of(0), .prompt = 100, .output = 5},
                                   {.sent = seconds_of(0), .prompt = 1001, .output = 5},
                                   {.sent = seconds_of(0), .prompt = 900, .output = 200}};
    const summary a =
        run(seconds_of_prompt_tokens{}, {.scheduling = tensorrt_llm_style(16, 1000), .blocks = 100, .block_tokens = 10},
            replay_source(all), options{});
    CHECK(a.ended == 1);
    CHECK(a.rejected == 2);
    CHECK(a.too_long == 1);
}

TEST_CASE("rates and means over a window, by hand: two replicas, four seconds") {
    const simulation::detail::run_counts begin{.time = 10,
                                               .busy = 4,
                                               .running = 20,
                                               .waiting = 1,
                                               .ended = 5,
                                               .output_tokens = 50,
                                               .prompt_tokens = 500,
                                               .in_line = 2},
        end{.time = 14,
            .busy = 10,
            .running = 50,
            .waiting = 3,
            .ended = 11,
            .output_tokens = 110,
            .prompt_tokens = 1100,
            .in_line = 1};
    summary a;
    simulation::detail::fill_window(a, begin, end, 2);
    CHECK(a.window.value() == 4.0);
    CHECK(a.request_throughput.value() == 6.0 / 4.0);
    CHECK(a.output_throughput.value() == 60.0 / 4.0);
    CHECK(a.prompt_throughput.value() == 600.0 / 4.0);
    CHECK(a.running == 30.0 / 4.0);
    CHECK(a.waiting == 2.0 / 4.0);
    CHECK(a.utilisation == 6.0 / (2 * 4.0));  // seconds in passes of the replicas' seconds
    CHECK(a.backlog_growth.value() == -1.0 / 4.0);
}
