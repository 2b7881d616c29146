// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/diagnosis/diagnosis.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::ln;

void diagnosis_page(worked& w) {
    const deployment<> d{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::vllm};
    const workload load{.prompt = 1024.0, .output = 256.0, .concurrency = 16.0};
    const prediction<> as_asked = predict(d, load);
    const prediction<> eager = altered_run(d, load, as_asked, suspect::eager, 1.0).predicted();

    w.text(
        "Llama-3.1-8B on one H100 SXM under vLLM, 1024 + 256 tokens, 16 clients. A file says one number: a TPOT of 15 "
        "ms.\n"
        "The laws are taken as known, so that only the noise between two runs counts.\n");
    const number measured = w.given("measured", 15.0, "ms");
    const number noise = w.given("noise", 0.05, "", "of the logarithm");
    const number predicted = w.given("predicted", as_asked.tpot.value / 1_ms, "ms", "serving.md");
    const number without =
        w.given("without graphs", eager.tpot.value / 1_ms, "ms", "the same, launched kernel by kernel");
    const number off = w.step("off", ln(measured / predicted) / noise, "deviations, if nothing is wrong");
    const number left = w.step("left", ln(measured / without) / noise, "deviations, if graphs are off");

    observation o{.prompt = 1024.0, .output = 256.0, .clients = 16.0};
    o.figures["tpot_mean"] = 0.015;
    const std::vector<examined_run> runs{{d, load, as_asked, indications_of(o, load, as_asked, 0.05)}};
    const gambrel::diagnosis found = diagnose(runs, {o}, 0.0);
    w.library("compared_number::deviations", off, found.compared.front().deviations, "", 1e-9);
    double weight = 0.0;
    for (const weighed_suspect& s : found.suspects.all)
        if (s.which == suspect::eager) weight = s.weight;
    w.text("\nNo graphs against nothing wrong, in weight: the ratio of the two densities.");
    const number ratio = w.step("ratio", (off * off - left * left) / 2, "in the logarithm");
    w.library("weights of diagnose()", ratio, std::log(weight / found.suspects.nothing), "", 1e-9);
}
const pages::page page_of_diagnosis("diagnosis", diagnosis_page);
}  // namespace
