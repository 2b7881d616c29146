// SPDX-License-Identifier: Apache-2.0
// The closed form of a benchmark's TTFT and TPOT against the simulator running exactly that benchmark: c clients at
// once, ten prompts each, the client's own lengths, burst and drain included. Both price passes by the same step law.
#include <approx.hpp>
#include <doctest/doctest.h>

#include <cmath>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/serving/predict.hpp>
#include <gambrel/simulation/protocol.hpp>
#include <vector>

using namespace gambrel;

namespace {
/// time_pass as a step law.
struct pass_law {
    pass_inputs terms;
    const roof<>& roofs;
    const runtime<>& software;

    double seconds(const pass_load& l) const {
        step_shape s{.decodes = l.decodes, .context = l.decodes > 0 ? l.context / l.decodes : 0, .prompts = l.prompts};
        if (l.prompts > 0) {
            s.prompt_tokens = l.prompt_tokens / l.prompts;
            const double own = 0.5 * s.prompt_tokens * (s.prompt_tokens + 1);
            s.prompt_past = std::max(0.0, (l.prompt_pairs / l.prompts - own) / s.prompt_tokens);
            s.finishing = l.finishing / l.prompts;
        }
        return time_pass(terms, s, roofs, software).total().value();
    }
};
struct errors {
    double worst_ttft = 0, mean_ttft = 0, worst_tpot = 0, worst_rate = 0;
    int cases = 0;
};
/// `output`: 1024, where decodes fill the passes, or 128, where prompts do.
errors compare(const runtime<>& software, double ratio, double output) {
    const precision fp8{.weights = linear_layers_in(formats::fp8), .kv = formats::fp8};
    const deployment<> d{catalog::llama_3_1_70b, device_named("h200-sxm"), software, {.tensor = 8}, fp8};
    const roof<> r = d.roof();
    const pass_law law{{d.model, d.cut, fp8, d.adapter}, r, d.runtime};
    errors e;
    for (const double prompt : {1024.0, 8192.0})
        for (const double clients : {4.0, 16.0, 64.0, 128.0}) {
            if (prompt > 8000 && output < 1000) continue;  // prompts would fill every pass
            const auto lengths = [&](double nominal) {
                return ratio < 1 ? length::uniform_below(nominal, ratio) : length(nominal);
            };
            workload w{.prompt = lengths(prompt), .output = lengths(output), .concurrency = clients};
            w.protocol = protocol::serving_benchmark();
            const prediction<> p = predict(d, w);
            REQUIRE(p.ok());
            const simulation::summary s = simulation::run(
                law, simulation::server_of(software),
                simulation::benchmark{
                    .clients = static_cast<unsigned>(clients), .prompt = prompt, .output = output, .ratio = ratio});
            const double ttft = std::abs(p.ttft.value.value() / s.ttft.mean().value() - 1);
            const double tpot = std::abs(p.tpot.value.value() / s.tpot.mean().value() - 1);
            const double rate = std::abs(p.request_throughput.value / s.request_throughput - 1);
            e.worst_rate = std::max(e.worst_rate, rate);
            INFO(software.name.view(), " ", prompt, "/", output, " x ", clients, ": TTFT ", ttft, ", TPOT ", tpot);
            e.worst_tpot = std::max(e.worst_tpot, tpot);
            e.worst_ttft = std::max(e.worst_ttft, ttft);
            e.mean_ttft += ttft;
            ++e.cases;
        }
    e.mean_ttft /= e.cases;
    return e;
}
/// `r` with host times that no fit moves: steps planned in turn, launches that the device outlasts, no queue before the
/// engine (tests/simulation/frontend_test.cpp has that). What is compared is the method.
runtime<> with_fixed_host(runtime<> r) {
    r.host = {.per_step = {milliseconds(1.75), given_by_user},
              .per_kernel = {microseconds(0.69), given_by_user},
              .per_sequence = {microseconds(6.6), given_by_user},
              .per_request = {milliseconds(12.75), given_by_user},
              .per_eager_kernel = {microseconds(10), given_by_user}};
    r.kernel_start = 0.18;
    r.scheduling.async_scheduling = false;
    return r;
}
/// As shipped, without that queue.
runtime<> prompts_at_once(runtime<> r) {
    r.host.per_prompt_token = {};
    return r;
}
}  // namespace

TEST_CASE("a benchmark with lengths in 80 to 100 % of nominal: mean TTFT within 10 %, TPOT within 5 %") {
    for (const runtime<>* r : {&catalog::vllm, &catalog::tensorrt_llm, &catalog::sglang}) {
        INFO(r->name.view());
        const errors e = compare(with_fixed_host(*r), 0.8, 1024);
        CHECK(e.worst_ttft < 0.10);
        CHECK(e.mean_ttft < 0.05);
        CHECK(e.worst_tpot < 0.05);
        CHECK(e.worst_rate < 0.035);  // the end of the run counted, at which requests stop one by one
        // Eight tokens of prompt for one of output: waves of prompts fill the passes, and means of them are coarser.
        const errors heavy = compare(with_fixed_host(*r), 0.8, 128);
        CHECK(heavy.worst_ttft < 0.15);
        CHECK(heavy.worst_tpot < 0.10);
    }
}

// As shipped: launches bind steps with short prompts, which take as long with two as with one; who arrives misses a step
// that is planned already. Means of such steps are coarser, most where prompts are nearly all of the work.
TEST_CASE("the same as servers are shipped: mean TTFT within 10 %, where prompts prevail 21 %") {
    for (const runtime<>* r : {&catalog::vllm_0_11, &catalog::vllm, &catalog::tensorrt_llm, &catalog::sglang_0_5}) {
        INFO(r->name.view());
        const errors e = compare(prompts_at_once(*r), 0.8, 1024), heavy = compare(prompts_at_once(*r), 0.8, 128);
        CHECK(e.worst_ttft < 0.10);
        CHECK(e.mean_ttft < 0.05);
        CHECK(e.worst_tpot < 0.05);
        CHECK(e.worst_rate < 0.04);
        CHECK(heavy.worst_ttft < 0.21);
        CHECK(heavy.worst_tpot < 0.10);
    }
}

TEST_CASE("a benchmark of fixed lengths: exact in step, staggered under mixed batching") {
    const errors first = compare(prompts_at_once(catalog::sglang), 1.0, 1024);
    CHECK(first.worst_ttft < 1e-3);
    CHECK(first.worst_tpot < 0.01);
    for (const runtime<>* r : {&catalog::vllm_0_11, &catalog::tensorrt_llm}) {
        INFO(r->name.view());
        const errors e = compare(prompts_at_once(*r), 1.0, 1024);
        CHECK(e.mean_ttft < 0.20);  // worst where two to four passes hold all prompts: they half find each other again
        CHECK(e.worst_tpot < 0.07);
    }
}

// 56 clients that start over one request, as predict has them, and not together. Of long prompts, which launches do not
// bind, and of short ones, which they do: one that shares its step with another costs nothing there.
TEST_CASE("clients of fixed lengths that are spread out stay so") {
    struct kind {
        runtime<> software;
        double prompt, rate, tpot, ttft;
    };
    for (const kind& k : {kind{with_fixed_host(catalog::vllm), 500, 0.01, 0.02, 0.15},
                          kind{prompts_at_once(catalog::vllm_0_11), 1000, 0.01, 0.02, 0.15},
                          kind{prompts_at_once(catalog::vllm_0_11), 600, 0.02, 0.02, 0.22}}) {
        const deployment<> d{catalog::llama_3_1_70b, device_named("h200-sxm"), k.software, {.tensor = 8}};
        const roof<> r = d.roof();
        const pass_law law{{d.model, d.cut, d.formats, d.adapter}, r, d.runtime};
        for (const double clients : {4.0, 24.0, 56.0}) {
            CAPTURE(k.prompt);
            CAPTURE(clients);
            const prediction<> p = predict(d, {.prompt = k.prompt, .output = 200, .concurrency = clients});
            const closed_loop loop{.clients = static_cast<std::uint32_t>(clients), .ramp = p.latency.value.value()};
            const simulation::summary s = simulation::run(
                law, simulation::server_of(d.runtime),
                simulation::closed_source(loop, length(k.prompt), length(200), 6000, 1), {.warm_up = 1000});
            CHECK(p.request_throughput.value.value() == approx(s.request_throughput.value()).epsilon(k.rate));
            CHECK(p.tpot.value.value() == approx(s.tpot.mean().value()).epsilon(k.tpot));
            CHECK(p.ttft.value.value() == approx(s.ttft.mean().value()).epsilon(k.ttft));
        }
    }
}

TEST_CASE("asynchronous scheduling costs TTFT one whole step, as in the simulator") {
    runtime<> planned = catalog::vllm_0_11;
    planned.host.per_plan = planned.host.per_sequence =
        planned.host.per_prompt_token = {};  // hidden where steps are planned ahead
    runtime<> ahead = planned;
    ahead.scheduling.async_scheduling = true;
    const deployment<> d{catalog::llama_3_1_70b, device_named("h200-sxm"), planned, {.tensor = 8}},
        later{d.model, d.device, ahead, d.cut};
    const roof<> r = d.roof();
    const pass_law law{{d.model, d.cut, d.formats, d.adapter}, r, planned};
    for (const double clients : {16.0, 64.0}) {
        const workload w{.prompt = length::uniform_below(1024, 0.8),
                         .output = length::uniform_below(512, 0.8),
                         .concurrency = clients};
        const simulation::benchmark long_run{.clients = static_cast<unsigned>(clients),
                                             .prompts_per_client = 40,
                                             .prompt = 1024,
                                             .output = 512,
                                             .ratio = 0.8};
        const double predicted = predict(later, w).ttft.value.value() - predict(d, w).ttft.value.value();
        const double simulated = simulation::run(law, simulation::server_of(ahead), long_run).ttft.mean().value() -
                                 simulation::run(law, simulation::server_of(planned), long_run).ttft.mean().value();
        CAPTURE(clients);
        CAPTURE(predicted);
        CHECK(predicted == approx(predict(d, w).tpot.value.value() * (clients - 1) / clients).epsilon(1e-9));
        CHECK(predicted == approx(simulated).epsilon(0.25));  // half a step would be 50 % off
    }
}
