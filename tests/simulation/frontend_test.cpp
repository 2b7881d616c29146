// SPDX-License-Identifier: Apache-2.0
#include "../approx.hpp"

#include <doctest/doctest.h>
#include <gambrel/simulation/frontend.hpp>
#include <gambrel/simulation/run.hpp>
#include <gambrel/simulation/source.hpp>
#include <gambrel/step/step_law.hpp>
#include <vector>

namespace {
using namespace gambrel;
using namespace gambrel::simulation;

const server door{
    .scheduling = vllm_style(64, 100000), .frontend = seconds_of(0.002), .frontend_work = seconds_of(1e-5)};
}  // namespace

TEST_CASE("the frontend works on one prompt after another") {
    simulation::detail::frontend f(door);
    CHECK(f.next_time() == unlimited);
    f.enter({.sent = seconds_of(1.0), .prompt = 1000, .output = 1});   // done at 1.01
    f.enter({.sent = seconds_of(1.001), .prompt = 500, .output = 1});  // begun at 1.01, done at 1.015
    f.enter({.sent = seconds_of(2.0), .prompt = 100, .output = 1});    // finds nobody
    for (const double arrives : {1.012, 1.017, 2.003}) {
        CHECK(f.next_time() == approx(arrives).epsilon(1e-12));
        f.take();
    }
    CHECK(f.next_time() == unlimited);
}

// Four prompts at once, 10 ms of the frontend each, steps of 1 ms: the frontend is the slower, and each is alone in its
// step. TTFT of the i-th: 10 i ms of the frontend, 2 ms to be handed over, a step.
TEST_CASE("a burst that the frontend is slower than") {
    const linear_step law{0.001, 0, 0};
    std::vector<request> burst(4, {.sent = seconds_of(0.0), .prompt = 1000, .output = 1});
    std::vector<double> waits;
    run(law, door, replay_source(burst),
        {.on_request = [&](const request_record& r) { waits.push_back(r.ttft().value()); }});
    REQUIRE(waits.size() == 4);
    for (std::size_t i = 0; i < 4; ++i)
        CHECK(waits[i] == approx(0.010 * static_cast<double>(i + 1) + 0.003).epsilon(1e-12));
}

// M/D/1 at utilisation 1/2: a mean wait of work / 2 before the work.
TEST_CASE("Poisson arrivals wait for the frontend as for one server") {
    const linear_step law{1e-6, 0, 0};
    server s = door;
    s.frontend_work = seconds_of(1e-5);
    const summary a = run(law, s, open_source(arrivals::poisson(50.0), length(1000), length(1), 200000, 7));
    CHECK(a.ttft.mean().value() == approx(0.005 + 0.010 + 0.002).epsilon(0.02));
}
