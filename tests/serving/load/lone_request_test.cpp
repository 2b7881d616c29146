// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/serving/load/load_model.hpp>

using namespace gambrel;

namespace {
constexpr linear_step law{.fixed = 6.7e-3, .per_token = 2.08e-5, .per_context = 4.9e-8};

double ttft(bool async, double share) {
    const load_model<linear_step> m(
        law, length(1024), length::uniform(128, 384),
        {.scheduling = {.token_budget = 8192, .most_sequences = 256, .async_scheduling = async},
         .frontend = seconds_of(0.01)});
    return m.at(m.limit() * share).ttft.mean().value();
}
}  // namespace

// Asynchronous scheduling plans a step while one runs. Where none runs, none is planned: its own step starts at once.
TEST_CASE("who finds the engine idle pays nothing for asynchronous scheduling") {
    const double alone = 0.01 + 6.7e-3 + 1024 * 2.08e-5;
    CHECK(ttft(false, 0.0) == approx(alone).epsilon(1e-4).scale(0));
    CHECK(ttft(true, 0.0) == approx(alone).epsilon(1e-3).scale(0));
    // Under load nearly everybody meets a step, and waits for the one planned: about one step more.
    CHECK(ttft(true, 0.7) - ttft(false, 0.7) > 6.7e-3);
}
