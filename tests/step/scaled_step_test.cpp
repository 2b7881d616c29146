// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/deployment.hpp>
#include <gambrel/simulation/run.hpp>
#include <gambrel/step/scaled_step.hpp>
#include <gambrel/step/tabulated_step.hpp>

using namespace gambrel;

namespace {
tabulated_step law_of(const deployment<>& d) {
    return {{d.model, d.cut, d.resolved_formats(), d.adapter}, d.roof(), d.runtime, 4096.0};
}
const deployment<> llama{catalog::llama_3_1_8b, device_named("h100-sxm"), runtime_named("vllm")};
}  // namespace

TEST_CASE("a law on another clock: every pass and every straight piece times the factor; 1 changes no bit") {
    constexpr linear_step plain{6.0, 0.5, 0.25};
    static_assert(scaled_step(plain, 2.0).seconds({.decodes = 2.0, .context = 8.0}) == 2.0 * (6.0 + 1.0 + 2.0));
    const tabulated_step law = law_of(llama);
    const scaled_step same(law), slow(law, 1.25);
    static_assert(simulation::line_law<scaled_step<tabulated_step>>);  // the simulator's short way stays
    static_assert(!simulation::line_law<scaled_step<linear_step>>);
    for (const double decodes : {1.0, 7.0, 100.0}) {
        const pass_load mixed{.decodes = decodes,
                              .context = 500.0 * decodes,
                              .prompts = 2.0,
                              .prompt_tokens = 600.0,
                              .prompt_pairs = 90000.0,
                              .finishing = 1.0};
        CHECK(same.seconds(mixed) == law.seconds(mixed));
        CHECK(slow.seconds(mixed) == 1.25 * law.seconds(mixed));
        const auto a = law.line(decodes, 700.0 * decodes), b = same.line(decodes, 700.0 * decodes),
                   c = slow.line(decodes, 700.0 * decodes);
        CHECK(b.fixed == a.fixed);
        CHECK(b.per_context == a.per_context);
        CHECK(c.fixed == 1.25 * a.fixed);
        CHECK(c.per_context == 1.25 * a.per_context);
        CHECK(c.until == a.until);
    }
}

TEST_CASE("a simulation on a clock of factor 1 is the same to the last bit") {
    using namespace simulation;
    const tabulated_step law = law_of(llama);
    const server s{.scheduling = vllm_style(64, 8192), .blocks = 3000, .frontend = seconds_of(0.01)};
    const auto source = [] {
        return open_source(arrivals::poisson(6.0), length::uniform(200.0, 900.0), length::uniform(50.0, 200.0), 3000,
                           1);
    };
    const summary a = run(law, s, source(), {.warm_up = 100}), b = run(scaled_step(law), s, source(), {.warm_up = 100});
    CHECK(a.ended == 3000);
    for (const auto tally : {&summary::ttft, &summary::tpot, &summary::latency, &summary::queued, &summary::itl}) {
        CHECK((a.*tally).mean() == (b.*tally).mean());
        CHECK((a.*tally).p99() == (b.*tally).p99());
        CHECK((a.*tally).largest() == (b.*tally).largest());
    }
    CHECK(a.request_throughput == b.request_throughput);
    CHECK(a.duration == b.duration);
    CHECK(a.passes == b.passes);
    CHECK(a.batch == b.batch);
}
