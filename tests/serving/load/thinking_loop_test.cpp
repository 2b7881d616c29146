// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/serving/load/thinking_loop.hpp>
#include <gambrel/simulation/run.hpp>

using namespace gambrel;

namespace {
constexpr linear_step law{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};
const length prompts = length::uniform(512, 1536), outputs = length::uniform(128, 384);
const scheduling slots256{.token_budget = 8192, .most_sequences = 256};
const load_model<linear_step> model(law, prompts, outputs, {.scheduling = slots256});
}  // namespace

TEST_CASE("no thinking is the closed loop") {
    for (const double n : {1.0, 64.0, 400.0}) {
        const load_prediction p = in_closed_loop(model, n, seconds<>{}), q = in_closed_loop(model, n);
        CHECK(p.rate == q.rate);
        CHECK(p.ttft.quantile(0.9) == q.ttft.quantile(0.9));
    }
}

TEST_CASE("Little's law over the loop: clients = rate (latency + thinking)") {
    for (const double n : {1.0, 32.0, 200.0, 600.0, 3000.0})
        for (const double think : {0.5, 5.0, 150.0}) {
            CAPTURE(n);
            CAPTURE(think);
            const load_prediction p = in_closed_loop(model, n, seconds_of(think));
            CHECK(p.rate.value() * (p.latency.mean().value() + think) == approx(n).epsilon(0.005));
            CHECK(p.rate.value() <= std::min(n / think, 1.0001 * p.limit.value()));
        }
}

TEST_CASE("thinking for ever is a lone request; more thinking is less load") {
    const load_prediction rare = in_closed_loop(model, 10.0, seconds_of(1e6)), lone = model.at(request_rate<>{});
    CHECK(rare.rate.value() == approx(1e-5).epsilon(1e-4));
    CHECK(rare.ttft.mean().value() == approx(lone.ttft.mean().value()).epsilon(1e-3));
    double last = 1e9;
    for (const double think : {0.1, 1.0, 10.0, 100.0}) {
        const double rate = in_closed_loop(model, 300.0, seconds_of(think)).rate.value();
        CHECK(rate <= last * 1.0001);
        last = rate;
    }
}

TEST_CASE("against the simulator: rate 1.5 %, TTFT mean 4 % (p99 8 %), TPOT mean 2.5 % (p99 9 %)") {
    struct row {
        std::uint32_t clients;
        double think;
    };
    for (const row& x : {row{4, 0.5}, row{4, 50}, row{32, 0.5}, row{32, 5}, row{200, 0.5}, row{200, 5}, row{200, 50},
                         row{600, 50}, row{600, 5}, row{3000, 50}, row{3000, 150}}) {
        CAPTURE(x.clients);
        CAPTURE(x.think);
        const load_prediction p = in_closed_loop(model, x.clients, seconds_of(x.think));
        const std::uint64_t n = x.clients * 60 + 40'000;
        const closed_loop loop{.clients = x.clients, .think = x.think, .exponential_think = true, .ramp = x.think + 5};
        const auto s = simulation::run(law, simulation::server{.scheduling = slots256},
                                       simulation::closed_source(loop, prompts, outputs, n, 1), {.warm_up = n / 3});
        CHECK(p.rate.value() == approx(s.request_throughput.value()).epsilon(0.015));
        CHECK(p.running == approx(s.running).epsilon(0.04));
        CHECK(p.ttft.mean().value() == approx(s.ttft.mean().value()).epsilon(0.04));
        CHECK(p.ttft.quantile(0.99).value() == approx(s.ttft.p99().value()).epsilon(0.08));
        CHECK(p.tpot.mean().value() == approx(s.tpot.mean().value()).epsilon(0.025));
        CHECK(p.tpot.quantile(0.99).value() == approx(s.tpot.p99().value()).epsilon(0.09));
        CHECK(p.latency.mean().value() == approx(s.latency.mean().value()).epsilon(0.02));
    }
}

TEST_CASE("wrong values are refused") {
    CHECK_THROWS_AS(in_closed_loop(model, 0.5, seconds_of(1)), error);
    CHECK_THROWS_AS(in_closed_loop(model, 5.0, seconds_of(-1)), error);
}
