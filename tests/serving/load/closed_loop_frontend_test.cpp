// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/serving/load/closed_loop.hpp>
#include <gambrel/simulation/run.hpp>

using namespace gambrel;

// A client sends again when a step has ended; its request leaves a frontend of several steps at any moment of another
// one, and waits for the end of that: frontend + half a step. Prompts are cheap, so that half a step is a tenth of
// TTFT.
TEST_CASE("a frontend of several steps costs half a step besides, as in the simulator") {
    constexpr linear_step law{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};
    const length prompts = length::uniform(32, 96), outputs = length::uniform(128, 384);
    const scheduling slots{.token_budget = 8192, .most_sequences = 256};
    const seconds<> frontend = seconds_of(0.025);
    const load_prediction p =
        in_closed_loop(load_model<linear_step>{law, prompts, outputs, {.scheduling = slots, .frontend = frontend}}, 64);
    const auto s = simulation::run(law, simulation::server{.scheduling = slots, .frontend = frontend},
                                   simulation::closed_source({.clients = 64, .ramp = 3.2}, prompts, outputs, 30'000, 1),
                                   {.warm_up = 10'000});
    CHECK(p.step.value() < 0.4 * frontend.value());
    CHECK(p.ttft.mean().value() == doctest::Approx(s.ttft.mean().value()).epsilon(0.03));
    CHECK(p.rate.value() == doctest::Approx(s.request_throughput.value()).epsilon(0.005));
}
