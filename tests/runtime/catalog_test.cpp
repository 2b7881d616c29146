// SPDX-License-Identifier: Apache-2.0
#include <approx.hpp>
#include <doctest/doctest.h>

#include <gambrel/runtime/catalog.hpp>
#include <set>
#include <string>

using namespace gambrel;
using namespace gambrel::literals;

static_assert(find_runtime("vllm") == &catalog::vllm);
static_assert(find_runtime("VLLM") == &catalog::vllm);
static_assert(find_runtime("trtllm") == &catalog::tensorrt_llm);
static_assert(find_runtime("nothing of the kind") == nullptr);

TEST_CASE("every software asked for is there under the name people type") {
    for (const char* name : {"vllm",
                             "tensorrt-llm",
                             "trt-llm",
                             "TensorRT_LLM",
                             "sglang",
                             "tgi",
                             "lmdeploy",
                             "llama.cpp",
                             "llamacpp",
                             "llama_cpp",
                             "mlc-llm",
                             "mlc",
                             "onnx-runtime",
                             "onnxruntime",
                             "transformers",
                             "hf",
                             "deepspeed-inference",
                             "deepspeed",
                             "neuron",
                             "optimum-neuron"}) {
        CAPTURE(name);
        CHECK(find_runtime(name) != nullptr);
    }
}

TEST_CASE("names are unique, aliases resolve and shadow no name") {
    std::set<std::string> seen;
    for (const runtime<>* r : all_runtimes) {
        CAPTURE(r->name.str());
        CHECK(seen.insert(r->name.str()).second);
        CHECK(find_runtime(r->name) == r);
    }
    for (const auto& a : runtime_aliases) {
        CAPTURE(a.alias);
        CHECK(seen.insert(std::string(a.alias)).second);
        REQUIRE(find_runtime(a.alias) != nullptr);
        CHECK(find_runtime(a.alias)->name == a.name);
    }
}

TEST_CASE("an unknown runtime is an error naming the nearest") {
    CHECK_THROWS_WITH(runtime_named("vlm"), doctest::Contains("vllm"));
    CHECK_THROWS_WITH(runtime_named("sg-lang"), doctest::Contains("sglang"));
    CHECK_THROWS_AS(runtime_named(""), error);
    CHECK_THROWS_AS(runtime_named(std::string(100000, 'x')), error);
}

TEST_CASE("every figure has a source, a date and a plausible size") {
    for (const runtime<>* r : all_runtimes) {
        CAPTURE(r->name.str());
        CHECK_FALSE(r->title.empty());
        CHECK_FALSE(r->version.empty());
        const auto& h = r->host;
        for (const auto& t : {h.per_step, h.per_plan, h.per_kernel, h.per_sequence, h.per_request, h.per_prompt_token,
                              h.per_message, h.per_eager_kernel}) {
            if (!t.known()) {
                CHECK(t.value == 0_s);
                continue;
            }
            CHECK_FALSE(t.text.empty());
            CHECK_FALSE(t.date.empty());
            CHECK(t.value > 0.1_us);
            CHECK(t.value < 100_ms);
        }
        for (const auto& b : {r->memory.reserve, r->memory.graphs, r->memory.communication}) {
            if (!b.known()) continue;
            CHECK_FALSE(b.text.empty());
            CHECK(b.value > 1_MB);
            CHECK(b.value < 10_GB);
        }
        CHECK(r->memory.fraction > 0.5);
        CHECK(r->memory.fraction <= 1.0);
        CHECK(r->memory.block_tokens >= 1.0);
        CHECK(r->scheduling.token_budget >= 512);
        CHECK(r->scheduling.most_sequences >= 1);
        CHECK(r->scheduling.poll_interval_steps >= 1);
        const bool fitted =
            r->host.per_step.text.starts_with("fitted");  // what is not has no narrower range than the default
        CHECK(r->host_sigma >= (fitted ? 0.05 : 0.35));
        const bool whole = is_ggml(r->kernels);  // whose laws are fitted to whole passes: their deviations are those
        CHECK(r->step_sigma >= (fitted || whole ? 0.0 : 0.15));
        const auto& d = r->devices;
        CHECK((d.nvidia || d.amd || d.intel || d.google || d.aws || d.apple || d.cpu || d.huawei));
    }
}

TEST_CASE("guesses say that they are guesses") {
    for (const runtime<>* r : all_runtimes)
        for (const auto& t : {r->host.per_step, r->host.per_kernel, r->host.per_eager_kernel})
            if (t.text.find("guess") != std::string_view::npos) CHECK(t.kind == evidence::recalled);
}

// What docs/calibration/software.md and docs/accuracy-online.md print of each fit, 2026-11. A new fit changes these
// figures with those pages.
TEST_CASE("engines with serving measurements have the host times fitted on them") {
    struct row {
        const char* name;
        double step_ms, plan_ms, kernel_us, sequence_us, request_ms, launch_us, token_us, kernel_start, sigma,
            step_sigma;
    };
    for (const row& each : {row{"vllm@0.11", 1.422, 1.127, 0.6427, 39.11, 12.75, 37.02, 7.083, 0.279, 0.114, 0.058},
                            row{"vllm@0.14", 1.422, 1.127, 0.6427, 39.11, 9, 37.02, 0, 0.279, 0.114, 0.058},
                            row{"tensorrt-llm", 1.051, 1.127, 0.6243, 4.4, 2.636, 38.19, 2.722, 0.277, 0.100, 0.066},
                            row{"sglang@0.5", 2.906, 1.127, 0.6352, 4.4, 25.44, 48.73, 2.174, 0.283, 0.099, 0.090},
                            row{"tensorrt-llm-engine", 0.1979, 0, 3.94, 6.138, 0.737, 2.6, 0, 0.860, 0.149, 0.153},
                            row{"lmdeploy", 0.3197, 0, 0.4175, 4.625, 14.32, 2.6, 0, 0.596, 0.186, 0.000}}) {
        CAPTURE(each.name);
        const runtime<>& r = runtime_named(each.name);
        const host_time<>& h = r.host;
        CHECK(h.per_step.value / 1_ms == approx(each.step_ms));
        CHECK(h.per_plan.value / 1_ms == approx(each.plan_ms));
        CHECK(h.per_kernel.value / 1_us == approx(each.kernel_us));
        CHECK(h.per_sequence.value / 1_us == approx(each.sequence_us));
        CHECK(h.per_request.value / 1_ms == approx(each.request_ms));
        CHECK(h.per_eager_kernel.value / 1_us == approx(each.launch_us));
        CHECK(h.per_prompt_token.value / 1_us == approx(each.token_us));
        CHECK(r.kernel_start == approx(each.kernel_start));
        CHECK(r.host_sigma == approx(each.sigma));
        CHECK(r.step_sigma == approx(each.step_sigma));
        for (const auto& time : {h.per_step, h.per_kernel, h.per_sequence, h.per_request})
            CHECK(time.kind == evidence::derived);
    }
}

TEST_CASE("each fit stands for one version of a runtime, on enough measurements") {
    std::set<std::pair<std::string_view, std::string_view>> keys;
    for (const fitted_host& f : catalog::fitted_hosts) {
        CAPTURE(f.runtime);
        CHECK(keys.emplace(f.runtime, f.since).second);
        CHECK(find_runtime(f.runtime) != nullptr);
        CHECK(f.rows >= 40);
        CHECK(f.kernel_start > 0.0);  // a share of what kernels take alone
        CHECK(f.kernel_start <= 1.0);
    }
    CHECK_THROWS_WITH_AS(catalog::host_fit("vllm", "9.9"), "no host times were fitted for vllm 9.9", error);
}

TEST_CASE("scheduling rules of the InferenceX notes") {
    CHECK(catalog::vllm.scheduling.batching == batching::mixed);
    CHECK(catalog::vllm.scheduling.chunked_prefill);
    CHECK(catalog::vllm_0_11.scheduling.admission == admission::first_chunk);
    CHECK(catalog::vllm.scheduling.token_budget == 8192);
    CHECK(catalog::tensorrt_llm.scheduling.admission == admission::reserve_all);
    CHECK_FALSE(catalog::tensorrt_llm.scheduling.chunked_prefill);
    CHECK(catalog::tensorrt_llm.graphs.of(1, 64) == graph_use::none);
    CHECK(catalog::vllm.graphs.of(1, 512) == graph_use::pieces);
    CHECK(catalog::vllm.graphs.of(1, 1024) == graph_use::none);
    CHECK(catalog::tensorrt_llm.scheduling.batch_wait_steps == 0);
    CHECK(catalog::tgi.scheduling.waiting_served_ratio == 0.3);
    CHECK(catalog::tensorrt_llm_batch_wait.scheduling.batch_wait_steps == 20);
    CHECK(catalog::sglang.scheduling.batching == batching::prefill_first);
    CHECK(catalog::sglang.scheduling.poll_interval_steps == 1);
    CHECK(catalog::sglang_interval_30.scheduling.poll_interval_steps == 30);
}

TEST_CASE("llama.cpp: each backend and era has kernels of its own and no other host time") {
    std::set<kernel_library> seen;
    for (const runtime<>* r : all_runtimes) {
        if (!is_ggml(r->kernels)) continue;
        CAPTURE(r->name.view());
        CHECK(seen.insert(r->kernels).second);
        CHECK(r->formats.gguf);
        CHECK_FALSE(r->host.per_kernel.known());
        CHECK_FALSE(r->host.per_step.known());
    }
    CHECK(seen.size() == kernel_library_count - 4);  // all but vLLM's, SGLang's, TensorRT-LLM's and `other`
    CHECK(catalog::llama_cpp_cuda_2023.memory.stores_scores);
    CHECK(catalog::llama_cpp_sycl.memory.stores_scores);  // builds of 2024
    CHECK_FALSE(catalog::llama_cpp.memory.stores_scores);
    const auto devices = [](const runtime<>& r) {
        const supported_devices& d = r.devices;
        std::string all;
        for (const auto& [name, there] : {std::pair{"nvidia ", d.nvidia},
                                          {"amd ", d.amd},
                                          {"intel ", d.intel},
                                          {"apple ", d.apple},
                                          {"cpu ", d.cpu}})
            all += there ? name : "";
        return all;
    };
    CHECK(devices(catalog::llama_cpp) == "nvidia amd intel apple cpu ");  // whichever backend the device has
    CHECK(devices(catalog::llama_cpp_cuda_2024) == "nvidia ");
    CHECK(devices(catalog::llama_cpp_metal) == "apple ");
    CHECK(devices(catalog::llama_cpp_rocm_2025_rocblas) == "amd ");
    CHECK(devices(catalog::llama_cpp_vulkan) == "nvidia amd intel ");
    CHECK(devices(catalog::llama_cpp_vulkan_amdvlk) == "amd ");
    CHECK(devices(catalog::llama_cpp_sycl) == "intel ");
    CHECK(devices(catalog::ik_llama_cpp_cpu) == "cpu ");
    CHECK(catalog::llama_cpp_metal_2024.memory.outputs == ggml_outputs::every_2024);
    CHECK(catalog::llama_cpp_rocm_2025.memory.outputs == ggml_outputs::every_2025);
    CHECK(catalog::llama_cpp_cpu.memory.outputs == ggml_outputs::last);
}
