// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/serving/load/closed_loop.hpp>
#include <gambrel/simulation/run.hpp>

using namespace gambrel;

namespace {
constexpr linear_step law{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};
const length prompts = length::uniform(512, 1536), outputs = length::uniform(128, 384);
const scheduling slots256{.token_budget = 8192, .most_sequences = 256};

load_model<linear_step> model(double frontend = 0.0) {
    return {law, prompts, outputs, {.scheduling = slots256, .frontend = seconds_of(frontend)}};
}
}  // namespace

// Alone: TTFT is a step of the prompt, TPOT a step of one decode, exactly.
TEST_CASE("one client") {
    const load_prediction p = in_closed_loop(model(0.010), 1.0);
    CHECK(p.ttft.mean().value() == approx(0.010 + 6.7e-3 + 1024.0 * 2.08e-5).epsilon(1e-6));
    CHECK(p.tpot.mean().value() == approx(6.7e-3 + 2.08e-5 + 4.9e-8 * model().basis().shape.context).epsilon(1e-6));
    CHECK_FALSE(p.ask_simulator());
}

TEST_CASE("Little's law over the loop: clients = rate (TTFT + (O - 1) TPOT)") {
    for (const double n : {8.0, 64.0, 200.0, 256.0, 600.0}) {
        CAPTURE(n);
        const load_prediction p = in_closed_loop(model(), n);
        const double cycle = p.ttft.mean().value() + 255.0 * p.tpot.mean().value();
        CHECK(p.rate.value() * cycle == approx(n).epsilon(0.015));
        CHECK(p.rate.value() <= p.limit.value() * 1.0001);
        CHECK(p.running + p.waiting == approx(n).epsilon(0.001));
    }
}

TEST_CASE("against the simulator: throughput 0.5 %, TPOT 1 % (p99 3 %), TTFT mean 4 %, p90 4 %, p99 8 %") {
    struct row {
        double clients, frontend;
    };
    for (const row& x : {row{8, 0.0}, row{64, 0.0}, row{64, 0.01}, row{200, 0.01}, row{400, 0.01}}) {
        CAPTURE(x.clients);
        CAPTURE(x.frontend);
        const load_prediction p = in_closed_loop(model(x.frontend), x.clients);
        const auto n = static_cast<std::uint64_t>(x.clients * 300 + 20'000);
        const auto s = simulation::run(
            law, simulation::server{.scheduling = slots256, .frontend = seconds_of(x.frontend)},
            simulation::closed_source({.clients = static_cast<std::uint32_t>(x.clients), .ramp = x.clients * 0.05},
                                      prompts, outputs, n, 1),
            {.warm_up = n / 3});
        CHECK(p.rate.value() == approx(s.request_throughput.value()).epsilon(0.005));
        CHECK(p.running == approx(s.running).epsilon(0.005));
        CHECK(p.tpot.mean().value() == approx(s.tpot.mean().value()).epsilon(0.01));
        CHECK(p.tpot.quantile(0.99).value() == approx(s.tpot.p99().value()).epsilon(0.03));
        CHECK(p.itl.quantile(0.5).value() == approx(s.itl.median().value()).epsilon(0.02));
        CHECK(p.itl.quantile(0.99).value() == approx(s.itl.p99().value()).epsilon(0.03));
        CHECK(p.ttft.mean().value() == approx(s.ttft.mean().value()).epsilon(0.04));
        CHECK(p.ttft.quantile(0.9).value() == approx(s.ttft.p90().value()).epsilon(0.04));
        CHECK(p.ttft.quantile(0.99).value() == approx(s.ttft.p99().value()).epsilon(0.08));
        CHECK(p.latency.quantile(0.9).value() == approx(s.latency.p90().value()).epsilon(0.01));
    }
}

// A step has a prompt of another client in it, or none: two humps far apart, the second about as rare as p99 looks.
TEST_CASE("few clients of equal prompts: no percentile beyond what a step can take, and the simulator's") {
    const double prefill = 1024.0 * law.per_token;
    for (const double n : {1.0, 2.0, 3.0, 4.0, 6.0}) {
        CAPTURE(n);
        const length output = length::uniform(32, 96);
        const load_model<linear_step> few(law, length(1024), output, {.scheduling = slots256});
        const load_prediction p = in_closed_loop(few, n);
        for (const double share : {0.95, 0.98, 0.985, 0.99, 0.995, 0.999}) {
            CAPTURE(share);
            CHECK(p.itl.quantile(share).value() < p.itl.quantile(0.5).value() + 2.2 * prefill);
            CHECK(p.ttft.quantile(share).value() < p.ttft.quantile(0.5).value() + 2.2 * prefill);
        }
        const auto s =
            simulation::run(law, simulation::server{.scheduling = slots256},
                            simulation::closed_source({.clients = static_cast<std::uint32_t>(n), .ramp = 0.5},
                                                      length(1024), output, 40'000, 1),
                            {.warm_up = 4'000});
        CHECK(p.itl.quantile(0.5).value() == approx(s.itl.median().value()).epsilon(0.01));
        CHECK(p.itl.quantile(0.99).value() == approx(s.itl.p99().value()).epsilon(0.04));
        CHECK(p.ttft.quantile(0.99).value() == approx(s.ttft.p99().value()).epsilon(0.08));
    }
}

TEST_CASE("waves of equal outputs are flagged, wrong values refused") {
    const load_model<linear_step> equal(law, prompts, length(256), {.scheduling = slots256});
    CHECK(in_closed_loop(equal, 32.0).warning == validity_warning::rounds);
    CHECK_FALSE(in_closed_loop(equal, 1.0).ask_simulator());
    CHECK_THROWS_AS(in_closed_loop(equal, 0.5), error);
    const load_model<linear_step> apart(law, prompts, outputs, {.scheduling = {.batching = batching::prefill_first}});
    CHECK_THROWS_AS(in_closed_loop(apart, 8.0), error);
}

// Fixed prompts: one client's TTFT is always its frontend, a step's fixed time and its prefill.
TEST_CASE("a lone client of equal prompts has one TTFT, at every percentile and also without decodes") {
    for (const double output : {1.0, 2.0, 256.0}) {
        CAPTURE(output);
        const load_model<linear_step> m(linear_step{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8},
                                        1024.0, output);
        const load_prediction p = in_closed_loop(m, 1.0);
        for (const double share : {0.01, 0.5, 0.99})
            CHECK(p.ttft.quantile(share).value() == approx(6.7e-3 + 1024 * 2.08e-5).epsilon(0.01));
        CHECK(p.ttft.mean().value() == approx(6.7e-3 + 1024 * 2.08e-5).epsilon(0.002));
    }
}
