// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/serving/load/closed_loop.hpp>
#include <gambrel/simulation/run.hpp>

using namespace gambrel;

// A client sends again when a step has ended; its request leaves a frontend of two to three steps during another one
// and waits for the end of that. Frontends that divide one step evenly wait half a step on average. Prompts are cheap,
// so that half a step is a tenth of TTFT.
TEST_CASE("a frontend of several steps costs half a step besides, as in the simulator") {
    constexpr linear_step law{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};
    const length prompts = length::uniform(32, 96), outputs = length::uniform(128, 384);
    const scheduling slots{.token_budget = 8192, .most_sequences = 256};
    constexpr double step = 8.97e-3;  // of 62 decodes
    constexpr int frontends = 8;
    double predicted = 0.0, simulated = 0.0;
    for (int i = 0; i < frontends; ++i) {
        const seconds<> frontend = seconds_of(step * (2.0 + (i + 0.5) / frontends));
        const load_prediction p = in_closed_loop(
            load_model<linear_step>{law, prompts, outputs, {.scheduling = slots, .frontend = frontend}}, 64);
        const auto s = simulation::run(
            law, simulation::server{.scheduling = slots, .frontend = frontend},
            simulation::closed_source({.clients = 64, .ramp = 3.2}, prompts, outputs, 15'000, 1), {.warm_up = 5'000});
        CHECK(std::abs(p.step.value() / step - 1) < 0.01);
        predicted += p.ttft.mean().value();
        simulated += s.ttft.mean().value();
    }
    CAPTURE(predicted / frontends);
    CAPTURE(simulated / frontends);
    CHECK(std::abs(predicted / simulated - 1) < 0.02);
}

// Clients and simulator behind a frontend that works 20 ms on a request: 50 a second at most.
TEST_CASE("clients queue for the frontend, as in the simulator") {
    const linear_step law{0.004, 2e-6, 0};
    const scheduling slots{.token_budget = 8192, .most_sequences = 256};
    const length prompts(1000), outputs = length::uniform(10, 30);
    const load_model<linear_step> m(
        law, prompts, outputs, {.scheduling = slots, .frontend = milliseconds(22), .frontend_work = milliseconds(20)});
    for (const unsigned clients : {4U, 40U}) {
        CAPTURE(clients);
        const load_prediction p = in_closed_loop(m, clients);
        const simulation::summary s = simulation::run(
            law,
            simulation::server{.scheduling = slots, .frontend = milliseconds(2), .frontend_work = microseconds(20)},
            simulation::closed_source({.clients = clients}, prompts, outputs, 4000, 3), {.warm_up = 400});
        CHECK(p.rate.value() <= 50.0 * (1 + 1e-9));
        CHECK(p.rate.value() == approx(s.request_throughput.value()).epsilon(0.06));
    }
}
