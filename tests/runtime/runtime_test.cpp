// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/runtime/catalog/vllm.hpp>
#include <gambrel/runtime/runtime.hpp>

using namespace gambrel;
using namespace gambrel::literals;

namespace {
constexpr runtime<> mine{.name = "mine", .host = {.per_step = 2_ms, .per_kernel = 5_us}, .host_sigma = 0.1};
}

static_assert(mine.host.per_step.kind == evidence::user && !mine.host.per_request.known());
static_assert(as<float>(mine).host.per_kernel.value == make<seconds<float>>(5e-6f));

TEST_CASE("another scalar keeps values, provenance and settings") {
    constexpr source bench{"a bench", "2026-01", evidence::measured};
    runtime<> r = mine;
    r.host.per_sequence = {3_us, bench};
    r.host.per_request = {4_ms, bench};
    r.host.per_eager_kernel = {6_us, bench};
    r.scheduling.token_budget = 1234;
    r.graphs.prompts = graph_use::pieces;
    r.graphs.prompt_tokens = 512;
    r.frontend.stream_interval = 20;
    r.host.per_plan = {2_ms, bench};
    r.host.per_prompt_token = {6_us, bench};
    r.host.per_message = {50_us, bench};
    r.memory.fraction = 0.7;
    r.formats.fp4 = false;
    r.devices.amd = true;
    const runtime<float> f = as<float>(r);
    CHECK(f.name == r.name);
    CHECK(f.host.per_sequence.value.value() == approx(3e-6));
    CHECK(f.host.per_sequence.text == "a bench");
    CHECK(f.host.per_request.value.value() == approx(4e-3));
    CHECK(f.host.per_eager_kernel.kind == evidence::measured);
    CHECK(f.scheduling.token_budget == 1234);
    CHECK(f.graphs == r.graphs);
    CHECK(f.frontend == r.frontend);
    CHECK(f.host.per_plan.value.value() == approx(2e-3));
    CHECK(f.host.frontend_work(1000).value() == approx(6e-3));
    CHECK(f.host.frontend(1000).value() == approx(10e-3));
    CHECK(f.host.per_message.value.value() == approx(50e-6));
    CHECK(f.memory.fraction == 0.7);
    CHECK_FALSE(f.formats.fp4);
    CHECK(f.devices.amd);
    CHECK(f.host_sigma == 0.1);
}

TEST_CASE("a server that states no schedule holds nothing back and looks for requests before every step") {
    scheduling s;                      // not constexpr: as a descriptor is filled in at run time
    CHECK(s.prompts_per_step == 0.0);  // as many as the budget holds
    CHECK(s.batch_wait_steps == 0.0);
    CHECK(s.poll_interval_steps == 1.0);
    CHECK_FALSE(s.async_scheduling);
    CHECK(s.token_budget == catalog::vllm.scheduling.token_budget);  // 8192, as the InferenceX scripts run it
    runtime<> r;
    CHECK(r.kernel_start == 1.0);  // kernels start as when they are measured alone
    // vLLM's documented defaults: gpu_memory_utilization 0.90 (before 2026), block_size 16.
    CHECK(r.memory.fraction == catalog::vllm_0_11.memory.fraction);
    CHECK(r.memory.block_tokens == catalog::vllm.memory.block_tokens);
    CHECK(r.memory.fraction == 0.90);
    CHECK(r.memory.block_tokens == 16.0);
    CHECK(r.memory.activation_copies == 2.0);  // a layer's input and output
}
