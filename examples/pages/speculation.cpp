// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/operators/drafter.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>
#include <gambrel/serving/speculation.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::pow;

void drafts(worked& w) {
    const architecture& m = catalog::llama_3_1_8b;
    const architecture head = drafting_heads(m, drafting::eagle, 3);
    deployment<> d{m, catalog::h100_sxm, catalog::vllm};
    d.speculation = {.drafts = 3, .acceptance = 0.63, .by = drafting::eagle, .drafter = &head};
    const speculative_step t = time_speculation(d, 1.0, 328.0);

    w.text("Llama-3.1-8B on an H100 under vLLM, one client, 200 tokens in and 256 out, an EAGLE head of 3 drafts.\n");
    const number k = w.given("drafts", 3, "");
    const number a = w.given("a", 0.63, "", "acceptance");
    const number g = w.step("tokens", (1 - pow(a, k + 1)) / (1 - a), "", "of a step");
    const number square = w.step("E[k^2]", 1 + 3 * a + 5 * pow(a, 2) + 7 * pow(a, 3), "");
    const number n = w.given("n", 255, "", "tokens after the first");
    const number passes = w.step("passes", n / g + (square - g) / (2 * pow(g, 2)), "");
    w.library("passes of 255 tokens", passes, d.speculation.passes(255), "");

    w.text("\nA step of one decode at 328 tokens.");
    const number plain = w.given("plain", t.plain / 1_ms, "ms", "without drafts");
    const number check = w.given("check", t.check / 1_ms, "ms", "a pass over 4 tokens");
    const number draft = w.given("draft", t.draft / 1_ms, "ms", "3 passes of the head, and the host");
    const number tpot = w.step("TPOT", (check + draft) * passes / n, "ms");
    w.step("gain", plain / tpot, "");
    const workload load{.prompt = 200, .output = 256, .concurrency = 1};
    w.library("predict", tpot, predict(d, load).tpot.value / 1_ms, "ms");
}
const pages::page speculation_page("speculation", drafts);
}  // namespace
