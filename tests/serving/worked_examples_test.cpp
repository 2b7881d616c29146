// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/load/step_recursion.hpp>
#include <gambrel/serving/operating_point.hpp>

using namespace gambrel;

TEST_CASE("by hand: 16 clients, prompts of 1024, outputs of 128, budget 8192") {
    runtime<> software = catalog::vllm;
    software.scheduling = {.token_budget = 8192};
    const deployment<> d{catalog::llama_3_1_8b, catalog::h100_sxm, software, {}};
    const checked_deployment<> c(d);
    const workload w{.prompt = 1024, .output = length::uniform(64, 192), .concurrency = 16};
    const operating_point<double> p(c, request_shape(w, software.scheduling, d.model), 16);

    CHECK(p.passes_per_prompt() == 1);
    CHECK(p.queue_share() * 129 == approx(1.35e-5).epsilon(0.01));
    CHECK(p.decodes() == approx(15.884).epsilon(1e-4));           // 1 + 15 x 128 / 129
    CHECK(p.prompts_per_pass() == approx(1.0633).epsilon(1e-4));  // a / (1 - e^-a), a = 16 / 129
    const double share = 0.10895;                                 // (14.047 - 0.102) / 128
    const double decode = p.decode.total().value(), prefill = p.prefill.total().value();
    CHECK(p.mean_step.total().value() == approx(decode + share * (prefill - decode)).epsilon(1e-4));
}

TEST_CASE("by hand: base 10 ms, prefill 20 ms, 10 requests/s") {
    const step_recursion r(10.0, {{0.020, 1.0}}, {.fixed = 0.010}, 0.010);
    CHECK(r.load() == approx(0.2));
    CHECK(r.mean_step() * 1e3 == approx(12.5));
    CHECK(std::sqrt(r.step_variance()) * 1e3 == approx(7.217).epsilon(1e-4));
    CHECK(r.mean_residual() * 1e3 == approx(25.0 / 3));
    CHECK(r.mean_first_token() * 1e3 == approx(125.0 / 3));
}
