// SPDX-License-Identifier: Apache-2.0
#include "worked.hpp"

#include <gambrel/gambrel.hpp>
#include <gambrel/hardware/catalog.hpp>
#include <gambrel/hardware/catalog/nvidia_datacenter.hpp>
#include <gambrel/model/catalog/llama.hpp>
#include <gambrel/runtime/catalog/llama_cpp.hpp>
#include <gambrel/runtime/catalog/vllm.hpp>

namespace {
using namespace gambrel;
using namespace gambrel::literals;
using pages::number, pages::worked, pages::max;

void runtime_of_a_pass(worked& w) {
    w.text(
        "Llama-3.2-1B in bf16 on one H100 SXM under vLLM 0.11: a step of one prompt of 640 tokens. No graph was "
        "captured "
        "for so\n"
        "many, so every kernel is launched by the host, which may be slower than the device.\n");
    const deployment<> d{catalog::llama_3_2_1b, catalog::h100_sxm, catalog::vllm_0_11, {}};
    const roof<> roof = d.roof();
    const pass_inputs inputs{d.model, d.cut, d.formats};
    const step_shape shape = step_shape::prefill(1, 640);
    const pass_time<> library = time_pass(inputs, shape, roof, d.runtime);
    if (d.runtime.graphs.of(1, 640) != graph_use::none)
        fail("vLLM captures this step: the example needs one that it does not");

    double seconds_of_device = 0, count = 0;
    for_each_operation(inputs, shape, [&](const operation& op) {
        seconds_of_device += op.repeats * (time_in_pass(op, roof, d.runtime).total / 1_us);
        count += op.repeats * op.kernels;
    });
    const host_time<>& h = d.runtime.host;
    const number device = w.given("device", seconds_of_device, "us", "sum of the operations, as in step.md");
    const number kernels = w.given("kernels", count, "", "of all 16 layers, embedding and head");
    const number launch = w.given("launch", h.per_eager_kernel.value / 1_us, "us", "per_eager_kernel");
    const number per_step = w.given("per_step", h.per_step.value / 1_us, "us");
    const number per_kernel = w.given("per_kernel", h.per_kernel.value / 1_us, "us");
    const number per_plan = w.given("per_plan", h.per_plan.value / 1_us, "us");
    const number per_sequence = w.given("per_sequence", h.per_sequence.value / 1_us, "us");
    const number work = w.step("max", max(device, kernels * launch), "us");
    const number pass = w.step("pass", work + kernels * per_kernel + per_plan + 1 * per_sequence + per_step, "us");
    w.library("time_pass", pass, library.total() / 1_us, "us");

    w.text("\nOne request alone meets no other pass: TTFT is the frontend and this pass.");
    const number per_request = w.given("per_request", h.per_request.value / 1_us, "us");
    const number token = w.given("per_prompt_token", h.per_prompt_token.value / 1_us, "us");
    const number ttft = w.step("TTFT", (per_request + 640 * token + pass) / 1000, "ms");
    const prediction<> p = predict(d, {.prompt = 640, .output = 64, .concurrency = 1});
    w.library("predict, one client", ttft, p.ttft.value / 1_ms, "ms");

    w.text("\nllama.cpp: launches of a layer are constants of its kernels' law (docs/calibration/llama-cpp.md).");
    const auto per_layer_of = [&](std::string_view name, const runtime<>& r, const gambrel::device<>& board) {
        w.given(name, default_calibration(board, r.kernels).ggml.decode_start / 1_us, "us", "fitted");
    };
    per_layer_of("CUDA, 2023", catalog::llama_cpp_cuda_2023, catalog::rtx_4090);
    per_layer_of("CUDA, mid-2024", catalog::llama_cpp_cuda_2024, catalog::rtx_4090);
    per_layer_of("CUDA", catalog::llama_cpp, catalog::rtx_4090);
    per_layer_of("Metal", catalog::llama_cpp_metal, catalog::apple_m2_ultra);
    per_layer_of("Vulkan", catalog::llama_cpp_vulkan, catalog::r9700);
}
const pages::page runtime_page("runtime", runtime_of_a_pass);
}  // namespace
