// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked;

void step(worked& w) {
    w.text(
        "Llama-3.1-8B in bf16 on one H100 SXM under vLLM 0.11: a pass of 16 decodes at context 1024, from a graph.\n"
        "Repeats and times of the operations alone, as roofline.md works them out: total - saved fixed time.\n");
    const deployment<> d{catalog::llama_3_1_8b, catalog::h100_sxm, catalog::vllm_0_11, {}};
    const roof<> roof = d.roof();
    const pass_inputs inputs{d.model, d.cut, d.formats};
    const step_shape shape = step_shape::decode(16, 1024);
    const number left = w.given("kernel_start", d.runtime.kernel_start, "", "share of the fixed time that is left");

    number device = 0;
    bool first = true;
    double count = 0;
    for_each_operation(inputs, shape, [&](const operation& op) {
        count += op.repeats * op.kernels;
        const operation_time<> t = roof.time(op);
        const number total = t.total / 1_us, fixed = t.fixed / 1_us;
        const std::string name(op.name.substr(0, op.name.find(',')));  // "norms, rotary, activation"
        const number all = w.step(name, op.repeats * (total - (1 - left) * fixed), "us");
        device = first ? all : device + all;
        first = false;
    });
    const number operations = w.step("device", device, "us");

    w.text("");
    const host_time<>& h = d.runtime.host;
    const number per_step = w.given("per_step", h.per_step.value / 1_us, "us", "fitted to serving runs");
    const number kernels = w.given("launched", count, "", "11 a layer, embedding, head");
    const number per_kernel = w.given("per_kernel", h.per_kernel.value / 1_us, "us");
    const number per_plan = w.given("per_plan", h.per_plan.value / 1_us, "us");
    const number per_sequence = w.given("per_sequence", h.per_sequence.value / 1_us, "us");
    const number between = w.step("kernels", operations + kernels * per_kernel, "us");
    const number planning =
        w.step("planning", per_plan + 16 * per_sequence, "us", "not hidden: no step is planned ahead");
    const number pass = w.step("pass", between + planning + per_step, "us");
    const pass_time<> library = time_pass(inputs, shape, roof, d.runtime);
    w.library("time_pass", pass, library.total() / 1_us, "us");
}
const pages::page step_page("step", step);
}  // namespace
