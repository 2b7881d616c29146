// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/simulation/run.hpp>

using namespace gambrel;
using namespace gambrel::simulation;

TEST_CASE("passes go through the stages one behind the other") {
    pipeline p(3);
    // 6 s over three stages of 2 s. The second pass, of 3 s, waits at each stage for the first: it leaves 1 s after it.
    pipeline::passage way = p.send(0.0, 6.0);
    CHECK(way.enters == 0.0);
    CHECK(way.leaves == approx(6.0));
    way = p.send(0.5, 3.0);
    CHECK(way.enters == approx(2.0));
    CHECK(way.leaves == approx(7.0));
    // The third, longer, is nobody's follower after the first stage: 3 + 3 x 4 s.
    way = p.send(2.5, 12.0);
    CHECK(way.enters == approx(3.0));
    CHECK(way.leaves == approx(15.0));
    // Later than everybody: alone.
    way = p.send(20.0, 3.0);
    CHECK(way.enters == 20.0);
    CHECK(way.leaves == approx(23.0));
}

TEST_CASE("one stage is no pipeline: a pass begins when it is ready") {
    pipeline p(1);
    CHECK(p.send(1.0, 2.0).leaves == 3.0);
    CHECK(p.send(1.5, 2.0).enters == 1.5);
}

namespace {
constexpr linear_step law{.fixed = 0.012, .per_token = 0.0, .per_context = 0.0};  // 12 ms, whatever the load

summary closed(int stages, std::uint32_t clients, std::uint64_t each, double blocks = unlimited) {
    const server s{.scheduling = vllm_style(64, 8192), .blocks = blocks, .stages = stages};
    const closed_loop loop{.clients = clients};
    return run(law, s, closed_source(loop, length::fixed(100), length::fixed(10), clients * each, 1));
}
}  // namespace

TEST_CASE("a lone request crosses every stage for every token") {
    // Ten passes of 12 ms, however many stages share them.
    for (const int stages : {1, 2, 4}) {
        const summary a = closed(stages, 1, 5);
        CHECK(a.latency.mean().value() == approx(0.12));
        CHECK(a.tpot.mean().value() == approx(0.012));
        CHECK(a.passes == 50);
    }
}

TEST_CASE("stages overlap: as many batches as stages give as many times the passes, and idle stages none") {
    // Passes of a fixed time: n clients in n batches of one answer n / 0.12 s; beyond that batches grow instead.
    for (const int stages : {2, 3, 4}) {
        CAPTURE(stages);
        const summary full = closed(stages, static_cast<std::uint32_t>(stages), 200);
        CHECK(full.request_throughput.value() == approx(stages / 0.12).epsilon(0.01));
        CHECK(full.utilisation == approx(1.0).epsilon(0.01));
        const summary half = closed(2 * stages, static_cast<std::uint32_t>(stages), 200);
        CHECK(half.request_throughput.value() == approx(stages / 0.12).epsilon(0.01));
        CHECK(half.utilisation == approx(0.5).epsilon(0.01));
        const summary shared = closed(stages, static_cast<std::uint32_t>(3 * stages), 200);
        CHECK(shared.request_throughput.value() == approx(3 * stages / 0.12).epsilon(0.01));
        CHECK(shared.batch == approx(3.0).epsilon(0.12));  // 9 of 10 passes of a request decode
    }
}

TEST_CASE("a slow pass holds up the batches behind it") {
    // Two batches of one client each; a pass takes 1 ms and 1 ms a token. A prompt of 50 tokens and 4 outputs: alone
    // 51 + 3 x 2 = 57 ms. With two in flight each pass of decodes waits out the other's prompt at some stage.
    constexpr linear_step tokens{.fixed = 0.001, .per_token = 0.001};
    const server s{.scheduling = vllm_style(64, 8192), .stages = 2};
    const summary a = run(tokens, s, closed_source({.clients = 2}, length::fixed(50), length::fixed(4), 400, 1));
    CHECK(a.latency.mean().value() > 0.057);
    // The stages are never busy longer than both requests' work: 57 ms each, shared by two stages.
    CHECK(a.request_throughput.value() < 1 / 0.057 * 2);
    CHECK(a.request_throughput.value() > 1 / 0.057);
}

TEST_CASE("batches share slots out and KV blocks as they come") {
    // A request stores 109 tokens: 7 blocks of 16. Of 8 blocks a second one has to wait, of 14 not.
    CHECK(closed(2, 1, 1, 6).rejected == 1);
    CHECK(closed(2, 1, 1, 7).ended == 1);
    const summary alone = closed(2, 2, 50, 8), both = closed(2, 2, 50, 14);
    CHECK(both.request_throughput.value() == approx(2 / 0.12).epsilon(0.01));
    CHECK(alone.request_throughput.value() == approx(1 / 0.12).epsilon(0.05));
    CHECK(alone.ended == 100);
    const server few{.scheduling = vllm_style(2, 8192), .stages = 2};  // one slot for each batch
    const summary a = run(law, few, closed_source({.clients = 4}, length::fixed(100), length::fixed(10), 400, 1));
    CHECK(a.running == approx(2.0).epsilon(0.02));
}
