// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/serving/load/closed_loop.hpp>
#include <gambrel/simulation/run.hpp>

using namespace gambrel;

namespace {
/// A step with prompts starts kernels that one without has not: 5 ms once, however many prompts there are.
struct law_with_prompt_start {
    linear_step line{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};

    double seconds(const pass_load& l) const { return line.seconds(l) + (l.prompts > 0.0 ? 5e-3 : 0.0); }
};
const length prompts = length::uniform(128, 384), outputs = length::uniform(32, 96);
const scheduling slots{.token_budget = 8192, .most_sequences = 256};
constexpr double clients = 32;

bool within(double predicted, double simulated, double relative) {
    return std::abs(predicted / simulated - 1.0) < relative;
}
}  // namespace

TEST_CASE("what a step with prompts costs besides them is paid once in each such step of a closed loop") {
    const load_model<law_with_prompt_start> m({}, prompts, outputs, {.scheduling = slots});
    const load_prediction p = in_closed_loop(m, clients);
    // By hand: half of the requests' steps carry a prompt of another; a request with its own prompt always pays.
    const double others = p.prompts_per_step * (clients - 1) / clients, any = 1.0 - std::exp(-others);
    const double context = m.basis().shape.context, decodes = p.running * 63.0 / 64.0;
    const double base = 6.7e-3 + decodes * (2.08e-5 + 4.9e-8 * context), prefill = 256 * 2.08e-5;
    CHECK(within(p.itl.mean().value(), base + any * 5e-3 + others * prefill, 0.01));
    CHECK(within(p.ttft.mean().value(), base + 5e-3 + (1 + others) * prefill, 0.01));

    const auto s = simulation::run(law_with_prompt_start{}, simulation::server{.scheduling = slots},
                                   simulation::closed_source({.clients = 32, .ramp = 1.6}, prompts, outputs, 40'000, 1),
                                   {.warm_up = 10'000});
    CHECK(within(p.rate.value(), s.request_throughput.value(), 0.01));
    CHECK(within(p.tpot.mean().value(), s.tpot.mean().value(), 0.01));
    CHECK(within(p.ttft.quantile(0.5).value(), s.ttft.median().value(), 0.05));
    CHECK(within(p.itl.quantile(0.9).value(), s.itl.p90().value(), 0.05));
}
