// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/serving/load/load_model.hpp>
#include <gambrel/simulation/run.hpp>

using namespace gambrel;
namespace sim = gambrel::simulation;

namespace {
/// A pass takes a second, and a tenth more with prompts.
struct seconds_law {
    double seconds(const pass_load& l) const { return l.prompts > 0.0 ? 1.1 : 1.0; }
};
std::vector<sim::request_record> served(bool ahead, std::vector<sim::request> requests) {
    sim::server s{.scheduling = sim::vllm_style(8, 1000)};
    s.scheduling.async_scheduling = ahead;
    std::vector<sim::request_record> all(requests.size());
    sim::options how;
    how.on_request = [&](const sim::request_record& r) { all[r.id] = r; };
    const auto summary = sim::run(seconds_law{}, s, sim::replay_source(std::move(requests)), how);
    CHECK(summary.ended == all.size());
    return all;
}
}  // namespace

TEST_CASE("a step planned ahead is missed by who comes while the one before it runs") {
    // The first runs alone: 0 to 1.1, then passes of a second. The second comes at 3.3, in the pass of 3.1 to 4.1.
    const std::vector<sim::request> two{{.sent = seconds_of(0.0), .prompt = 10, .output = 20},
                                        {.sent = seconds_of(3.3), .prompt = 10, .output = 2}};
    const auto in_turn = served(false, two), ahead = served(true, two);
    CHECK(in_turn[0].first_token.value() == approx(1.1));
    CHECK(ahead[0].first_token.value() == approx(1.1));  // nothing was running
    CHECK(in_turn[1].first_token.value() == approx(4.1 + 1.1));
    CHECK(ahead[1].first_token.value() == approx(4.1 + 1.0 + 1.1));  // 4.1 to 5.1 was planned without it
    CHECK(ahead[1].scheduled.value() == approx(5.1));
}

TEST_CASE("an engine that runs dry takes up at once what it had missed") {
    // The first has its only decode from 1.1 to 2.1; what comes meanwhile finds nothing planned.
    const auto r = served(true, {{.sent = seconds_of(0.0), .prompt = 10, .output = 2},
                                 {.sent = seconds_of(1.5), .prompt = 10, .output = 1}});
    CHECK(r[1].first_token.value() == approx(2.1 + 1.1));
}

TEST_CASE("the closed form and the simulator agree on steps planned ahead") {
    const linear_step law{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};
    const length prompt = length::uniform(512, 1536), output = length::uniform(128, 384);
    sim::server s{.scheduling = sim::vllm_style(256, 8192)};
    s.scheduling.async_scheduling = true;
    const load_model<linear_step> model(law, prompt, output, {.scheduling = s.scheduling});
    for (const double rate : {0.3, 3.0, 7.7, 12.4}) {  // the first mostly finds the engine idle
        CAPTURE(rate);
        const auto run =
            sim::run(law, s, sim::open_source(arrivals::poisson(rate), prompt, output, 60000, 7), {.warm_up = 5000});
        const load_prediction p = model.at(requests_per_second(rate));
        CHECK(p.ttft.mean().value() == approx(run.ttft.mean().value()).epsilon(0.006));
        CHECK(p.ttft.quantile(0.5).value() == approx(run.ttft.median().value()).epsilon(0.006));
        CHECK(p.ttft.quantile(0.99).value() == approx(run.ttft.p99().value()).epsilon(0.02));
        CHECK(p.tpot.mean().value() == approx(run.tpot.mean().value()).epsilon(0.005));
    }
}
