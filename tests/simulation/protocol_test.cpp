// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/simulation/protocol.hpp>
#include <numeric>

using namespace gambrel;
using namespace gambrel::simulation;

TEST_CASE("the opening burst of whole prompts: one prompt a pass, so TTFT climbs by a pass each") {
    // notes, inferencex-protocol 3: budget c + isl + 64 means one prompt per step; the burst takes c steps.
    server s{.scheduling = tensorrt_llm_style(2048, 64 + 1024 + 64)};
    const linear_step law{0.02, 1e-4, 0};
    const summary a = run(law, s, benchmark{.clients = 64, .prompt = 1024, .output = 1024, .ratio = 1.0});
    CHECK(a.ended == 640);
    CHECK(a.ttft.largest().value() == approx(64 * (0.02 + 0.1024) + 1e-4 * 63 * 64 / 2).epsilon(1e-9));
}

TEST_CASE("batch waiting adds its steps to every TTFT but those of the burst's first pass") {
    const linear_step law{0.010, 0, 0};
    server s{.scheduling = tensorrt_llm_style(2048, 16384)};
    const benchmark b{.clients = 4, .prompt = 1024, .output = 1024};
    const summary plain = run(law, s, b);
    s.scheduling.batch_wait_steps = 20;
    const summary held = run(law, s, b);
    CHECK(held.ttft.median().value() - plain.ttft.median().value() == approx(20 * 0.010).epsilon(1e-6));
}

TEST_CASE("an SGLang receive interval of n adds about n / 2 steps to the median") {
    const linear_step law{0.010, 0, 0};
    const benchmark b{.clients = 32, .prompts_per_client = 50, .prompt = 1024, .output = 1024};
    const summary every = run(law, {.scheduling = sglang_style(512, 32768, 1), .frontend = seconds_of(0.003)}, b);
    const summary thirty = run(law, {.scheduling = sglang_style(512, 32768, 30), .frontend = seconds_of(0.003)}, b);
    CHECK(thirty.ttft.median().value() - every.ttft.median().value() == approx(15 * 0.010).epsilon(0.15));
}

TEST_CASE("throughput is all tokens over the whole run, drain included") {
    const linear_step law{0.010, 0, 0};
    const summary a = run(law, {.scheduling = vllm_style(64, 8192)}, benchmark{.clients = 8, .ratio = 1.0});
    CHECK(a.output_throughput.value() == approx(80 * 1024 / a.duration.value()).epsilon(1e-9));
    CHECK(a.duration.value() == approx(10 * 1024 * 0.010).epsilon(1e-9));
    CHECK(a.running == approx(8.0).epsilon(1e-9));
}
