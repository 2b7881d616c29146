// SPDX-License-Identifier: Apache-2.0
// The closed form of speculating steps against the simulator, which draws the tokens of every step; both on one straight
// law. Tolerances: those of load_against_simulation_test.cpp, but p99 of TPOT, which is 4 % where outputs vary (3 there).
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/serving/load/thinking_loop.hpp>
#include <gambrel/simulation/run.hpp>

using namespace gambrel;

namespace {
constexpr linear_step law{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};
constexpr scheduling settings{.token_budget = 8192, .most_sequences = 256};

load_model<linear_step> model(const speculation& s, const length& output) {
    return {law, length::uniform(512, 1536), output, {.scheduling = settings, .speculation = s}};
}
void near(seconds<> predicted, const seconds<>& simulated, const seconds<>& half_width, double relative) {
    CAPTURE(simulated.value());
    CHECK(std::abs((predicted - simulated).value()) <= relative * simulated.value() + half_width.value());
}
}  // namespace

TEST_CASE("an open loop: TPOT, TTFT, ITL and latency as simulated") {
    for (const length& output : {length(256), length::uniform(128, 384)})
        for (const speculation& s : {speculation{3, 0.7}, speculation{5, 0.4}, speculation{2, 1.0}})
            for (const double share : {0.12, 0.5, 0.75}) {
                CAPTURE(s.drafts);
                CAPTURE(share);
                CAPTURE(output.variance());
                const auto m = model(s, output);
                const double rate = share * m.limit().value();
                const load_prediction p = m.at(requests_per_second(rate));
                const simulation::summary a = simulation::run(
                    law, simulation::server{.scheduling = settings, .speculation = s},
                    simulation::open_source(arrivals::poisson(rate), length::uniform(512, 1536), output, 60'000, 3),
                    {.warm_up = 3'000});
                CHECK_FALSE(p.ask_simulator());
                near(p.tpot.mean(), a.tpot.mean(), a.tpot.mean_error(), 0.015);
                near(p.tpot.quantile(0.5), a.tpot.median(), a.tpot.quantile_error(0), 0.015);
                near(p.tpot.quantile(0.9), a.tpot.p90(), a.tpot.quantile_error(1), 0.03);
                near(p.tpot.quantile(0.99), a.tpot.p99(), a.tpot.quantile_error(3),
                     output.variance() > 0 ? 0.04 : 0.03);
                near(p.itl.mean(), a.itl.mean(), a.itl.mean_error(), 0.015);
                near(p.ttft.mean(), a.ttft.mean(), a.ttft.mean_error(), 0.01);
                near(p.ttft.quantile(0.99), a.ttft.p99(), a.ttft.quantile_error(3), 0.03);
                near(p.latency.mean(), a.latency.mean(), a.latency.mean_error(), 0.015);
                // Equal outputs in equal steps: 6 % short, as without drafts at outputs of as many steps (86).
                if (s.uneven() || output.variance() > 0)
                    near(p.latency.quantile(0.99), a.latency.p99(), a.latency.quantile_error(3), 0.03);
            }
}

TEST_CASE("the limit is that of fewer steps: nothing right, that of none; all right, each step makes drafts + 1") {
    const length output(257);  // 256 after the first: whole steps of 4
    const double plain = model({}, output).limit().value();
    CHECK(model({3, 0.0}, output).limit().value() == approx(plain).epsilon(1e-12));
    // By hand: with every slot busy a request costs its prompt and, of slots, a pass for each of 64.375 steps.
    const auto m = model({3, 1.0}, output);
    CHECK(m.basis().shape.output == approx(1 + 256.0 / 4 + 0.375).epsilon(1e-12));
    CHECK(m.limit().value() > plain);
    CHECK(m.limit().value() < 4 * plain);
}

TEST_CASE("a closed loop: rate and TPOT as simulated; equal outputs do not stay together") {
    for (const speculation& s : {speculation{3, 0.7}, speculation{5, 0.4}})
        for (const double clients : {1.0, 24.0, 200.0}) {
            CAPTURE(clients);
            const auto m = model(s, 256);
            const load_prediction p = in_closed_loop(m, clients);
            const simulation::summary a = simulation::run(
                law, simulation::server{.scheduling = settings, .speculation = s},
                simulation::closed_source({.clients = static_cast<std::uint32_t>(clients), .ramp = 1.0},
                                          length::uniform(512, 1536), 256, clients == 1.0 ? 3'000 : 30'000, 3),
                {.warm_up = clients == 1.0 ? 100U : 3'000U});
            CHECK(p.warning != validity_warning::rounds);
            CHECK(p.rate.value() == approx(a.request_throughput.value()).epsilon(0.015));
            near(p.tpot.mean(), a.tpot.mean(), a.tpot.mean_error(), 0.015);
            near(p.tpot.quantile(0.99), a.tpot.p99(), a.tpot.quantile_error(3), 0.04);
        }
}

TEST_CASE("thinking clients and a machine that does not keep up: tokens, not steps") {
    const auto m = model({3, 0.7}, 256), plain = model({}, 256);
    const load_prediction t = in_closed_loop(m, 20, seconds_of(2.0)), u = in_closed_loop(plain, 20, seconds_of(2.0));
    CHECK(t.tpot.mean().value() < 0.5 * u.tpot.mean().value());
    const load_prediction over = m.at(m.limit() * 1.2);
    CHECK_FALSE(over.stable);
    CHECK(over.tpot.mean().value() == approx(over.step.value() * speculation{3, 0.7}.passes(255) / 255).epsilon(1e-3));
}
