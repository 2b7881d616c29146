// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/predict.hpp>
#include <gambrel/simulation/run.hpp>
#include <gambrel/step/tabulated_step.hpp>

using namespace gambrel;

TEST_CASE("who meets whom: stages with a request each, copies of experts, nobody of a dense copy") {
    const parallelism stages{.pipeline = 4}, copies{.data = 8, .expert = 8},
        both{.pipeline = 2, .data = 4, .expert = 4};
    CHECK(met_groups(catalog::llama_3_1_70b, stages, 64).others == 3);
    CHECK(met_groups(catalog::llama_3_1_70b, stages, 2).others == 1);  // two requests: two batches under way
    CHECK(met_groups(catalog::deepseek_v3, copies, 16).others == 7);
    CHECK(met_groups(catalog::deepseek_v3, copies, 16).together == 128);
    CHECK(met_groups(catalog::deepseek_v3, copies, 0.125).others == 0);  // a lone client of eight copies
    CHECK(met_groups(catalog::deepseek_v3, both, 10).others == 7);
    CHECK(met_groups(catalog::llama_3_1_8b, copies, 16).others == 0);
    // Prompts held until every copy has one start together.
    const scheduling balanced{.prompts_per_step = 1, .batch_wait_steps = 10};
    CHECK(met_groups(catalog::deepseek_v3, copies, 16, balanced).others == 0);
    CHECK(met_groups(catalog::deepseek_v3, both, 10, balanced).others == 1);
}

TEST_CASE("a pass of decodes meets prompts elsewhere with the chance that anybody else has one") {
    met_groups g(catalog::llama_3_1_70b, {.pipeline = 4}, 64);
    g.meet(0.1, 10);
    CHECK(g.abroad == approx(1 - std::exp(-0.3)));
    CHECK(g.prompts == approx(0.4 / (1 - std::exp(-0.4))));
    CHECK(g.fullest >= 1.0);
    g.meet(5.0, 3.0);  // more than a pass has room for
    CHECK(g.fullest == 3.0);
}

TEST_CASE("means of stages and of copies that share experts, against the simulator") {
    const length prompt = length::uniform(400, 1200), output = length::uniform(60, 180);
    struct question {
        const architecture& model;
        const char* device;
        parallelism cut;
        double clients;
    };
    for (const question& q :
         {question{catalog::llama_3_1_70b, "h100-sxm", {.tensor = 4, .pipeline = 2}, 32},
          question{catalog::llama_3_1_70b, "h100-sxm", {.tensor = 2, .pipeline = 4}, 64},
          question{model_named("qwen3-30b-a3b"), "h100-sxm", {.data = 4, .expert = 4}, 64},
          question{model_named("qwen3-30b-a3b"), "h100-sxm", {.pipeline = 2, .data = 2, .expert = 2}, 48}}) {
        CAPTURE(q.model.name.view());
        CAPTURE(q.cut.pipeline);
        const deployment<> d{q.model, device_named(q.device), catalog::vllm, q.cut};
        const prediction<> p = predict(d, {.prompt = prompt, .output = output, .concurrency = q.clients});
        REQUIRE(p.ok());
        const precision formats = d.resolved_formats();
        const roof<> roof = d.roof();
        const tabulated_step law({d.model, d.cut, formats, {}}, roof, d.runtime, 2000);
        simulation::server s = simulation::server_of(d.runtime);
        s.ranks = copies_in_step(d.model, d.cut);
        s.stages = d.cut.pipeline;
        const closed_loop loop{.clients = static_cast<std::uint32_t>(q.clients), .ramp = p.latency.value.value()};
        const auto a =
            simulation::run(law, s, simulation::closed_source(loop, prompt, output, 8'000, 1), {.warm_up = 800});
        CHECK(p.tpot.value.value() == approx(a.tpot.mean().value()).epsilon(0.10));
        CHECK(p.request_throughput.value.value() == approx(a.request_throughput.value()).epsilon(0.10));
        // Without the others' prompts TPOT would be that of a group alone: the simulator says it is not.
        CHECK(a.tpot.mean().value() > 1.1 * p.decode.total().value());
    }
}
