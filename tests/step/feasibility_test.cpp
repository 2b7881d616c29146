// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <gambrel/hardware/catalog.hpp>
#include <gambrel/model/catalog.hpp>
#include <gambrel/model/gguf.hpp>
#include <gambrel/runtime/catalog.hpp>
#include <gambrel/step/feasibility.hpp>

using namespace gambrel;

namespace {
precision weights_in(const storage_format& f) { return {.weights = linear_layers_in(f)}; }
parallelism with_suggestion(parallelism cut, const feasibility& f) {
    const int n = static_cast<int>(f.suggestion);
    switch (f.what) {
        case obstacle::heads_not_divisible:
        case obstacle::width_not_divisible: cut.tensor = n; break;
        case obstacle::too_many_stages: cut.pipeline = n; break;
        default: cut.expert = n;
    }
    return cut;
}
}  // namespace

TEST_CASE("tensor ranks that do not divide the heads, and what would") {
    const feasibility f = check_parallelism(catalog::llama_3_70b, {.tensor = 3});
    CHECK(f.what == obstacle::heads_not_divisible);
    CHECK(f.have == 3);
    CHECK(f.limit == 64);
    CHECK(f.suggestion == 2);
    for (const int tp : {1, 2, 4, 8, 16, 32, 64}) CHECK(check_parallelism(catalog::llama_3_70b, {.tensor = tp}).ok());
    CHECK_FALSE(check_parallelism(catalog::llama_3_70b, {.tensor = 128}).ok());
    CHECK(check_parallelism(catalog::qwen2_5_7b, {.tensor = 8}).suggestion == 4);  // 28 heads
}

TEST_CASE("a width that does not divide") {
    architecture m = catalog::llama_3_8b;
    m.groups[0].layer.feed_forward.width = 14338;
    const feasibility f = check_parallelism(m, {.tensor = 4});
    CHECK(f.what == obstacle::width_not_divisible);
    CHECK(f.limit == 14338);
    CHECK(f.suggestion == 2);
}

TEST_CASE("the width of an expert is cut too") {
    architecture m = catalog::mixtral_8x7b;
    m.groups[0].layer.experts.width = 14338;
    CHECK_FALSE(check_parallelism(m, {.tensor = 4}).ok());
    CHECK(check_parallelism(m, {.tensor = 4, .expert = 4}).ok());  // whole experts
}

TEST_CASE("pipeline stages and experts") {
    const feasibility stages = check_parallelism(catalog::llama_3_8b, {.pipeline = 33});
    CHECK(stages.what == obstacle::too_many_stages);
    CHECK(stages.suggestion == 32);
    CHECK(check_parallelism(catalog::llama_3_8b, {.pipeline = 32}).ok());

    CHECK(check_parallelism(catalog::llama_3_8b, {.tensor = 2, .expert = 2}).what == obstacle::no_experts);
    CHECK(check_parallelism(catalog::mixtral_8x7b, {.tensor = 4, .expert = 3}).what == obstacle::experts_not_divisible);
    CHECK(check_parallelism(catalog::mixtral_8x7b, {.tensor = 4, .expert = 8}).what == obstacle::ranks_not_divisible);
    // The kernels of an exchange bring tokens to whole experts; a gather does not mind.
    const parallelism halves{.data = 16, .expert = 8, .exchange = expert_exchange::per_expert};
    CHECK(check_parallelism(catalog::deepseek_v3, halves).what == obstacle::experts_cut);
    CHECK(check_parallelism(catalog::deepseek_v3, halves).suggestion == 16);
    CHECK(check_parallelism(catalog::deepseek_v3, {.data = 16, .expert = 8}).ok());
    CHECK(check_parallelism(catalog::mixtral_8x7b, {.tensor = 2, .data = 4, .expert = 8}).ok());
}

TEST_CASE("following the suggestions leads to a cut that works, and no suggestion means that there is none") {
    for (const architecture* m : all_models)
        for (const int tensor : {1, 3, 4, 6, 8, 12, 64})
            for (const int expert : {1, 2, 3, 4, 5, 6, 8, 16})
                for (const int data : {1, 4}) {
                    parallelism cut{.tensor = tensor, .data = data, .expert = expert};
                    feasibility f = check_parallelism(*m, cut);
                    for (int step = 0; f.suggestion > 0 && step < 3; ++step) {
                        cut = with_suggestion(cut, f);
                        f = check_parallelism(*m, cut);
                    }
                    bool ends = f.ok();
                    if (f.what == obstacle::experts_not_divisible || f.what == obstacle::ranks_not_divisible) {
                        ends = true;
                        for (cut.expert = 1; cut.expert <= cut.expert_ranks(); ++cut.expert)
                            ends = ends && !check_parallelism(*m, cut).ok();
                    }
                    if (!ends)
                        FAIL_CHECK(m->name.view()
                                   << ", tensor " << tensor << ", expert " << expert << ", data " << data);
                }
    CHECK(check_parallelism(catalog::mixtral_8x7b, {.tensor = 4, .expert = 3}).suggestion == 2);
    CHECK(check_parallelism(catalog::gpt_oss_120b, {.tensor = 64, .data = 4, .expert = 3}).suggestion == 4);
}

TEST_CASE("a degree below one is an error that names it") {
    for (const parallelism cut :
         {parallelism{.tensor = 0}, {.pipeline = -1}, {.data = 0}, {.expert = 0}, {.replicas = 0}})
        CHECK_THROWS_WITH(static_cast<void>(check_parallelism(catalog::llama_3_8b, cut)),
                          doctest::Contains("parallelism"));
}

// docs.vllm.ai 0.14, "supported hardware": fp8 W8A16 by Marlin on Turing and Ampere, none on Volta; pull requests 18000
// and 38728: nvfp4 by Marlin without an fp4 multiply.
TEST_CASE("a narrow float that the device lacks is widened by runtimes that do, and by no others") {
    for (const char* board : {"a100-sxm-80", "t4", "rtx-3090", "strix-halo"})
        CHECK(check_formats(weights_in(formats::fp8), device_named(board), catalog::vllm).ok());
    CHECK(check_formats(weights_in(formats::fp8), device_named("v100-sxm2-32"), catalog::vllm).what ==
          obstacle::format_not_on_device);
    const feasibility f = check_formats(weights_in(formats::fp8), device_named("a100-sxm-80"), catalog::tensorrt_llm);
    CHECK(f.what == obstacle::format_not_on_device);
    CHECK(f.format == "fp8");
    CHECK(f.instead == "int8");
    CHECK(check_formats(weights_in(formats::fp8), device_named("h100-sxm"), catalog::vllm).ok());
    CHECK(check_formats(weights_in(formats::nvfp4), device_named("h100-sxm"), catalog::vllm).ok());
    CHECK(check_formats(weights_in(formats::nvfp4), device_named("h100-sxm"), catalog::tensorrt_llm).what ==
          obstacle::format_not_on_device);
    CHECK(check_formats(weights_in(formats::nvfp4), device_named("mi300x"), catalog::vllm).what ==
          obstacle::format_not_on_device);
    CHECK(check_formats(weights_in(formats::nvfp4), device_named("b200-sxm"), catalog::vllm).ok());
    const auto& a100 = device_named("a100-sxm-80");
    CHECK(resolved(formats::fp8, a100, catalog::vllm.formats).issue == multiply::as_16_bit);
    CHECK(resolved(formats::fp8, a100, catalog::vllm.formats).bits == 8);
    CHECK(resolved(formats::fp8, device_named("h100-sxm"), catalog::vllm.formats).issue == multiply::as_8_bit_float);
    CHECK(resolved(formats::int8, a100, catalog::vllm.formats).issue == multiply::as_8_bit_integer);
}

TEST_CASE("weight-only formats and mxfp4 run where only 16 bit multiplies") {
    const auto& a100 = device_named("a100-sxm-80");
    CHECK(check_formats(weights_in(formats::int4_g128), a100, catalog::vllm).ok());
    CHECK(check_formats(weights_in(formats::w8a16), a100, catalog::vllm).ok());
    CHECK(check_formats(weights_in(formats::mxfp4), a100, catalog::vllm).ok());
    CHECK(resolved(formats::mxfp4, a100).issue == multiply::as_16_bit);
    CHECK(resolved(formats::mxfp4, device_named("b200-sxm")).issue == multiply::as_4_bit_float);
    CHECK(resolved(formats::nvfp4, a100).issue == multiply::as_4_bit_float);
}

TEST_CASE("where there is no bf16, fp16 runs") {
    CHECK(resolved(formats::bf16, device_named("v100-sxm2-32")).name == "fp16");
    CHECK(resolved(formats::bf16, device_named("t4")).name == "fp16");
    CHECK(resolved(formats::bf16, device_named("a100-sxm-80")).name == "bf16");
}

// docs.vllm.ai 0.14, "supported hardware": GGUF on NVIDIA and AMD GPUs, not on Intel GPU, Gaudi, x86, Neuron, TPU.
TEST_CASE("GGUF under vLLM is for NVIDIA and AMD GPUs, under llama.cpp for all that it runs on") {
    const precision gguf{.weights = gguf_formats(catalog::llama_3_1_8b, *find_gguf_file_type("q4_k_m"))};
    for (const char* board : {"rtx-4090", "h100-sxm", "mi300x"})
        CHECK(check_formats(gguf, device_named(board), catalog::vllm).ok());
    for (const char* board : {"tpu-v6e", "gaudi3", "inferentia2", "epyc-9654", "arc-b580"}) {
        CAPTURE(board);
        CHECK(check_formats(gguf, device_named(board), catalog::vllm).what == obstacle::format_not_in_runtime);
    }
    for (const char* board : {"epyc-9654", "arc-b580", "apple-m4", "rtx-4090"})
        CHECK(check_formats(gguf, device_named(board), catalog::llama_cpp).ok());
}

TEST_CASE("what the runtime cannot do") {
    runtime<> r = catalog::vllm;
    r.formats.fp8 = false;
    CHECK(check_formats(weights_in(formats::fp8), device_named("h100-sxm"), r).what == obstacle::format_not_in_runtime);
    r.formats.fp8_kv = false;
    precision p = weights_in(formats::bf16);
    CHECK(check_formats(p, device_named("h100-sxm"), r).ok());
    p.kv = formats::fp8;
    const feasibility f = check_formats(p, device_named("h100-sxm"), r);
    CHECK(f.what == obstacle::format_not_in_runtime);
    CHECK(f.instead == "bf16");
    CHECK(check_formats(weights_in(formats::bf16), device_named("apple-m4"), catalog::tensorrt_llm).what ==
          obstacle::device_not_in_runtime);
    device<> mine = device_named("h100-sxm");
    mine.vendor = vendor::other;
    CHECK(check_formats(weights_in(formats::bf16), mine, catalog::tensorrt_llm).ok());
}
