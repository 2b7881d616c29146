// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::exp, pages::ceil, pages::pow;

void serving_spread_out(worked& w) {
    w.text(
        "Llama-3.1-8B in bf16 on one H100 SXM under vLLM 0.11, 16 clients without an end, prompts of 1024 tokens, "
        "outputs\n"
        "of 64 to 192.\n");
    const deployment<> d{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::vllm_0_11, {}};
    const prediction<> p = predict(d, {.prompt = 1024, .output = length::uniform(64, 192), .concurrency = 16});

    const number batch = w.given("batch", 16, "", "one stage: all clients");
    const number budget = w.given("token_budget", d.runtime.scheduling.token_budget, "tokens");
    const number tokens = w.given("new tokens", 1024, "", "of a prompt");
    const number output = w.given("output", 128, "", "on average");
    const number room = w.step("room", budget - batch, "tokens");
    const number passes = w.step("passes_per_prompt", ceil(tokens / room), "");
    const number z = w.step("z", passes / (room * passes / tokens), "", "passes that one prompt fills");
    const number u = w.step("u", (batch - 1) * z / (output + passes), "", "with queue_passes = 0");
    const number queue = w.step("queue_passes", z * pow(u, 2) / (2 * (1 - u)), "", "so small that u stays");
    const number cycle = w.step("cycle", output + passes + queue, "passes");
    const number decodes = w.step("decodes", 1 + (batch - 1) * output / cycle, "in one pass");
    const number a = w.step("a", batch / cycle, "");
    const number together = w.step("prompts_per_pass", a / (1 - exp(-a)), "");
    const number others = w.step("others", (batch - together) * passes / together, "passes of a cycle");
    const number busy = w.step("busy", others / cycle, "", "burstiness 1");
    const number share =
        w.step("share", (others - queue - (batch - 1) / batch * busy) / output, "", "one client in 16 finds nobody");

    w.text(fmt::format("\nPasses of {} decodes, with and without {} prompts, as in step.md.", decodes.text,
                       together.text));
    const number decode = w.given("decode", p.decode.total() / 1_ms, "ms");
    const number prefill = w.given("prefill", p.prefill.total() / 1_ms, "ms");
    const number per_request = w.given("per_request", d.runtime.host.per_request.value / 1_ms, "ms");
    const number token = w.given("per_prompt_token", d.runtime.host.per_prompt_token.value / 1_ms, "ms");
    const number at_door = w.step("work", tokens * token, "ms", "of the frontend on one prompt");
    const number frontend = w.step("frontend", per_request + at_door, "ms");
    const number tpot = w.step("TPOT", decode + share * (prefill - decode), "ms");
    const number e = w.step("e", frontend / decode + 0.5, "passes tried");
    const number boundary =
        w.step("boundary", (busy * prefill + (1 - busy) * decode) * (1 - pow(1 - busy, e)) / busy - frontend, "ms");
    const number served =
        w.step("TTFT, no queue", frontend + (batch - 1) / batch * boundary + (queue + passes) * prefill, "ms");
    const number load = w.step("load", (batch - 1) * at_door, "ms", "others' prompts in the frontend");
    const number idle = w.step("idle", served + (output - 1) * tpot - batch * at_door, "ms");
    const number wait = w.step("wait", (sqrt(pow(idle, 2) + 2 * at_door * load) - idle) / 2, "ms", "for the frontend");
    const number ttft = w.step("TTFT", served + wait, "ms");
    const number latency = w.step("latency", ttft + (output - 1) * tpot, "ms");
    const number throughput = w.step("throughput", batch * output / latency * 1000, "tok/s", "Little's law");
    constexpr double once = 1e-6;  // queue_passes is a fixed point, taken once here
    w.library("predict, TPOT", tpot, p.tpot.value / 1_ms, "ms", once);
    w.library("predict, TTFT", ttft, p.ttft.value / 1_ms, "ms", once);
    w.library("predict, output", throughput, p.output_throughput.value / 1_tok_per_s, "tok/s", once);
}
const pages::page serving_page("serving", serving_spread_out);
}  // namespace
