// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>
#include <gambrel/serving/load/step_recursion.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::pow, pages::sqrt;

void step_that_prompts_lengthen(worked& w) {
    w.text(
        "Llama-3.1-8B in bf16 on one H100 SXM under vLLM 0.11, single steps: 10 requests/s, each prompt 1024 tokens, "
        "while\n"
        "16 requests decode.\n");
    const deployment<> d{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::vllm_0_11, {}};
    const roof<> roof = d.roof();
    const auto pass = [&](double prompts) {
        const step_shape shape{
            .decodes = 16, .context = 1088, .prompts = prompts, .prompt_tokens = prompts > 0 ? 1024.0 : 0.0};
        return time_pass({d.model, d.cut, d.formats}, shape, roof, d.runtime).total();
    };
    const number lambda = w.given("lambda", 0.01, "per ms");
    const number base = w.given("base", pass(0) / 1_ms, "ms", "a pass of the 16 decodes alone, as in step.md");
    const number with_prompt = w.given("with a prompt", pass(1) / 1_ms, "ms");
    const number kappa = w.step("kappa", with_prompt - base, "ms");
    const number m = w.step("m", lambda * kappa, "");
    const number mean = w.step("E S", base / (1 - m), "ms");
    const number variance = w.step("Var S", lambda * mean * pow(kappa, 2) / (1 - pow(m, 2)), "ms^2");
    const number seen = w.step("E S^2 / E S", (variance + pow(mean, 2)) / mean, "ms", "the step that an arrival meets");
    const number rest = w.step("rest of it", seen / 2, "ms");
    const number next =
        w.step("next step", base + kappa * (1 + lambda * seen), "ms", "its prompt, and the others' of it");
    const number ttft = w.step("TTFT", rest + next, "ms", "after the frontend");

    const double base_s = base.value / 1e3;
    const step_recursion law(10.0, {{kappa.value / 1e3, 1.0}}, {.fixed = base_s}, base_s);
    w.library("step_recursion::mean_step", mean, law.mean_step() * 1e3, "ms");
    w.library("its standard deviation", sqrt(variance), std::sqrt(law.step_variance()) * 1e3, "ms", 1e-9);
    w.library("step_recursion::mean_first_token", ttft, law.mean_first_token() * 1e3, "ms", 1e-9);
}
const pages::page load_page("serving-under-load", step_that_prompts_lengthen);
}  // namespace
