// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>
#include <gambrel/simulation/run.hpp>
#include <gambrel/step/timed_step.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked;

void simulation_of_two(worked& w) {
    w.text(
        "Llama-3.1-8B on one H100 SXM under vLLM 0.11. Request A comes at 0 ms, 1024 tokens of prompt, 3 of output; B "
        "at\n"
        "35 ms, 512 and 2. Both cross the frontend first; a pass starts with whoever is there. No power limit holds it "
        "(clock.md).\n");
    deployment<> d{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::vllm_0_11, {}};
    d.constants.clock = {};
    const roof<> roof = d.roof();
    const timed_step law({d.model, d.cut, d.formats}, roof, d.runtime);
    const auto pass = [&](std::string_view name, const pass_load& load, std::string_view what) {
        return w.given(name, 1e3 * law.seconds(load), "ms", what);
    };
    const number per_request = w.given("per_request", d.runtime.host.per_request.value / 1_ms, "ms");
    const number token = w.given("per_prompt_token", d.runtime.host.per_prompt_token.value / 1_ms, "ms");
    const auto pairs = [](double s) { return s * (s + 1.0) / 2.0; };
    const number first =
        pass("pass 1", {.prompts = 1, .prompt_tokens = 1024, .prompt_pairs = pairs(1024), .finishing = 1},
             "A's prompt: as in step.md");
    const number second =
        pass("pass 2", {.decodes = 1, .context = 1025}, "A's second token: B was not there at its start");
    const number third = pass(
        "pass 3",
        {.decodes = 1, .context = 1026, .prompts = 1, .prompt_tokens = 512, .prompt_pairs = pairs(512), .finishing = 1},
        "A's third token, B's prompt");
    const number fourth = pass("pass 4", {.decodes = 1, .context = 513}, "B's second token");

    const number start = w.step("A is there", 0 + 1024 * token + per_request, "ms");
    const number one = w.step("end of 1", start + first, "ms", "A has its first token");
    const number two = w.step("end of 2", one + second, "ms");
    const number there = w.step("B is there", 35 + 512 * token + per_request, "ms", "the frontend had done with A");
    const number three = w.step("end of 3", pages::max(two, there) + third, "ms", "A has ended, B has its first token");
    const number four = w.step("end of 4", three + fourth, "ms", "B has ended");
    const number a = w.step("TTFT of A", one - 0, "ms"), b = w.step("TTFT of B", three - 35, "ms");
    const number mean = w.step("mean TTFT", (a + b) / 2, "ms");
    const number tpot = w.step("mean TPOT", ((three - one) / 2 + (four - three)) / 2, "ms");
    const number work = w.step("in passes", first + second + third + fourth, "ms");
    w.step("utilisation", work / four, "", "of the time until B has ended");

    const simulation::summary s =
        simulation::run(law, simulation::server_of(d.runtime),
                        simulation::replay_source({{.sent = 0_ms, .prompt = 1024, .output = 3},
                                                   {.sent = 35_ms, .prompt = 512, .output = 2}}));
    w.library("mean TTFT", mean, s.ttft.mean() / 1_ms, "ms");
    w.library("mean TPOT", tpot, s.tpot.mean() / 1_ms, "ms");
    w.library("duration", four, s.duration / 1_ms, "ms");
    w.library("passes", 4, static_cast<double>(s.passes), "");
}
const pages::page simulation_page("simulation", simulation_of_two);
}  // namespace
